"""Runs with real probes, kept short; nothing here asserts a speed."""

from __future__ import annotations

import io
import math
import os
import re
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tests.support.passes import measured as measure
from tests.support.processes import descendants, open_descriptors

import ipcbench
from ipcbench.analysis.groups import read_groups
from ipcbench.commands.resolve import resolve
from ipcbench.commands.run import RunResult, plan_run
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.live_case import LiveCase
from ipcbench.launch.probe import Probe
from ipcbench.measure.run.progress import RunStatus
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.progress.display import Display, progress_on
from ipcbench.progress.lines import Lines
from ipcbench.record.histogram import counts_of
from ipcbench.record.run import read_run
from ipcbench.report.wording import stopped
from ipcbench.statistics.estimates import Estimate

HERE = str(Path(__file__).parents[2])
ROUGH_S = {"pipe": 50e-6, "queue": 150e-6, "os-pipe": 10e-6, "null": 1e-6}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    request = {"channel": "pipe,queue", "workload": "stream,ping-pong", "size": "64"}
    with pytest.MonkeyPatch.context() as patch:
        # A first, rough figure is four times another one's by luck, where much else runs: not near any more.
        patch.setattr(LiveCase, "learn_rough_s", lambda live: ROUGH_S[live.case.channel])
        return measure(tmp_path_factory.mktemp("results"), request, launches=18)


def test_every_case_is_launched_in_each_of_the_first_passes(result: RunResult) -> None:
    for group in read_groups(read_run(result.path)):
        for case in group.cases.values():
            passes = [launch.pass_number for launch in case.record.launches]
            assert passes[:5] == [0, 1, 2, 3, 4]
            assert passes == sorted(set(passes))


def test_loops_and_the_null_channel_live_in_the_group(result: RunResult) -> None:
    for group in read_groups(read_run(result.path)):
        assert set(group.cases) == {"pipe", "queue", "os-pipe", "null"}
        assert {case.case.channel for case in group.asked} == {"pipe", "queue"}


def test_compared_channels_that_are_about_as_fast_send_the_same_number_of_messages(result: RunResult) -> None:
    for group in read_groups(read_run(result.path)):
        for launches in zip(*(case.record.launches for case in group.asked), strict=True):
            assert len({launch.messages for launch in launches}) == 1


def test_arms_of_a_launch_have_a_trial_in_each_block(result: RunResult) -> None:
    for group in read_groups(read_run(result.path)):
        for case in group.cases.values():
            for launch in case.record.launches:
                trials = {len(each.by_pass[launch.pass_number]) for each in (case, group.reference)}
                assert trials == {launch.trials}


def test_after_the_first_passes_only_what_was_asked_for_is_launched(result: RunResult) -> None:
    for group in read_groups(read_run(result.path)):
        for case in group.cases.values():
            assert case.record.asked or len(case.by_pass) == 5
        assert len(group.cases["queue"].by_pass) == len(group.cases["pipe"].by_pass) > 5


def test_every_round_trip_is_in_the_histogram(result: RunResult) -> None:
    ping_pong = read_groups(read_run(result.path))[1].cases["pipe"]
    for launch in ping_pong.record.launches:
        assert launch.round_trips_hdr is not None
        assert counts_of(launch.round_trips_hdr)[1].sum() == launch.messages * launch.trials


def test_every_sample_is_a_positive_time(result: RunResult) -> None:
    for group in read_groups(read_run(result.path)):
        for case in group.cases.values():
            assert all((np.array(data) > 0).all() for data in case.by_pass.values())


def test_a_stream_says_how_fast_messages_were_accepted(result: RunResult) -> None:
    queue = read_groups(read_run(result.path))[0].cases["queue"]
    for launch in queue.record.launches:
        assert len(launch.also_s["accepted"]) == launch.trials


def test_the_sender_gets_ahead_of_the_receiver_by_a_backlog(result: RunResult) -> None:
    group = read_groups(read_run(result.path))[0]
    for case in group.asked:
        assert case.largest_backlog is not None
        assert 0 <= case.largest_backlog <= max(launch.messages for launch in case.record.launches)
    # Nobody asked for the loops: they are not counted.
    assert group.cases["os-pipe"].largest_backlog is None


