"""Commands of one's own in turns: one process is one launch, its wall time what is compared."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import ipcbench
from ipcbench.commands.ab_commands import ab_commands, plan_ab_commands
from ipcbench.errors import CaseError, UsageError
from ipcbench.measure.ab.commands import CommandAb, wall_s
from ipcbench.plan.command_arms import CommandArm, parse_command_arms
from ipcbench.record.comparison import read_comparison
from ipcbench.record.journal import Journal, read_journal
from ipcbench.record.store import Store
from ipcbench.report.ab_verdicts import comparisons_of
from ipcbench.statistics.decision import LOOKS, Rule, Verdict

RULE = Rule(0.05, 0.01)
SLEEP = f"{sys.executable} -c \"import os, time; time.sleep(float(os.environ['SLEEP']))\""


def arms(*texts: str, command: str | None = "work") -> list[CommandArm]:
    return parse_command_arms(
        {label: text.split() for label, text in zip("abcd", texts, strict=False)}, command
    )


def test_an_arm_is_a_command_or_the_environment_of_one() -> None:
    base, other = arms("env:X=1", "env:X=a=b env:Y=")
    assert (base.command, base.environment, base.text) == ("work", {"X": "1"}, "env:X=1")
    assert other.environment == {"X": "a=b", "Y": ""}
    base, other = arms("command=old", "command=new", command=None)
    assert (base.command, other.command) == ("old", "new")


def test_with_a_command_for_all_the_first_arm_may_be_as_it_is() -> None:
    base, other = arms("", "env:X=1")
    assert (base.command, base.environment, other.environment) == ("work", {}, {"X": "1"})


@pytest.mark.parametrize(
    ("texts", "command", "says"),
    [
        (["env:X=1"], None, "two arms or more"),
        (["env:X=1", "env:X=2"], None, "arm a names no command; accepted: command=CMD, or --command"),
        (
            ["channel=pipe", "env:X=2"],
            "work",
            "'channel=pipe' is not understood; accepted: command=CMD and env:",
        ),
        (["command=", "env:X=2"], "work", "'command=' is not understood"),
        (["env:1X=1", "env:X=2"], "work", "'env:1X=1' is not understood"),
        (["env:X", "env:X=2"], "work", "'env:X' is not understood"),
        (["command=other", "env:X=2"], "work", "--command and command= exclude one another"),
    ],
)
def test_what_is_no_arm_of_commands_is_refused_in_one_line(
    texts: list[str], command: str | None, says: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        arms(*texts, command=command)
    assert says in str(refusal.value)


def compared(
    tmp_path: Path, took_s: dict[str, float], *, max_time_s: float = 60.0
) -> tuple[list[str], list[dict[str, object]]]:
    """Return the arms in the order in which they ran, and the launches in the journal."""
    ran: list[str] = []

    def run_once(arm: CommandArm, _deadline_s: float) -> float:
        ran.append(arm.label)
        if took_s[arm.label] < 0:
            raise CaseError("it fell")
        return took_s[arm.label] * (1 + 0.001 * (len(ran) % 3))

    plan = plan_ab_commands(
        arms(*[f"env:X={label}" for label in took_s]), RULE, max_time_s=max_time_s, seed=3
    )
    with Journal(tmp_path / "journal.jsonl") as journal:
        CommandAb(plan, journal, run_once=run_once).run()
    return ran, read_journal(tmp_path / "journal.jsonl")


def test_arms_run_in_turns_in_random_order_until_it_is_decided(tmp_path: Path) -> None:
    ran, entries = compared(tmp_path, {"a": 1.0, "b": 1.5})
    passes = [tuple(ran[at : at + 2]) for at in range(0, len(ran), 2)]
    assert set(passes) == {("a", "b"), ("b", "a")}
    # The first launches warm up.
    assert len(passes) == LOOKS[0] + 1
    assert [entry["kind"] for entry in entries] == ["launch"] * LOOKS[0] + ["end"]
    assert entries[-1]["stopped_by"] == "decided"


def test_an_arm_that_fails_leaves_and_the_others_go_on(tmp_path: Path) -> None:
    ran, entries = compared(tmp_path, {"a": 1.0, "b": -1.0, "c": 0.5})
    assert ran.count("b") == 1
    assert ran.count("c") == LOOKS[0] + 1
    (failure,) = [entry["failure"] for entry in entries if entry.get("failure")]
    assert failure == "it fell"


def test_without_time_each_is_run_twice_and_it_says_that_time_was_up(tmp_path: Path) -> None:
    ran, entries = compared(tmp_path, {"a": 1.0, "b": 1.0}, max_time_s=0.0)
    assert len(ran) == 4
    assert entries[-1]["stopped_by"] == "time"


def test_a_slower_command_is_called_regressed_and_the_record_can_be_read(tmp_path: Path) -> None:
    plan = plan_ab_commands(arms("env:SLEEP=0", "env:SLEEP=0.3", command=SLEEP), RULE)
    stored = ab_commands(plan, Store(tmp_path))
    (row,) = comparisons_of(read_comparison(stored)).rows
    assert row.decision
    assert row.decision.verdict is Verdict.REGRESSED
    assert row.decision.ratio > 1.5
    found = json.loads(stored.read_text(encoding="utf-8"))["ipcbench"]
    assert found["metric"] == "wall time"
    assert found["arms"][1]["text"] == "env:SLEEP=0.3"
    assert "wall time to a's" in ipcbench.load(str(stored)).table()


def test_a_command_that_fails_says_its_last_word() -> None:
    (failing, _) = arms("", "env:X=1", command=f"{sys.executable} -c 'import no_such_module'")
    with pytest.raises(
        CaseError, match="ended with 1: ModuleNotFoundError: No module named 'no_such_module'"
    ):
        wall_s(failing, 20)


def test_a_command_that_hangs_is_ended() -> None:
    (hanging, _) = arms("env:SLEEP=60", "env:X=1", command=SLEEP)
    with pytest.raises(CaseError, match="took longer than 0 s"):
        wall_s(hanging, 0.2)


def test_it_is_asked_whether_it_is_faster_from_python_too() -> None:
    found = ipcbench.ab("env:SLEEP=0.3", "env:SLEEP=0", command=SLEEP, question="faster", seconds=60)
    assert "asked: is it faster?" in found.table()
    with pytest.raises(UsageError, match="accepted: none with a command"):
        ipcbench.ab("env:X=1", "env:X=2", command="true", size=64)
    with pytest.raises(UsageError, match="question 'better' is not understood; accepted: slower, faster"):
        ipcbench.ab("env:X=1", "env:X=2", question="better")
