"""A fixed few of the inputs that `make fuzz` makes by the thousand."""

from __future__ import annotations

import sys

import pytest
from tests.fuzz.__main__ import once
from tests.fuzz.kinds import KINDS

#: Of each kind; forks of this process take 20 ms, drawing a chart some tenths of a second.
INPUTS = 25


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@pytest.mark.parametrize("kind", KINDS)
def test_no_input_makes_a_traceback_hangs_takes_much_memory_or_moves_a_cursor(kind: str) -> None:
    faults = {seed: found for seed in range(INPUTS) if (found := once(kind, seed)).fault}
    assert not faults, "\n".join(
        f"seed {seed}: {found.fault}: {found.out.decode(errors='backslashreplace')[-600:]}"
        for seed, found in faults.items()
    )
