import re
from typing import Any

import msgspec
import numpy as np
import pytest
from tests.support.runs import case, document, small_run

from ipcbench.analysis.groups import read_groups
from ipcbench.record.run import Benchmark, CaseInfo, Samples
from ipcbench.report import wording
from ipcbench.report.tables.run import run_table
from ipcbench.statistics.estimates import Estimate


def table_of(*cases: object) -> str:
    return run_table(read_groups(document(*cases)))  # type: ignore[arg-type]


def test_placement_start_method_and_python_stand_over_every_table() -> None:
    table = run_table(read_groups(small_run()))
    assert "stream, fork, split, Python 3.11.7" in table
    assert "ping-pong, fork, split, Python 3.11.7" in table


def test_who_beats_his_reference_loop_is_told_with_the_reason_that_was_counted() -> None:
    """As a duplex Pipe at 64 KiB: the raw loop fills the socket's buffer and sleeps for every message."""
    loop = case("socketpair", seconds=2e-5, asked=False)
    table = table_of(case("duplex-pipe", seconds=1e-5, reference_loop="socketpair"), loop)
    assert "beats its loop, socketpair" in next(
        line for line in table.splitlines() if " duplex-pipe " in line
    )
    slower = table_of(case("duplex-pipe", seconds=3e-5, reference_loop="socketpair"), loop)
    assert "beats" not in slower
    assert wording.beats("socketpair", 1.9, 0.4) == (
        "beats its loop, socketpair, whose ends sleep 1.9 times a message, its own 0.4 times"
    )
    assert wording.beats("socketpair", 0.4, 1.9) == wording.beats("socketpair", None, None)


def test_a_row_has_rate_ratio_and_share_of_the_loop() -> None:
    row = next(line for line in run_table(read_groups(small_run())).splitlines() if " queue " in line)
    assert "1.50× [1.50, 1.50]" in row
    assert "33%" in row


def test_the_reference_has_no_ratio_to_itself() -> None:
    row = next(line for line in run_table(read_groups(small_run())).splitlines() if " pipe " in line)
    assert "×" not in row


def test_what_was_added_to_compare_with_stands_in_brackets() -> None:
    assert "(os-pipe)" in run_table(read_groups(small_run()))


def test_percentiles_too_far_out_are_not_available() -> None:
    few = table_of(case("pipe", "ping-pong", round_trips=30))
    row = [line for line in few.splitlines() if " pipe " in line][-1]
    # Of 30 messages a launch 3 lie beyond p90, 0.3 beyond p99.
    assert row.count("n/a") == 2


def test_no_figure_is_cut_short_however_long_its_row() -> None:
    channel = "a.very.long.package.of.channels.module:" + "Channel" * 12
    table = table_of(case("pipe"), case(channel, seconds=1.2345e-5))
    assert "…" not in table
    assert channel in table


def test_five_launches_are_needed_for_an_interval() -> None:
    assert "±" not in table_of(case("pipe", launches=4))
    assert "±" in table_of(case("pipe", launches=5))


def test_without_pipe_the_first_channel_is_the_reference() -> None:
    assert "time to duplex-pipe's" in table_of(case("duplex-pipe"), case("queue", seconds=2e-5))


def test_a_handoff_has_no_volume() -> None:
    table = table_of(case("pipe", "handoff", seconds=0.01))
    assert "MB/s" not in table
    assert "10.0 ms" in table


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2.5e-9, "2.50 ns"),
        (12e-6, "12.0 µs"),
        (0.5, "500 ms"),
        (3.0, "3.00 s"),
        (1e-12, "0.00 ns"),
        (0.0, "0 s"),
    ],
)
def test_times_are_written_with_three_digits_and_a_unit(seconds: float, text: str) -> None:
    assert wording.seconds(seconds) == text


def test_a_margin_is_half_the_interval_on_the_log_scale() -> None:
    assert wording.margin(Estimate(1.0, 1 / 1.1, 1.1, 5)) == " ±10%"
    assert wording.margin(Estimate(1.0, None, None, 4)) == ""


