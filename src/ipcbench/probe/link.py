"""The way there and, where a workload answers, back: one duplex channel or two one-way ones."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.loss import FEWEST_BYTES, new_marks
from ipcbench.probe.tracing.tape import Tape
from ipcbench.words import SENDER

#: What `Endpoint.progress` holds where.
SENT, RECEIVED = 0, 1


class Link:
    """What the peers are handed; pickles wherever its channels do."""

    def __init__(
        self,
        channel: type[Channel],
        context: BaseContext,
        message_bytes: int,
        *,
        two_way: bool,
        watched: bool = False,
    ) -> None:
        lossy, payload_bytes = channel.traits.is_lossy, message_bytes
        if lossy:
            message_bytes = max(message_bytes, FEWEST_BYTES)
        self._back: Channel | None = None
        self._forth = channel(context, message_bytes)
        with ExitStack() as failed:
            failed.callback(self.remove)
            failed.callback(self.close)
            if two_way and not channel.traits.duplex:
                self._back = channel(context, message_bytes)
            failed.pop_all()
        self._progress: Any = context.RawArray("q", 2) if watched else None
        self._marks = new_marks(context, payload_bytes) if lossy else None

    def end(self, role: str) -> Endpoint:
        """Become the end that sends first or the one that receives first; called once in its process."""
        if role == SENDER:
            end = _joined(self._forth.sender(), self._back.receiver() if self._back else None)
        else:
            forth = self._forth.receiver()
            end = _joined(self._back.sender(), forth) if self._back else forth
        return replace(end, progress=self._progress, marks=self._marks)

    def plant(self, role: str, tape: Tape) -> None:
        """Stamp the stages of what goes forth; for an end that was taken and has had no message yet."""
        from ipcbench.probe.tracing.plant import plant

        plant(self._forth, role, tape)

    def close(self) -> None:
        """Let go of the creator's copies: all ends have theirs."""
        with ExitStack() as stack:
            for channel in self._channels():
                stack.callback(channel.close)

    def remove(self) -> None:
        """Remove what is kept beyond the ends' lives: all have gone."""
        with ExitStack() as stack:
            for channel in self._channels():
                stack.callback(channel.remove)

    @property
    def keeps(self) -> bool:
        """Whether there is something to remove: most channels consist of descriptors."""
        return any(type(channel).remove is not Channel.remove for channel in self._channels())

    def _channels(self) -> list[Channel]:
        return [self._forth, *([self._back] if self._back else [])]


def _joined(out: Endpoint, back: Endpoint | None) -> Endpoint:
    if back is None:
        return out
    into = back

    def close() -> None:
        try:
            out.close()
        finally:
            into.close()

    return Endpoint(
        send=out.send,
        receive=into.receive,
        check=out.check,
        close=close,
        descriptors=out.descriptors + into.descriptors,
        send_buffer=out.send_buffer,
        receive_into=into.receive_into,
    )
