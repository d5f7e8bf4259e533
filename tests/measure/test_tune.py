"""What a tuning tries, in which order, and what it says; launches are made up, but for the last test."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import msgspec
import pytest
from tests.support.cases import USUAL
from tests.support.tunings import FACTS, Machine

import ipcbench
from ipcbench.analysis.tuning import Tried, TuningResult, Worth, tuning_of
from ipcbench.commands.tune import plan_tune
from ipcbench.errors import UsageError
from ipcbench.launch.catalogue import channel_traits
from ipcbench.measure.ab.ab import ComparedArm
from ipcbench.measure.tune.knobs import contract, own, scheduling
from ipcbench.measure.tune.stages import MOST_LAUNCHES, Estimated
from ipcbench.plan.arms import Arm, ArmLabel
from ipcbench.plan.defaults import TUNE_TIME_S
from ipcbench.record.tuning import AS_IT_IS, AT_ONE_END, CONFIRMED, read_tuning
from ipcbench.report import kinds
from ipcbench.report.tables.tuning import tuning_text
from ipcbench.report.tuning import headline
from ipcbench.statistics.decision import LOOKS, Question, Rule, Verdict, interval

NOTHING = "env:IPCBENCH_NOTHING=1"
LARGE = {"channel": "duplex-pipe", "size": "1MiB"}


def found(machine: Machine, folder: Path, *knobs: str, **asked: object) -> TuningResult:
    return tuning_of(read_tuning(machine.tuned(folder, *knobs, **asked)))


def findings(tuning: TuningResult) -> dict[str, Worth]:
    return {knob.row.name: knob.tried.finding for knob in tuning.knobs if knob.tried}


def test_only_knobs_whose_symptom_shows_are_tried(tmp_path: Path) -> None:
    """Of arrays that fault: memory, the sockets' buffer, data beside the pickle; not what is for bytes."""
    tuning = found(Machine({}), tmp_path, payload="ndarray", **LARGE)
    assert list(findings(tuning)) == ["malloc", "socket-buffer", "out-of-band"]
    assert tuning.knobs[0].row.symptom == "500 page faults for each message of 256 pages"


@pytest.mark.parametrize(
    ("asked", "faults", "tried"),
    [
        ({"channel": "pipe", "size": "64"}, 0, ["plain-pickle", "send-bytes", "batch"]),
        ({"channel": "queue", "size": "64"}, 0, ["batch"]),
        (
            {"channel": "pipe", "size": "64", "workload": "ping-pong"}, 0,
            ["plain-pickle", "send-bytes", "one-core"],
        ),
        ({"channel": "pipe", "size": "1MiB"}, 300, ["malloc", "pipe-buffer", "readv", "send-bytes"]),
        ({"channel": "pipe", "size": "1MiB"}, 30, ["pipe-buffer", "readv", "send-bytes"]),
        ({"channel": "queue", "size": "64", "workload": "busy-producer:as-set"}, 0, ["switch-interval"]),
        ({"channel": "queue", "size": "64", "workload": "busy-producer:5ms"}, 0, []),
    ],
)  # fmt: skip
def test_what_is_tried_follows_from_the_case(
    tmp_path: Path, asked: dict[str, str], faults: float, tried: list[str]
) -> None:
    assert sorted(findings(found(Machine({}, faults=faults), tmp_path, **asked))) == sorted(tried)


def test_a_read_size_is_tried_on_top_of_kept_memory_where_the_interpreter_reads_by_it(tmp_path: Path) -> None:
    facts = {**FACTS, "reads_by_bufsize": True}
    machine = Machine({"mallopt": 0.8, "bufsize": 1.2}, {frozenset({"mallopt", "bufsize"}): 0.5}, facts=facts)
    tuning = found(machine, tmp_path, **LARGE)
    assert "bufsize" not in findings(tuning)
    assert {one.name: one.finding for one in tuning.on_top}["malloc + bufsize"] is Worth.WORTH_IT
    assert tuning.confirmed
    assert tuning.confirmed.name == "malloc + bufsize"


