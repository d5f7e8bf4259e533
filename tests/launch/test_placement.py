"""Where both ends of a case run, on machines of few and of many cores."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ipcbench.errors import UsageError
from ipcbench.launch.placement import choose_cores
from ipcbench.words import RECEIVER, SENDER


def test_split_takes_a_core_for_each_end_and_same_one_for_both() -> None:
    facts = {"separate_cores": [2, 5, 7]}
    assert choose_cores("split", facts) == {SENDER: 2, RECEIVER: 5}
    assert choose_cores("same", facts) == {SENDER: 7, RECEIVER: 7}


def test_free_is_left_to_the_scheduler_on_any_machine() -> None:
    assert choose_cores("free", {"separate_cores": []}) == {SENDER: None, RECEIVER: None}


@pytest.mark.parametrize(
    ("placement", "cores", "says"),
    [
        ("split", [3], "only one core can be used here; accepted: same, free"),
        ("split", [], "cannot bind a process to a core; accepted: free"),
        ("same", [], "cannot bind a process to a core; accepted: free"),
    ],
)
def test_a_placement_that_the_machine_does_not_have_is_refused(
    placement: str, cores: list[int], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        choose_cores(placement, {"separate_cores": cores})


def test_a_run_that_is_bound_to_one_core_says_so_before_it_measures() -> None:
    bound = f"import os; os.sched_setaffinity(0, {{{min(os.sched_getaffinity(0))}}})"
    program = [sys.executable, "-c", f"{bound}; from ipcbench.cli import main; main()"]
    done = subprocess.run(
        [*program, "run", "--channel", "pipe", "--size", "64", "--placement", "same,split,free"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "ipcbench: placement 'split': only one core can be used here; accepted: same, free\n"
    )
