"""Channels that each break one promise of the contract, for the kit to catch."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import shared_memory
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from ipcbench.probe.channels.stdlib.duplex_pipe import DuplexPipe
from ipcbench.probe.channels.stdlib.fifo import NamedPipe
from ipcbench.probe.channels.stdlib.pipe import Pipe
from ipcbench.testing import Channel, Endpoint

Send = Callable[[Any], Any]
Receive = Callable[[], Any]


class Tampered(Pipe):
    """A pipe whose sending or receiving side a subclass spoils."""

    def sender(self) -> Endpoint:
        end = super().sender()
        return Endpoint(send=self.spoil_send(end.send), close=end.close)

    def receiver(self) -> Endpoint:
        end = super().receiver()
        return Endpoint(receive=self.spoil_receive(end.receive), close=end.close)

    def spoil_send(self, send: Send) -> Send:
        return send

    def spoil_receive(self, receive: Receive) -> Receive:
        return receive


class Dropping(Tampered):
    """Loses every tenth message."""

    def spoil_send(self, send: Send) -> Send:
        count = 0

        def spoiled(message: Any) -> None:
            nonlocal count
            count += 1
            if count % 10:
                send(message)

        return spoiled


class Duplicating(Tampered):
    """Sends the seventh message twice."""

    def spoil_send(self, send: Send) -> Send:
        count = 0

        def spoiled(message: Any) -> None:
            nonlocal count
            count += 1
            send(message)
            if count == 7:
                send(message)

        return spoiled


class Reordering(Tampered):
    """Exchanges the fifth message with the sixth."""

    def spoil_send(self, send: Send) -> Send:
        held: list[Any] = []
        count = 0

        def spoiled(message: Any) -> None:
            nonlocal count
            count += 1
            if count == 5:
                held.append(message)
                return
            send(message)
            while held:
                send(held.pop())

        return spoiled


class Truncating(Tampered):
    """Cuts what is longer than a page."""

    def spoil_send(self, send: Send) -> Send:
        return lambda message: send(message[:4096])


class LosingEmpties(Tampered):
    """Takes an empty message for none."""

    def spoil_send(self, send: Send) -> Send:
        return lambda message: send(message) if message else None


class BreakingAbove219264(Tampered):
    """Gives another byte in the middle of each message above 219,264 bytes."""

    def spoil_send(self, send: Send) -> Send:
        def spoiled(message: Any) -> None:
            if len(message) > 219264:
                message = message[:1000] + bytes([message[1000] ^ 1]) + message[1001:]
            send(message)

        return spoiled


class LosingLarge(Tampered):
    """Loses a message of 64 MiB."""

    def spoil_send(self, send: Send) -> Send:
        return lambda message: send(message) if len(message) < 64 << 20 else None


class Talking(Tampered):
    """Hands over something that is no bytes."""

    def spoil_receive(self, receive: Receive) -> Receive:
        return lambda: [receive()]


class Deaf(Tampered):
    """Neither sends nor receives."""

    def spoil_send(self, _: Send) -> Send:
        return lambda _: time.sleep(60)

    def spoil_receive(self, _: Receive) -> Receive:
        return lambda: time.sleep(60)


class Raising(Tampered):
    """Fails when it sends."""

    def spoil_send(self, _: Send) -> Send:
        def spoiled(_: Any) -> None:
            raise ValueError("boom")

        return spoiled


class Echoing(DuplexPipe):
    """Answers each message with itself, whatever the receiver replies."""

    def receiver(self) -> Endpoint:
        end = super().receiver()
        last: list[Any] = []

        def receive() -> Any:
            last[:] = [end.receive()]
            return last[0]

        return Endpoint(send=lambda _: end.send(last[0]), receive=receive, close=end.close)


class IgnoringClose(Pipe):
    """Leaves its writing end open as long as the process lives."""

    def sender(self) -> Endpoint:
        return Endpoint(send=super().sender().send)


class HidingDeath(Pipe):
    """Keeps both halves open at both ends: a close is told by a message, a death by nothing."""

    _LAST = "the last"

    def sender(self) -> Endpoint:
        def close() -> None:
            self._writer.send(self._LAST)
            self._writer.close()

        return Endpoint(send=self._writer.send, close=close)

    def receiver(self) -> Endpoint:
        def receive() -> Any:
            message = self._reader.recv()
            if message == self._LAST:
                raise EOFError("the sender closed the channel")
            return message

        return Endpoint(receive=receive, close=self._reader.close)


class SilentlyLossy(Tampered):
    """Swallows what it cannot send, and says so nowhere."""

    def spoil_send(self, send: Send) -> Send:
        self.losses: list[OSError] = []

        def spoiled(message: Any) -> None:
            try:
                send(message)
            except OSError as error:
                self.losses.append(error)

        return spoiled


class LossyUntilClose(SilentlyLossy):
    """Says only at its close that messages were lost, and does not declare it."""

    def sender(self) -> Endpoint:
        end = super().sender()

        def close() -> None:
            end.close()
            if self.losses:
                raise self.losses[0]

        return Endpoint(send=end.send, close=close)


#: What removes the leaks that the next four classes leave in the process that creates them.
removals: list[Callable[[], object]] = []


class LeakingDescriptors(Pipe):
    """Leaves a file descriptor of the creator at each opening."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        removals.append(partial(os.close, os.dup(self._reader.fileno())))