def test_every_launch_says_what_its_messages_cost_either_end(result: RunResult) -> None:
    for group in read_groups(read_run(result.path)):
        for case in group.cases.values():
            assert set(case.costs) == {"sender", "receiver"}
            for costs in case.costs.values():
                assert math.isfinite(costs.cpu_s)
                assert costs.peak_rss_bytes > 1 << 20
        assert all(costs.cpu_s > 0 for costs in group.cases["pipe"].costs.values())


def test_a_queues_feeder_is_counted_to_the_sender(result: RunResult) -> None:
    # A sender that only appended to a buffer would never write: the feeder's system time would be missing.
    group = read_groups(read_run(result.path))[1]
    assert group.cases["queue"].costs["sender"].voluntary_switches > 0.5


def test_a_run_says_what_stopped_it(result: RunResult) -> None:
    run = read_run(result.path).ipcbench
    assert run is not None
    assert run.precision == 0.001
    assert run.stopped_by == "time"
    assert list(run.stopped.values()) == ["time", "time"]


def test_a_run_that_has_as_many_launches_as_a_record_holds_ends_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipcbench.plan.matrix.MOST_LAUNCHES", 4)
    stored = measure(tmp_path, {"channel": "null", "workload": "stream", "size": "64"}, launches=50)
    run = read_run(stored.path).ipcbench
    assert run
    assert run.stopped_by == "launches"
    assert "as often launched as a record holds before that: stream 64B" in stopped(run)


def test_launches_stand_in_the_order_of_their_times(result: RunResult) -> None:
    for group in read_groups(read_run(result.path)):
        times = [launch.at_s or 0.0 for launch in group.cases["pipe"].record.launches]
        assert times == sorted(times)
        assert times[0] > 0


def test_the_document_holds_the_facts_that_figures_depend_on(result: RunResult) -> None:
    run = read_run(result.path).ipcbench
    assert run is not None
    (facts,) = run.targets.values()
    assert {"gil_enabled", "pickle_protocol", "switch_interval_s", "pipe_buffer_bytes", "build"} <= set(facts)
    assert {"cpu", "usable_cores", "kernel"} <= set(run.host)
    assert {"id", "dirty"} <= set(read_run(result.path).commit_info)


def test_the_journal_is_gone_once_the_document_is_stored(result: RunResult) -> None:
    assert not list(result.path.parent.glob("journal/*"))


def test_the_same_seed_has_the_same_order_of_launches(tmp_path: Path, result: RunResult) -> None:
    again = measure(
        tmp_path, {"channel": "pipe,queue", "workload": "stream,ping-pong", "size": "64"}, launches=12
    )
    orders = [each.document["ipcbench"]["order"] for each in (again, result)]
    # Of the five first passes: who comes next after them hangs on what launches cost.
    assert orders[0][:10] == orders[1][:10]
    assert len(orders[0]) >= 10


def test_a_handoff_is_measured_with_its_stages(tmp_path: Path) -> None:
    result = measure(tmp_path, {"channel": "pipe", "workload": "handoff"})
    (group,) = read_groups(read_run(result.path))
    assert set(group.cases) == {"pipe", "os-pipe"}
    for launch in group.cases["pipe"].record.launches:
        assert set(launch.also_s) == {"create", "start", "message", "end"}


def test_a_case_that_fails_leaves_the_others_measured(tmp_path: Path) -> None:
    fails = "tests.support.channels:FailsLater"
    result = measure(tmp_path, {"channel": f"pipe,{fails}", "workload": "stream", "size": "64"})
    (why,) = result.failures.values()
    assert "boom" in why
    assert fails in why
    (group,) = read_groups(read_run(result.path))
    assert len(group.cases["pipe"].by_pass) >= 5


def test_a_channel_that_loses_messages_fails_with_the_count(tmp_path: Path) -> None:
    result = measure(
        tmp_path, {"channel": "tests.support.channels:Lossy", "workload": "stream", "size": "64"}
    )
    (why,) = result.failures.values()
    assert "of 64 messages 6 were lost" in why


