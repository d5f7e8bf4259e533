"""A case whose processes work while nobody asks them is measured while no other one is live."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.support.commands import ipcbench
from tests.support.passes import AMPLE_S, ends_after

from ipcbench.analysis.groups import read_groups
from ipcbench.commands.ab import ab, plan_ab
from ipcbench.launch.idle import MOST_SHARE, idle_shares
from ipcbench.launch.live import LiveSet
from ipcbench.plan.arms import parse_arms
from ipcbench.record.comparison import read_comparison
from ipcbench.record.run import read_run
from ipcbench.record.store import Store
from ipcbench.report import kinds

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what processes use is in /proc")

BUSY = """
import threading
from ipcbench.probe.channels.stdlib.pipe import Pipe

class Busy(Pipe):
    def sender(self):
        threading.Thread(target=self.work, daemon=True).start()
        return super().sender()

    def work(self):
        while True:
            sum(range(1000))

class Busier(Busy):
    pass
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "restless.py").write_text(BUSY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def test_a_run_measures_it_alone_and_says_so(project: Path) -> None:
    done = ipcbench(
        "run --channel pipe,restless:Busy --workload ping-pong --size 64 --max-time 1 "
        f"--results {project / 'results'}",
        cwd=project,
    )
    assert done.returncode == 0, done.stderr
    assert "of a core while others are timed: restless:Busy" in done.stdout
    (stored,) = (project / "results").glob("*.json")
    (group,) = read_groups(read_run(stored))
    busy, pipe = group.cases["restless:Busy"], group.cases["pipe"]
    assert all(row.alone for row in busy.record.launches)
    assert not any(row.alone for row in pipe.record.launches)
    assert max(row.idle_share or 0 for row in busy.record.launches) > MOST_SHARE
    # It has as many passes as the others.
    assert len(busy.record.launches) == len(pipe.record.launches)


@pytest.mark.parametrize(
    ("arms", "alone"),
    [
        ("pipe restless:Busy", "b"),
        ("restless:Busy pipe queue", "a"),
        ("restless:Busy restless:Busier", "ab"),
    ],
)
def test_a_comparison_measures_such_an_arm_while_no_other_is_live_and_says_so(
    project: Path, monkeypatch: pytest.MonkeyPatch, arms: str, alone: str
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.syspath_prepend(str(project))
    together: list[set[str]] = []
    block = LiveSet.block

    def noted(live_set: LiveSet[str]) -> float:
        together.append(set(live_set.started))
        return block(live_set)

    monkeypatch.setattr(LiveSet, "block", noted)
    labels = dict(zip("abc", arms.split(), strict=False))
    texts = {label: [f"channel={channel}"] for label, channel in labels.items()}
    asked = {"workload": "ping-pong", "size": "64", "placement": "split"}
    plan = plan_ab(parse_arms(texts), asked, max_time_s=AMPLE_S, seed=1)
    # The first launch finds it out, and the second one knows it.
    stored = ab(plan, Store(project), on_progress=ends_after(2))
    record = read_comparison(stored).ipcbench
    assert set(record.alone) == set(alone)
    assert all(share > MOST_SHARE for share in record.alone.values())
    assert all(len(row.logs) == 2 and row.failure is None for row in record.rows)
    assert all(labels == {label} for labels in together for label in labels & set(alone))
    # As many blocks as the others have.
    counts = Counter(label for labels in together for label in labels)
    assert len(set(counts.values())) == 1, counts
    shown = kinds.show(stored, "text")
    assert all(f"of a core while others are timed: arm {label}" in shown for label in alone), shown


def test_who_has_gone_takes_nothing() -> None:
    assert idle_shares([2**22 + 1]) == {}
