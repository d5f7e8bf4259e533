"""The questions that a case answers, each one coordinate: one entry a line of this table.

Options, pytest marker, arms, names, titles, file names and filters derive from it. A new coordinate is an
entry here, a field of `Case` and of its record, and the code that gives it a meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ipcbench.errors import UsageError
from ipcbench.plan import defaults
from ipcbench.plan.settings import parse_settings
from ipcbench.plan.units import format_size, parse_names, parse_sizes

PLACEMENTS = ("split", "same", "free")
START_METHODS = ("fork", "spawn", "forkserver")
#: What ends' heaps are like before the first message (probe/process/heap.py); the first is the usual one.
HEAPS = ("used", "fresh", "kept", "returned")
USUAL_HEAP, KEPT, FRESH = "used", "kept", "fresh"
#: In documents that name no state: as the probe's imports happened to leave it, and nothing was held.
UNNAMED_HEAP = "unnamed"
#: Whether an end keeps the last message while it receives the next; usually it does.
HOLDS = ("1", "0")
#: What the receiver reads of each message: nothing, a byte of each page, a byte of each cache line.
TOUCHES = ("none", "pages", "all")
USUAL_TOUCH = "none"


#: Characters of a value, as it is written: records hold no longer one.
MOST_OF_A_NAME = 200


def _names(text: str) -> list[Any]:
    return list(dict.fromkeys(name.strip() for name in text.split(",")))


def _one_of(what: str, accepted: Sequence[str]) -> Callable[[str], list[Any]]:
    return lambda text: list(parse_names(text, what, accepted))


def _never(_case: Any) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One coordinate of a case."""

    #: As it is written in Python and in documents; its option is `--start-method` for `start_method`.
    name: str
    #: The field of a case (and of its record) that holds it.
    field: str
    help: str
    #: What it is where a user says nothing; None where that depends on the machine, or on the workload.
    default: str | None = None
    #: What help says of it then.
    usually: str = ""
    #: From a list by comma, as a user writes it, to values; raises UsageError for what is not understood.
    parse: Callable[[Any], list[Any]] = _names
    #: All values that it may have, where they are few.
    choices: Sequence[str] = ()
    #: Whether it may be given more than once; then it is parsed from all that was given.
    repeats: bool = False
    #: From a value to what a user writes.
    text: Callable[[Any], str] = str
    #: Whether it goes without saying in a case.
    is_usual: Callable[[Any], bool] = _never
    #: Whether a value is understood without the coordinate's name: `split` is, `1` of `holds` is not.
    speaks: bool = True
    #: What stands before its values where they are told in a line by themselves, under a chart's title.
    caption: str = ""
    #: Whether cases that differ in it are measured interleaved, and compared.
    is_compared: bool = False
    #: Whether the arms of an `ab` may differ in it: they do the same work.
    is_arm: bool = True
    #: Whether it may be written among the settings, too: it is made in both ends, as they are.
    is_setting: bool = False

    def values(self, asked: object) -> list[Any]:
        """Return the values of what a user writes: a list by comma, a value of Python, or several of them."""
        if isinstance(asked, (list, tuple)):
            texts = [str(each) for each in asked]
            values = self.parse(texts if self.repeats else ",".join(texts))
        else:
            values = self.parse(str(asked))
        for value in values:
            for text in value if isinstance(value, tuple) else [self.text(value)]:
                if len(text) > MOST_OF_A_NAME:
                    long = f"{self.name} {text[:40]}..."
                    raise UsageError(f"{long}: {len(text)} characters; accepted: up to {MOST_OF_A_NAME}")
        return values

    @property
    def key(self) -> str:
        """How an arm names it: `start-method`."""
        return self.name.replace("_", "-")

    @property
    def option(self) -> str:
        """Its option on the command line."""
        return f"--{self.key}"

    def of(self, case: Any) -> Any:
        """Return a case's value."""
        return getattr(case, self.field)

    def in_name(self, case: Any) -> str:
        """Return how it stands in a name: nothing where it goes without saying, else as `label`."""
        if self.is_usual(case):
            return ""
        return self.label(self.of(case))

    def label(self, value: Any) -> str:
        """Return how a value stands beside others: with the coordinate's name where it does not speak."""
        return (self.text(value) or "as it is") if self.speaks else f"{self.name}={self.text(value)}"


