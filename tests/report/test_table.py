import pytest
from tests.support.runs import case, document, small_run

from ipcbench.analysis.estimates import Estimate
from ipcbench.analysis.results import read_groups
from ipcbench.report import wording
from ipcbench.report.table import run_table


def table_of(*cases: object) -> str:
    return run_table(read_groups(document(*cases)))  # type: ignore[arg-type]


def test_placement_start_method_and_python_stand_over_every_table() -> None:
    table = run_table(read_groups(small_run()))
    assert "stream, fork, split, Python 3.11.7" in table
    assert "ping-pong, fork, split, Python 3.11.7" in table


def test_a_row_has_rate_ratio_and_share_of_the_floor() -> None:
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
    row = next(line for line in few.splitlines() if " pipe " in line)
    # Of 30 messages a launch 3 lie beyond p90, 0.3 beyond p99.
    assert row.count("n/a") == 2


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
    [(2.5e-9, "2.50 ns"), (12e-6, "12.0 µs"), (0.5, "500 ms"), (3.0, "3.00 s"), (1e-12, "0.00 ns")],
)
def test_times_are_written_with_three_digits_and_a_unit(seconds: float, text: str) -> None:
    assert wording.seconds(seconds) == text


def test_a_margin_is_half_the_interval_on_the_log_scale() -> None:
    assert wording.margin(Estimate(1.0, 1 / 1.1, 1.1, 5)) == " ±10%"
    assert wording.margin(Estimate(1.0, None, None, 4)) == ""
