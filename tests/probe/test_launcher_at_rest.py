"""A launcher that nobody speaks with ends, but not while a probe of its is measured."""

from __future__ import annotations

import os
import signal
import time

import pytest

from ipcbench.probe.launcher import Forked, ProbeStarter
from ipcbench.probe.protocol.wire import WireClosed, WireTimeout

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="probes are forked")


class Silent:
    """A wire on which nothing comes, and which closes at last."""

    def __init__(self) -> None:
        self.waits = 0

    def receive(self, _timeout_s: float) -> None:
        self.waits += 1
        raise WireClosed if self.waits > 2 else WireTimeout


def waits_of(*probes: Forked) -> int:
    starter = object.__new__(ProbeStarter)
    starter._wire = wire = Silent()  # type: ignore[assignment]
    starter._probes = {probe.pid: probe for probe in probes}
    starter.obey()
    return wire.waits


def forked(seconds: float) -> Forked:
    pid = os.fork()
    if pid == 0:
        time.sleep(seconds)
        os._exit(3)
    return Forked(pid)


def test_it_ends_when_it_has_waited_long_enough() -> None:
    assert waits_of() == 1


def test_it_waits_on_for_a_probe_that_runs_and_ends_it_with_the_wire() -> None:
    probe = forked(60)
    assert waits_of(probe) == 3
    assert probe.poll() == -signal.SIGKILL


def test_a_probe_that_has_ended_is_nothing_to_wait_for() -> None:
    probe = forked(0)
    limit = time.monotonic() + 10
    while probe.poll() is None and time.monotonic() < limit:
        time.sleep(0.01)
    assert waits_of(probe) == 1
    assert probe.poll() == 3