def test_a_channel_that_cannot_be_opened_fails_with_its_own_words(tmp_path: Path) -> None:
    result = measure(
        tmp_path, {"channel": "tests.support.channels:Unwilling", "workload": "stream", "size": "64"}
    )
    (why,) = result.failures.values()
    assert "ValueError: not today" in why


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    before = open_descriptors(), descendants(os.getpid())
    measure(
        tmp_path,
        {"channel": "pipe", "workload": "stream", "size": "64", "start_method": "forkserver"},
        launches=2,
    )
    assert (open_descriptors(), descendants(os.getpid())) == before


def outlook(pass_number: int = 0, channel: str = "pipe,queue", estimate: Estimate | None = None) -> RunStatus:
    cases, _ = resolve({"channel": channel, "workload": "stream", "size": "64"})
    (group,) = plan_run(cases, seed=1).groups
    return RunStatus(
        group=group,
        pass_number=pass_number,
        launches=2 * pass_number,
        elapsed_s=3.0,
        max_time_s=10.0,
        precise=1,
        groups=4,
        precision=0.025,
        estimates={cases[-1]: estimate},
    )


def test_progress_names_passes_and_failures() -> None:
    stream = io.StringIO()
    lines = progress_on(stream)
    assert isinstance(lines, Lines)
    lines.launching(outlook(0))
    lines.launching(outlook(0))
    lines.launching(outlook(1))
    lines.failed("pipe: boom")
    lines.finished(3.0)
    assert stream.getvalue().splitlines() == [
        "pass 1: 1 of 4 groups within ±2.5% after 0 launches, 3 of 10 s",
        "pass 2: 1 of 4 groups within ±2.5% after 2 launches, 3 of 10 s",
        "failed: pipe: boom",
        "measured for 3 s",
    ]


@pytest.mark.parametrize(
    ("channel", "estimate", "text"),
    [
        ("pipe,queue", None, "not yet measured"),
        ("pipe,queue", Estimate(1.5, None, None, 3), "1.50× pipe's time (3 of 5 launches for an interval)"),
        ("pipe,queue", Estimate(1.5, 1.4, 1.6, 8), "1.50× pipe's time ±6.9% (8 launches)"),
        ("pipe", Estimate(2e-6, 1.9e-6, 2.1e-6, 8), "2 µs ±5.1% (8 launches)"),
    ],
)
def test_the_display_shows_group_time_and_intervals(
    channel: str, estimate: Estimate | None, text: str
) -> None:
    stream = io.StringIO()
    display = Display(stream, force_terminal=True, width=100)
    display.launching(outlook(1, channel, estimate))
    shown = stream.getvalue()
    display.finished(4.0)
    assert text in shown
    assert "now: stream 64B fork" in shown
    assert "3 s gone, at most 7 s left" in shown
    assert "measured for 4 s" in stream.getvalue()


