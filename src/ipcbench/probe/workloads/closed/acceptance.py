"""When `send` returns, and when the message is there: from rest and in a burst."""

from __future__ import annotations

from typing import Any

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.held import Held
from ipcbench.probe.workloads.closed.from_rest import FromRest
from ipcbench.probe.workloads.closed.stream import Stream
from ipcbench.probe.workloads.contract import Loops, Stamps, Trial


class Acceptance(FromRest):
    """How long `send` takes: of a channel at rest, and of one in full flow."""

    unit = "message"
    summary = "when send returns and when the message is there, from rest (idle) or in a burst"
    parameter_name = "producer"
    sweep = ("idle", "burst")

    @classmethod
    def _loops(cls) -> type[Loops]:
        return Stream if cls.parameter == "burst" else FromRest

    @classmethod
    def drive(cls, end: Endpoint, payload: Any, messages: int, held: Held) -> Stamps:
        """Send as the parameter says: at rest, or in full flow."""
        return cls._loops().drive(end, payload, messages, held)

    @classmethod
    def serve(cls, end: Endpoint, messages: int, held: Held) -> Stamps:
        """Receive what `drive` sends."""
        return cls._loops().serve(end, messages, held)

    @classmethod
    def elapsed(cls, sender: Stamps, receiver: Stamps, traits: Traits) -> Trial:
        """Return when messages were there, and beside it when `send` returned."""
        return cls._loops().elapsed(sender, receiver, traits)
