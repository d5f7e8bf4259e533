"""A program that is started by `subprocess` and answers from its standard input to its standard output."""

from __future__ import annotations

import sys
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits
from ipcbench.probe.channels.framing import descriptor_receiver, descriptor_sender

#: What the program does: it needs nothing of ours.
_ECHO = """
import os, struct
def read(size):
    buffer = bytearray(size)
    rest = memoryview(buffer)
    while rest:
        received = os.readv(0, [rest])
        if not received:
            os._exit(0)
        rest = rest[received:]
    return buffer
while True:
    head = read(8)
    body = read(struct.unpack("!Q", head)[0])
    rest = memoryview(head + body)
    while rest:
        rest = rest[os.write(1, rest):]
"""


class SubprocessStdio(Channel):
    """`Popen` with pipes for stdin and stdout, a length before each message. POSIX."""

    traits = Traits(
        transport="pipes to a program",
        duplex=True,
        carries="bytes",
        copies=5,
        wait="blocking read",
        reference_loop="os-pipe",
        owns_receiver=True,
        fork_after_use=False,
        suits="A program of any language that reads its input and writes its output.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        """Nothing is there before the sender starts its program."""

    def sender(self) -> Endpoint:
        import subprocess

        command = [sys.executable, "-I", "-S", "-c", _ECHO]
        program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert program.stdin
        assert program.stdout

        def close() -> None:
            program.stdin.close()  # type: ignore[union-attr]
            program.stdout.close()  # type: ignore[union-attr]
            program.wait()

        return Endpoint(
            send=descriptor_sender(program.stdin.fileno()),
            receive=descriptor_receiver(program.stdout.fileno()),
            close=close,
        )

    def receiver(self) -> Endpoint:
        raise TypeError("whoever sends starts who answers")

    def close(self) -> None:
        """The creator holds nothing."""
