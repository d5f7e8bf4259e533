"""A Pipe whose kernel buffer is as large as the system lets a user have it (`F_SETPIPE_SZ`). Linux."""

from __future__ import annotations

from multiprocessing.context import BaseContext

from ipcbench.errors import CaseError
from ipcbench.probe.channels.stdlib.pipe import Pipe

#: `F_SETPIPE_SZ`; the module fcntl names it from Python 3.10 on only.
_SET_PIPE_SIZE = 1031
_LIMIT_FILE = "/proc/sys/fs/pipe-max-size"


class LargePipe(Pipe):
    """A Pipe with as large a buffer as an unprivileged process may ask for (Linux)."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        try:
            import fcntl

            with open(_LIMIT_FILE, encoding="ascii") as file:
                size = int(file.read())
            fcntl.fcntl(self._writer.fileno(), _SET_PIPE_SIZE, size)
        except (ImportError, OSError) as error:
            self.close()
            raise CaseError(f"this system gives no larger pipe: {error}") from error
