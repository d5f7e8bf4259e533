"""Stages from stamps, on batches that are made up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ipcbench.analysis import timeline


def batch(**moments: list[int]) -> dict[str, dict[str, list[int]]]:
    """Stamps in microseconds by moment (blanks written as `_`)."""
    return {moment.replace("_", " "): {"wall": [at * 1000 for at in row]} for moment, row in moments.items()}


PIPE: Any = {
    "send_called": [100, 1100],
    "pickled": [110, 1130],
    "written": [160, 1150],
    "send_returned": [170, 1151],
    "header_read": [140, 1200],
    "body_read": [150, 1210],
    "unpickling_begun": [151, 1211],
    "unpickled": [155, 1215],
    "receive_returned": [157, 1220],
}


def by_name(*batches: Any, detailed: Any = ()) -> dict[str, timeline.Stage]:
    return {stage.name: stage for stage in timeline.stages(batches, detailed)}


def test_stages_of_the_way_add_up_and_the_others_are_kept_apart() -> None:
    found = by_name(batch(**PIPE))
    way = [stage for stage in found.values() if stage.on_path]
    assert sum(stage.mean.value for stage in way) == pytest.approx((57e-6 + 120e-6) / 2)
    assert timeline.unaccounted_s(batch(**PIPE)) == 0
    # The first write ends after the receiver has read: it overlaps, and is added to nothing.
    assert not found["write call"].on_path
    assert found["write call"].mean.value == pytest.approx((50e-6 + 20e-6) / 2)


def test_without_a_feeder_the_sender_does_its_part() -> None:
    found = by_name(batch(**PIPE))
    assert {found["pickled"].thread, found["write call"].thread} == {"sender"}


def test_a_message_without_a_moment_has_no_such_stage_and_loses_no_time() -> None:
    queue = {
        **PIPE,
        "feeder_awake": [104, 0],
        "taken_from_the_buffer": [105, 1120],
        "write_lock_held": [111, 1131],
    }
    found = by_name(batch(**queue))
    assert found["feeder awake"].share == 0.5
    assert found["feeder awake"].p50.value == pytest.approx(4e-6)
    assert found["taken from the buffer"].p50.value == pytest.approx(1e-6)
    assert found[timeline.QUEUED].p50.value == pytest.approx(20e-6)
    assert timeline.unaccounted_s(batch(**queue)) == 0


def test_launches_are_the_unit() -> None:
    rows = [{**PIPE, "pickled": [100 + each, 1100 + each]} for each in (5, 6, 7, 8, 9)]
    found = by_name(*(batch(**row) for row in rows))["pickled"]
    assert found.p50.value == pytest.approx(7e-6)
    assert [found.p50.low, found.p50.high] == [pytest.approx(5e-6), pytest.approx(9e-6)]
    assert by_name(*(batch(**row) for row in rows[:4]))["pickled"].p50.low is None


def test_a_stage_is_divided_into_work_waiting_for_a_core_and_waiting() -> None:
    stamped: Any = batch(send_called=[0], pickled=[10], receive_returned=[100])
    for moment, cpu_us, delay_us in (("send called", 0, 0), ("pickled", 4, 3), ("receive returned", 0, 0)):
        stamped[moment] |= {"cpu": [cpu_us * 1000], "delay": [delay_us * 1000]}
    stamped["send called"]["wall"] = [1000]
    found = by_name(stamped, detailed=[stamped])["pickled"]
    assert found.cpu_share == pytest.approx(4 / 9)
    assert found.delay_share == pytest.approx(3 / 9)
    assert found.waiting_share == pytest.approx(2 / 9)


def test_whole_times_are_from_call_to_return() -> None:
    np.testing.assert_allclose(timeline.whole_s(batch(**PIPE)), [57e-6, 120e-6])
