"""All channels, workloads, payloads and settings: ours, those that packages announce, and one's own.

What is not ours is never imported here: a launcher imports it, and says what it is (`probe.traits`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ipcbench.errors import IpcbenchError, UsageError
from ipcbench.launch.entry_points import announces, entry_points
from ipcbench.plan import defaults
from ipcbench.probe.channels import CHANNELS
from ipcbench.probe.channels.contract import Traits
from ipcbench.probe.payloads import PAYLOADS
from ipcbench.probe.settings import AT, SETTINGS
from ipcbench.probe.traits import (
    TYPES,
    Available,
    NamedTraits,
    PayloadTraits,
    SettingTraits,
    WorkloadTraits,
    describe,
)
from ipcbench.probe.workloads import WORKLOADS

if TYPE_CHECKING:
    from ipcbench.launch.interpreter import Interpreter
    from ipcbench.launch.launcher import Launcher

#: By kind: what is ours, and the group of entry points by which installed packages announce what they bring.
CATALOGUES: dict[str, Mapping[str, str]] = {
    "channel": CHANNELS,
    "stampable": CHANNELS,
    "available": CHANNELS,
    "workload": WORKLOADS,
    "payload": PAYLOADS,
    "setting": SETTINGS,
}
#: How messages call a kind, where that is not its name; and the kinds whose names take no parameter.
_WORDS = {"stampable": "channel", "available": "channel"}
_WHOLE = ("channel", *_WORDS)
#: How entry points are grouped that announce something, and what they have announced, by group and name.
GROUPS = "ipcbench."
_announced: dict[str, dict[str, str]] = {}

#: What launchers have said, by kind and name; and what other interpreters have said that channels lack.
_learnt: dict[tuple[str, str], Any] = {}
_lacks: dict[tuple[str, str], str] = {}


def announced(kind: str) -> dict[str, str]:
    """Return what installed packages announce of a kind: name to `package.module:Class`."""
    if not _announced:
        # All groups at once. The first of a name is imported.
        for point in entry_points() if announces(GROUPS) else ():
            if point.group.startswith(GROUPS):
                _announced.setdefault(point.group, {}).setdefault(point.name, point.value)
        _announced.setdefault(GROUPS, {})
    return _announced.get(f"{GROUPS}{_WORDS.get(kind, kind)}s", {})


def names(kind: str) -> list[str]:
    """Return all names of a kind, ours first."""
    return [*CATALOGUES[kind], *announced(kind)]


def spec_of(kind: str, name: str) -> str:
    """Return what a probe can import for this name, with the parameter or the value behind it.

    Raises UsageError, with what is accepted, for a name that nobody has announced.
    """
    base, rest = _split(kind, name)
    if base in CATALOGUES[kind]:
        return name
    others = announced(kind)
    if base in others:
        return others[base] + rest
    if ":" not in name:
        word, known = _WORDS.get(kind, kind), ", ".join([*CATALOGUES[kind], *others])
        raise UsageError(
            f"unknown {word} {base!r}; accepted: {known}, package.module:Class, and lists by comma"
        )
    return name


def _split(kind: str, name: str) -> tuple[str, str]:
    """Return what stands before the first `:`, `=` or `@`, and the rest: a parameter, a value, an end."""
    if kind in _WHOLE:
        return name, ""
    base = re.split("[:=@]", name, maxsplit=1)[0]
    return base, name[len(base) :]


def learn(asked: Mapping[str, Iterable[str]], launcher: Callable[[], Launcher]) -> None:
    """Have one launcher say what these names of each kind are; what is ours is known.

    It is asked each time, since one may edit what is one's own. Raises UsageError, with what is accepted.
    """
    if "channel" in asked:
        # Whoever asks for one wants to open it.
        asked = {**asked, "available": asked["channel"]}
    own = [
        (kind, name, spec_of(kind, name))
        for kind, each in asked.items()
        for name in dict.fromkeys(each)
        if _split(kind, name)[0] not in CATALOGUES[kind]
    ]
    if not own:
        return
    import msgspec

    with launcher() as asking:
        for kind, name, spec in own:
            try:
                _learnt[kind, name] = msgspec.convert(asking.describe(kind, spec), TYPES[kind])
            except (IpcbenchError, msgspec.ValidationError) as error:
                about = "" if name in str(error) else f"{_WORDS.get(kind, kind)} {name!r}: "
                raise UsageError(f"{about}{error}") from error


def usual_launcher() -> Launcher:
    """Return one of this interpreter."""
    from ipcbench.launch.interpreter import find_interpreter
    from ipcbench.launch.launcher import Launcher

    return Launcher(find_interpreter(None))


def _traits(kind: str, name: str) -> Any:
    if _split(kind, name)[0] in CATALOGUES[kind]:
        return describe(kind, name)
    if (kind, name) not in _learnt:
        learn({kind: [name]}, usual_launcher)
    return _learnt[kind, name]


def channel_traits(name: str) -> Traits:
    """Return what a channel says of itself, as far as it can be told without opening it."""
    traits: Traits = _traits("channel", name)
    return traits


def is_stampable(channel: str) -> bool:
    """Whether it is known where stamps are planted in a channel."""
    return bool(_traits("stampable", channel).known)


def workload_traits(name: str) -> WorkloadTraits:
    """Return what a workload says of itself, bound to its parameter if the name has one."""
    traits: WorkloadTraits = _traits("workload", name)
    return traits


def payload_traits(name: str) -> PayloadTraits:
    """Return the same of a payload."""
    traits: PayloadTraits = _traits("payload", name)
    return traits


def setting_traits(name: str) -> SettingTraits:
    """Return the same of a setting; raise UsageError for a value that is none of its."""
    traits: SettingTraits = _traits("setting", name)
    return traits


def is_setting(text: str) -> bool:
    """Whether there is a setting of this name, or somebody's own is meant."""
    name = name_of(text)
    return ":" in name or name in names("setting")


