"""What tests of the plugin share."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support import brisk


@pytest.fixture(autouse=True)
def brisk_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sessions in processes of their own have few short trials, too."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("PYTEST_ADDOPTS", f"-p {brisk.__name__}")
