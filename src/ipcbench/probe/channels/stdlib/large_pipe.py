"""A Pipe whose kernel buffer is as large as the system lets a user have it (`F_SETPIPE_SZ`). Linux."""

from __future__ import annotations

from dataclasses import replace
from multiprocessing.context import BaseContext

from ipcbench.errors import CaseError
from ipcbench.probe.channels.stdlib.pipe import Pipe
from ipcbench.probe.process.kernel_buffers import largest_pipe_bytes, size_pipe


class LargePipe(Pipe):
    """A Pipe with as large a buffer as an unprivileged process may ask for (Linux)."""

    traits = replace(Pipe.traits, of_its_own=False)

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        try:
            size_pipe(self._writer.fileno(), largest_pipe_bytes())
        except CaseError:
            self.close()
            raise
