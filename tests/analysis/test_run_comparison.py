"""Two stored runs: what they can decide."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.charts import edited
from tests.support.runs import case, document, varied

from ipcbench.analysis.history import read_history
from ipcbench.analysis.run_comparison import FEWEST_RUNS, ComparedCell, compare_runs
from ipcbench.plan.coordinates import name_parts
from ipcbench.record.run import RunDocument
from ipcbench.statistics.decision import Rule, Verdict

RULE = Rule(0.05, 0.01)


def run(
    seconds: float = 1e-5, *, size: int = 64, loop_seconds: float | None = None, day: int = 1
) -> RunDocument:
    cases = [case("pipe", size=size, seconds=seconds, reference_loop="os-pipe" if loop_seconds else None)]
    if loop_seconds:
        cases.append(case("os-pipe", size=size, seconds=loop_seconds, asked=False))
    return varied(document(*cases), day=day)


def only(base: RunDocument, head: RunDocument, *history: RunDocument) -> ComparedCell:
    (row,) = compare_runs(base, head, RULE, history).rows
    return row


def verdict(row: ComparedCell) -> Verdict:
    assert row.decision
    return row.decision.verdict


def test_a_small_difference_of_sequential_runs_is_undecided_however_narrow_each_is() -> None:
    row = only(run(1e-5), run(1.1e-5, day=2))
    assert verdict(row) is Verdict.INCONCLUSIVE
    assert row.decision
    assert row.decision.ratio == pytest.approx(1.1)


def test_a_gross_difference_is_a_regression_and_its_inverse_an_improvement() -> None:
    assert verdict(only(run(1e-5), run(3e-5, day=2))) is Verdict.REGRESSED
    assert verdict(only(run(3e-5), run(1e-5, day=2))) is Verdict.IMPROVED


def test_where_the_loop_moved_too_it_was_the_machine() -> None:
    row = only(run(1e-5, loop_seconds=1e-6), run(2e-5, loop_seconds=2e-6, day=2))
    assert row.spread
    assert row.spread.normalised
    assert row.decision
    assert row.decision.ratio == pytest.approx(1.0)


def test_an_adjusted_ratio_never_turns_the_sign_of_what_was_measured() -> None:
    slower = only(run(1e-5, loop_seconds=1e-6), run(1.91e-5, loop_seconds=2.9e-6, day=2))
    assert verdict(slower) is Verdict.INCONCLUSIVE
    assert slower.ratio == pytest.approx(1.91)
    assert slower.undecided
    assert "1.910 times as long and one of the loop 2.900 times" in slower.undecided
    faster = only(run(1.91e-5, loop_seconds=2.9e-6), run(1e-5, loop_seconds=1e-6, day=2))
    assert verdict(faster) is Verdict.INCONCLUSIVE


def test_a_message_that_takes_longer_than_the_threshold_never_passes_for_its_loop_did_too() -> None:
    history = [
        run(1e-5 * wave, loop_seconds=1e-6 * wave, day=day)
        for day, wave in enumerate([1.0, 1.3, 0.8, 1.2, 0.9, 1.1, 1.0], 1)
    ]
    row = only(history[-1], run(1.5e-5, loop_seconds=1.5e-6, day=20), *history)
    assert row.spread
    assert row.spread.normalised
    assert verdict(row) is Verdict.INCONCLUSIVE
    assert verdict(only(history[-1], run(1.02e-5, loop_seconds=1.02e-6, day=20), *history)) is (
        Verdict.NOT_SLOWER
    )


@given(st.floats(0.2, 5), st.floats(0.2, 5))
def test_verdicts_of_two_runs_agree_with_the_time_a_message_takes(channel: float, loop: float) -> None:
    row = only(run(1e-5, loop_seconds=1e-6), run(channel * 1e-5, loop_seconds=loop * 1e-6, day=2))
    assert row.ratio == pytest.approx(channel)
    assert row.decision
    said = verdict(row)
    assert channel > 1 or said not in {Verdict.REGRESSED, Verdict.WITHIN}
    assert channel < 1 or said is not Verdict.IMPROVED
    assert channel < 1.05 or said not in {Verdict.NOT_SLOWER, Verdict.WITHIN}
    assert row.decision.ratio == pytest.approx(channel / loop)


def test_a_middle_size_is_not_divided_by_its_loop() -> None:
    base = run(1e-4, size=64 << 10, loop_seconds=1e-5)
    row = only(base, run(1e-4, size=64 << 10, loop_seconds=3e-5, day=2))
    assert row.spread
    assert not row.spread.normalised


def test_a_launch_that_was_disturbed_regresses_nothing_however_alike_the_runs_before_were() -> None:
    history = [run(1e-5 * (1 + 0.001 * (day % 3)), day=day) for day in range(1, 3 * FEWEST_RUNS)]
    head = run(1e-5, day=28)
    assert verdict(only(history[-1], head, *history)) is Verdict.NOT_SLOWER
    one, trials = head.benchmarks[0], head.benchmarks[0].extra_info.ipcbench.launches[0].trials  # type: ignore[union-attr]
    data = [seconds * 3 if at < trials else seconds for at, seconds in enumerate(one.stats.data)]
    disturbed = msgspec.structs.replace(one, stats=msgspec.structs.replace(one.stats, data=data))
    row = only(history[-1], msgspec.structs.replace(head, benchmarks=[disturbed]), *history)
    assert row.ratio
    assert row.ratio > 1.2
    assert verdict(row) is Verdict.INCONCLUSIVE


def test_enough_stored_runs_of_the_same_environment_tell_the_spread() -> None:
    history = [run(1e-5 * (1 + 0.001 * (day % 3)), day=day) for day in range(1, FEWEST_RUNS + 1)]
    assert verdict(only(history[-1], run(1.2e-5, day=20), *history)) is Verdict.REGRESSED
    assert verdict(only(history[-1], run(1e-5, day=20), *history)) is Verdict.NOT_SLOWER
    elsewhere = [varied(one, kernel="5.4") for one in history]
    assert verdict(only(history[-1], run(1.2e-5, day=20), *elsewhere)) is Verdict.INCONCLUSIVE


def test_a_cell_that_is_missing_is_a_row_without_a_decision() -> None:
    base = document(case("pipe"), case("queue"))
    compared = compare_runs(base, document(case("pipe"), case("pipe", size=128)), RULE)
    assert [row.failure for row in compared.rows] == [None, "missing in the later run"]
    assert compared.added == ["pipe stream 128B fork split"]


def test_a_case_that_failed_halfway_is_not_compared_by_what_it_gave_before() -> None:
    broken = document(case("pipe", failure="lost 3 messages"), case("queue"))
    whole = document(case("pipe"), case("queue"))
    assert [row.failure for row in compare_runs(whole, broken, RULE).rows] == [
        "failed in the later run: lost 3 messages",
        None,
    ]
    assert compare_runs(broken, whole, RULE).rows[0].failure == "failed in the earlier run: lost 3 messages"


def test_why_a_case_gave_nothing_is_said_across_pythons_too() -> None:
    base = document(case("pipe"), case("queue"))
    record = case("queue", python="3.13.0").extra_info.ipcbench
    assert record is not None
    head = document(case("pipe", python="3.13.0"), failures={" ".join(name_parts(record.case)): "killed"})
    assert [row.failure for row in compare_runs(base, head, RULE).rows] == [None, "killed"]


def test_a_run_of_few_launches_is_less_sure_than_one_of_many() -> None:
    def width(launches: int) -> float:
        decision = only(run(), document(case("pipe", launches=launches))).decision
        assert decision
        return decision.high / decision.low

    assert width(1) > width(2) > width(5)


def test_a_run_that_something_slowed_is_not_compared_with_one_that_nothing_slowed() -> None:
    slowed = document(case("pipe", slowdowns=["-X dev"]))
    assert only(run(), slowed).failure == "slowed by -X dev in the later run only"
    assert only(slowed, run()).failure == "slowed by -X dev in the earlier run only"
    assert only(slowed, slowed).failure is None


def test_what_loses_messages_is_not_compared_by_the_time_of_what_came() -> None:
    lossy = document(edited(case("pipe"), lambda record: msgspec.structs.replace(record, lossy=True)))
    assert only(lossy, lossy).failure == "messages get lost on its way, so that its time is no comparison"
    assert not read_history([("one", lossy), ("two", lossy)]).series


def test_between_two_machines_nothing_is_decided_and_the_difference_is_named() -> None:
    compared = compare_runs(run(1e-5), varied(run(9e-5), cpu="Other"), RULE)
    assert compared.is_another_machine
    assert [str(each) for each in compared.differences] == ["cpu: Imaginary 9000 -> Other"]
    assert verdict(compared.rows[0]) is Verdict.INCONCLUSIVE


def test_another_kernel_is_named_but_compared() -> None:
    compared = compare_runs(run(1e-5), varied(run(9e-5), kernel="7.0"), RULE)
    assert [str(each) for each in compared.differences] == ["kernel: 6.1 -> 7.0"]
    assert verdict(compared.rows[0]) is Verdict.REGRESSED


def test_the_interval_shares_alpha_among_the_cells_of_a_run() -> None:
    one = compare_runs(document(case("pipe")), document(case("pipe")), RULE).rows[0].decision
    many = [case("pipe", size=size) for size in range(64, 84)]
    twenty = compare_runs(document(*many), document(*many), RULE).rows[0].decision
    assert one
    assert twenty
    assert math.log(twenty.low) < math.log(one.low)


def built(facts: dict[str, Any], *, seconds: float = 1e-5, day: int = 1) -> RunDocument:
    """A run whose interpreter has these facts."""
    made = run(seconds, day=day)
    assert made.ipcbench is not None
    return msgspec.structs.replace(
        made, ipcbench=msgspec.structs.replace(made.ipcbench, targets={"3.11.7": facts})
    )


def test_a_jit_that_is_on_in_one_run_only_decides_nothing() -> None:
    compared = compare_runs(built({"jit_enabled": False}), built({"jit_enabled": True}, seconds=3e-5), RULE)
    assert [str(each) for each in compared.differences] == ["JIT: off -> on"]
    assert verdict(compared.rows[0]) is Verdict.INCONCLUSIVE


def test_another_build_of_the_same_version_is_named_and_compared() -> None:
    builds = [{"compiler": "GCC 12.2.0", "build": build} for build in ("main May 9", "main May 10")]
    compared = compare_runs(built(builds[0]), built(builds[1], seconds=3e-5, day=2), RULE)
    assert compared.differences[0].fact == "builds of Python"
    assert verdict(compared.rows[0]) is Verdict.REGRESSED