def test_the_table_says_what_stopped_each_group() -> None:
    run = small_run().ipcbench
    assert run is not None
    run = msgspec.structs.replace(
        run, precision=0.05, stopped_by="time", stopped={"a 64B": "precision", "b 1KiB": "time"}
    )
    last = run_table(read_groups(small_run()), run).splitlines()[-1]
    assert last == (
        "stopped by time after 5 s; 1 of 2 groups are within ±5%; out of time before that: b 1KiB"
    )


def test_old_documents_do_not_say_what_stopped_them() -> None:
    run = small_run().ipcbench
    assert "stopped" not in run_table(read_groups(small_run()), run)


def test_cases_whose_launches_differ_are_called_unstable() -> None:
    steady = case("pipe")
    record = steady.extra_info.ipcbench
    assert record is not None
    data = [value * factor for factor in (1, 1.5, 1, 1.5, 1) for value in [1e-5] * 4]
    wild = msgspec.structs.replace(steady, stats=Samples(data))
    assert "unstable" not in table_of(steady)
    assert "unstable" in table_of(wild)


def test_cases_that_never_became_steady_are_called_unstable() -> None:
    steady = case("pipe")
    record = steady.extra_info.ipcbench
    assert record is not None
    launches = [msgspec.structs.replace(launch, steady=False) for launch in record.launches]
    record = msgspec.structs.replace(record, launches=launches)
    assert "unstable" in table_of(msgspec.structs.replace(steady, extra_info=CaseInfo(record)))


def test_a_ratio_that_decides_nothing_is_called_inconclusive() -> None:
    queue = case("queue")
    data = [1e-5 * factor for factor in (0.8, 1.3, 0.9, 1.2, 1.0) for _ in range(4)]
    assert "inconclusive" in table_of(case("pipe"), msgspec.structs.replace(queue, stats=Samples(data)))
    assert "inconclusive" not in table_of(case("pipe"), case("queue"))


def test_far_ratios_keep_two_digits() -> None:
    assert wording.ratio(Estimate(0.00321, 0.003, 0.0034, 6)) == "0.0032× [0.003, 0.0034]"


def at_1mib(channel: str, seconds: float, heap: str = "used", **more: Any) -> Benchmark:
    return case(channel, size=1 << 20, seconds=seconds, heap=heap, holds=True, **more)


def test_where_memory_is_kept_stands_beside_what_it_is_without() -> None:
    table = table_of(
        at_1mib("pipe", 2e-3),
        at_1mib("queue", 3e-3),
        at_1mib("pipe", 5e-4, "kept", asked=False),
        at_1mib("queue", 1e-3, "kept", asked=False),
    )
    pipe, queue = (
        next(line for line in table.splitlines() if f" {name} " in line) for name in ("pipe", "queue")
    )
    assert "501 µs, 0.25× [0.25, 0.25]" in pipe
    assert "1.00 ms, 0.33× [0.33, 0.33]" in queue
    assert "1.50× [1.50, 1.50]" in queue
    assert "(pipe" not in table


def test_states_that_were_asked_for_have_rows_of_their_own() -> None:
    table = table_of(at_1mib("pipe", 2e-3), at_1mib("pipe", 5e-4, "kept"))
    assert "time to pipe's" in table
    assert "0.25× [0.25, 0.25]" in next(line for line in table.splitlines() if " pipe heap=kept " in line)


def test_a_state_that_is_not_the_usual_one_stands_over_the_table() -> None:
    title, *_ = table_of(case("pipe", heap="fresh", holds=False)).splitlines()
    assert title.rstrip() == "stream, fork, split, heap=fresh, holds=0, Python 3.11.7"
    assert "heap" not in table_of(case("pipe", heap="used", holds=True))
    assert "heap" not in table_of(case("pipe"))


def test_page_faults_of_either_end_stand_beside_the_time() -> None:
    row = next(line for line in table_of(at_1mib("pipe", 2e-3, faults=247)).splitlines() if " pipe " in line)
    assert "0 + 247" in row


