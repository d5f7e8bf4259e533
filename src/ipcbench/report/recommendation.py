"""How a recommendation is told: in words first, then a table a size, then what else could be changed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from ipcbench.analysis.crossover import Crossover
from ipcbench.analysis.recommendation import PRIORITIES, Ranked, Ranking, Recommendation
from ipcbench.plan.coordinates import BY_NAME, COORDINATES, name_parts
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.formats.run import figure_fields
from ipcbench.report.tables.layout import Part, as_text, new_table
from ipcbench.report.tuning import headline as tuning_headline


def recommendation_text(found: Recommendation) -> str:
    """Return the answer: a sentence a size, from where on another is better, the tables, what to try next."""
    return as_text(recommendation_parts(found))


def recommendation_parts(found: Recommendation) -> list[Part]:
    """Return the same as lines and tables."""
    lines: list[Part] = [sentence(ranking) for ranking in found.rankings]
    lines += [crossover_text(each) for each in found.crossovers]
    lines.append(_source(found))
    for ranking in found.rankings:
        lines += ["", _table(found, ranking)]
    names = dict.fromkeys(each.channel for ranking in found.rankings for each in ranking.channels)
    traps = [f"{name}: {'; '.join(found.traps[name])}" for name in names if found.traps.get(name)]
    lines += ["", *traps] if traps else []
    lines += [f"not ranked: {name}: {why}" for name, why in found.refused.items()]
    return [*lines, "", *_next(found)]


def sentence(ranking: Ranking) -> str:
    """Return which channel to take for one size, and what cannot be told from it."""
    size, best = format_size(ranking.case.payload_bytes), ranking.best
    text = f"{size}: {best.channel}, {wording.seconds(best.seconds.value)}{wording.margin(best.seconds)}"
    if ranking.as_good:
        return f"{text}; cannot be separated from {', '.join(each.channel for each in ranking.as_good)}"
    if len(ranking.channels) > 1:
        second = ranking.channels[1]
        return f"{text}; {second.channel} takes {wording.ratio(second.ratio)} of that"
    return text


def crossover_text(each: Crossover) -> str:
    """Return up to which size the one is better, and between which sizes that lies: 95 % intervals' ends."""
    return crossovers_text([each])


def crossovers_text(found: Sequence[Crossover]) -> str:
    """Return the same of several, by ascending size, the one that comes after each named once."""
    told = []
    for place, each in enumerate(found):
        low, high = (format_about(end) if end else "beyond" for end in (each.low, each.high))
        told.append(f"{each.below} up to {format_about(each.size)} [{low}, {high}]")
        if place + 1 == len(found) or found[place + 1].below != each.above:
            told.append(f"{each.above} above")
    return ", ".join(told)


def format_about(size: float) -> str:
    """Return a size that lies between those measured, in two digits: `23KiB`."""
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{float(f'{size / unit:.2g}'):g}{name}"
    return f"{float(f'{size:.2g}'):g}B"


def _source(found: Recommendation) -> str:
    how = "measured for this" if found.measured else f"stored {found.datetime[:16].replace('T', ' ')}"
    return f"by {found.run} ({how}), {PRIORITIES[found.priority].figure}, measured in turns on this machine"


def _table(found: Recommendation, ranking: Ranking) -> Table:
    title = ", ".join(name_parts(ranking.case, leave_out=("channel",)))
    table = new_table(
        title,
        ["", "channel", PRIORITIES[found.priority].figure, "to the first", "how"],
        left=("channel", "how"),
    )
    for place, each in enumerate(ranking.channels, 1):
        first = place == 1 or not each.is_separated
        table.add_row(
            "1" if first else str(place),
            each.channel,
            f"{wording.seconds(each.seconds.value)}{wording.margin(each.seconds)}",
            wording.ratio(each.ratio),
            found.reasons.get(each.channel, ""),
        )
    return table


def _next(found: Recommendation) -> Iterator[str]:
    """Yield what settings are worth changing with the best channel, or the command that says so."""
    for place, ranking in enumerate(found.rankings):
        if place in found.tunings:
            yield f"settings: {tuning_headline(found.tunings[place])}"
        else:
            yield f"settings worth changing: {_tune_command(ranking)}"


def _tune_command(ranking: Ranking) -> str:
    case = ranking.case
    words = ["ipcbench", "tune"]
    for each in COORDINATES:
        if each.name != BY_NAME["python"].name and each.text(each.of(case)) and not each.is_usual(case):
            words += [each.option, each.text(each.of(case))]
    return shlex.join(words)


def recommendation_json(found: Recommendation) -> str:
    """Return the same for programs: an object that may get more fields."""
    return json.dumps(recommendation_dict(found), indent=2, ensure_ascii=False)


def recommendation_dict(found: Recommendation) -> dict[str, Any]:
    """Return the same as plain values; sizes of crossovers in bytes, times in seconds."""
    crossovers = [
        {"below": each.below, "above": each.above, "size": each.size, "low": each.low, "high": each.high}
        for each in found.crossovers
    ]
    return {
        "priority": found.priority,
        "run": str(found.run),
        "measured": found.measured,
        "sizes": [_of_size(found, ranking) for ranking in found.rankings],
        "crossovers": crossovers,
        "refused": dict(found.refused),
    }


def _of_size(found: Recommendation, ranking: Ranking) -> dict[str, Any]:
    case = ranking.case
    shared = {each.name: each.text(each.of(case)) for each in COORDINATES if each.name != "channel"}
    return {
        **shared,
        "choose": ranking.best.channel,
        "cannot_be_separated": [each.channel for each in ranking.as_good],
        "channels": [_of_channel(found, each) for each in ranking.channels],
    }


def _of_channel(found: Recommendation, each: Ranked) -> dict[str, Any]:
    return {
        "channel": each.channel,
        **figure_fields("seconds", each.seconds),
        **figure_fields("ratio", each.ratio),
        "traps": list(found.traps.get(each.channel, ())),
    }
