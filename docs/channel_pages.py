"""Writes docs/channels/: a page for each channel, from its traits and a stored run.

    python docs/channel_pages.py [RUN.json]

Everything is taken from the catalogue and the record, so that a page cannot say what is no longer so; a test
writes them again and compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult, read_groups
from ipcbench.launch.catalogue import CATALOGUES, channel_traits
from ipcbench.plan.units import format_size
from ipcbench.probe.channels import load_channel
from ipcbench.probe.channels.contract import (
    ACCEPTS,
    AT_CLOSE,
    BLOCKS,
    COMPETING,
    UNBOUNDED,
    Ends,
    Requires,
    Traits,
)
from ipcbench.record.run import RunDocument, read_run
from ipcbench.report import wording

FOLDER = Path(__file__).parent / "channels"
RESULTS = Path(__file__).parent.parent / "results"
#: The stored run of all channels.
RUN = "0007_*.json"

ABOUT = """\
What each promises, what it leaves to you, when to take it and what it took here. `ipcbench list` says which
of them are installed; `ipcbench run --channel all` measures those."""
RANKED = "Intervals as wide as these rank no neighbours; `ipcbench recommend` does, by ratios."
FORMS = """\
Other forms of a channel, steps of the ladder that `ipcbench explain` climbs, and the raw loops that each is
measured beside."""

WITHOUT_ROOM = {
    "lossless": "waits for room",
    UNBOUNDED: "is kept, in memory without a limit",
    "drops_newest": "is lost",
    "drops_oldest": "takes the place of the oldest, which is lost",
}

#: The same in two words.
KEEPS = {
    "lossless": "waits",
    UNBOUNDED: "is kept",
    "drops_newest": "drops it",
    "drops_oldest": "drops the oldest",
}


def promises(traits: Traits) -> Iterator[tuple[str, str]]:
    """Yield what is promised, and what."""
    yield "carried by", traits.transport
    yield "direction", "both ways" if traits.duplex else "one way; a round trip takes two"
    yield "messages", "Python objects, pickled" if traits.carries == "objects" else "bytes, as they are"
    yield "copies of a large message", str(traits.copies)
    yield "a receiver waits by", traits.wait
    yield "a message without room", WITHOUT_ROOM[traits.delivery]
    yield "largest message", format_size(traits.limit_bytes) if traits.limit_bytes else "what memory holds"
    yield "senders, receivers", _ends(traits.ends, traits.fan_out)
    yield "may be handed over by", ", ".join(traits.start_methods)
    yield "needs", _needs(traits.requires)
    yield "measured beside", f"`{traits.reference_loop}`" if traits.reference_loop else "no loop"


def _ends(ends: Ends, fan_out: str) -> str:
    count = ["any number" if each is None else str(each) for each in ends]
    who = {"competing": "; each message reaches one of them", "broadcast": "; each reaches all"}
    return f"{count[0]}, {count[1]}{who.get(fan_out, '')}"


def _needs(requires: Requires | None) -> str:
    if requires is None:
        return "the standard library"
    server = f", and `{requires.server}` ({requires.server_from})" if requires.server else ""
    return f"`{requires.package}` (`pip install 'ipcbench[{requires.extra}]'`){server}"


def breaks(traits: Traits) -> list[str]:
    """Return what a program has to see to itself."""
    silent = {
        BLOCKS: "A sender whose receivers have died waits for ever"
        + ("." if traits.delivery == UNBOUNDED else ", once the channel is full."),
        ACCEPTS: "A sender is not told that its receivers have died: what it sends "
        + ("waits for others." if traits.fan_out == COMPETING else "goes nowhere."),
        AT_CLOSE: "A sender learns only as it closes that its receivers have died.",
    }
    found = {
        "Messages are lost where a receiver is too slow: count them yourself.": traits.is_lossy,
        "A receiver that is too slow costs memory, without a limit.": traits.delivery == UNBOUNDED,
        "A receiver is not told that its sender has closed: send a last message.": traits.eof == BLOCKS,
        "A receiver is not told that its sender has died: wait with a deadline.": (
            traits.dead_sender == BLOCKS
        ),
        silent.get(traits.dead_receiver, ""): traits.dead_receiver in silent,
        "What was accepted is lost if its sender is killed.": not traits.outlives_sender,
        "A message may not be empty.": not traits.zero_byte,
        "A child that is forked by an end in use cannot use it.": not traits.fork_after_use,
        "It starts its receiver itself: round trips only.": traits.owns_receiver,
        "A receiver that waits burns a core.": traits.spins,
        f"Killed with all its processes it leaves this: {traits.leaves}.": bool(traits.leaves),
    }
    return [what for what, is_so in found.items() if is_so]


def figures(name: str, groups: list[GroupResult]) -> Iterator[tuple[str, ...]]:
    """Yield size, round trip, its ratio to the loop's, stream's rate and loss."""
    sizes = dict.fromkeys(group.asked[0].case.payload_bytes for group in groups if group.asked)
    for size in sizes:
        at = [group for group in groups if group.asked[0].case.payload_bytes == size]
        trip = next((_found(name, group) for group in at if not _is_stream(group)), None)
        stream = next((_found(name, group) for group in at if _is_stream(group)), None)
        if trip or stream:
            yield (format_size(size), *_of_trip(trip), *_of_stream(stream))


def _is_stream(group: GroupResult) -> bool:
    return group.asked[0].workload.overlapping


def _found(name: str, group: GroupResult) -> tuple[GroupResult, CaseResult] | None:
    cases = (case for case in group.cases.values() if case.case.channel == name and case.seconds)
    return next(((group, case) for case in cases), None)


def _of_trip(found: tuple[GroupResult, CaseResult] | None) -> tuple[str, str]:
    if found is None or found[1].seconds is None:
        return "", ""
    group, case = found
    assert case.seconds is not None
    share = group.share_of_loop(case)
    return (
        f"{wording.seconds(case.seconds.value)}{wording.margin(case.seconds)}",
        f"{share.value:.0%}" if share else "",
    )


def _of_stream(found: tuple[GroupResult, CaseResult] | None) -> tuple[str, str]:
    if found is None or (rate := found[1].megabytes_per_s) is None:
        return "", ""
    loss = found[1].loss
    told = "" if loss is None else wording.lost(loss)
    return f"{wording.three_digits(rate.value)} MB/s{wording.margin(rate)}", told


def _described(name: str) -> str:
    return " ".join((load_channel(name).__doc__ or "").split())


def table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return rows in Markdown."""
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def page(name: str, groups: list[GroupResult], measured: str) -> str:
    """Return a channel's page."""
    traits, rows = channel_traits(name), list(figures(name, groups))
    troubles = breaks(traits) or [
        "Nothing: each end is told when the other has closed or died, and nothing is left behind."
    ]
    parts = [f"# {name}", _described(name), f"**When to take it.** {traits.suits}", "## What it promises"]
    parts += [table(("", ""), list(promises(traits)))]
    parts += ["## What it leaves to you", "\n".join(f"- {each}" for each in troubles)]
    if rows:
        heading = ("size", "round trip", "of its loop's speed", "stream", "lost")
        parts += ["## What it took here", table(heading, rows), measured]
    return "\n\n".join(parts) + "\n"


