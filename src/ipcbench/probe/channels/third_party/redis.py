"""redis: a list that senders push to and receivers pop from, in a server of its own on the loopback."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from functools import partial
from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import (
    ACCEPTS,
    BLOCKS,
    COMPETING,
    UNBOUNDED,
    Endpoint,
    Ends,
    Requires,
    Traits,
)
from ipcbench.probe.channels.third_party.meeting import Meeting, Met

SERVER = "redis-server"
START_DEADLINE_S, END_DEADLINE_S = 10.0, 5.0
KEY = "messages"


class RedisList(Met):
    """RPUSH and BLPOP: as many messages as the server's memory holds, and nobody hears of a death."""

    traits = Traits(
        transport="TCP to a server",
        duplex=False,
        carries="bytes",
        copies=8,
        wait="answer of the server",
        reference_loop="tcp-loop",
        delivery=UNBOUNDED,
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=ACCEPTS,
        ends=Ends(None, None),
        fan_out=COMPETING,
        requires=Requires(
            "redis", "redis", "redis", SERVER, "apt install redis-server, or brew install redis"
        ),
        leaves="a server process stays, and its folder with a file",
        suits="Work that outlives who sent it, taken by any machine; a server has to run.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        # Python alone, without threads: who forks its ends imports it for both.
        import redis  # noqa: F401

        self._meeting = Meeting("redis")
        self._key, self._creator = os.urandom(16).hex(), os.getpid()
        limit = time.monotonic() + START_DEADLINE_S
        # Somebody else may take the port between looking and listening.
        while not self._starts(limit):
            if time.monotonic() > limit:
                self._meeting.remove()
                raise OSError(f"{SERVER} did not answer within {START_DEADLINE_S:g} s")

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_server"}

    def _starts(self, limit: float) -> bool:
        import socket
        import subprocess

        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        # On its standard input, since anybody can read what a process was started with.
        settings = (
            f"port {self._port}\nbind 127.0.0.1\nrequirepass {self._key}\ndir {self._meeting.folder}\n"
            'save ""\nappendonly no\ndaemonize no\nlogfile server.log\n'
        )
        self._server = subprocess.Popen(
            [SERVER, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._process = self._server.pid
        assert self._server.stdin is not None
        with suppress(BrokenPipeError), self._server.stdin as order:
            order.write(settings.encode())
        while self._server.poll() is None and time.monotonic() < limit:
            if self._answers():
                return True
            time.sleep(0.002)
        self._end()
        return False

    def _answers(self) -> bool:
        """Return whether the server that knows our password is there."""
        import socket

        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1.0) as asked:
            asked.sendall(f"AUTH {self._key}\r\nPING\r\n".encode())
            return asked.makefile("rb").readline() == b"+OK\r\n"
        return False

    def _client(self) -> Any:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # A command that is sent again may be done twice: what was popped the first time is lost.
        once = Retry(NoBackoff(), 0)
        return redis.Redis("127.0.0.1", self._port, password=self._key, retry=once)

    def sender(self) -> Endpoint:
        client = self._client()
        return Endpoint(send=partial(client.rpush, KEY), close=client.close)

    def receiver(self) -> Endpoint:
        client = self._client()
        pop = partial(client.blpop, KEY)
        return Endpoint(receive=lambda: pop()[1], close=client.close)

    def remove(self) -> None:
        self._end()
        super().remove()

    def _end(self) -> None:
        if os.getpid() != self._creator:
            # Whoever guards the creator cannot wait for a process that is none of its own.
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            return
        # Nothing of it is to be kept, so it need not end itself.
        self._server.kill()
        self._server.wait(END_DEADLINE_S)
