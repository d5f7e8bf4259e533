"""`os-pipe` with the four-byte header of a Connection: what framing alone costs, without its Python code.

As a Connection does, a message of up to 16 KiB goes with its header in one write, a larger one in a second
write; every message takes two reads or more.
"""

from __future__ import annotations

import os
import struct
from dataclasses import replace
from typing import Callable

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.channels.loops.os_pipe import OsPipe
from ipcbench.probe.channels.loops.raw import Message, raw_receiver, raw_sender

_HEADER_BYTES = 4
_ONE_WRITE_UP_TO = 16384


class FramedPipe(OsPipe):
    """A raw pipe with a header before each message, as a Connection writes it."""

    traits = Traits(
        of_its_own=False,
        transport="pipe",
        duplex=False,
        carries="bytes",
        copies=3,
        wait="blocking read",
        reference_loop="os-pipe",
        below="os-pipe",
        adds="a four-byte header, a second read",
        fixed_size=True,
        kernel_buffer="pipe",
    )

    def sender(self) -> Endpoint:
        return replace(super().sender(), send=_framed_sender(self._writer.fileno(), self._message_bytes))

    def receiver(self) -> Endpoint:
        descriptor = self._reader.fileno()
        read_header = raw_receiver(descriptor, _HEADER_BYTES)
        read_body = raw_receiver(descriptor, self._message_bytes)

        def receive() -> Message:
            read_header()
            return read_body()

        return replace(super().receiver(), receive=receive)


def _framed_sender(descriptor: int, message_bytes: int) -> Callable[[Message], None]:
    header, write = struct.pack("!i", message_bytes), os.write
    if message_bytes <= _ONE_WRITE_UP_TO:
        write_whole = raw_sender(descriptor, _HEADER_BYTES + message_bytes)

        def send(message: Message) -> None:
            write_whole(header + message)
    else:
        write_body = raw_sender(descriptor, message_bytes)

        def send(message: Message) -> None:
            write(descriptor, header)
            write_body(message)

    return send
