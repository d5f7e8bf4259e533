"""`ipcbench doctor`: its exit statuses, its words and its JSON."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.support.commands import ipcbench
from tests.support.machines import machine

from ipcbench.cli.doctor import doctor
from ipcbench.doctor.finding import Fitness
from ipcbench.machine import kernel

STATUSES = {
    "a quiet machine": ({}, 0),
    "a governor that saves power": (
        {"sys/devices/system/cpu/cpu1/cpufreq/scaling_governor": "powersave"},
        3,
    ),
    "half a core's time": ({"sys/fs/cgroup/cpu.max": "50000 100000"}, 4),
}


@pytest.mark.parametrize(("changed", "status"), STATUSES.values(), ids=STATUSES.keys())
def test_the_exit_status_is_the_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str | None], status: int
) -> None:
    machine(tmp_path, changed)
    monkeypatch.setattr(kernel, "Kernel", partial(kernel.Kernel, tmp_path))
    monkeypatch.setattr("ipcbench.doctor.cores.usable_cores", lambda: [0, 1])
    monkeypatch.setattr("ipcbench.doctor.cores.separate_cores", lambda usable: usable)
    done = CliRunner().invoke(doctor, ["--no-probe"], standalone_mode=False)
    assert done.return_value == status, done.output
    assert done.output.endswith(f"This machine is {Fitness(status).word} for measuring.\n")


def test_this_machine_is_examined_as_json() -> None:
    done = ipcbench("doctor --format json")
    told = json.loads(done.stdout)
    assert done.returncode == Fitness[told["verdict"].upper()].value
    names = [row["name"] for row in told["findings"]]
    assert {"cores", "cpu quota", "load", "steal time", "jitter", "pipe buffers", "swap"} <= set(names)
