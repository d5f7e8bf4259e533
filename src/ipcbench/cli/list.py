"""`ipcbench list`: what can be measured here, and what has been."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ipcbench.cli.options import results_option

if TYPE_CHECKING:
    from ipcbench.probe.traits import NamedTraits, SettingTraits


@click.command("list")
@results_option
def list_all(results: str) -> None:
    """List the channels with their traits, the workloads, payloads, settings and stored records."""
    from ipcbench.launch.catalogue import (
        channel_traits,
        learn,
        names,
        payload_traits,
        setting_traits,
        usual_launcher,
        workload_traits,
    )
    from ipcbench.record.store import Store

    learn({kind: names(kind) for kind in ("channel", "workload", "payload", "setting")}, usual_launcher)

    click.echo("Channels (or your own: package.module:Class)")
    rows: list[tuple[str, ...]] = [
        ("name", "transport", "direction", "carries", "copies", "how a receiver waits", "reference loop")
    ]
    for name in names("channel"):
        traits = channel_traits(name)
        direction = "both ways" if traits.duplex else "one way"
        copies, loop = str(traits.copies), traits.reference_loop or ""
        rows.append((name, traits.transport, direction, traits.carries, copies, traits.wait, loop))
    _print_columns(rows)
    click.echo("\nWorkloads (or your own: package.module:Class)")
    _print_columns([_summary(name, workload_traits(name)) for name in names("workload")])
    click.echo("\nPayloads (or your own: package.module:Class)")
    _print_columns([_summary(name, payload_traits(name)) for name in names("payload")])
    click.echo("\nSettings of both ends (or your own: package.module:Class)")
    _print_columns([_setting(name, setting_traits(name)) for name in names("setting")])
    records = Store(Path(results)).records()
    click.echo(f"\nRecords in {results}: {len(records) or 'none'}")
    _print_columns([_describe(path) for path in records])


def _summary(name: str, traits: NamedTraits) -> tuple[str, ...]:
    """Return the row of a workload or a payload: name, summary, what the bare name stands for."""
    usual = ", ".join(f"{name}:{parameter}" for parameter in traits.sweep)
    return (name, f"{traits.summary} ({usual})" if usual else traits.summary)


def _setting(name: str, traits: SettingTraits) -> tuple[str, ...]:
    written = f"{name}:{traits.parameter_name.upper()}" if traits.parameter_name else name
    return (f"{written}=", f"{traits.summary}; matters where {traits.symptom}")


def _describe(path: Path) -> tuple[str, ...]:
    from ipcbench.errors import DocumentError
    from ipcbench.report.records import describe

    try:
        return (path.name, *describe(path))
    except DocumentError as error:
        return (path.name, str(error))


def _print_columns(rows: list[tuple[str, ...]]) -> None:
    if not rows:
        return
    widths = [max(len(row[i]) for row in rows if i < len(row)) for i in range(max(map(len, rows)))]
    for row in rows:
        click.echo("  " + "  ".join(cell.ljust(widths[i]) for i, cell in enumerate(row)).rstrip())
