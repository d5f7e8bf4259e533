"""The live display of a run on a terminal.

It is drawn between launches only, by the measuring process itself: no thread redraws it, because a display
that ran while a trial is timed would take a core from those that are measured.
"""

from __future__ import annotations

import sys
from typing import TextIO, cast

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ipcbench.measure.run.progress import Progress, RunStatus
from ipcbench.plan.case import Case
from ipcbench.progress.lines import Lines
from ipcbench.statistics.estimates import FEWEST_LAUNCHES, Estimate
from ipcbench.streams import Lenient, Visible
from ipcbench.visible import visible

_BAR_WIDTH = 40


class Display:
    """Shows the group that is measured, the time left and the current interval of each of its cases."""

    def __init__(
        self, stream: TextIO, *, force_terminal: bool | None = None, width: int | None = None
    ) -> None:
        self._console = Console(file=stream, force_terminal=force_terminal, width=width, highlight=False)
        self._live: Live | None = None

    def launching(self, status: RunStatus) -> None:
        """Draw where the run stands."""
        if self._live is None:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(_drawn(status), refresh=True)

    def failed(self, why: str) -> None:
        """Print why a case failed, above what is drawn."""
        self._console.print(Text(f"failed: {visible(why)}", style="red"))

    def finished(self, elapsed_s: float) -> None:
        """Print how long it took, in place of what was drawn."""
        if self._live is not None:
            self._live.stop()
            self._live = None
        self._console.print(f"measured for {elapsed_s:.0f} s")


def _drawn(status: RunStatus) -> RenderableType:
    left_s = max(0.0, status.max_time_s - status.elapsed_s)
    time = Table.grid(padding=(0, 1))
    time.add_row(
        ProgressBar(total=status.max_time_s, completed=status.elapsed_s, width=_BAR_WIDTH),
        Text(f"{status.elapsed_s:.0f} s gone, at most {left_s:.0f} s left"),
    )
    cases = Table.grid(padding=(0, 2))
    for case, estimate in status.estimates.items():
        of_what = " of what came" if estimate and case in status.lossy else ""
        cases.add_row(Text(f"  {case.channel}"), Text(_standing(status, estimate) + of_what))
    return Group(Text(status.headline), time, Text(f"now: {status.group.name}"), cases)


def _standing(status: RunStatus, estimate: Estimate | None) -> str:
    if estimate is None:
        return "not yet measured"
    lone = len(status.estimates) == 1 and _reference(status) in status.estimates
    value = (
        f"{estimate.value * 1e6:.3g} µs"
        if lone
        else f"{estimate.value:.2f}× {_reference(status).channel}'s time"
    )
    if estimate.half_width is None:
        return f"{value} ({estimate.launches} of {FEWEST_LAUNCHES} launches for an interval)"
    return f"{value} ±{estimate.half_width:.1%} ({estimate.launches} launches)"


def _reference(status: RunStatus) -> Case:
    return status.reference or status.group.reference


def progress_on(stream: TextIO | None = None) -> Progress:
    """Return what suits a stream (standard error, unless given): a live display on a terminal, else lines."""
    found = stream or sys.stderr
    if not found.isatty():
        return Lines(cast(TextIO, Lenient(found)))
    return Display(cast(TextIO, found.as_it_is if isinstance(found, Visible) else Lenient(found)))
