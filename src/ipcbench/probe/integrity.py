"""Is every message delivered once, in order and unharmed? Asked before anything is timed.

A frame has exactly the size of the case's messages: sequence number, time of sending and CRC-32, then
payload. Where a message is too small for that, it carries as much of its sequence number as fits.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

from ipcbench.errors import CaseError
from ipcbench.probe.clock import now_ns

_HEADER = struct.Struct("<QqI")
_UNCHECKED = struct.Struct("<Qq")
#: Sequence number of the frame that says that no more will come.
END = 2**64 - 1


class IntegrityError(CaseError):
    """Messages were lost, duplicated, reordered or corrupted on the way."""


def frame(sequence: int, body: bytes) -> bytes:
    """Return a message of `len(body)` bytes that carries its own check."""
    if len(body) < _HEADER.size:
        return (sequence & ((1 << 8 * len(body)) - 1)).to_bytes(len(body), "little")
    rest = memoryview(body)[_HEADER.size :]
    head = _UNCHECKED.pack(sequence, now_ns())
    return head + zlib.crc32(rest, zlib.crc32(head)).to_bytes(4, "little") + rest


def has_end_frame(message_bytes: int) -> bool:
    """Whether messages of this size can say that they are the last."""
    return message_bytes >= _HEADER.size


class Ledger:
    """Counts what arrived of `expected` framed messages of `message_bytes` each."""

    def __init__(self, expected: int, message_bytes: int) -> None:
        self.expected, self._message_bytes = expected, message_bytes
        self._seen: set[int] = set()
        self._next = 0
        self.ended = False
        self.duplicated = self.reordered = self.corrupt = self.early = self.arrived = 0

    @property
    def complete(self) -> bool:
        """Whether nothing more is to be waited for."""
        return self.ended or (not has_end_frame(self._message_bytes) and self.arrived >= self.expected)

    def take(self, message: Any) -> None:
        """Note one received message."""
        try:
            view = memoryview(message)
        except TypeError:
            self.corrupt += 1
            return
        if len(view) != self._message_bytes:
            self.corrupt += 1
        elif not has_end_frame(self._message_bytes):
            self._take_small(bytes(view))
        else:
            sequence, sent_ns, check = _HEADER.unpack_from(view)
            body_check = zlib.crc32(view[_HEADER.size :], zlib.crc32(view[: _UNCHECKED.size]))
            if check != body_check:
                self.corrupt += 1
            elif sequence == END:
                self.ended = True
            else:
                self.early += now_ns() < sent_ns
                self._note(sequence)

    def _take_small(self, message: bytes) -> None:
        expected = frame(self.arrived, message)
        self.corrupt += message != expected
        self._note(self.arrived)

    def _note(self, sequence: int) -> None:
        self.arrived += 1
        if sequence in self._seen:
            self.duplicated += 1
            return
        self._seen.add(sequence)
        self.reordered += sequence < self._next
        self._next = max(self._next, sequence + 1)

    def check(self) -> None:
        """Raise IntegrityError with the counts unless every message arrived once, in order and whole."""
        lost = self.expected - len(self._seen)
        if lost or self.duplicated or self.reordered or self.corrupt:
            raise IntegrityError(
                f"of {self.expected} messages {lost} were lost, {self.duplicated} duplicated, "
                f"{self.reordered} reordered and {self.corrupt} corrupt"
            )
        if self.early:
            raise IntegrityError(
                f"{self.early} of {self.expected} messages arrived before they were sent: "
                "the two processes' clocks differ, so one-way figures would be wrong"
            )
