"""How a recommendation is told: in words first, then a table a size, then what else could be changed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from ipcbench.analysis.crossover import Crossover
from ipcbench.analysis.recommendation import PRIORITIES, Ranked, Ranking, Recommendation, Source
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
    lines: list[Part] = [sentence(ranking, asked_text(found, ranking)) for ranking in found.rankings]
    lines += [
        ": ".join([*filter(None, [_besides(found, answer.rankings[0])]), crossover_text(each)])
        for answer in found.answers
        for each in answer.crossovers
    ]
    lines += _sources(found)
    for ranking in found.rankings:
        lines += ["", _table(found, ranking)]
    names = dict.fromkeys(each.channel for ranking in found.rankings for each in ranking.channels)
    traps = [f"{name}: {'; '.join(found.traps[name])}" for name in names if found.traps.get(name)]
    lines += ["", *traps] if traps else []
    lines += [f"not ranked: {name}: {why}" for name, why in found.refused.items()]
    lines += [
        f"not ranked: {asked_text(found, ranking)}: {name}: never measured beside {ranking.best.channel}"
        for ranking in found.rankings
        for name in ranking.apart
    ]
    return [*lines, "", *_next(found)]


def asked_text(found: Recommendation, ranking: Ranking) -> str:
    """Return what a ranking is for: its size, and what else was asked for several times: `64B spawn`."""
    return " ".join(filter(None, [format_size(ranking.case.payload_bytes), _besides(found, ranking)]))


def _besides(found: Recommendation, ranking: Ranking) -> str:
    """Return what one answer has and another has not; nothing where there is one."""
    firsts = [answer.rankings[0].case for answer in found.answers]
    leave_out = ["channel", "size"]
    leave_out += [each.name for each in COORDINATES if len({each.of(case) for case in firsts}) == 1]
    return " ".join(name_parts(ranking.case, leave_out))


def sentence(ranking: Ranking, asked: str = "") -> str:
    """Return which channel to take for a size, or what else was asked, and what cannot be told from it."""
    asked, best = asked or format_size(ranking.case.payload_bytes), ranking.best
    text = f"{asked}: {best.channel}, {wording.seconds(best.seconds.value)}{wording.margin(best.seconds)}"
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


def _sources(found: Recommendation) -> Iterator[str]:
    """Yield which run answers, and what of several each."""
    figure = PRIORITIES[found.priority].figure
    answered: dict[Source, list[str]] = {}
    for ranking, source in zip(found.rankings, found.sources, strict=True):
        answered.setdefault(source, []).append(asked_text(found, ranking))
    for source, asked in answered.items():
        how = "measured for this" if source.measured else f"stored {source.datetime[:16].replace('T', ' ')}"
        text = f"by {source.run} ({how}), {figure}, measured in turns on this machine"
        yield text if len(answered) == 1 else f"{', '.join(asked)}: {text}"


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
        {
            **_coordinates(answer.rankings[0], ("channel", "size")),
            **{name: getattr(each, name) for name in ("below", "above", "size", "low", "high")},
        }
        for answer in found.answers
        for each in answer.crossovers
    ]
    return {
        "priority": found.priority,
        "sizes": [
            {**_of_size(found, ranking, source), "settings": said}
            for ranking, source, said in zip(found.rankings, found.sources, _next(found), strict=True)
        ],
        "crossovers": crossovers,
        "refused": dict(found.refused),
    }


def _of_size(found: Recommendation, ranking: Ranking, source: Source) -> dict[str, Any]:
    return {
        **_coordinates(ranking, ("channel",)),
        "run": str(source.run),
        "measured": source.measured,
        "choose": ranking.best.channel,
        "cannot_be_separated": [each.channel for each in ranking.as_good],
        "channels": [_of_channel(found, each) for each in ranking.channels],
        "apart": list(ranking.apart),
    }


def _coordinates(ranking: Ranking, leave_out: Sequence[str]) -> dict[str, str]:
    """Return what a ranking was asked for, by the names of coordinates."""
    case = ranking.case
    return {each.name: each.text(each.of(case)) for each in COORDINATES if each.name not in leave_out}


def _of_channel(found: Recommendation, each: Ranked) -> dict[str, Any]:
    return {
        "channel": each.channel,
        **figure_fields("seconds", each.seconds),
        **figure_fields("ratio", each.ratio),
        "reason": found.reasons.get(each.channel, ""),
        "traps": list(found.traps.get(each.channel, ())),
    }
