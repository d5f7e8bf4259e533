"""How large the kernel's buffer between the ends is."""

from __future__ import annotations

from ipcbench.errors import CaseError
from ipcbench.probe.channels.contract import PIPE_BUFFER, SOCKET_BUFFER, Endpoint
from ipcbench.probe.process.kernel_buffers import size_pipe, size_socket
from ipcbench.probe.settings.byte_count import ByteCount


def _descriptors(end: Endpoint, what: str) -> tuple[int, ...]:
    if not end.descriptors:
        raise CaseError(f"{what}: this channel names no descriptors of its ends, or has none on this system")
    return end.descriptors


class PipeBuffer(ByteCount):
    """`F_SETPIPE_SZ`. Linux."""

    summary = "bytes that a pipe holds (64 KiB unless set; Linux)"
    symptom = (
        "messages of 64 KiB and more through a pipe: both ends wait for one another many times a message"
    )
    examples = ("256KiB", "1MiB")
    kernel_buffer = PIPE_BUFFER

    @classmethod
    def adjust(cls, value: str, end: Endpoint) -> None:
        for descriptor in _descriptors(end, "pipe-buffer"):
            size_pipe(descriptor, cls.count(value))

    @classmethod
    def lines(cls, value: str) -> str:
        return (
            "import fcntl\n"
            "# The end of a Pipe; of a multiprocessing.Queue it is queue._writer.\n"
            f"fcntl.fcntl(writer.fileno(), fcntl.F_SETPIPE_SZ, {cls.count(value)})"
        )


class SocketBuffer(ByteCount):
    """`SO_SNDBUF` and `SO_RCVBUF`."""

    summary = "bytes that a duplex Pipe's sockets hold"
    symptom = "messages of 64 KiB and more through a duplex Pipe"
    examples = ("64KiB", "128KiB")
    kernel_buffer = SOCKET_BUFFER

    @classmethod
    def adjust(cls, value: str, end: Endpoint) -> None:
        for descriptor in _descriptors(end, "socket-buffer"):
            size_socket(descriptor, cls.count(value))

    @classmethod
    def lines(cls, value: str) -> str:
        return (
            "import os, socket\n"
            "with socket.socket(fileno=os.dup(connection.fileno())) as end:\n"
            f"    end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, {cls.count(value)})\n"
            f"    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, {cls.count(value)})"
        )
