"""Messages to plain values and back, over a wire: what is no message is an error."""

from __future__ import annotations

from typing import Any, TypeVar

from ipcbench.errors import CaseError
from ipcbench.probe.protocol.message import Message
from ipcbench.probe.protocol.messages import TYPES, Failed
from ipcbench.probe.protocol.wire import Wire
from ipcbench.visible import one_line

Expected = TypeVar("Expected")
#: Characters of an error's text, which may be a whole message.
MOST_WORDS = 5_000

#: What a field may hold, by what its annotation begins with.
_PLAIN: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "str": (str,),
    "dict": (dict,),
    "list": (list, tuple),
    "Union": (int, type(None)),
}


class ProtocolError(CaseError):
    """A message that nobody here understands."""


def encode(message: Message) -> dict[str, Any]:
    """Return a message as plain values."""
    return {"type": type(message).__name__, **message.values()}


def decode(plain: Any) -> Message:
    """Return the message of plain values; raise ProtocolError for what is none."""
    values = dict(plain) if isinstance(plain, dict) else {}
    name = values.pop("type", None)
    if not isinstance(name, str) or name not in TYPES:
        raise ProtocolError(f"unknown message {name!r}; known: {', '.join(TYPES)}")
    try:
        message = TYPES[name](**values)
    except TypeError as error:
        raise ProtocolError(f"message {name}: {error}") from None
    for field, value in message.values().items():
        annotation = message.fields[field]
        if not isinstance(value, _PLAIN[annotation.partition("[")[0]]):
            raise ProtocolError(f"message {name}: {field} is {type(value).__name__}, not {annotation}")
    return message


def expect(message: Any, kind: type[Expected]) -> Expected:
    """Return an answer of this type; raise CaseError with what failed, ProtocolError for any other."""
    if isinstance(message, Failed):
        raise CaseError(one_line(message.error)[:MOST_WORDS])
    if not isinstance(message, kind):
        raise ProtocolError(f"{kind.__name__} was expected, not {type(message).__name__}")
    return message


def say(wire: Wire, message: Message, blob: bytes = b"") -> None:
    """Send a message; raise WireClosed where nobody listens."""
    wire.send(encode(message), blob)


def hear(wire: Wire, timeout_s: float) -> tuple[Message, bytes]:
    """Return the next message and its blob; raise WireTimeout, WireClosed or ProtocolError."""
    plain, blob = wire.receive(timeout_s)
    return decode(plain), blob
