"""What the two ends of one life say of themselves: they are gone before anybody could ask them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.errors import CaseError
from ipcbench.probe.process.provenance import self_report

#: An end that has ended has said it before.
DEADLINE_S = 1.0

#: The connection of each end, by its name; none in lives that are timed.
Homes = Mapping[str, Connection]
NO_HOMES: Homes = {}


def say_what_it_is(homes: Homes, name: str, channel: type, *others: type) -> None:
    """In the end of this name: report itself, where it is asked to."""
    if name in homes:
        homes[name].send(self_report(channel, *others))


class EndReports:
    """A connection home for each end of one life; use it as a context manager."""

    def __init__(self, context: BaseContext, names: Iterable[str]) -> None:
        self._pipes = {name: context.Pipe(duplex=False) for name in names}
        self.homes: Homes = {name: far for name, (_, far) in self._pipes.items()}

    def __enter__(self) -> EndReports:
        return self

    def take(self) -> dict[str, dict[str, Any]]:
        """Return what they said, by name; raises CaseError for one that has ended in silence."""
        found = {}
        for name, (near, _) in self._pipes.items():
            if not near.poll(DEADLINE_S):
                raise CaseError(f"the {name} ended before it could say what it is")
            found[name] = near.recv()
        return found

    def __exit__(self, *_: object) -> None:
        for pipe in self._pipes.values():
            for end in pipe:
                end.close()