#: In the order in which they stand in names.
COORDINATES = (
    Coordinate(
        "channel",
        "channel",
        "Channels, or package.module:Class.",
        default=defaults.CHANNELS,
        is_compared=True,
    ),
    Coordinate(
        "workload",
        "workload",
        "Workloads: stream, burst:400, ...; `ipcbench list` has all.",
        default=defaults.WORKLOADS,
        is_arm=False,
    ),
    Coordinate(
        "payload",
        "payload_kind",
        "What is sent: bytes, or package.module:Class.",
        default=defaults.PAYLOAD,
        is_usual=lambda case: case.payload_kind == defaults.PAYLOAD,
    ),
    Coordinate(
        "size",
        "payload_bytes",
        "Message sizes: 64, 1KiB, 64..1MiB, 64..1MiB:x2.",
        usually="each workload's own",
        parse=lambda text: list(parse_sizes(text)),
        text=format_size,
        is_arm=False,
    ),
    Coordinate(
        "start_method",
        "start_method",
        "fork, spawn, forkserver.",
        usually="fork",
        choices=START_METHODS,
        parse=_one_of("start method", START_METHODS),
    ),
    Coordinate(
        "placement",
        "placement",
        "split, same, free.",
        usually="split",
        choices=PLACEMENTS,
        parse=_one_of("placement", PLACEMENTS),
        caption="placement ",
    ),
    Coordinate(
        "heap",
        "heap",
        "What both ends' heaps are like: used, fresh, kept, returned (docs/method.md).",
        default=USUAL_HEAP,
        choices=HEAPS,
        parse=_one_of("heap", HEAPS),
        is_usual=lambda case: case.heap in (USUAL_HEAP, UNNAMED_HEAP),
        speaks=False,
        is_compared=True,
        is_setting=True,
    ),
    Coordinate(
        "holds",
        "holds",
        "Whether an end keeps the last message while it receives: 1, 0.",
        default=HOLDS[0],
        choices=HOLDS,
        parse=lambda text: [name == HOLDS[0] for name in parse_names(text, "holds", HOLDS)],
        text=lambda value: HOLDS[0] if value else HOLDS[1],
        # Where the heap was not named, nothing was held.
        is_usual=lambda case: case.holds or case.heap == UNNAMED_HEAP,
        speaks=False,
        is_setting=True,
    ),
    Coordinate(
        "touch",
        "touch",
        "What the receiver reads of each message: none, pages, all.",
        default=USUAL_TOUCH,
        choices=TOUCHES,
        parse=_one_of("touch", TOUCHES),
        is_usual=lambda case: case.touch == USUAL_TOUCH,
        speaks=False,
        is_arm=False,
    ),
    Coordinate(
        "setting",
        "settings",
        "What ends set: pipe-buffer=1MiB, switch-interval=0.005,0.0005, env:NAME=VALUE; again to combine.",
        default="",
        usually="as it is",
        parse=parse_settings,
        repeats=True,
        text=" ".join,
        is_usual=lambda case: not case.settings,
        is_compared=True,
    ),
    Coordinate("python", "python", "Interpreters by name or path.", usually="this one", caption="Python "),
)
BY_NAME: Mapping[str, Coordinate] = {each.name: each for each in COORDINATES}


def shared(case: Any) -> tuple[Any, ...]:
    """Return what a case, or its record, has in common with those that it is compared with."""
    return tuple(each.of(case) for each in COORDINATES if not each.is_compared)


def name_parts(case: Any, leave_out: Sequence[str] = ()) -> list[str]:
    """Return what is told of a case in a name, but for the coordinates to leave out."""
    texts = (each.in_name(case) for each in COORDINATES if each.name not in leave_out)
    return [text for text in texts if text]


def whole_name(case: Any) -> str:
    """Return how a case, or its record, is called everywhere: `pipe ping-pong 64B fork split 3.11.7`."""
    return " ".join(name_parts(case))


def captions(cases: Sequence[Any], leave_out: Sequence[str] = ()) -> list[str]:
    """Return what cases have, several values side by side; what goes without saying in all is left out."""
    return [
        each.caption + ", ".join(dict.fromkeys(each.label(each.of(case)) for case in cases))
        for each in COORDINATES
        if each.name not in leave_out and not all(each.is_usual(case) for case in cases)
    ]


def at(asked: Mapping[str, object]) -> Callable[[Any], bool]:
    """Return what says whether a case, or its record, is at these coordinates, as a user writes them.

    None is any. Raises UsageError, with what is accepted, for what is no coordinate or no value of one.
    """
    wanted = {BY_NAME[name]: BY_NAME[name].values(value) for name, value in given(asked).items()}
    return lambda case: all(each.of(case) in values for each, values in wanted.items())


def given(asked: Mapping[str, object]) -> dict[str, object]:
    """Return the coordinates that are asked for, less those that are None, in their own places.

    `heap=kept` may be written among the settings. Raises UsageError for what is none, or is asked twice.
    """
    unknown = [name for name in asked if name not in BY_NAME]
    if unknown:
        raise UsageError(f"unknown {', '.join(unknown)}; accepted: {', '.join(BY_NAME)}")
    found = {name: value for name, value in asked.items() if value is not None}
    written = found.get("setting", ())
    settings = list(written) if isinstance(written, (list, tuple)) else [written]
    moved = [text for text in settings if (own := BY_NAME.get(_setting_name(text))) and own.is_setting]
    for text in moved:
        name, _, value = str(text).partition("=")
        if name in found:
            raise UsageError(f"{name} is given twice; accepted: once, as {BY_NAME[name].option} or a setting")
        found[name] = value
    if moved:
        found["setting"] = [text for text in settings if text not in moved] or ""
    return found


def _setting_name(text: object) -> str:
    return str(text).partition("=")[0]
