"""Workloads of one's own, for tests: one works, the others break a promise each."""

from __future__ import annotations

import os
from dataclasses import replace

from ipcbench.probe.workloads.closed.ping_pong import PingPong
from ipcbench.probe.workloads.closed.stream import Stream
from ipcbench.testing import Stamps, Traits, Trial


class Requests(PingPong):
    unit = "request"
    summary = "a request and its answer"
    default_sizes = "64,256"
    charts = ("latency",)


class Wordless(Stream):
    summary = ""


class Backwards(Stream):
    """Its clock goes backwards."""

    @classmethod
    def elapsed(cls, sender: Stamps, receiver: Stamps, traits: Traits) -> Trial:
        return replace(super().elapsed(sender, receiver, traits), elapsed_ns=-1)


class Claims(Stream):
    """Says that it times each message, and does not."""

    times_each = True


class Trusting(Stream):
    """Verifies nothing."""

    def verify(self, messages: int, timeout_s: float) -> None:
        pass


class Untidy(Stream):
    """Leaves a descriptor open."""

    def open(self) -> None:
        super().open()
        os.dup(2)
