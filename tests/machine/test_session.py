"""Programs that are asked something: they answer, or end with all that they started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.processes import alive, wait_until

from ipcbench.machine import facts
from ipcbench.session import run_session


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's job")
def test_what_takes_too_long_ends_with_all_that_it_has_started(tmp_path: Path) -> None:
    note = tmp_path / "process"
    with pytest.raises(subprocess.TimeoutExpired):
        run_session(f"sleep 1000 & echo $! > {note}; wait", 1.0, shell=True)
    started = int(note.read_text())
    wait_until(lambda: not alive([started]), 5)


def test_facts_that_nobody_gives_in_time_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "DEADLINE_S", 0.5)
    assert facts._in_a_process("import time; asked = lambda: time.sleep(100)") == {}
    assert facts._in_a_process("asked = no_such_name") == {}


def test_the_facts_of_processor_and_commit_are_those_of_the_packages() -> None:
    cpuinfo = pytest.importorskip("cpuinfo")
    assert facts._cpu()["brand_raw"] == cpuinfo.get_cpu_info()["brand_raw"]
    assert facts.commit_info().keys() >= {"id", "time", "dirty", "project", "branch"}
