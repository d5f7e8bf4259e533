"""What a shell completes: names of the catalogues, values of coordinates, stored records.

click asks for it in a process of its own, each time that Tab is pressed: what is imported here, is so then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ipcbench.plan.coordinates import COORDINATES, Coordinate
from ipcbench.plan.defaults import ALL, RESULTS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

#: Coordinates whose values are names of a catalogue.
_CATALOGUES = ("channel", "workload", "payload", "setting")
#: Records that are offered by number.
MOST_RECORDS = 50


def values_of(coordinate: Coordinate) -> Completer:
    """Return what completes the last value of a list by comma."""

    def complete(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        before, comma, last = begun.rpartition(",")
        taken = before.split(",")
        return [
            CompletionItem(f"{before}{comma}{name}")
            for name in _names(coordinate)
            if name.startswith(last) and name not in taken
        ]

    return complete


def _names(coordinate: Coordinate) -> Iterable[str]:
    if coordinate.name not in _CATALOGUES:
        return coordinate.choices
    from ipcbench.launch.catalogue import names

    found = names(coordinate.name)
    return [*found, ALL] if coordinate.name == "channel" else found


def changes_begun(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return what an arm can differ in, `key=`, and behind that its values."""
    from click.shell_completion import CompletionItem

    from ipcbench.launch.catalogue import names

    key, is_given, value = begun.partition("=")
    if not is_given:
        keys = [*(each.key for each in COORDINATES), *names("setting")]
        return [CompletionItem(f"{name}=") for name in keys if name.startswith(key)]
    found = next((each for each in COORDINATES if each.key == key), None)
    known = _names(found) if found else ()
    return [CompletionItem(f"{key}={name}") for name in known if name.startswith(value)]


def knobs_begun(context: click.Context, option: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return knobs by name, and what an arm can differ in."""
    from click.shell_completion import CompletionItem

    from ipcbench.measure.tune.knobs import KNOBS

    named = [CompletionItem(name) for name in KNOBS if name.startswith(begun)]
    return [*named, *changes_begun(context, option, begun)]


def records_begun(context: click.Context, _argument: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return `latest`, and the newest records by their numbers, each with its file's name."""
    from click.shell_completion import CompletionItem

    from ipcbench.record.numbered import number_of, numbered

    found = numbered(Path(context.params.get("results") or RESULTS))[-MOST_RECORDS:]
    numbers = [CompletionItem(str(number_of(path)), help=path.name) for path in found[::-1]]
    return [each for each in (CompletionItem("latest"), *numbers) if each.value.startswith(begun)]
