"""`ipcbench list`: what can be measured here, and what has been."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ipcbench.cli.options import format_option, output_option, results_option, write_out

if TYPE_CHECKING:
    from ipcbench.commands.listing import Listing
    from ipcbench.probe.traits import NamedTraits, SettingTraits


@click.command("list")
@format_option
@output_option
@results_option
def list_all(style: str, output: str | None, results: str) -> None:
    """List the channels with their traits, the workloads, payloads, settings and stored records."""
    from ipcbench.commands.listing import listing

    found = listing(Path(results))
    write_out(_as_json(found) if style == "json" else _as_text(found, results), output)


def _as_json(found: Listing) -> str:
    kinds = {
        f"{kind}s": [{"name": name, **asdict(traits)} for name, traits in each.items()]
        for kind, each in found.traits.items()
    }
    for each in kinds["channels"]:
        # Why it cannot be measured here, or nothing.
        each["missing"] = found.missing.get(each["name"], "")
    records = [{"file": path.name, "says": _describe(path)} for path in found.records]
    return json.dumps({**kinds, "records": records}, indent=2, ensure_ascii=False)


def _as_text(found: Listing, results: str) -> str:
    traits = found.traits
    rows: list[tuple[str, ...]] = [
        (
            "name",
            "transport",
            "direction",
            "carries",
            "copies",
            "how a receiver waits",
            "when full",
            "reference loop",
            *(["missing"] if found.missing else []),
        )
    ]
    for name, each in traits["channel"].items():
        direction = "both ways" if each.duplex else "one way"
        copies, loop = str(each.copies), each.reference_loop or ""
        full = each.delivery.replace("_", " ")
        lacks = found.missing.get(name, "")
        rows.append((name, each.transport, direction, each.carries, copies, each.wait, full, loop, lacks))
    own = "(or your own: package.module:Class)"
    parts = {
        f"Channels {own}": rows,
        f"Workloads {own}": [_summary(*each) for each in traits["workload"].items()],
        f"Payloads {own}": [_summary(*each) for each in traits["payload"].items()],
        f"Settings of both ends {own}": [_setting(*each) for each in traits["setting"].items()],
        f"Records in {results}: {len(found.records) or 'none'}": [
            (path.name, *_describe(path)) for path in found.records
        ],
    }
    return "\n\n".join("\n".join([heading, *_columns(part)]) for heading, part in parts.items())


def _summary(name: str, traits: NamedTraits) -> tuple[str, ...]:
    """Return the row of a workload or a payload: name, summary, what the bare name stands for."""
    usual = ", ".join(f"{name}:{parameter}" for parameter in traits.sweep)
    return (name, f"{traits.summary} ({usual})" if usual else traits.summary)


def _setting(name: str, traits: SettingTraits) -> tuple[str, ...]:
    written = f"{name}:{traits.parameter_name.upper()}" if traits.parameter_name else name
    return (f"{written}=", f"{traits.summary}; matters where {traits.symptom}")


def _describe(path: Path) -> tuple[str, ...]:
    from ipcbench.errors import DocumentError
    from ipcbench.report.kinds import describe

    try:
        return describe(path)
    except DocumentError as error:
        return (str(error),)


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows if i < len(row)) for i in range(max(map(len, rows)))]
    return ["  " + "  ".join(cell.ljust(widths[i]) for i, cell in enumerate(row)).rstrip() for row in rows]