@pytest.mark.parametrize(("name", "has_colours"), [("NO_COLOR", False), ("FORCE_COLOR", True)])
def test_the_display_has_colours_as_terminals_are_told(
    name: str, *, has_colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv(name, "1")
    stream = io.StringIO()
    # A stream that is no terminal is taken for one by FORCE_COLOR alone.
    display = Display(stream, force_terminal=None if has_colours else True, width=100)
    display.launching(outlook())
    display.failed("pipe: boom")
    display.finished(1.0)
    colours = re.findall(r"\x1b\[[\d;]*3[0-8][\d;]*m", stream.getvalue())
    assert bool(colours) == has_colours


def test_the_display_draws_nothing_between_two_launches() -> None:
    stream = io.StringIO()
    display = Display(stream, force_terminal=True, width=100)
    threads = threading.active_count()
    display.launching(outlook())
    drawn = len(stream.getvalue())
    # No thread redraws it: what is timed meanwhile has the machine to itself.
    assert threading.active_count() == threads
    time.sleep(0.3)
    assert len(stream.getvalue()) == drawn
    display.finished(1.0)


def test_a_failure_stays_on_the_screen() -> None:
    stream = io.StringIO()
    display = Display(stream, force_terminal=True, width=100)
    display.launching(outlook())
    display.failed("pipe stream: [boom]")
    display.finished(1.0)
    assert "failed: pipe stream: [boom]" in stream.getvalue()


def test_a_channel_that_stalls_once_a_batch_is_quoted_by_its_sustained_time(tmp_path: Path) -> None:
    request = {"channel": "tests.support.channels:Stalls,pipe", "workload": "stream", "size": "64"}
    # Where other programs hold both processors, a single trial may take three times as long: more are asked.
    for launches in (15, 40, 80):
        (group,) = read_groups(read_run(measure(tmp_path, request, launches).path))
        stalls = next(case for case in group.asked if case.case.channel != "pipe")
        if stalls.sustained:
            break
    assert stalls.sustained is not None
    # It is 40 ms. What it comes out at says how busy the machine is as well, so only its size is asked for.
    assert 0.01 < stalls.sustained.fixed_s < 0.16
    assert stalls.seconds is not None
    # What a trial takes, divided by its messages, is mostly the stall.
    assert stalls.seconds.value < np.median(stalls.by_pass[0]) / 2


def test_every_pass_has_launchers_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    enter = Launcher.__enter__

    def noted(self: Launcher) -> Launcher:
        found = enter(self)
        started.append(self._process.pid)
        return found

    monkeypatch.setattr(Launcher, "__enter__", noted)
    result = measure(tmp_path, {"channel": "null", "workload": "stream", "size": "64"})
    (group,) = read_groups(read_run(result.path))
    assert len(set(started)) == len(group.cases["null"].by_pass) >= 3


def test_what_is_compared_has_one_heap_and_each_launch_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[tuple[str, int]] = []
    launch = Launcher.launch

    def noted(self: Launcher, spec: ProbeSpec) -> Probe:
        seeds.append((spec.channel, spec.seed))
        return launch(self, spec)

    monkeypatch.setattr(Launcher, "launch", noted)
    measure(tmp_path, {"channel": "pipe,null", "workload": "stream", "size": "64"})
    by_channel = [
        [seed for name, seed in seeds if name == "null"],
        [seed for name, seed in seeds if name == "pipe"],
    ]
    assert by_channel[0] == by_channel[1]
    assert len(set(by_channel[0])) == len(by_channel[0]) >= 3


def test_round_trips_are_timed_after_a_lead_whose_first_met_a_pause(result: RunResult) -> None:
    ping_pong = read_groups(read_run(result.path))[1].cases["pipe"]
    for launch in ping_pong.record.launches:
        assert 2 <= launch.untimed <= 21
        assert len(launch.after_pause_s) == launch.trials
        timed = launch.trials * launch.messages
        assert counts_of(launch.round_trips_hdr or "")[1].sum() == timed


def test_some_trials_of_what_was_asked_for_are_longer(result: RunResult) -> None:
    for group in read_groups(read_run(result.path)):
        for case in group.cases.values():
            longer = {row.pass_number for row in case.record.launches if row.longer}
            told = [number for number in case.by_pass if number < 5 or number % 3 == 0]
            assert sorted(longer) == (told if case.record.asked else [])
            # Four and sixteen times as long, or what time there is for on this machine.
            factors = [n / row.messages for row in case.record.launches[:5] for n, _ in row.longer]
            assert all(2 <= factor <= most for factor, most in zip(factors, (4, 16, 4, 4, 4), strict=False))


def test_what_goes_in_batches_is_recorded_by_the_message(tmp_path: Path) -> None:
    ipcbench.run(
        channel="pipe", workload="stream", size=64, payload=["bytes", "batch:50"], seconds=0.1,
        results=str(tmp_path),
    )  # fmt: skip
    (stored,) = tmp_path.glob("0001_*.json")
    each, batch = (group.reference for group in read_groups(read_run(stored)))
    assert all(row.messages % 50 == 0 for row in batch.record.launches)
    assert each.rate
    assert batch.rate
    assert batch.rate.value > 2 * each.rate.value
    assert batch.costs["sender"].cpu_s < each.costs["sender"].cpu_s / 2
    assert batch.largest_backlog is None or batch.largest_backlog % 50 == 0