def test_four_lists_and_what_failed(tmp_path: Path) -> None:
    factors = {"mallopt": 0.2, "socket-buffer": 1.0, "env:X": 1.3, "env:Y": 0.99, "env:Z": 1.0}
    machine = Machine(factors, failing={"env:Z": "it has no Z"})
    tuning = found(machine, tmp_path, "env:X=1", "env:Y=1", "env:Z=1", payload="ndarray", **LARGE)
    assert findings(tuning) == {
        "malloc": Worth.WORTH_IT, "socket-buffer": Worth.EXCLUDED, "out-of-band": Worth.EXCLUDED,
        "env:X=1": Worth.HARMFUL, "env:Y=1": Worth.EXCLUDED, "env:Z=1": Worth.FAILED,
    }  # fmt: skip


def test_what_gains_nothing_alone_may_gain_on_top(tmp_path: Path) -> None:
    machine = Machine({"mallopt": 0.2, "socket-buffer": 1.0}, {frozenset({"mallopt", "socket-buffer"}): 0.7})
    tuning = found(machine, tmp_path, **LARGE)
    assert tuning.confirmed
    assert tuning.confirmed.name == "malloc + socket-buffer"
    assert tuning.confirmed.decision
    assert tuning.confirmed.ratio == pytest.approx(0.14, rel=0.02)


def test_what_excludes_one_another_is_not_combined(tmp_path: Path) -> None:
    """Two channels instead of one: a program can change to one of them."""
    machine = Machine({"channel=readv-pipe": 0.5, "channel=bytes-pipe": 0.6})
    tuning = found(machine, tmp_path, channel="pipe", size="1MiB")
    assert tuning.confirmed
    assert tuning.confirmed.name == "readv"
    assert "readv + send-bytes" not in [one.name for one in tuning.on_top]


def test_what_cannot_be_had_together_is_not_combined(tmp_path: Path) -> None:
    """`send_bytes` carries bytes, and a batch is a list: measured together it would be something else."""
    factors = {"payload=batch:10": 0.1, "channel=bytes-pipe": 0.5, "channel=plain-pickle-pipe": 0.6}
    machine = Machine(factors, faults=0)
    tuning = found(machine, tmp_path, channel="pipe", size=64)
    assert [one.name for one in tuning.on_top] == ["batch + plain-pickle"]


@pytest.mark.parametrize(
    ("sender", "receiver", "ends"),
    [(1.0, 0.2, "the receiver alone"), (0.2, 0.2, "either end"), (0.6, 0.6, "both ends")],
)
def test_it_says_which_end_has_to_do_it(tmp_path: Path, sender: float, receiver: float, ends: str) -> None:
    machine = Machine({"mallopt": 0.2, "mallopt@sender": sender, "mallopt@receiver": receiver})
    (knob,) = (each for each in found(machine, tmp_path, **LARGE).knobs if each.row.name == "malloc")
    assert knob.ends == ends


def test_what_short_trials_at_one_end_leave_undecided_is_not_known(tmp_path: Path) -> None:
    document = read_tuning(
        Machine({"mallopt@sender": 1.0, "mallopt@receiver": 0.2, "mallopt": 0.2}).tuned(tmp_path, **LARGE)
    )
    stages = [
        msgspec.structs.replace(
            stage, rows=[msgspec.structs.replace(row, logs=row.logs[:2]) for row in stage.rows]
        )
        if stage.purpose == AT_ONE_END
        else stage
        for stage in document.ipcbench.stages
    ]
    record = msgspec.structs.replace(document.ipcbench, stages=stages)
    found = tuning_of(msgspec.structs.replace(document, ipcbench=record))
    (knob,) = (each for each in found.knobs if each.row.name == "malloc")
    assert knob.ends == "not known"


def test_what_needs_a_core_of_its_own_is_not_tried_on_top_of_what_takes_that(tmp_path: Path) -> None:
    machine = Machine({"channel=spin-pipe": 0.5, "channel=bytes-pipe": 0.7})
    tuning = found(machine, tmp_path, "spin", channel="pipe", size=64, workload="ping-pong")
    assert {"spin", "one-core"} <= {knob.row.name for knob in tuning.knobs}
    assert not [tried.name for tried in tuning.on_top if "one-core" in tried.name]
    assert tuning.confirmed
    assert tuning.confirmed.name == "spin"


