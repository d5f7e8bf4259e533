"""What channels, workloads, payloads and settings say of themselves, as plain values.

The measuring side asks a launcher for this of whatever is not ours, and so never imports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Callable

from ipcbench.probe.channels import load_channel
from ipcbench.probe.channels.contract import Traits
from ipcbench.probe.loading import Parametrised
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.settings import load_setting, setting_named
from ipcbench.probe.workloads import load_workload


@dataclass(frozen=True)
class NamedTraits:
    """What a workload, a payload and a setting have in common: `loading.Parametrised`."""

    summary: str
    parameter: str
    parameter_name: str
    sweep: tuple[str, ...]


@dataclass(frozen=True)
class WorkloadTraits(NamedTraits):
    """What is asked of a workload instead of its name; its contract says what each one means."""

    unit: str
    is_rate: bool
    payloads_moved: int
    fills: bool
    default_sizes: str
    charts: tuple[str, ...]
    overlapping: bool
    whole_lives: bool
    two_way: bool
    bears_loss: bool
    needs_delivery: bool
    times_each: bool
    leads: bool
    computes: bool
    plain_ends: bool
    sets: tuple[str, ...]


@dataclass(frozen=True)
class PayloadTraits(NamedTraits):
    """The same of a payload."""

    is_buffer: bool
    out_of_band: bool
    messages: int
    variants: Mapping[str, str]


@dataclass(frozen=True)
class SettingTraits(NamedTraits):
    """The same of a setting."""

    symptom: str
    values: str
    kernel_buffer: str


@dataclass(frozen=True)
class Stampable:
    """Whether it is known where stamps are planted in a channel."""

    known: bool


@dataclass(frozen=True)
class Available:
    """What a channel lacks where it is asked; nothing where it can be opened."""

    lacks: str


def describe(kind: str, name: str) -> Any:
    """Return the traits behind a name of a kind of `TYPES`.

    Raises UsageError, with what is accepted, for what cannot be imported or is none.
    """
    return _DESCRIBERS[kind](name)


def _named(kind: type[NamedTraits], found: type[Parametrised]) -> NamedTraits:
    return kind(**{each.name: getattr(found, each.name) for each in fields(kind)})


def _channel(name: str) -> Traits:
    return load_channel(name).traits


def _stampable(name: str) -> Stampable:
    from ipcbench.probe.tracing.plant import planters

    return Stampable(planters(load_channel(name)) is not None)


def _available(name: str) -> Available:
    return Available(load_channel(name).missing())


def _workload(name: str) -> NamedTraits:
    return _named(WorkloadTraits, load_workload(name))


def _payload(name: str) -> NamedTraits:
    return _named(PayloadTraits, load_payload(name))


def _setting(name: str) -> NamedTraits:
    return _named(SettingTraits, load_setting(name)[0] if "=" in name else setting_named(name))


TYPES: dict[str, type] = {
    "channel": Traits,
    "stampable": Stampable,
    "available": Available,
    "workload": WorkloadTraits,
    "payload": PayloadTraits,
    "setting": SettingTraits,
}
_DESCRIBERS: dict[str, Callable[[str], Any]] = {
    "channel": _channel,
    "stampable": _stampable,
    "available": _available,
    "workload": _workload,
    "payload": _payload,
    "setting": _setting,
}
