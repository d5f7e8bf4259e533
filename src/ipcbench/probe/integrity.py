"""Is every message delivered once, in order and unharmed? Asked before anything is timed.

Messages are numbered: buffers are frames, objects are made with their number for a seed. A frame has exactly
the size of the case's messages: sequence number, time of sending and CRC-32, then payload. Where a message
is too small for that, it carries as much of its sequence number as fits.
"""

from __future__ import annotations

import struct
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from ipcbench.errors import CaseError
from ipcbench.probe.clock import now_ns
from ipcbench.probe.payloads.contract import Payload

_HEADER = struct.Struct("<QqI")
_UNCHECKED = struct.Struct("<Qq")
#: Number of the message that says that no more will come.
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


class Ledger(ABC):
    """Counts what arrived of `expected` numbered messages."""

    def __init__(self, expected: int, *, has_end: bool) -> None:
        """`has_end` says whether a last message will say that no more will come."""
        self.expected, self._has_end = expected, has_end
        # All up to the next one have come but these: of millions, a handful of bytes.
        self._next = 0
        self._missing: set[int] = set()
        self.ended = False
        self._taken = 0
        self.duplicated = self.reordered = self.corrupt = self.early = self.arrived = 0

    @property
    def complete(self) -> bool:
        """Whether nothing more is to be waited for."""
        # The message that says so may be a corrupt one.
        can_end = self._has_end and not self.corrupt
        return self.ended or (not can_end and self._taken >= self.expected + self._has_end)

    def take(self, message: Any) -> None:
        """Note one received message."""
        self._taken += 1
        self._take(message)

    def has(self, sequence: int) -> bool:
        """Whether this message has come."""
        return sequence < self._next and sequence not in self._missing

    @abstractmethod
    def _take(self, message: Any) -> None:
        """Find out which one it is, and whether it is whole."""

    def _note(self, sequence: int) -> None:
        self.arrived += 1
        if sequence >= self.expected:
            # None of these was sent.
            self.corrupt += 1
        elif sequence >= self._next:
            self._missing.update(range(self._next, sequence))
            self._next = sequence + 1
        elif sequence in self._missing:
            self._missing.remove(sequence)
            self.reordered += 1
        else:
            self.duplicated += 1

    def check(self, *, lossy: bool = False) -> None:
        """Raise IntegrityError with the counts unless every message arrived once, in order and whole.

        Of what a `lossy` channel carries some may be lost, but not all.
        """
        seen = self._next - len(self._missing)
        lost = 0 if lossy and seen else self.expected - seen
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


class FrameLedger(Ledger):
    """Of frames of `message_bytes` each."""

    def __init__(self, expected: int, message_bytes: int) -> None:
        super().__init__(expected, has_end=has_end_frame(message_bytes))
        self._message_bytes = message_bytes

    def _take(self, message: Any) -> None:
        try:
            view = memoryview(message)
        except TypeError:
            self.corrupt += 1
            return
        if len(view) != self._message_bytes:
            self.corrupt += 1
        elif not self._has_end:
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


class PayloadLedger(Ledger):
    """Of messages that a payload has made, each from its number for a seed."""

    def __init__(self, expected: int, payload: type[Payload], size: int) -> None:
        super().__init__(expected, has_end=_can_be_told(payload, size))
        self._payload, self._size = payload, size

    def _take(self, message: Any) -> None:
        # Mostly it is the next one.
        for sequence in (self._next, *range(self.expected), END):
            if self._is(message, sequence):
                if sequence == END:
                    self.ended = True
                else:
                    self._note(sequence)
                return
        self.corrupt += 1

    def _is(self, message: Any, sequence: int) -> bool:
        try:
            return self._payload.check(message, self._size, sequence)
        except Exception:
            # It is so different that looking at it fails.
            return False


def _can_be_told(payload: type[Payload], size: int) -> bool:
    """Whether messages of different numbers differ; those of a few bytes may be all the same."""
    return not payload.check(payload.make(size, 0), size, END)


def numbered(payload: type[Payload], size: int, messages: int) -> Iterator[Any]:
    """Return the messages that a ledger takes, and one that ends them where messages can be told apart."""
    if payload.is_buffer:
        body = payload.make(size, 0)
        yield from (frame(sequence, body) for sequence in range(messages))
        if has_end_frame(size):
            yield frame(END, body)
    else:
        yield from (payload.make(size, sequence) for sequence in range(messages))
        if _can_be_told(payload, size):
            yield payload.make(size, END)


def ledger_of(payload: type[Payload], size: int, messages: int) -> Ledger:
    """Return the ledger of `numbered` messages."""
    return FrameLedger(messages, size) if payload.is_buffer else PayloadLedger(messages, payload, size)
