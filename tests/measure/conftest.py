"""What tests of measuring share."""

from __future__ import annotations

import pytest
from tests.support.brisk import SIZES

from ipcbench.launch import sizing


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let launches have few short trials."""
    for name, value in SIZES.items():
        monkeypatch.setattr(sizing, name, value)
