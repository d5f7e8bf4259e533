"""`ipcbench.lab` as a notebook has it."""

from __future__ import annotations

import sys

import pytest

from ipcbench import lab
from ipcbench.errors import CaseError, UsageError


@pytest.fixture(scope="module")
def found() -> lab.Measured:
    return lab.measure(channel="pipe,queue", size="64,1KiB", seconds=0.5)


def test_ratios_are_named_by_what_differs(found: lab.Measured) -> None:
    assert set(found.ratios("queue")) == {"64B", "1KiB"}
    assert set(found.ratios("queue", size="64B")) == {"64B"}
    assert all(ratio.value > 0 for ratio in found.ratios("queue", "pipe").values())
    assert set(found.cases("pipe", workload="stream")) == {"64B", "1KiB"}


def test_tables_pictures_and_conditions_come_with_it(found: lab.Measured) -> None:
    assert "stream, " in found.table()
    assert found.picture("ratio").png.startswith(b"\x89PNG")
    assert "Python" in found.conditions
    assert "Python" in lab.here()


def test_what_is_not_there_is_one_line_that_says_what_is(found: lab.Measured) -> None:
    with pytest.raises(UsageError, match=r"accepted: .*pipe"):
        found.ratios("socketpair")
    with pytest.raises(UsageError, match="accepted: channel, workload"):
        found.cases("pipe", colour="red")
    with pytest.raises(UsageError, match="0 charts are named 'x'"):
        found.picture("x")


def test_a_claim_is_printed_and_drawn(found: lab.Measured, capsys: pytest.CaptureFixture[str]) -> None:
    claim = lab.Claim("a Queue is a million times slower", low=1e6)
    assert lab.test(claim, found.ratios("queue"), found.conditions, figures="times").png
    assert capsys.readouterr().out.startswith("“a Queue is a million times slower”: ")


def test_a_case_that_fails_is_told_and_not_left_out() -> None:
    with pytest.raises(CaseError, match="boom"):
        lab.measure(channel="tests.support.channels:FailsLater", size="64", seconds=0.5)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts")
def test_counts_come_as_values() -> None:
    (counted,) = lab.count(channel="pipe", size="100")
    assert str(counted.counts["sender"]["writes"]) == "1"


def test_an_explanation_comes_as_values() -> None:
    assert lab.explain(channel="pipe", size="64", rate="500/s", launches=1).traces.channel == "pipe"
