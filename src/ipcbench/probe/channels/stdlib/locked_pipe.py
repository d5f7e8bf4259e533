"""A Pipe with a lock at either end: what the textbook answers when two processes want to read."""

from __future__ import annotations

from dataclasses import replace
from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import COMPETING, Endpoint, Ends
from ipcbench.probe.channels.stdlib.pipe import Pipe


class LockedPipe(Pipe):
    """`Pipe(duplex=False)`, and a `Lock` around each `send` and each `recv`."""

    traits = replace(
        Pipe.traits,
        wait="lock, then blocking read",
        below="pipe",
        adds="a lock around each call",
        ends=Ends(None, None),
        fan_out=COMPETING,
        variants={},
        suits="Several readers or writers of one Pipe, where a Queue's thread is in the way.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        self._sending, self._receiving = context.Lock(), context.Lock()

    def sender(self) -> Endpoint:
        plain = super().sender()
        send, lock = plain.send, self._sending

        def send_alone(message: Any) -> None:
            with lock:
                send(message)

        return replace(plain, send=send_alone)

    def receiver(self) -> Endpoint:
        plain = super().receiver()
        receive, lock = plain.receive, self._receiving

        def receive_alone() -> Any:
            with lock:
                return receive()

        return replace(plain, receive=receive_alone)
