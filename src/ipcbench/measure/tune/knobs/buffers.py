"""Knobs of what lies between the ends: the kernel's buffer, and how much is read at a time."""

from __future__ import annotations

from typing import ClassVar

from ipcbench.errors import CaseError
from ipcbench.machine.kernel import Kernel
from ipcbench.measure.tune.knobs.contract import Knob, Seen
from ipcbench.plan.units import format_size
from ipcbench.probe.channels.contract import PIPE_BUFFER, SOCKET_BUFFER

#: What a pipe holds unless told otherwise: from here on a message does not fit.
_FROM_BYTES = 64 << 10
_MOST_SOCKET_BYTES = 4 << 20
#: By kind, where Linux says how large a buffer an unprivileged process may have.
_FILES = {PIPE_BUFFER: "proc/sys/fs/pipe-max-size", SOCKET_BUFFER: "proc/sys/net/core/wmem_max"}


def largest_buffers(kernel: Kernel) -> dict[str, int]:
    """Return how large a buffer of each kind may be; 0 where the system does not say."""
    return {kind: kernel.number(file) or 0 for kind, file in _FILES.items()}


class _Buffer(Knob):
    kernel_buffer: ClassVar[str]
    most_bytes: ClassVar[int]

    def symptom(self, seen: Seen) -> str:
        if seen.channel.kernel_buffer != self.kernel_buffer or seen.size < _FROM_BYTES:
            return ""
        return f"a message of {format_size(seen.size)} passes a {self.kernel_buffer}'s buffer in pieces"

    def changes(self, seen: Seen) -> tuple[str, ...]:
        size = min(self.most_bytes, seen.buffer_bytes.get(self.kernel_buffer, 0))
        if not size:
            raise CaseError(f"this system does not say how large a {self.kernel_buffer}'s buffer may be")
        return (f"{self.kernel_buffer}-buffer={size}",)


class LargerPipe(_Buffer):
    """As large as an unprivileged process may ask for."""

    name = "pipe-buffer"
    summary = "a pipe that holds more"
    kernel_buffer = PIPE_BUFFER
    inherited = "once, by whoever holds an end: it is the kernel's, whatever the start method"
    most_bytes = 1 << 30


class LargerSocket(_Buffer):
    """The same of sockets."""

    name = "socket-buffer"
    summary = "sockets that hold more"
    kernel_buffer = SOCKET_BUFFER
    inherited = "at each end, whose socket is its own, by whoever holds it, whatever the start method"
    most_bytes = _MOST_SOCKET_BYTES


class LargerReads(Knob):
    """Since CPython 3.14 a receive over sockets reads 64 KiB at a time."""

    name = "bufsize"
    summary = "a Connection reads up to 16 MiB at a time"
    above = "malloc"
    inherited = "in the receiving process; forked children inherit it"

    def symptom(self, seen: Seen) -> str:
        if not seen.facts["reads_by_bufsize"] or seen.channel.kernel_buffer != SOCKET_BUFFER:
            return ""
        return (
            f"this Python reads {format_size(seen.size)} in pieces of 64 KiB"
            if seen.size > _FROM_BYTES
            else ""
        )

    def changes(self, seen: Seen) -> tuple[str, ...]:  # noqa: ARG002
        return ("bufsize=16MiB",)
