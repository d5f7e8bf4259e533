"""`ipcbench list`: what can be measured here, and what has been."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ipcbench.cli.options import results_option


@click.command("list")
@results_option
def catalogue(results: str) -> None:
    """List the channels with their traits, the workloads, payloads, settings and what is stored."""
    from ipcbench.launch.catalogue import (
        CHANNELS_GROUP,
        PAYLOADS_GROUP,
        SETTINGS_GROUP,
        WORKLOADS_GROUP,
        announced,
        channel_class,
        payload_class,
        workload_class,
    )
    from ipcbench.probe.channels import CHANNELS
    from ipcbench.probe.payloads import PAYLOADS
    from ipcbench.probe.settings import SETTINGS
    from ipcbench.probe.workloads import WORKLOADS
    from ipcbench.record.store import Store

    click.echo("Channels (or your own: package.module:Class)")
    rows: list[tuple[str, ...]] = [
        ("name", "transport", "direction", "carries", "copies", "how a receiver waits", "reference loop")
    ]
    for name in [*CHANNELS, *announced(CHANNELS_GROUP)]:
        traits = channel_class(name).traits
        direction = "both ways" if traits.duplex else "one way"
        copies, loop = str(traits.copies), traits.reference_loop or ""
        rows.append((name, traits.transport, direction, traits.carries, copies, traits.wait, loop))
    _print_columns(rows)
    click.echo("\nWorkloads (or your own: package.module:Class)")
    _print_columns(
        [_summary(name, workload_class(name)) for name in [*WORKLOADS, *announced(WORKLOADS_GROUP)]]
    )
    click.echo("\nPayloads (or your own: package.module:Class)")
    _print_columns([_summary(name, payload_class(name)) for name in [*PAYLOADS, *announced(PAYLOADS_GROUP)]])
    click.echo("\nSettings of both ends (or your own: package.module:Class)")
    _print_columns([_setting(name) for name in [*SETTINGS, *announced(SETTINGS_GROUP)]])
    records = Store(Path(results)).runs()
    click.echo(f"\nRecords in {results}: {len(records) or 'none'}")
    _print_columns([_describe(path) for path in records])


def _summary(name: str, kind: Any) -> tuple[str, ...]:
    """Return the row of a workload or a payload: name, summary, what the bare name stands for."""
    usual = ", ".join(f"{name}:{parameter}" for parameter in kind.sweep)
    return (name, f"{kind.summary} ({usual})" if usual else kind.summary)


def _setting(name: str) -> tuple[str, ...]:
    from ipcbench.launch.catalogue import setting_class

    found = setting_class(name)
    written = f"{name}:{found.parameter_name.upper()}" if found.parameter_name else name
    return (f"{written}=", f"{found.summary}; matters where {found.symptom}")


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
