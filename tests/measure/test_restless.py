"""A case whose processes work while nobody asks them is measured while no other one is live."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.support.commands import ipcbench

from ipcbench.analysis.groups import read_groups
from ipcbench.launch.idle import MOST_SHARE, idle_shares
from ipcbench.record.run import read_run

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


def test_a_comparison_says_of_either_arm_what_the_other_takes_from_it(project: Path) -> None:
    done = ipcbench(
        "ab --a channel=pipe --b channel=restless:Busy --workload ping-pong --size 64 --max-time 3 "
        f"--placement split --results {project / 'results'}",
        cwd=project,
    )
    assert "slowed by arm b, whose processes work between its trials: arm a" in done.stdout, (
        done.stdout + done.stderr
    )


def test_who_has_gone_takes_nothing() -> None:
    assert idle_shares([2**22 + 1]) == {}