def test_launches_that_fall_into_regimes_are_named() -> None:
    few, many = at_1mib("queue", 1.5e-3, faults=258), at_1mib("queue", 2.6e-3, faults=752)
    assert few.extra_info.ipcbench is not None
    assert many.extra_info.ipcbench is not None
    rows = [*few.extra_info.ipcbench.launches, *many.extra_info.ipcbench.launches]
    record = msgspec.structs.replace(
        few.extra_info.ipcbench,
        launches=[msgspec.structs.replace(row, pass_number=number) for number, row in enumerate(rows)],
    )
    both = msgspec.structs.replace(
        few, extra_info=CaseInfo(ipcbench=record), stats=Samples(data=few.stats.data + many.stats.data)
    )
    told = "by its heap 258 faults, 1.50 ms (5 launches) or 752 faults, 2.61 ms (5 launches)"
    assert told in table_of(both)
    assert "by its heap" not in table_of(few)


def test_the_first_message_after_a_pause_is_a_figure_of_its_own() -> None:
    table = table_of(case("pipe", "ping-pong", seconds=4e-5, after_pause_s=1.5e-4))
    assert "after a pause" in table
    assert table.splitlines()[-1].rstrip().endswith("150 µs ±0.0%")
    assert "after a pause" not in table_of(case("pipe", "ping-pong"))


def test_a_stall_in_every_trial_is_named_and_no_message_s_time() -> None:
    """Each trial of 100 messages takes 42 ms and 2.5 µs a message."""
    stalling = case("pipe", seconds=42e-3 / 100 + 2.5e-6, longer=(1600, 42e-3 / 1600 + 2.5e-6))
    row = next(line for line in table_of(stalling).splitlines() if " pipe " in line)
    assert re.search(r"each trial has 4[12]\.\d ms besides", row)
    assert re.search(r" 2\.[345]\d µs", row)
    assert "422 µs" not in row
    plain = case("pipe", seconds=2.5e-6, longer=(1600, 2.5e-6))
    assert "besides" not in table_of(plain)


def test_a_ratio_to_a_case_that_stalls_is_of_sustained_times() -> None:
    table = table_of(
        case("pipe", seconds=5e-6, longer=(1600, 5e-6)),
        case("queue", seconds=42e-3 / 100 + 2.5e-6, longer=(1600, 42e-3 / 1600 + 2.5e-6)),
    )
    assert "0.49× [0.47, 0.50]" in next(line for line in table.splitlines() if " queue " in line)


def test_what_slowed_messages_stands_below_every_table_with_the_cases_it_slowed() -> None:
    hook = "a trace hook (coverage.CTracer)"
    both = table_of(case("pipe", slowdowns=[hook]), case("queue", slowdowns=[hook]))
    assert f"slowed by {hook}: every case" in both
    one = table_of(case("pipe"), case("queue", slowdowns=[hook]))
    assert f"slowed by {hook}: queue stream" in one
    assert "slowed by" not in table_of(case("pipe"))


def test_a_harness_that_costs_more_than_a_twentieth_of_the_fastest_case_is_named() -> None:
    def beside(share: float) -> str:
        null = case("null", seconds=share * 1e-5, asked=False)
        return table_of(case("pipe", seconds=1e-5), case("queue", seconds=3e-5), null)

    assert "the harness itself (`null`) takes 6% of the fastest case" in beside(0.06)
    assert "the harness itself" not in beside(0.04)


def test_trials_in_two_modes_are_named_with_both() -> None:
    several = case("pipe", seconds=2e-6, launches=12)
    rng = np.random.default_rng(1)
    slow = rng.random(len(several.stats.data)) < 0.4
    data = np.where(slow, 4e-5, 2e-6) * np.exp(rng.normal(0, 0.05, len(slow)))
    row = next(
        line
        for line in table_of(msgspec.structs.replace(several, stats=Samples(data.tolist()))).splitlines()
        if " pipe " in line
    )
    assert re.search(r"two modes: (1\.9\d|2\.0\d) µs and (39|40|41)\.\d µs", row)
