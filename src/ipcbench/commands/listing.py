"""What can be measured here, and what has been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipcbench.launch import catalogue
from ipcbench.record.numbered import numbered

_TRAITS = {
    "channel": catalogue.channel_traits,
    "workload": catalogue.workload_traits,
    "payload": catalogue.payload_traits,
    "setting": catalogue.setting_traits,
}


@dataclass(frozen=True)
class Listing:
    """All that is known here."""

    #: By kind (channel, workload, payload, setting) and name.
    traits: Mapping[str, Mapping[str, Any]]
    #: What channels lack that cannot be measured here, by their names.
    missing: Mapping[str, str]
    records: list[Path]


def listing(results: Path) -> Listing:
    """Return the catalogues, what is announced by entry points included, and the records of a folder."""
    catalogue.learn({kind: catalogue.names(kind) for kind in _TRAITS}, catalogue.usual_launcher)
    traits = {kind: {name: of(name) for name in catalogue.names(kind)} for kind, of in _TRAITS.items()}
    lacks = {name: why for name in traits["channel"] if (why := catalogue.missing(name))}
    return Listing(traits, lacks, numbered(results))
