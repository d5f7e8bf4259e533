"""What probes write to their standard streams: it goes to the record, not between our lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ipcbench.visible import one_line

#: Of what is written by all that is forked from one launcher, the first characters.
MOST_CHARACTERS = 2_000

_heard: ContextVar[dict[str, str] | None] = ContextVar("heard", default=None)


@contextmanager
def listening() -> Iterator[dict[str, str]]:
    """Collect what launchers that end meanwhile have to tell: by interpreter, what its probes wrote first."""
    found: dict[str, str] = {}
    token = _heard.set(found)
    try:
        yield found
    finally:
        _heard.reset(token)


def note(interpreter: str, written: str) -> None:
    """Keep what the probes of an interpreter wrote, where a command listens and it is the first of it."""
    found = _heard.get()
    if found is not None and (text := one_line(written)[:MOST_CHARACTERS]):
        found.setdefault(interpreter, text)
