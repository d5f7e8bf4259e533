"""What a test that runs the command line in its own process must not leave."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    before = {name: signal.getsignal(getattr(signal, name)) for name in NAMES if hasattr(signal, name)}
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)
