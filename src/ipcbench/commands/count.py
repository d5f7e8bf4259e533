"""`count`: what one message takes from the kernel. Nothing is timed. Linux."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ipcbench.commands.recording import record
from ipcbench.commands.resolve import resolve
from ipcbench.launch.placement import placement_of_turns
from ipcbench.launch.targets import makers_of
from ipcbench.measure.counts.counts import count_cases
from ipcbench.measure.head import head
from ipcbench.plan import defaults
from ipcbench.record.counts import CountsHead
from ipcbench.record.journal import Journal
from ipcbench.record.privacy import with_short_names
from ipcbench.record.store import Store


def count(
    asked: Mapping[str, object],
    store: Store,
    *,
    with_strace: bool = True,
    on_obstacle: Callable[[str], None] = lambda _why: None,
) -> Path:
    """Count the cases of each interpreter and store the record; what was counted is kept even if cut off.

    All system calls are counted where strace can tell, unless that is not wanted; `on_obstacle` hears why it
    cannot, and why something is left out. Raises UsageError where nothing is left.
    """
    usual, left_out = {**defaults.COUNT, "placement": placement_of_turns()}, dict[str, str]()
    cases, interpreters = resolve(asked, usual=usual, refused=left_out)
    for why in dict.fromkeys(left_out.values()):
        on_obstacle(f"left out: {why}")
    makers = makers_of(cases, interpreters)

    def measure(journal: Journal) -> None:
        journal.append(CountsHead(left_out=with_short_names(left_out), **head()))
        count_cases(cases, makers, journal, with_strace=with_strace, on_obstacle=on_obstacle)

    return record(store, measure)[0]
