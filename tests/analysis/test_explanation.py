"""Timeline and ladder put together, on figures that are made up."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.analysis.test_timeline import PIPE, batch

from ipcbench.analysis.explanation import Traces, explain
from ipcbench.analysis.ladder import climb
from ipcbench.measure.trace import is_explainable, rungs_up_to
from ipcbench.report.charts.canvas import save
from ipcbench.report.charts.waterfall import draw, title
from ipcbench.report.tables.explanation import explanation_text, explanations_json

LAUNCHES = 6
#: The same way without pickling.
BYTES_PIPE: Any = {
    "send_called": [100, 1100],
    "pickled": [101, 1101],
    "header_read": [131, 1171],
    "body_read": [141, 1181],
    "receive_returned": [144, 1187],
}


def blocks(seconds: float) -> list[np.ndarray]:
    rng = np.random.default_rng(round(seconds * 1e9))
    return [seconds + rng.normal(0, 1e-7, 8) for _ in range(LAUNCHES)]


def traces(**changed: Any) -> Traces:
    stamped: Any = [batch(**PIPE)] * LAUNCHES
    usual = Traces(
        channel="pipe",
        payload_bytes=1024,
        interval_s=1e-3,
        conditions="fork, split, Python 3.11.7",
        machine="Imaginary 9000, 2 cores",
        detailed=[],
        traced_rungs_s={"bytes-pipe": blocks(64e-6), "pipe": blocks(91.2e-6)},
        stamped_rungs={"bytes-pipe": [batch(**BYTES_PIPE)] * LAUNCHES, "pipe": stamped},
        rungs=rungs_up_to("pipe"),
        rungs_s={
            "os-pipe": blocks(20e-6),
            "framed-pipe": blocks(25e-6),
            "bytes-pipe": blocks(56e-6),
            "pipe": blocks(80e-6),
        },
    )
    return replace(usual, **changed)


def test_the_ladder_ends_at_the_channel_that_is_explained() -> None:
    assert list(rungs_up_to("pipe")) == ["os-pipe", "framed-pipe", "bytes-pipe", "pipe"]
    assert list(rungs_up_to("duplex-pipe")) == ["socketpair", "duplex-pipe"]
    assert list(rungs_up_to("joinable-queue"))[-2:] == ["queue", "joinable-queue"]
    assert rungs_up_to("queue-16") == {
        **rungs_up_to("simple-queue"),
        "queue-16": rungs_up_to("queue")["queue"],
    }
    assert list(filter(is_explainable, ("null", "os-pipe", "framed-pipe", "bytes-pipe", "queue-16"))) == [
        "bytes-pipe",
        "queue-16",
    ]


def test_each_step_is_the_difference_to_the_rung_below_in_the_same_block() -> None:
    drift = [np.array([1.0, 2.0, 3.0, 4.0]) * 1e-6 * (launch + 1) for launch in range(LAUNCHES)]
    steps = climb({"low": "", "high": ""}, {"low": drift, "high": [each + 5e-6 for each in drift]})
    assert steps[0].extra is None
    extra = steps[1].extra
    assert extra is not None
    assert [extra.low, extra.value, extra.high] == [pytest.approx(5e-6)] * 3


def test_both_instruments_are_compared_where_they_see_the_same_work() -> None:
    # 24 µs without stamps, 27.2 with them: two stamps more cost 3.2, as the five of the rung below cost 8;
    # pickling takes 19 µs more (10 and 30, less 1), unpickling 4 µs.
    (agreement,) = explain(traces()).agreements
    assert {name: each.value for name, each in agreement.stages.items()} == {
        "pickled": pytest.approx(19e-6),
        "unpickled": pytest.approx(4e-6),
    }
    assert agreement.what == "pickling and unpickling"
    assert agreement.agrees
    rungs = {**traces().rungs_s, "pipe": blocks(90e-6)}
    (contradiction,) = explain(traces(rungs_s=rungs)).agreements
    assert not contradiction.agrees
    assert "DISAGREE" in explanation_text(explain(traces(rungs_s=rungs)))


def test_the_two_largest_costs_are_told_in_a_sentence_each() -> None:
    found = explain(traces())
    assert [stage.name for stage in found.largest] == ["header read", "pickled"]
    text = explanation_text(found)
    assert "header read: 56% of the time; the message is written and the receiver" in text
    assert "pickled: 23% of the time; the message is pickled" in text


def test_stamps_that_disturb_too_much_tell_no_stages() -> None:
    found = explain(traces(traced_rungs_s={"pipe": blocks(95e-6)}))
    assert found.is_refused
    text = explanation_text(found)
    assert "no stages are told; accepted: a lower --rate" in text
    assert "where the time goes" not in text
    assert "the ladder" in text
    assert '"stages": []' in explanations_json([found])


@pytest.mark.parametrize(
    ("interval_s", "says"), [(1e-3, "paced: 1.00k messages/s"), (0.0, "hot: each message")]
)
def test_hot_and_paced_figures_are_labelled(interval_s: float, says: str) -> None:
    assert says in explanation_text(explain(traces(interval_s=interval_s)))


@pytest.mark.parametrize("traced_us", [88, 95])
def test_the_waterfall_is_drawn_with_its_conditions(tmp_path: Any, traced_us: int) -> None:
    svg, png = save(
        draw(explain(traces(traced_rungs_s={"pipe": blocks(traced_us * 1e-6)}))), tmp_path / "chart"
    )
    text = svg.read_text()
    for words in ("pipe, 1KiB, fork, split, Python 3.11.7", "Imaginary 9000", "paced", "bytes-pipe"):
        assert words in text
    assert ("no stages told" in text) == (traced_us == 95)
    # No axis of nothing.
    assert ("since the call of send" in text) == (traced_us != 95)
    assert png.stat().st_size > 10_000


def test_its_title_says_what_a_message_takes_and_the_largest_stage_each_with_its_interval() -> None:
    told = title(explain(traces()))
    assert re.match(
        r"Where the time goes: a message of 1KiB through pipe takes 80\.0 µs \[\S+ µs, \S+ µs\]; "
        r"largest stage: header read, mean \S+ [nµ]s \[.*\] in 100% of messages$",
        told,
    )


def test_where_no_stages_are_told_its_title_says_which_step_adds_most() -> None:
    told = title(explain(traces(traced_rungs_s={"pipe": blocks(95e-6)})))
    assert re.search(r"; most is added by .*, 31\.0 µs \[.*\]$", told)
