"""The wire between the measuring side and a probe: JSON messages with deadlines, never pickles.

Launchers and probes connect back to the measuring side, so one protocol serves forked and freshly started
processes on every platform. The first message of a connection carries the run's random key.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import struct
import sys
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from ipcbench.errors import IpcbenchError
from ipcbench.probe.protocol.inheritance import close_in_forked_children

Message = dict[str, Any]
CONNECT_DEADLINE_S = 10.0
#: Whoever connects says the key at once; on a busy machine "at once" may take a while.
HELLO_DEADLINE_S = 5.0
#: As `multiprocessing.connection` frames: a length of four bytes, or -1 and one of eight.
HEADER_BYTES = 4
#: The times of a batch of single messages take eight bytes each.
MOST_BYTES = 256 << 20


class WireClosed(IpcbenchError):
    """The process at the other end is gone, or closed its end."""


class WireTimeout(IpcbenchError):
    """Nothing arrived before the deadline."""


class Wire:
    """One end of a connection; carries JSON messages, each with an optional blob of bytes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        #: What has come of a frame, of how many bytes, and whether that is its body.
        self._part, self._wanted, self._is_body = bytearray(), HEADER_BYTES, False
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
        content = self._receive_bytes(deadline)
        try:
            message: Message = json.loads(content)
            has_blob = message.pop("blob_bytes")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise WireClosed("what came is no message") from error
        return message, self._receive_bytes(deadline) if has_blob else b""

    def _receive_bytes(self, deadline: float) -> bytes:
        """Return the next whole frame; what has come of it by the deadline is kept for the next call."""
        while True:
            if len(self._part) == self._wanted:
                content = bytes(self._part)
                self._part.clear()
                if self._is_body:
                    self._is_body, self._wanted = False, HEADER_BYTES
                    return content
                self._is_body, self._wanted = True, _length(content)
                if not 0 <= self._wanted <= MOST_BYTES:
                    raise WireClosed(f"a message of {self._wanted} bytes is announced")
                continue
            try:
                if not self._connection.poll(max(0.0, deadline - time.monotonic())):
                    raise WireTimeout("no answer before the deadline")
                if sys.platform == "win32":
                    return self._connection.recv_bytes(MOST_BYTES)
                # A connection's own `recv_bytes` would wait for ever for the rest of what has begun.
                part = os.read(self.fileno(), self._wanted - len(self._part))
            except (EOFError, OSError) as error:
                raise WireClosed("the connection was closed") from error
            if not part:
                raise WireClosed("the connection was closed")
            self._part += part

    def close(self) -> None:
        """Let go of it; twice is harmless."""
        self._connection.close()


def _length(header: bytes) -> int:
    """Return what a frame's header announces; -1, behind which a longer length stands, is none of ours."""
    (length,) = struct.unpack("!i", header)
    return int(length)


class Listener:
    """Where launchers and probes of one run connect to; loopback only, guarded by a random key."""

    def __init__(self, folder: str) -> None:
        """Listen at a socket in `folder`, or at a loopback port where there are no Unix sockets."""
        # What `secrets` gives.
        self.key = os.urandom(16).hex()
        if hasattr(socket, "AF_UNIX"):
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.bind(os.path.join(folder, "wire"))
        else:
            self._socket = socket.socket(socket.AF_INET)
            self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)
        self._socket.setblocking(False)
        #: Who has not said the key yet, and until when each may.
        self._silent: dict[Wire, float] = {}
        close_in_forked_children(self._socket)

    @property
    def address(self) -> Any:
        """What `connect` takes; goes through JSON unharmed."""
        return self._socket.getsockname()

    def accept(self, timeout_s: float) -> tuple[Wire, Message]:
        """Return the next connection that knows the key, with its first message."""
        deadline = time.monotonic() + timeout_s
        while (left_s := deadline - time.monotonic()) > 0:
            # Whoever says nothing keeps nobody waiting who does.
            for ready in _readable([self._socket, *self._silent], left_s):
                if not isinstance(ready, Wire):
                    self._take_connection()
                elif hello := self._hello(ready):
                    return ready, hello
            for wire in [wire for wire, limit in self._silent.items() if limit < time.monotonic()]:
                self._let_go(wire)
        raise WireTimeout("nobody connected before the deadline")

    def _take_connection(self) -> None:
        try:
            accepted, _ = self._socket.accept()
        except OSError:  # it has gone again
            return
        accepted.setblocking(True)
        self._silent[Wire(Connection(accepted.detach()))] = time.monotonic() + HELLO_DEADLINE_S

    def _hello(self, wire: Wire) -> Message | None:
        """Return the first message of one that knows the key; None while it is not whole, or is none."""
        try:
            hello, _ = wire.receive(0.0)
        except WireTimeout:
            return None
        except WireClosed:
            self._let_go(wire)
            return None
        # It brings hashlib, which no probe needs: they connect, and are never asked for a key.
        from hmac import compare_digest

        key = str(hello.pop("key", "")).encode("utf-8", "replace")
        if not compare_digest(key, self.key.encode("ascii")):
            self._let_go(wire)
            return None
        del self._silent[wire]
        return hello

    def _let_go(self, wire: Wire) -> None:
        del self._silent[wire]
        wire.close()

    def close(self) -> None:
        """Listen no longer, and remove the address."""
        for wire in list(self._silent):
            self._let_go(wire)
        self._socket.close()


def _readable(waiting: Sequence[Any], timeout_s: float) -> list[Any]:
    """Return those of sockets and wires from which something can be read without waiting."""
    with selectors.DefaultSelector() as selector:
        for each in waiting:
            selector.register(each, selectors.EVENT_READ)
        return [key.fileobj for key, _ in selector.select(timeout_s)]


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
