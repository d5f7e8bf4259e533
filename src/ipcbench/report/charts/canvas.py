"""What all charts share: the look of each channel, the conditions of the run, files."""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.plan import defaults
from ipcbench.plan.coordinates import captions
from ipcbench.record.run import RunDocument
from ipcbench.record.writing import write_whole
from ipcbench.visible import replaced

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

#: Okabe and Ito's colours, which differ for every kind of colour vision; markers and dashes differ as well.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (4, 1, 1, 1)), (0, (2, 1)), (0, (8, 2, 2, 2)))
_LOOP_DASHES: tuple[Any, ...] = ((0, (1, 1.5)), (0, (5, 3)))
#: What is measured by default looks alike in every chart.
_FIXED = {name: place for place, name in enumerate(defaults.CHANNELS.split(","))}
LOOP_COLOUR = "#7a7a7a"
WIDTH_INCHES, DPI = 10.0, 160
#: Of a title: as many letters as a line has room for, and how high a line of it is.
TITLE_LETTERS, TITLE_POINTS = 92, 15.6
#: Of what is said below a chart.
NOTE_LETTERS = 160
_SETTINGS: Any = {
    "svg.hashsalt": "ipcbench",
    "svg.fonttype": "none",
    "font.size": 10.0,
    "axes.titlesize": 10.0,
}


#: What a chart's title, its axes or its lines show.
SHOWN_ELSEWHERE = ("channel", "workload", "payload", "size")


@dataclass(frozen=True)
class Conditions:
    """Where, with what and when it was measured: what must stand on every chart."""

    text: str
    #: Stands in titles where a run has other payloads than bytes, or several kinds.
    payload_kind: str = ""
    #: What the kernel gives a new pipe; None where the run does not say.
    pipe_buffer_bytes: int | None = None

    @classmethod
    def of(cls, document: RunDocument, *families: Sequence[GroupResult]) -> Conditions:
        """Describe the conditions that all these families share; several values stand side by side."""
        cases = [family[0].reference.case for family in families]
        run = document.ipcbench
        host = run.host if run else {}
        facts = run.targets.get(cases[0].python, {}) if run else {}
        # Documents are untrusted: anything may stand where a number should.
        pipe_buffer_bytes = facts.get("pipe_buffer_bytes")

        machine = (
            f"{host.get('cpu', 'unknown CPU')}, {host.get('cores', '?')} cores, {host.get('kernel', '')}"
        )
        payload_kinds = ", ".join(dict.fromkeys(case.payload_kind for case in cases))
        return cls(
            " · ".join([*captions(cases, SHOWN_ELSEWHERE), machine, document.datetime[:10]]),
            payload_kinds if _payload_kinds(document) - {defaults.PAYLOAD} else "",
            pipe_buffer_bytes if isinstance(pipe_buffer_bytes, int) else None,
        )


def _payload_kinds(document: RunDocument) -> set[str]:
    records = [benchmark.extra_info.ipcbench for benchmark in document.benchmarks]
    return {record.case.payload_kind for record in records if record is not None}


def new_figure(
    title: str,
    conditions: Conditions,
    *,
    panels: int = 1,
    rows: int = 1,
    height_inches: float = 5.6,
    caption_pad: float = 14,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with a title, under it the conditions, and panels side by side, in so many rows.

    `caption_pad` is the room in points between the conditions and the panels.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.transforms import ScaledTranslation

    if conditions.payload_kind:
        title += f" ({conditions.payload_kind})"
    told = _wrapped(title)
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(WIDTH_INCHES, height_inches), dpi=DPI, layout="constrained")
        axes = figure.subplots(rows, panels, squeeze=False).ravel().tolist()
        # An empty last line keeps room for the conditions, which stand below the title, as far to the left.
        title = "\n".join([*map(verbatim, told), " "])
        figure.suptitle(title, fontsize=13, fontweight="bold", x=0.01, ha="left")
        below = ScaledTranslation(0, -(6 + TITLE_POINTS * len(told)) / 72, figure.dpi_scale_trans)
        figure.text(
            0.01, 1, verbatim(conditions.text), va="top", fontsize=8, color="#444444",
            transform=figure.transFigure + below,
        )  # fmt: skip
        axes[0].set_title(" ", fontsize=8, pad=caption_pad - 14)
    for axis in axes:
        axis.grid(True, which="major", color="#dddddd", linewidth=0.6)
        axis.set_axisbelow(True)
        axis.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _wrapped(title: str) -> list[str]:
    """Return a title in lines, none of which begins with the unit or the margin of a figure before it."""
    together = re.sub(r" (?=±)|(?<=\d) (?=[nµm]?s\b)", "\N{NO-BREAK SPACE}", title)
    lines = textwrap.wrap(together, TITLE_LETTERS) or [""]
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def title_of(figure: Figure) -> str:
    """Return a chart's title as one line."""
    return " ".join(figure.get_suptitle().replace(r"\$", "$").split())


def title_panel(axis: Axes, title: str, pad: float) -> None:
    """Say above a panel what it shows; the axes' own titles share one height with the conditions."""
    text = axis.annotate(
        verbatim(title), (0, 1), xycoords="axes fraction", xytext=(0, pad), textcoords="offset points",
        fontsize=9.5, fontweight="bold", va="bottom", annotation_clip=False,
    )  # fmt: skip
    # Else the layout makes panels narrower until the title is no wider than its panel.
    text.set_in_layout(False)


