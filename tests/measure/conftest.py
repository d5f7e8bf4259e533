"""What tests of measuring share."""

from __future__ import annotations

import pytest


@pytest.fixture
def short_longer_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep short the trials that are longer than others on purpose, for tests of something else."""
    monkeypatch.setattr("ipcbench.launch.sizing.LONGEST_SUSTAINED_S", 0.1)
