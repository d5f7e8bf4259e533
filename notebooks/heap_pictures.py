"""The pictures of `faster_messages.ipynb`: with and without the memory that a message took being kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

import ipcbench
from ipcbench.analysis.case_result import CaseResult
from ipcbench.plan.units import format_size
from ipcbench.report.wording import seconds_tick

#: Okabe and Ito's vermilion and blue, told apart by every kind of colour vision; markers differ as well.
AS_IT_IS: Any = {"color": "#D55E00", "marker": "o", "label": "as it is"}
KEPT: Any = {"color": "#0072B2", "marker": "s", "label": "memory is kept"}
LOOP: Any = {"color": "#7a7a7a", "linestyle": ":", "label": "raw loop over the same kernel object"}
MARKERS = ("o", "s", "^", "D", "v", "P")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000")


def plot_by_size(run: ipcbench.Run, channels: Sequence[str]) -> ipcbench.Picture:
    """Draw seconds and page faults a message against its size, each channel in a column."""
    figure, rows = _panels(2, len(channels), 6.4)
    for column, channel in enumerate(channels):
        pairs = _with_kept(run, channel)
        sizes = [case.case.payload_bytes for case, _ in pairs]
        times, faults = rows[0][column], rows[1][column]
        loops = [loop for group in run.groups if (loop := group.loop(group.cases[channel]))]
        _line(
            times, [loop.case.payload_bytes for loop in loops], [loop.seconds.value for loop in loops], LOOP
        )
        for place, style in enumerate((AS_IT_IS, KEPT)):
            _line(times, sizes, [pair[place].seconds.value for pair in pairs], style)
            _line(faults, sizes, [pair[place].costs["receiver"].page_faults for pair in pairs], style)
        _title(times, channel)
        times.set_yscale("log")
        times.yaxis.set_major_formatter(FuncFormatter(lambda value, _: seconds_tick(value)))
        faults.set_yscale("symlog", linthresh=1)
        faults.set_xlabel("message")
    _from_zero(rows[1])
    _name_rows(rows, ("time a message", "page faults a message, receiver"))
    _of_sizes(rows, [group.reference.case.payload_bytes for group in run.groups])
    return _finished(
        figure,
        rows,
        "Where memory is kept, nothing is faulted in, and large messages are faster",
        run.conditions,
    )


def plot_by_size_and_interpreter(run: ipcbench.Run, channel: str) -> ipcbench.Picture:
    """Draw seconds a message of one channel against its size, each interpreter in a column."""
    pythons = list(dict.fromkeys(group.reference.case.python for group in run.groups))
    figure, rows = _panels(1, len(pythons), 3.6)
    for axis, python in zip(rows[0], pythons, strict=True):
        pairs = [pair for pair in _with_kept(run, channel) if pair[0].case.python == python]
        sizes = [case.case.payload_bytes for case, _ in pairs]
        for place, style in enumerate((AS_IT_IS, KEPT)):
            _line(axis, sizes, [pair[place].seconds.value for pair in pairs], style)
        _title(axis, f"Python {python}")
        axis.set_yscale("log")
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: seconds_tick(value)))
        axis.set_xlabel("message")
    _name_rows(rows, ("time a message",))
    _of_sizes(rows, [group.reference.case.payload_bytes for group in run.groups])
    return _finished(figure, rows, f"A {channel}, as it is and where memory is kept", run.conditions)


def plot_calls_by_size(
    counted: Mapping[tuple[str, int, bool], Mapping[str, float]], conditions: str
) -> ipcbench.Picture:
    """Draw what a plain receiver asks of the kernel for memory, by channel, size and whether it is kept."""
    channels = list(dict.fromkeys(channel for channel, _, _ in counted))
    sizes = sorted({size for _, size, _ in counted})
    figure, rows = _panels(3, len(channels), 8.0)
    for column, channel in enumerate(channels):
        for kept, style in ((False, AS_IT_IS), (True, KEPT)):
            found = [counted[channel, size, kept] for size in sizes]
            # Without strace there are faults only.
            for row, what in enumerate(("brk", "maps", "faults")):
                _line(rows[row][column], sizes, [each.get(what, float("nan")) for each in found], style)
        _title(rows[0][column], channel)
        rows[2][column].set_yscale("symlog", linthresh=1)
        rows[2][column].set_xlabel("message")
    for row in rows:
        _from_zero(row)
    _name_rows(rows, ("brk a message", "mmap, mremap and\nmunmap a message", "page faults a message"))
    _of_sizes(rows, sizes)
    return _finished(
        figure, rows, "A plain receiver returns its memory to the kernel for each message", conditions
    )


def plot_by_interpreter(runs: Mapping[str, ipcbench.Run], channels: Sequence[str]) -> ipcbench.Picture:
    """Draw the ratio of time with memory kept to time as it is, by heap, channel and interpreter."""
    figure, rows = _panels(1, len(runs), 3.8)
    for axis, (title, run) in zip(rows[0], runs.items(), strict=True):
        _title(axis, title)
        _ratios_by_interpreter(axis, run, channels)
    rows[0][0].set_ylim(0, max(1.3, rows[0][0].get_ylim()[1]))
    rows[0][0].yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    rows[0][0].set_ylabel("time with memory kept\nto time as it is")
    conditions = next(iter(runs.values())).conditions
    return _finished(figure, rows, "What keeping memory makes of a message's time", conditions)


def _ratios_by_interpreter(axis: Any, run: ipcbench.Run, channels: Sequence[str]) -> None:
    pythons = list(dict.fromkeys(group.reference.case.python for group in run.groups))
    for place, channel in enumerate(channels):
        pairs = [(pythons.index(case.case.python), kept, case) for case, kept in _with_kept(run, channel)]
        ratios = [(at, ratio) for at, kept, case in pairs if (ratio := kept.ratio_to(case)) is not None]
        shifted = [at + 0.12 * (place - (len(channels) - 1) / 2) for at, _ in ratios]
        for x, (_, ratio) in zip(shifted, ratios, strict=True):
            if ratio.low is not None and ratio.high is not None:
                axis.plot([x, x], [ratio.low, ratio.high], color=COLOURS[place], linewidth=2)
        values = [ratio.value for _, ratio in ratios]
        axis.plot(shifted, values, MARKERS[place], markersize=7, color=COLOURS[place], label=channel)
    axis.axhline(1, color="black", linewidth=0.8)
    axis.set_xticks(range(len(pythons)), [f"Python\n{python}" for python in pythons])
    axis.set_xlim(-0.5, len(pythons) - 0.5)


def _with_kept(run: ipcbench.Run, channel: str) -> list[tuple[CaseResult, CaseResult]]:
    """Return a channel's cases that were measured as they are and with memory kept."""
    found = [(group, group.cases.get(channel)) for group in run.groups]
    return [(case, kept) for group, case in found if case and (kept := group.kept(case))]


