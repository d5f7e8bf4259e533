"""The wire between the measuring side and a probe: JSON messages with deadlines, never pickles.

Launchers and probes connect back to the measuring side, so one protocol serves forked and freshly started
processes on every platform. The first message of a connection carries the run's random key.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socket
import time
from multiprocessing.connection import Connection
from typing import Any

from ipcbench.errors import IpcbenchError
from ipcbench.probe.protocol.inheritance import close_in_forked_children

Message = dict[str, Any]
CONNECT_DEADLINE_S = 10.0
#: Whoever connects says the key at once; on a busy machine "at once" may take a while.
HELLO_DEADLINE_S = 5.0


class WireClosed(IpcbenchError):
    """The process at the other end is gone, or closed its end."""


class WireTimeout(IpcbenchError):
    """Nothing arrived before the deadline."""


class Wire:
    """One end of a connection; carries JSON messages, each with an optional blob of bytes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        close_in_forked_children(self)

    def fileno(self) -> int:
        """Return what `wait` can wait for."""
        return self._connection.fileno()

    def send(self, message: Message, blob: bytes = b"") -> None:
        """Send plain values and a blob; raise WireClosed where nobody listens."""
        try:
            self._connection.send_bytes(json.dumps({**message, "blob_bytes": len(blob)}).encode())
            if blob:
                self._connection.send_bytes(blob)
        except (OSError, ValueError) as error:
            raise WireClosed(f"cannot send: {error}") from error

    def receive(self, timeout_s: float) -> tuple[Message, bytes]:
        """Return the next message and its blob; raise WireTimeout or WireClosed."""
        deadline = time.monotonic() + timeout_s
        message: Message = json.loads(self._receive_bytes(deadline))
        return message, self._receive_bytes(deadline) if message.pop("blob_bytes") else b""

    def _receive_bytes(self, deadline: float) -> bytes:
        try:
            if not self._connection.poll(max(0.0, deadline - time.monotonic())):
                raise WireTimeout("no answer before the deadline")
            return self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise WireClosed("the connection was closed") from error

    def close(self) -> None:
        """Let go of it; twice is harmless."""
        self._connection.close()


class Listener:
    """Where launchers and probes of one run connect to; loopback only, guarded by a random key."""

    def __init__(self, folder: str) -> None:
        """Listen at a socket in `folder`, or at a loopback port where there are no Unix sockets."""
        self.key = secrets.token_hex(16)
        if hasattr(socket, "AF_UNIX"):
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.bind(os.path.join(folder, "wire"))
        else:
            self._socket = socket.socket(socket.AF_INET)
            self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)
        close_in_forked_children(self._socket)

    @property
    def address(self) -> Any:
        """What `connect` takes; goes through JSON unharmed."""
        return self._socket.getsockname()

    def accept(self, timeout_s: float) -> tuple[Wire, Message]:
        """Return the next connection that knows the key, with its first message."""
        deadline = time.monotonic() + timeout_s
        while True:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                accepted, _ = self._socket.accept()
            except (TimeoutError, socket.timeout) as error:
                raise WireTimeout("nobody connected before the deadline") from error
            accepted.setblocking(True)
            wire = Wire(Connection(accepted.detach()))
            try:
                hello, _ = wire.receive(HELLO_DEADLINE_S)
            except (WireClosed, WireTimeout, ValueError, KeyError, TypeError, AttributeError):
                wire.close()
                continue
            if hmac.compare_digest(str(hello.pop("key", "")), self.key):
                return wire, hello
            wire.close()

    def close(self) -> None:
        """Listen no longer, and remove the address."""
        self._socket.close()


def connect(address: Any, key: str, hello: Message) -> Wire:
    """Connect to a listener and introduce oneself."""
    is_path = isinstance(address, str)
    client = socket.socket(socket.AF_UNIX if is_path else socket.AF_INET)
    client.settimeout(CONNECT_DEADLINE_S)
    try:
        client.connect(address if is_path else tuple(address))
    except OSError:
        client.close()
        raise
    client.setblocking(True)
    wire = Wire(Connection(client.detach()))
    wire.send({**hello, "key": key})
    return wire