class LeakingProcesses(Pipe):
    """Leaves a child process at each opening."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        process = context.Process(target=time.sleep, args=(60,), daemon=True)  # type: ignore[attr-defined]
        process.start()
        removals.extend([process.kill, process.join, process.close])


class LeakingServers(Pipe):
    """Leaves a program that it started at each opening."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        removals.extend([server.kill, server.wait])


class LeakingSemaphores(Pipe):
    """Leaves a System V semaphore at each opening."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        libc = ctypes.CDLL(None)
        # semget(IPC_PRIVATE, 1, 0600); semctl(identifier, 0, IPC_RMID).
        removals.append(partial(libc.semctl, libc.semget(0, 1, 0o600), 0, 0))


class LeakingSegments(Pipe):
    """Leaves a segment of shared memory at each opening."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        segment = shared_memory.SharedMemory(create=True, size=64)
        segment.close()
        removals.append(segment.unlink)


class LeakingNowAndThen(Pipe):
    """Leaves a segment at nine openings of ten."""

    opened = 0

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        type(self).opened += 1
        if self.opened % 10:
            segment = shared_memory.SharedMemory(create=True, size=64)
            segment.close()
            removals.append(segment.unlink)


class LeavingWhenKilled(Pipe):
    """Leaves the segment that its receiver would have removed."""

    def receiver(self) -> Endpoint:
        end, path = super().receiver(), Path(f"/dev/shm/ipcbench-broken-{os.getppid()}-{os.getpid()}")
        path.touch()

        def close() -> None:
            path.unlink()
            end.close()

        return Endpoint(receive=end.receive, close=close)


class LeavesItsFile(NamedPipe):
    """Its `remove` does nothing."""

    def remove(self) -> None:
        pass


class LeakingFiles(Pipe):
    """Leaves a named pipe in the temporary folder at each opening."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        folder = tempfile.mkdtemp()
        os.mkfifo(f"{folder}/fifo")
        removals.append(partial(shutil.rmtree, folder, ignore_errors=True))


class HangingAtBirth(Pipe):
    """Never ends its own creation."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        time.sleep(60)


class ClosingOnce(Pipe):
    """Fails when its creator closes it a second time."""

    def close(self) -> None:
        if self._reader.closed:
            raise OSError("closed already")
        super().close()


class Exiting(Tampered):
    """Ends its whole process at the first message."""

    def spoil_send(self, _: Send) -> Send:
        return lambda _: os._exit(3)


class Traitless(Channel):
    """Says nothing of itself."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        """Create nothing."""

    def sender(self) -> Endpoint:
        return Endpoint()

    def receiver(self) -> Endpoint:
        return Endpoint()

    def close(self) -> None:
        """Nothing is there."""
