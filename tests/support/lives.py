"""Channels that are more than descriptors: what they are found by outlives the calls that made it."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits
from ipcbench.probe.channels.stdlib.pipe import Pipe

#: What a test's segments begin with: those that run at the same time look for their own only.
PREFIX_VARIABLE = "IPCBENCH_TEST_SEGMENTS"


def segments() -> list[str]:
    """Return what is there of this test's."""
    return [name for name in os.listdir("/dev/shm") if name.startswith(os.environ[PREFIX_VARIABLE])]  # noqa: PTH208


class Segment(Pipe):
    """Both ends attach to a segment by its name; the creator unlinks it as soon as it may let go."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        self._name = f"{os.environ[PREFIX_VARIABLE]}{os.getpid()}-{id(self)}-{os.urandom(4).hex()}"
        # No resource tracker knows of it.
        Path(f"/dev/shm/{self._name}").touch(exist_ok=False)

    def sender(self) -> Endpoint:
        self._attach()
        return super().sender()

    def receiver(self) -> Endpoint:
        self._attach()
        return super().receiver()

    def close(self) -> None:
        super().close()
        self._unlink()

    def _attach(self) -> None:
        descriptor = os.open(f"/dev/shm/{self._name}", os.O_RDWR)
        os.close(descriptor)

    def _unlink(self) -> None:
        Path(f"/dev/shm/{self._name}").unlink(missing_ok=True)


class KeptSegment(Segment):
    """The same, unlinked once both ends have gone."""

    def close(self) -> None:
        Pipe.close(self)

    def remove(self) -> None:
        self._unlink()


class CloseFails(KeptSegment):
    """The creator cannot let go."""

    def close(self) -> None:
        raise OSError("cannot let go")


class SecondFails(KeptSegment):
    """Only one at a time can be had: a workload with an answer needs two."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        if segments():
            raise OSError("there is one already")
        super().__init__(context, message_bytes)


class Corrupts(KeptSegment):
    """What arrives is not what was sent."""

    def sender(self) -> Endpoint:
        end = super().sender()
        return replace(end, send=lambda message: end.send(bytes(len(message))))


class UnpicklableKept(KeptSegment):
    """Processes that are not forked cannot be given it."""

    def __getstate__(self) -> dict[str, Any]:
        raise TypeError("cannot be pickled")


class ManagerQueue(Channel):
    """A queue that lives in a server process, for as long as the creator keeps its manager."""

    traits = Traits(transport="socket", duplex=False, carries="objects", copies=4, wait="condition")

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._manager: Any = context.Manager()
        self._queue = self._manager.Queue()

    def __getstate__(self) -> dict[str, Any]:
        return {"_queue": self._queue}

    def sender(self) -> Endpoint:
        return Endpoint(send=self._queue.put)

    def receiver(self) -> Endpoint:
        return Endpoint(receive=self._queue.get)

    def close(self) -> None:
        """The server is needed until both ends have gone."""

    def remove(self) -> None:
        self._manager.shutdown()


class Fifo(Channel):
    """A named pipe: the example of docs/channels.md."""

    traits = Traits(
        transport="fifo",
        duplex=False,
        carries="bytes",
        copies=2,
        wait="blocking read",
        reference_loop="os-pipe",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._folder = tempfile.mkdtemp()
        os.mkfifo(self._path)

    @property
    def _path(self) -> str:
        return f"{self._folder}/fifo"

    def sender(self) -> Endpoint:
        from multiprocessing.connection import Connection

        writer = Connection(os.open(self._path, os.O_WRONLY), readable=False)
        return Endpoint(send=writer.send_bytes, close=writer.close)

    def receiver(self) -> Endpoint:
        from multiprocessing.connection import Connection

        reader = Connection(os.open(self._path, os.O_RDONLY), writable=False)
        return Endpoint(receive=reader.recv_bytes, close=reader.close)

    def close(self) -> None:
        """Each end has opened the path by itself."""

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