def name_of(setting: str) -> str:
    """Return what a setting is called, without its value and its end."""
    return setting.partition("=")[0].partition(AT)[0]


def check_setting(text: str) -> None:
    """Raise UsageError, with what is accepted, for what is no setting or no value of it."""
    if "=" not in text:
        known = ", ".join(names("setting"))
        raise UsageError(f"setting {text!r} is not understood; accepted: NAME=VALUE, {known}")
    setting_traits(text)


def expand(kind: str, asked: Iterable[str]) -> list[str]:
    """Return workloads or payloads by name, without doubles; a bare name stands for its usual sweep."""
    found: list[str] = []
    for name in asked:
        traits: NamedTraits = _traits(kind, name)
        variants = {f"{name}:{each}": each for each in traits.sweep if not traits.parameter}
        for variant, parameter in variants.items():
            _learnt[kind, variant] = replace(traits, parameter=parameter)
        found += variants or [name]
    return list(dict.fromkeys(found))


def every_channel(asked: Iterable[str], *, with_missing: bool = False) -> list[str]:
    """Return channels by name, without doubles; `all` stands for those of their own that are here.

    Whoever tells what is left out has those that are not here as well.
    """
    found: list[str] = []
    for name in asked:
        found += _choices(with_missing=with_missing) if name == defaults.ALL else [name]
    return list(dict.fromkeys(found))


def _choices(*, with_missing: bool) -> Iterator[str]:
    for name in names("channel"):
        if channel_traits(name).of_its_own and (with_missing or not missing(name)):
            yield name


def learn_missing(channels: Iterable[str], interpreters: Iterable[Interpreter]) -> None:
    """Have other interpreters than this one say, once, which of these channels lack something for them."""
    import msgspec

    from ipcbench.launch.interpreter import find_interpreter
    from ipcbench.launch.launcher import Launcher

    ours = [name for name in dict.fromkeys(channels) if name in CHANNELS]
    for interpreter in interpreters:
        unknown = [name for name in ours if (interpreter.label, name) not in _lacks]
        if not unknown or interpreter == find_interpreter(None):
            continue
        with Launcher(interpreter) as asking:
            for name in unknown:
                found = msgspec.convert(asking.describe("available", name), Available)
                _lacks[interpreter.label, name] = found.lacks


def missing(channel: str, python: str = "") -> str:
    """Return what a channel lacks for an interpreter, with what to do; nothing where it can be measured.

    It is this interpreter unless another one, by its label, has been asked (`learn_missing`).
    """
    if (python, channel) in _lacks:
        return _lacks[python, channel]
    lacks: str = _traits("available", channel).lacks
    return lacks
