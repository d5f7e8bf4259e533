"""What a command takes where nothing is said is the command's, whichever door it is called through."""

from __future__ import annotations

from ipcbench.commands.ab import plan_ab
from ipcbench.commands.explain import plan_explain
from ipcbench.plan.arms import parse_arms


def test_an_ab_without_sizes_has_those_that_its_help_names() -> None:
    cells = plan_ab(parse_arms({"a": ["heap=used"], "b": ["heap=kept"]}), {}).cells
    assert {cell.payload_bytes for cell in cells} == {64, 64 << 10, 1 << 20}
    assert {cell.channel for cell in cells} == {"pipe", "duplex-pipe", "queue"}


def test_an_explanation_without_a_channel_is_of_a_queue() -> None:
    (case,) = plan_explain({}).cases
    assert (case.channel, case.workload, case.payload_bytes) == ("queue", "stream", 1024)
