"""All channels, workloads and payloads: ours, those that packages announce, and one's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib.metadata import entry_points

from ipcbench.errors import UsageError
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import KEPT, USUAL_PAYLOAD
from ipcbench.probe.channels import CHANNELS, load_channel
from ipcbench.probe.channels.contract import Channel
from ipcbench.probe.loading import Parametrised
from ipcbench.probe.payloads import PAYLOADS, load_payload
from ipcbench.probe.payloads.contract import Payload
from ipcbench.probe.settings import SETTINGS, load_setting, setting_named
from ipcbench.probe.settings.contract import Setting
from ipcbench.probe.workloads import WORKLOADS, load_workload
from ipcbench.probe.workloads.contract import Workload

#: Groups of entry points by which installed packages announce what they bring.
CHANNELS_GROUP, WORKLOADS_GROUP = "ipcbench.channels", "ipcbench.workloads"
PAYLOADS_GROUP, SETTINGS_GROUP = "ipcbench.payloads", "ipcbench.settings"
#: From the one size on a message costs something else where memory is kept; up to the other it is (`heap`).
SMALLEST_KEPT_BYTES, LARGEST_KEPT_BYTES = 32 << 10, 16 << 20


def announced(group: str) -> dict[str, str]:
    """Return what installed packages announce in a group: name to `package.module:Class`."""
    return {point.name: point.value for point in entry_points(group=group)}


def channel_spec(name: str) -> str:
    """Return what a probe can import for this name: a catalogue name or `package.module:Class`."""
    if name in CHANNELS or ":" in name:
        return name
    others = announced(CHANNELS_GROUP)
    if name not in others:
        known = ", ".join([*CHANNELS, *others])
        raise UsageError(f"unknown channel {name!r}; accepted: {known}, or package.module:Class")
    return others[name]


def channel_class(name: str) -> type[Channel]:
    """Return the class behind a channel's name, checked as far as can be without opening it."""
    return load_channel(channel_spec(name))


def _spec(name: str, ours: Mapping[str, str], group: str) -> str:
    base, colon, parameter = name.partition(":")
    others = {} if base in ours else announced(group)
    return f"{others[base]}{colon}{parameter}" if base in others else name


def workload_spec(name: str) -> str:
    """Return what a probe can import for this name, parameter included."""
    return _spec(name, WORKLOADS, WORKLOADS_GROUP)


def payload_spec(name: str) -> str:
    """Return the same of a payload."""
    return _spec(name, PAYLOADS, PAYLOADS_GROUP)


def payload_class(name: str) -> type[Payload]:
    """Return the class behind a payload's name, bound to its parameter if the name has one."""
    return load_payload(payload_spec(name))


def workload_class(name: str) -> type[Workload]:
    """Return the class behind a workload's name, bound to its parameter if the name has one."""
    return load_workload(workload_spec(name))


def setting_spec(text: str) -> str:
    """Return the same of a setting and its value, `name=value`."""
    name, equals, value = text.partition("=")
    return f"{_spec(name, SETTINGS, SETTINGS_GROUP)}{equals}{value}"


def setting_class(name: str) -> type[Setting]:
    """Return the class behind a setting's name."""
    return setting_named(_spec(name, SETTINGS, SETTINGS_GROUP))


def is_setting(text: str) -> bool:
    """Whether there is a setting of this name, or somebody's own is meant."""
    name = text.partition("=")[0]
    return ":" in name or name in SETTINGS or name in announced(SETTINGS_GROUP)


def check_setting(text: str) -> None:
    """Raise UsageError, with what is accepted, for what is no setting or no value of it."""
    load_setting(setting_spec(text))


def expand_workloads(names: Iterable[str]) -> list[str]:
    """Return workloads by name, without doubles; a bare name stands for its usual sweep."""
    return _expand(names, workload_class)


def expand_payloads(names: Iterable[str]) -> list[str]:
    """Return the same of payloads."""
    return _expand(names, payload_class)


def _expand(names: Iterable[str], class_of: Callable[[str], type[Parametrised]]) -> list[str]:
    found: list[str] = []
    for name in names:
        kind = class_of(name)
        found += [f"{name}:{each}" for each in kind.sweep if not kind.parameter] or [name]
    return list(dict.fromkeys(found))


def companions(case: Case) -> list[Case]:
    """Return what a case must be measured beside: its loop, `null`, itself where memory is kept."""
    traits, workload = channel_class(case.channel).traits, workload_class(case.workload)
    names = []
    if traits.reference_loop and case.payload_bytes and os.name == "posix":
        names.append(traits.reference_loop)
    if not workload.needs_delivery:
        names.append("null")
    found = [replace(case, channel=name) for name in names]
    matters = SMALLEST_KEPT_BYTES <= case.payload_bytes <= LARGEST_KEPT_BYTES and traits.delivers
    if matters and case.heap != KEPT and not workload.whole_lives:
        found.append(replace(case, heap=KEPT))
    return found


def carries(channel: str, payload: str) -> bool:
    """Whether messages of this kind can go through the channel: all carry buffers, some carry objects."""
    return payload_class(payload).is_buffer or channel_class(channel).traits.carries == "objects"


def check_case(case: Case) -> None:
    """Raise UsageError, with what is accepted, for a case that its channel cannot carry, or no setting."""
    for text in case.settings:
        check_setting(text)
    traits = channel_class(case.channel).traits
    if traits.limit_bytes is not None and case.payload_bytes > traits.limit_bytes:
        raise UsageError(
            f"{case.channel}: size {case.payload_bytes} B is above its limit; "
            f"accepted: up to {traits.limit_bytes} B"
        )
    if not carries(case.channel, case.payload_kind):
        raise UsageError(f"{case.channel}: carries bytes, not {case.payload_kind}; accepted: {USUAL_PAYLOAD}")
    if traits.fixed_size and not case.payload_bytes:
        raise UsageError(f"{case.channel}: a raw loop cannot carry 0 B; accepted: 1 B or more")
    if not traits.delivers and workload_class(case.workload).needs_delivery:
        raise UsageError(f"{case.channel}: delivers nothing, which {case.workload} would wait for")