def test_what_is_for_something_that_is_no_part_of_the_best_says_so(tmp_path: Path) -> None:
    newer = Machine({}, facts={**FACTS, "reads_by_bufsize": True})
    variant = channel_traits("duplex-pipe").variants["readv"]
    newer.factors = {f"channel={variant}": 0.1, "mallopt": 0.5}
    newer.together = {frozenset({f"channel={variant}", "mallopt"}): 2.0}
    text = tuning_text(found(newer, tmp_path, **LARGE))
    assert "not tried: bufsize: it is for malloc, which is no part of what is best" in text


def test_a_trial_says_what_ratios_its_launches_fall_into_by_their_heap() -> None:
    tried = Tried(
        "malloc", AS_IT_IS, None, logs=[math.log(each) for each in (0.9, 0.9, 0.4, 0.4)],
        faults=[(10.0, 0.0), (9.0, 0.0), (500.0, 0.0), (510.0, 0.0)],
    )  # fmt: skip
    assert [(each.launches, round(each.figure, 2)) for each in tried.regimes(1 << 20)] == [(2, 0.9), (2, 0.4)]


def test_the_stages_share_one_alpha(tmp_path: Path) -> None:
    machine = Machine({"mallopt": 0.2})
    machine.tuned(tmp_path, **LARGE)
    shares = [alpha for alpha, _ in machine.stages]
    assert shares == [0.005, 0.0025, 0.00125, 0.000625]
    assert sum(shares) < 0.01
    assert machine.stages[0][1] == 4


@pytest.mark.parametrize("launch_s", [0.5, 3.0])
def test_time_is_kept_for_the_fresh_launches_that_have_the_last_word(tmp_path: Path, launch_s: float) -> None:
    """Adding one thing to another goes on only as long as what is best so far can be confirmed after it."""
    machine = Machine({"mallopt": 0.3, "socket-buffer": 0.8, "readv": 0.5}, launch_s=launch_s)
    stored = machine.tuned(tmp_path, **LARGE)
    tuning = tuning_of(read_tuning(stored))
    assert tuning.is_confirmed
    assert bool(tuning.on_top) == (launch_s < 1)
    purposes = [stage.purpose for stage in read_tuning(stored).ipcbench.stages]
    assert machine.within_s[purposes.index(CONFIRMED)] >= 6 * 2 * launch_s


def test_as_long_as_nothing_gains_all_the_time_is_for_finding_out(tmp_path: Path) -> None:
    machine = Machine({"mallopt": 0.3})
    machine.tuned(tmp_path, **LARGE)
    test = Estimated(Rule(0.05, 0.01, question=Question.FASTER))
    row = ComparedArm(USUAL, Arm(ArmLabel("b")), test)
    for number in range(6):
        assert machine.patience[0]([row]) > 0.9 * TUNE_TIME_S
        test.add(-1.0 + 0.01 * (-1) ** number)
    assert machine.patience[0]([row]) < 0.6 * TUNE_TIME_S


def test_nothing_worth_it_is_combined_with_nothing_and_costs_no_more(tmp_path: Path) -> None:
    machine = Machine({})
    tuning = found(machine, tmp_path, NOTHING, **LARGE)
    assert tuning.confirmed is None
    assert tuning.worth_it == []
    assert len(machine.stages) == 1


def test_what_cannot_be_tried_is_one_line_and_no_failure(tmp_path: Path) -> None:
    tuning = found(Machine({}), tmp_path, "spin", "pipe-buffer=1MiB", placement="same", **LARGE)
    skipped = {knob.row.name: knob.row.skipped for knob in tuning.knobs if knob.row.skipped}
    assert skipped == {
        "spin": "a receiver that spins needs a core of its own; accepted: --placement split",
        "pipe-buffer=1MiB": "duplex-pipe: has no pipe that pipe-buffer could size; accepted: no pipe-buffer",
    }