def share_y(panels: Sequence[Axes]) -> None:
    """Give panels one y axis, whose ticks stand at the first."""
    for axis in panels[1:]:
        axis.sharey(panels[0])
        axis.tick_params(labelleft=False)


def verbatim(text: str) -> str:
    """Keep names from documents from being read as formulas, and what no SVG can hold out of it."""
    return replaced(text).replace("$", r"\$")


def save(figure: Figure, base: Path) -> list[Path]:
    """Write SVG and PNG; the same figure gives the same bytes."""
    paths = [base.with_name(base.name + ending) for ending in (".svg", ".png")]
    whole = _laid_out(figure)
    for path in paths:
        write_whole(path, _drawn(figure, whole, path.suffix[1:]))
    return paths


def svg(figure: Figure) -> bytes:
    """Return a figure as SVG; the same figure gives the same bytes."""
    return _drawn(figure, _laid_out(figure), "svg")


def png(figure: Figure, dpi: int = DPI) -> bytes:
    """Return a figure as PNG; the same figure gives the same bytes."""
    return _drawn(figure, _laid_out(figure), "png", dpi)


def _drawn(figure: Figure, whole: Bbox, file_format: str, dpi: int = DPI) -> bytes:
    drawn = io.BytesIO()
    with _as_ours():
        undated = {"svg": "Date", "png": "Software"}[file_format]
        figure.savefig(drawn, format=file_format, bbox_inches=whole, dpi=dpi, metadata={undated: None})
    return drawn.getvalue()


def _laid_out(figure: Figure) -> Bbox:
    """Lay a figure out and return where all of it is, in inches.

    Left to itself, matplotlib does it for each file and draws each twice: more than twice as long.
    """
    with _as_ours():
        if engine := figure.get_layout_engine():
            engine.execute(figure)
            figure.set_layout_engine(None)
        return figure.get_tightbbox().padded(0.15)


@contextmanager
def _as_ours() -> Iterator[None]:
    import matplotlib as mpl

    with mpl.rc_context(_SETTINGS), warnings.catch_warnings():
        # A name in a script that the font lacks: the SVG holds it as text, the PNG draws boxes.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font")
        yield


def notes(figure: Figure, told: Sequence[str]) -> None:
    """Say below a chart what its marks do not, under what it says already; nothing where all are empty."""
    lines = [line for text in told if text for line in textwrap.wrap(text, NOTE_LETTERS)]
    if not lines:
        return
    if figure.legends:
        # Both would stand at the figure's foot: matplotlib makes room for the higher one, not for their sum.
        (legend,) = figure.legends
        legend.set_title("\n".join(lines))
        legend.get_title().set(fontsize=8, color="#444444")
    else:
        lines = [*filter(None, [figure.get_supxlabel()]), *lines]
        figure.supxlabel("\n".join(lines), fontsize=8, color="#444444", x=0.01, ha="left")


def line_style(channel: str, asked: Sequence[str]) -> dict[str, Any]:
    """Return how a channel is drawn in every chart; reference loops are thin and grey."""
    place = _FIXED.get(channel)
    if place is None:
        others = [name for name in asked if name not in _FIXED]
        if channel not in others:
            dashes = _LOOP_DASHES[0 if channel == defaults.REFERENCE_LOOP else 1]
            return {"color": LOOP_COLOUR, "linestyle": dashes, "linewidth": 1.2, "zorder": 1.5}
        place = len(_FIXED) + others.index(channel)
    # Each time that colours begin again, with another marker.
    return {
        "color": COLOURS[place % len(COLOURS)],
        "marker": MARKERS[(place + place // len(COLOURS)) % len(MARKERS)],
        "linestyle": _DASHES[place % len(_DASHES)],
        "linewidth": 1.8,
        "markersize": 5,
    }


def channels(family: Sequence[GroupResult]) -> tuple[list[str], list[str]]:
    """Return the labels of the asked cases and of the reference loops of a family, each once, in order.

    What delivers nothing is no transport, and a channel where memory is kept is drawn with the channel.
    """
    cases = [case for group in family for case in group.plain]
    cases = [case for case in cases if case.delivers]
    asked = list(dict.fromkeys(case.label for case in cases if case.record.asked))
    loops = list(dict.fromkeys(case.label for case in cases if not case.record.asked))
    return asked, loops


#: What grey lines are, where they are named at their ends.
LOOPS = "grey: reference loops, the system calls that a channel is made of without the channel"


def label(channel: str, asked: Sequence[str]) -> str:
    """Return what a channel is called in a chart; a loop beside others says so."""
    # The space is for names like `_mine`: matplotlib leaves what begins with `_` out of legends.
    shown = f" {channel}" if channel.startswith("_") else channel
    return verbatim(shown if channel in asked else f"loop {channel}")


def present(family: Sequence[GroupResult], channel: str) -> list[tuple[GroupResult, CaseResult]]:
    """Return the groups of a family that have this channel, with its case."""
    return [(group, group.cases[channel]) for group in family if channel in group.cases]


def value_formatter(write: Any) -> Any:
    """Return a tick formatter that writes values with our own words."""
    from matplotlib.ticker import FuncFormatter

    return FuncFormatter(lambda value, _position: write(value) if value > 0 else "0")
