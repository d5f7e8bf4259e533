"""Runs with real probes, kept short; nothing here asserts a speed."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from tests.support.processes import descendants, open_descriptors

from ipcbench.analysis.results import read_groups
from ipcbench.measure.progress import Lines, Silent
from ipcbench.measure.request import Request, plan_cases, resolve
from ipcbench.measure.session import RunResult, measure_and_store
from ipcbench.record.latency import decode
from ipcbench.record.store import Store, read_document

HERE = str(Path(__file__).parents[2])


def measure(folder: Path, request: Request, seed: int = 1, max_time_s: float = 8) -> RunResult:
    cases, interpreters = resolve(request)
    plan = plan_cases(cases, seed=seed, max_time_s=max_time_s)
    return measure_and_store(plan, interpreters, Store(folder), progress=Silent(), import_path=[HERE])


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return measure(tmp_path_factory.mktemp("results"), Request("pipe,queue", "stream,ping-pong", "64"))


def test_every_case_is_launched_once_in_each_pass(result: RunResult) -> None:
    for group in read_groups(read_document(result.path)):
        for case in group.cases.values():
            assert [launch.pass_number for launch in case.record.launches] == [0, 1, 2, 3, 4]


def test_floors_and_the_null_channel_live_in_the_group(result: RunResult) -> None:
    for group in read_groups(read_document(result.path)):
        assert set(group.cases) == {"pipe", "queue", "os-pipe", "null"}
        assert {case.case.channel for case in group.asked} == {"pipe", "queue"}


def test_compared_channels_send_the_same_number_of_messages(result: RunResult) -> None:
    for group in read_groups(read_document(result.path)):
        for launches in zip(*(case.record.launches for case in group.asked), strict=True):
            assert len({launch.messages for launch in launches}) == 1


def test_arms_of_a_launch_have_a_trial_in_each_block(result: RunResult) -> None:
    for group in read_groups(read_document(result.path)):
        counts = {tuple(len(data) for data in case.by_pass.values()) for case in group.cases.values()}
        assert len(counts) == 1


def test_every_round_trip_is_in_the_histogram(result: RunResult) -> None:
    ping_pong = read_groups(read_document(result.path))[1].cases["pipe"]
    for launch in ping_pong.record.launches:
        assert launch.round_trips_hdr is not None
        assert decode(launch.round_trips_hdr).get_total_count() == launch.messages * launch.trials


def test_every_sample_is_a_positive_time(result: RunResult) -> None:
    for group in read_groups(read_document(result.path)):
        for case in group.cases.values():
            assert all((np.array(data) > 0).all() for data in case.by_pass.values())


def test_a_stream_says_how_fast_messages_were_accepted(result: RunResult) -> None:
    queue = read_groups(read_document(result.path))[0].cases["queue"]
    for launch in queue.record.launches:
        assert len(launch.also_s["accepted"]) == launch.trials


def test_the_document_holds_the_facts_that_figures_depend_on(result: RunResult) -> None:
    run = read_document(result.path).ipcbench
    assert run is not None
    (facts,) = run.targets.values()
    assert {"gil_enabled", "pickle_protocol", "switch_interval_s", "pipe_buffer_bytes", "build"} <= set(facts)
    assert {"cpu", "usable_cores", "kernel"} <= set(run.host)
    assert {"id", "dirty"} <= set(read_document(result.path).commit_info)


def test_the_journal_is_gone_once_the_document_is_stored(result: RunResult) -> None:
    assert not list(result.path.parent.glob("journal/*"))


def test_the_same_seed_has_the_same_order_of_launches(tmp_path: Path, result: RunResult) -> None:
    again = measure(tmp_path, Request("pipe,queue", "stream,ping-pong", "64"))
    assert again.document["ipcbench"]["order"] == result.document["ipcbench"]["order"]


def test_a_handoff_is_measured_with_its_stages(tmp_path: Path) -> None:
    result = measure(tmp_path, Request("pipe", "handoff"))
    (group,) = read_groups(read_document(result.path))
    assert set(group.cases) == {"pipe", "os-pipe"}
    for launch in group.cases["pipe"].record.launches:
        assert set(launch.also_s) == {"create", "start", "message", "end"}


def test_a_case_that_fails_leaves_the_others_measured(tmp_path: Path) -> None:
    fails = "tests.support.channels:FailsLater"
    result = measure(tmp_path, Request(f"pipe,{fails}", "stream", "64"))
    (why,) = result.failures.values()
    assert "boom" in why
    assert fails in why
    (group,) = read_groups(read_document(result.path))
    assert len(group.cases["pipe"].by_pass) == 5


def test_a_channel_that_loses_messages_fails_with_the_count(tmp_path: Path) -> None:
    result = measure(tmp_path, Request("tests.support.channels:Lossy", "stream", "64"))
    (why,) = result.failures.values()
    assert "of 64 messages 6 were lost" in why


def test_a_channel_that_cannot_be_opened_fails_with_its_own_words(tmp_path: Path) -> None:
    result = measure(tmp_path, Request("tests.support.channels:Unwilling", "stream", "64"))
    (why,) = result.failures.values()
    assert "ValueError: not today" in why


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    before = open_descriptors(), descendants(os.getpid())
    measure(tmp_path, Request("pipe", "stream", "64", start_method="forkserver"))
    assert (open_descriptors(), descendants(os.getpid())) == before


def test_progress_names_passes_and_failures() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    cases, _ = resolve(Request("pipe", "stream", "64"))
    (group,) = plan_cases(cases, seed=1).groups
    lines.launching(0, 0, 2, group, 0.0)
    lines.launching(0, 1, 2, group, 1.0)
    lines.launching(1, 2, 2, group, 2.0)
    lines.failed("pipe: boom")
    lines.finished(3.0)
    assert stream.getvalue().splitlines() == [
        "pass 1: launch 1 of 2 after 0 s",
        "pass 2: launch 3 of 2 after 2 s",
        "failed: pipe: boom",
        "measured for 3 s",
    ]
