"""No transport at all: what the harness itself costs a message. Nothing is handed over."""

from __future__ import annotations

from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits


def _drop(message: Any) -> None:
    pass


def _nothing() -> None:
    pass


class Null(Channel):
    """Hands nothing over: what is left is the harness's own cost."""

    traits = Traits(
        transport="none",
        duplex=True,
        carries="objects",
        copies=0,
        wait="does not wait",
        delivers=False,
        of_its_own=False,
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        pass

    def sender(self) -> Endpoint:
        return Endpoint(send=_drop, receive=_nothing)

    def receiver(self) -> Endpoint:
        return Endpoint(send=_drop, receive=_nothing)

    def close(self) -> None:
        pass
