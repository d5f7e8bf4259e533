"""`asyncio`'s streams over a Unix socket pair: each call runs the event loop until it is done.

A program that is asynchronous throughout enters its loop once, not once a message: that part of the time is
the price of calling it from code that is not.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import replace
from typing import Any

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.sockets.stream import UnixSocket

_HEADER = struct.Struct("!Q")


class AsyncioStreams(UnixSocket):
    """`StreamReader.readexactly`, and `StreamWriter.write` with `drain`, which waits until all is written."""

    traits = replace(
        UnixSocket.traits,
        copies=5,
        wait="event loop",
        below="unix-socket",
        adds="asyncio",
        kernel_buffer="",
        suits="A program that is an event loop already.",
    )

    def endpoint(self, end: socket.socket) -> Endpoint:
        # It takes longer to import than all other channels together.
        import asyncio

        loop = asyncio.new_event_loop()
        run, pack, unpack = loop.run_until_complete, _HEADER.pack, _HEADER.unpack
        reader, writer = run(asyncio.open_connection(sock=end))
        # Else drain returns while 64 KiB are not written, and nobody writes them until the loop runs again.
        writer.transport.set_write_buffer_limits(high=0)

        async def write(message: Any) -> None:
            writer.write(pack(len(message)))
            writer.write(message)
            await writer.drain()

        async def read() -> bytes:
            (size,) = unpack(await reader.readexactly(_HEADER.size))
            return await reader.readexactly(size)

        def close() -> None:
            writer.close()
            # What is closed is closed by the loop.
            run(asyncio.sleep(0))
            loop.close()

        return Endpoint(send=lambda message: run(write(message)), receive=lambda: run(read()), close=close)
