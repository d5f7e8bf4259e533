"""What slows every message is named; a difference between arms that none asked for is no comparison."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.commands import ipcbench
from tests.support.projects import CHANNEL, write_channel

from ipcbench.analysis.groups import read_groups
from ipcbench.commands.ab import plan_ab
from ipcbench.exit_status import FINE, UNDECIDED
from ipcbench.measure.ab.ab import Ab
from ipcbench.plan.arms import parse_arms
from ipcbench.record.run import read_run

#: As coverage does in every process that starts.
TRACED = "import sys\ndef hook(frame, event, argument):\n    return hook\nsys.settrace(hook)\n"
RUN = "run --channel pipe --workload stream --size 64 --placement same"


def site(folder: Path, text: str) -> dict[str, str]:
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(text)
    return {"PYTHONPATH": str(folder)}


#: What is set, and what is said of it.
SLOW = {
    "PYTHONTRACEMALLOC": ("1", "tracemalloc"),
    "PYTHONMALLOC": ("debug", "PYTHONMALLOC=debug"),
    "PYTHONWARNINGS": ("always", "warnings filters (always)"),
    "MALLOC_PERTURB_": ("7", "MALLOC_PERTURB_=7"),
}


def test_a_run_names_what_slowed_its_messages_in_table_and_record(tmp_path: Path) -> None:
    environment = {name: value for name, (value, _) in SLOW.items()}
    # Interpreters that are slowed so much are slow to start where much else runs.
    done = ipcbench(f"{RUN} --max-time 10s --start-method spawn --results {tmp_path}", env=environment)
    assert done.returncode == 0, done.stderr
    (stored,) = tmp_path.glob("*.json")
    (group,) = read_groups(read_run(stored))
    for _, words in SLOW.values():
        assert f"slowed by {words}: every case" in done.stdout
        assert words in group.cases["pipe"].slowdowns


def test_a_trace_hook_that_started_itself_in_every_child_is_named(tmp_path: Path) -> None:
    done = ipcbench(
        f"{RUN} --max-time 0.1 --results {tmp_path / 'results'}", env=site(tmp_path / "site", TRACED)
    )
    assert done.returncode == 0, done.stderr
    assert "slowed by a trace hook (sitecustomize.hook): every case" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        "explain --channel pipe --size 64 --launches 1",
        "count --channel pipe --size 64 --no-strace",
        "ab --a channel=pipe --b channel=pipe --workload stream --size 64 --placement same --max-time 4s",
    ],
)
def test_every_other_table_names_it_too(words: str, tmp_path: Path) -> None:
    # Each end starts tracing by itself, when the channel's module is imported.
    write_channel(tmp_path)
    module = tmp_path / "mychannel.py"
    module.write_text(f"{TRACED}{module.read_text()}")
    words = words.replace("channel=pipe", f"channel={CHANNEL}").replace("channel pipe", f"channel {CHANNEL}")
    done = ipcbench(f"{words} --results {tmp_path / 'results'}", cwd=tmp_path)
    assert done.returncode in (FINE, UNDECIDED), done.stderr
    assert "slowed by a trace hook (mychannel.hook)" in done.stdout


def test_an_undisturbed_run_says_nothing_of_the_kind(tmp_path: Path) -> None:
    done = ipcbench(f"{RUN} --max-time 0.1 --results {tmp_path}")
    assert "slowed by" not in done.stdout


def arms(*texts: str) -> Ab:
    asked = plan_ab(
        parse_arms({label: text.split() for label, text in zip("ab", texts, strict=True)}),
        {"channel": CHANNEL, "workload": "stream", "size": "64", "placement": "same"},
        max_time_s=0,
        seed=1,
    )
    return Ab(asked)


@pytest.mark.parametrize("asked", [("", ""), (" env:MALLOC_PERTURB_=1", " env:MALLOC_PERTURB_=2")])
def test_an_arm_whose_own_code_starts_tracing_is_refused_whatever_else_arms_ask_for(
    asked: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = write_channel(tmp_path / "old"), write_channel(tmp_path / "new")
    text = (new / "mychannel.py").read_text()
    (new / "mychannel.py").write_text(f"{TRACED}{text}")
    monkeypatch.syspath_prepend(str(old))
    (found,) = arms(f"path={old}{asked[0]}", f"path={new}{asked[1]}").run()
    assert found.decision is None
    assert found.failure
    assert "only arm b is slowed by a trace hook (mychannel.hook)" in found.failure


def test_what_an_arm_asked_for_is_what_is_compared_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write_channel(tmp_path / "old")
    monkeypatch.syspath_prepend(str(old))
    ab = arms(f"path={old} env:PYTHONHASHSEED=1", f"path={old} env:PYTHONDEVMODE=1")
    (found,) = ab.run()
    assert found.failure is None
    assert ab.slowdowns == {"-X dev": ["b"]}
