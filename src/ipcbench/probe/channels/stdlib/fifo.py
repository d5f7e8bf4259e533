"""A named pipe (`os.mkfifo`) with messages framed by hand: a file that both ends open."""

from __future__ import annotations

import os
from functools import partial
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits
from ipcbench.probe.channels.framing import descriptor_receiver, descriptor_sender


class NamedPipe(Channel):
    """`mkfifo`: opening it waits for the other end to open it as well. POSIX."""

    traits = Traits(
        transport="FIFO",
        duplex=False,
        carries="bytes",
        copies=2,
        wait="blocking read",
        reference_loop="os-pipe",
        below="os-pipe",
        adds="a name, a length before each message",
        kernel_buffer="pipe",
        leaves="a file stays in the temporary folder",
        suits="A program here that is no child of yours, or no Python: it needs a path only.",
    )

    @classmethod
    def missing(cls) -> str:
        return "" if hasattr(os, "mkfifo") else "no named pipes here; accepted: a POSIX system"

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        import tempfile

        self._folder = tempfile.mkdtemp(prefix="ipcbench-fifo-")
        self._path = os.path.join(self._folder, "fifo")
        os.mkfifo(self._path, 0o600)

    def sender(self) -> Endpoint:
        descriptor = os.open(self._path, os.O_WRONLY)
        return Endpoint(
            send=descriptor_sender(descriptor),
            close=partial(os.close, descriptor),
            descriptors=(descriptor,),
        )

    def receiver(self) -> Endpoint:
        descriptor = os.open(self._path, os.O_RDONLY)
        return Endpoint(
            receive=descriptor_receiver(descriptor),
            close=partial(os.close, descriptor),
            descriptors=(descriptor,),
        )

    def close(self) -> None:
        """There are no copies to let go of: who opens the file has its own."""

    def remove(self) -> None:
        import shutil

        shutil.rmtree(self._folder, ignore_errors=True)
