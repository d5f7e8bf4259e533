"""The end of a batch where messages may be lost: who sends tells it until who receives has heard it.

What tells it is a message of another length, numbered by its batch: one of a batch before, which came late,
ends nothing.
"""

from __future__ import annotations

import time
from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.held import Held

#: What `Endpoint.marks` holds where: the batch whose end is told, the one whose end was heard, and of how
#: many bytes each message is.
TOLD, HEARD, SIZE = 0, 1, 2
#: The end is told as often: it is heard that much late at most.
TELL_EVERY_S = 1e-4
_MARK_BYTES = 9
#: No channel is made for less, so that the mark fits.
FEWEST_BYTES = _MARK_BYTES + 1


def new_marks(context: BaseContext, message_bytes: int) -> Any:
    """Return the marks of a new channel, for messages of this size."""
    return context.RawArray("q", [0, 0, message_bytes])


def tell_end(end: Endpoint) -> None:
    """Say that all messages of a batch have been sent, until the receiver has heard it."""
    marks = end.marks
    number = marks[TOLD] = marks[TOLD] + 1
    mark = _mark(number, marks[SIZE])
    while marks[HEARD] != number:
        end.send(mark)
        time.sleep(TELL_EVERY_S)


def receive_to_end(end: Endpoint, held: Held) -> int:
    """Receive until the end of the batch is told; return how many messages came."""
    receive, marks, holds, count = end.receive, end.marks, held.holds, 0
    number = marks[HEARD] + 1
    mark = _mark(number, marks[SIZE])
    mark_bytes = len(mark)
    message, held.last = held.last, None
    while True:
        message = receive()
        if len(message) != mark_bytes:
            count += 1
            if not holds:
                message = None
        elif message == mark:
            marks[HEARD] = number
            return count


def is_mark(end: Endpoint, message: Any) -> bool:
    """Whether a message tells the end of the batch that goes on."""
    return bool(message == _mark(end.marks[HEARD] + 1, end.marks[SIZE]))


def note_end(end: Endpoint) -> None:
    """Let the sender know that the end of the batch was heard."""
    end.marks[HEARD] += 1


def _mark(number: int, message_bytes: int) -> bytes:
    return number.to_bytes(_MARK_BYTES + (message_bytes == _MARK_BYTES), "little")