def _panels(rows: int, columns: int, height_inches: float) -> tuple[Figure, list[list[Any]]]:
    figure = Figure(figsize=(10, height_inches), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, sharey="row", sharex=True)
    for axis in axes.ravel():
        axis.grid(visible=True, color="#dddddd", linewidth=0.6)
        axis.set_axisbelow(True)
        axis.spines[["top", "right"]].set_visible(False)
    return figure, axes.tolist()


def _line(axis: Any, sizes: Sequence[int], values: Sequence[float], style: Mapping[str, Any]) -> None:
    axis.plot(sizes, values, markersize=5, linewidth=1.5, **style)


def _title(axis: Any, channel: str) -> None:
    axis.set_title(channel, fontsize=10, loc="left", fontweight="bold")


def _from_zero(row: Sequence[Any]) -> None:
    """Begin a row's axis at zero, once all that it shows is drawn: columns share it."""
    row[0].set_ylim(0, row[0].get_ylim()[1])


def _name_rows(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> None:
    for row, name in zip(rows, names, strict=True):
        row[0].set_ylabel(name)


def _of_sizes(rows: Sequence[Sequence[Any]], sizes: Iterable[int]) -> None:
    ticks = sorted(set(sizes))
    for axis in (axis for row in rows for axis in row):
        axis.set_xscale("log", base=2)
        axis.set_xticks(ticks[:: 1 if len(ticks) < 6 else 2])
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_size(round(value))))
        axis.xaxis.set_minor_formatter(NullFormatter())


def _finished(figure: Figure, rows: Sequence[Sequence[Any]], title: str, conditions: str) -> ipcbench.Picture:
    # Two lines, as high as they are in every figure.
    line = 0.2 / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - 2.4 * line))
    figure.text(0.01, 1 - 0.2 * line, title, fontsize=13, fontweight="bold", va="top")
    figure.text(0.01, 1 - 1.6 * line, conditions, fontsize=8, color="#444444", va="top")
    handles, labels = rows[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=9, frameon=False)
    with mpl.rc_context({"font.size": 10}):
        return ipcbench.Picture.of(figure)
