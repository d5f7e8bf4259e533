"""The probe that does nothing but read the clock."""

from __future__ import annotations

import itertools
import os
import subprocess
from typing import Any

import pytest
from tests.support.processes import descendants

from ipcbench.machine import jitter


def test_what_is_taken_between_two_readings_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = itertools.cycle([100] * 99 + [1_000_000])
    readings = itertools.accumulate(itertools.chain([0], steps))
    monkeypatch.setattr(jitter, "now_ns", lambda: next(readings))
    seen = jitter.spin(0.1009900)
    assert seen.longest_gap_s == pytest.approx(1e-3)
    assert seen.lost_share == pytest.approx(1 / 1.0099, rel=1e-3)
    assert seen.clock_step_s == pytest.approx(100e-9)


def test_a_core_is_probed_in_a_process_that_is_gone_afterwards() -> None:
    before = descendants(os.getpid())
    seen = jitter.probe(None, 0.05)
    assert seen is not None
    assert 0 <= seen.lost_share < 1
    assert 0 < seen.clock_step_s < 1e-3
    assert descendants(os.getpid()) == before


def test_a_core_that_is_not_there_is_not_probed() -> None:
    assert jitter.probe(100_000, 0.05) is None


def test_a_probe_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: list[str], **options: Any) -> None:
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(subprocess, "run", hang)
    assert jitter.probe(0, 0.05) is None
