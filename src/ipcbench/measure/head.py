"""What every record begins with: where and when it was measured."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from ipcbench.machine.facts import commit_info, host_facts, machine_info


def stamp() -> str:
    """Return now as it stands in a record's file name."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


def head() -> dict[str, Any]:
    """Return the machine, the commit of the current folder, the time, and pytest-benchmark's version."""
    return {
        "host": host_facts(),
        "machine_info": machine_info(),
        "commit_info": commit_info(),
        "datetime": datetime.now(UTC).isoformat(),
        "version": version("pytest-benchmark"),
    }
