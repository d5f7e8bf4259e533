"""From a case to what its probe is told: nothing that a case says is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.support.cases import USUAL

from ipcbench.errors import UsageError
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.spec import probe_spec
from ipcbench.launch.targets import Target
from ipcbench.plan.coordinates import COORDINATES, PLACEMENTS, START_METHODS

#: Another value of each coordinate, by the field of a case.
OTHERS: dict[str, Any] = {
    "channel": "queue",
    "workload": "ping-pong",
    "payload_kind": "tests.support.payloads:Records",
    "payload_bytes": 65,
    "start_method": START_METHODS[1],
    "placement": PLACEMENTS[1],
    "heap": "kept",
    "holds": False,
    "touch": "all",
    "settings": ("switch-interval=0.001",),
    "python": "3.14.0",
}
#: Of the machine that probes are told of.
FACTS = {"start_methods": START_METHODS, "heap_managed": True, "affinity": True, "cores": [0, 1]}


@pytest.mark.parametrize("coordinate", COORDINATES, ids=lambda each: each.name)
def test_every_coordinate_of_a_case_reaches_its_probe(
    coordinate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Which cores there are is not the question.
    monkeypatch.setattr(
        "ipcbench.launch.spec.choose_cores",
        lambda placement, _: {"sender": 0, "receiver": PLACEMENTS.index(placement)},
    )
    launcher = cast("Launcher", SimpleNamespace(facts=FACTS))
    other = replace(USUAL, **{coordinate.field: OTHERS[coordinate.field]})
    told = [(probe_spec(case, launcher, 1), Target.of(case)) for case in (USUAL, other)]
    assert told[0] != told[1]


def test_a_channel_that_cannot_carry_a_payload_is_told_no_other_one_and_a_raw_loop_beside_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bytes measured in the place of a list would be a figure of something else."""
    monkeypatch.setattr("ipcbench.launch.spec.choose_cores", lambda *_: dict.fromkeys(("sender", "receiver")))
    launcher = cast("Launcher", SimpleNamespace(facts=FACTS))
    batch = replace(USUAL, payload_kind="batch:10")
    assert probe_spec(replace(batch, channel="os-pipe"), launcher, 1).payload_kind == "bytes"
    with pytest.raises(UsageError, match="bytes-pipe cannot carry batch:10"):
        probe_spec(replace(batch, channel="bytes-pipe"), launcher, 1)