def skipped(tuning: TuningResult) -> dict[str, str]:
    return {knob.row.name: knob.row.skipped for knob in tuning.knobs if knob.row.skipped}


def test_what_needs_root_a_larger_buffer_or_glibc_says_so_and_is_not_launched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    for module in (own, scheduling):
        monkeypatch.setattr(module, "refusal", lambda setting: f"{setting}: no" if "=-" in setting else "")
    knobs = ("fifo", "nice", "nice=-3", "pipe-buffer=1GiB")
    told = skipped(found(Machine({}), tmp_path, *knobs, channel="pipe", size="64KiB"))
    assert "fifo" not in told
    assert told["nice"] == "nice=-10: no; accepted: as root"
    assert told["nice=-3"] == "nice=-3: no"
    assert re.fullmatch(
        r"pipe-buffer=1GiB is above what an unprivileged process may ask for; accepted: up to \d+[KMG]iB",
        told["pipe-buffer=1GiB"],
    )
    other = Machine({}, facts={**FACTS, "heap_managed": False})
    told = skipped(found(other, tmp_path, "top-pad", **LARGE))
    assert told.keys() == {"malloc", "top-pad"}
    assert all("is not glibc" in why for why in told.values())


@pytest.mark.skipif(
    shutil.which("setpriv") is None or not contract.is_root(),
    reason="takes a capability from root with setpriv",
)
def test_a_process_is_asked_whether_it_may_be_set_so_since_not_all_of_root_may() -> None:
    program = (
        "import sys; from ipcbench.measure.tune.knobs.contract import refusal; print(refusal(sys.argv[1]))"
    )
    for setting, is_refused in (("nice=-10", True), ("nice=10", False), ("scheduler=fifo", True)):
        told = subprocess.check_output(
            ["setpriv", "--bounding-set=-sys_nice", sys.executable, "-c", program, setting], text=True
        ).strip()
        assert (f"{setting} cannot be set here: " in told) is is_refused, told


def test_memory_is_not_looked_at_long_after_the_time_is_up(tmp_path: Path) -> None:
    machine = Machine({"mallopt": 0.2}, launch_s=30.0)
    assert found(machine, tmp_path, **LARGE).held_bytes(AS_IT_IS) is None


def test_a_burst_tells_what_stays_in_memory(tmp_path: Path) -> None:
    tuning = found(Machine({"mallopt": 0.2}), tmp_path, **LARGE)
    assert tuning.held_bytes(AS_IT_IS) == (2 << 20, 2 << 20)
    assert tuning.held_bytes("malloc") == (50 << 20, 50 << 20)


def test_what_gains_is_launched_until_one_knows_by_how_much() -> None:
    """Half the time, so that it is decided soon, but from launch to launch a third more or less."""
    comparison = Estimated(Rule(0.05, 0.01, question=Question.FASTER))
    rng = Random(1)
    while comparison.is_open:
        comparison.add(math.log(0.5) + rng.gauss(0, 0.35))
    assert comparison.end().verdict is Verdict.IMPROVED
    assert comparison.end().launches < len(comparison.logs) <= MOST_LAUNCHES
    ratio, low, high = interval(comparison.logs)
    assert low < ratio < high
    assert high / low < 1.3
    excluded = Estimated(Rule(0.05, 0.01, question=Question.FASTER))
    for _ in range(LOOKS[0]):
        excluded.add(rng.gauss(0, 0.001))
    assert not excluded.is_open