def index(names: list[str], groups: list[GroupResult], measured: str) -> str:
    """Return the page of all: when to take which, and what each took."""
    rows = []
    for name in names:
        traits, took = channel_traits(name), {row[0]: row for row in figures(name, groups)}
        small, large = took.get("64B", ("",) * 5), took.get("1MiB", ("",) * 5)
        # Who starts its receiver itself has no other process that could wait for it.
        notices = "yes" if BLOCKS not in (traits.eof, traits.dead_sender) else "no"
        told = "" if traits.owns_receiver else notices
        keeps = KEEPS[traits.delivery]
        stream = f"{large[3]}, {large[4]}" if large[4] else large[3]
        rows.append((f"[{name}]({name}.md)", traits.suits, keeps, told, small[1], stream))
    heading = (
        "channel",
        "when to take it",
        "without room",
        "a receiver notices a dead sender",
        "64B round trip",
        "1MiB stream",
    )
    forms = [
        (f"`{name}`", f"`{traits.below}`" if traits.below else "", _described(name).partition(". ")[0])
        for name in CATALOGUES["channel"]
        if not (traits := channel_traits(name)).of_its_own
    ]
    hidden = "\n".join(["```{toctree}", ":hidden:", "", *names, "```"])
    return (
        "\n\n".join(
            [
                "# Every channel",
                ABOUT,
                table(heading, rows),
                f"{measured} {RANKED}",
                "## Forms, steps and loops",
                FORMS,
                table(("name", "adds to", "what"), forms),
                hidden,
            ]
        )
        + "\n"
    )


def source(path: Path, document: RunDocument) -> str:
    """Return where the figures come from."""
    record = document.ipcbench
    assert record is not None
    python = ", ".join(record.targets)
    processor = document.machine_info.get("cpu", {}).get("brand_raw", "an unknown processor")
    return (
        f"Means with 95 % intervals; {processor}, Python {python}, [`results/{path.name}`]"
        f"(../../results/{path.name}): `ipcbench show` has the rest."
    )


def pages(run: Path) -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    document = read_run(run)
    groups, measured = read_groups(document), source(run, document)
    names = [name for name in CATALOGUES["channel"] if channel_traits(name).of_its_own]
    written = {f"{name}.md": page(name, groups, measured) for name in names}
    return {**written, "index.md": index(names, groups, measured)}


def stored_run() -> Path:
    """Return the stored run of all channels."""
    (found,) = RESULTS.glob(RUN)
    return found


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.md"):
        old.unlink()
    for name, text in pages(Path(sys.argv[1]) if len(sys.argv) > 1 else stored_run()).items():
        (FOLDER / name).write_text(text, encoding="utf-8")