@pytest.mark.parametrize(
    ("asked", "knobs", "says"),
    [
        ({"channel": "pipe,queue"}, [], "tune takes one case, not 2"),
        ({"python": "python3.9,python3.10"}, [], "tune takes one interpreter"),
        ({}, ["faster"], "knob 'faster' is not known; accepted: malloc, pipe-buffer"),
        ({}, ["colour=red"], "knob 'colour=red' is not understood"),
        ({}, ["pipe-buffer=0"], "accepted: 1 B to 1 GiB"),
    ],
)
def test_what_cannot_be_tuned_is_refused_in_one_line(
    asked: dict[str, object], knobs: list[str], says: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        plan_tune(asked, knobs=knobs)
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_record_of_a_tuning_is_shown_drawn_listed_and_loaded(tmp_path: Path) -> None:
    machine = Machine({"mallopt": 0.2, "env:X": 1.3, "socket-buffer": 0.9})
    stored = machine.tuned(tmp_path, "env:X=1", "spin", **LARGE)
    text = kinds.show(stored, "text")
    assert text.startswith("duplex-pipe, 1MiB: with malloc + socket-buffer a message takes 0.18× [")
    assert "libc.mallopt(-1, 67108864)  # M_TRIM_THRESHOLD" in text
    assert "export MALLOC_TRIM_THRESHOLD_=67108864" in text
    assert "harmful" in text
    assert "CPU time a message: sender 200 µs, receiver 400 µs; times that it waits: sender 0" in text
    assert "| malloc | 0.2" in kinds.show(stored, "markdown")
    assert '"finding": "worth it"' in kinds.show(stored, "json")
    assert kinds.describe(stored)[0] == "tuning, 6 knobs"
    assert {path.suffix for path in kinds.draw(stored, tmp_path, "t")} == {".svg", ".png"}
    loaded = ipcbench.load(str(stored))
    assert isinstance(loaded, ipcbench.Tuning)
    assert loaded.worth_it[0] == "malloc"
    assert loaded.to_dict()["combination"]["name"] == "malloc + socket-buffer"


def test_a_tuning_of_real_processes_from_end_to_end(tmp_path: Path) -> None:
    """A message of 64 B in batches takes a tenth of its time, whatever the machine."""
    tuned = ipcbench.tune(channel="queue", size=64, seconds=40, results=str(tmp_path))
    assert tuned.worth_it == ["batch"]
    assert tuned.found.message_s
    assert tuned.found.to_loop
    assert tuned.found.held_bytes("batch") is not None


@pytest.mark.parametrize(
    ("together", "log", "advised", "says"),
    [
        (None, None, ["malloc"], "with malloc a message takes"),
        ("malloc", None, ["malloc"], "of its time; malloc was left undecided by fresh launches"),
        ("malloc", 0.0, [], "nothing that was tried is worth it; malloc was not confirmed by fresh launches"),
        ("malloc + socket-buffer", 0.0, ["malloc"], "; malloc + socket-buffer was not confirmed by fresh"),
        ("malloc + socket-buffer", None, ["malloc"], "; malloc + socket-buffer was left undecided by fresh"),
        ("malloc + socket-buffer", 0.2, ["malloc"], "; malloc + socket-buffer was not confirmed by fresh"),
        ("malloc", -1.0, ["malloc"], "with malloc a message takes 0.37× [0.37, 0.37] of its time"),
    ],
)
def test_fresh_launches_have_the_last_word(
    tmp_path: Path, together: str | None, log: float | None, advised: list[str], says: str
) -> None:
    """The best of several was lucky, too: what fresh launches do not confirm is not what to paste."""
    document = read_tuning(Machine({"mallopt": 0.3}).tuned(tmp_path, **LARGE))
    stages = []
    for stage in document.ipcbench.stages:
        if stage.purpose != CONFIRMED:
            stages.append(stage)
        elif together is not None:
            # Launches that say nothing are far apart.
            logs = [(log or 0.0) + (1 if log is None else 0.005) * (-1) ** number for number in range(24)]
            (row,) = stage.rows
            row = msgspec.structs.replace(row, cell=together, logs=logs)
            stages.append(msgspec.structs.replace(stage, rows=[row]))
    record = msgspec.structs.replace(document.ipcbench, stages=stages)
    tuning = tuning_of(msgspec.structs.replace(document, ipcbench=record))
    assert [knob.row.name for knob in tuning.advised] == advised
    assert says in headline(tuning)
    told = tuning_text(tuning)
    assert told.count("mallopt(") == (2 if advised else 0)
