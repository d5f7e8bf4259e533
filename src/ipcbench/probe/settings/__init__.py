"""The catalogue of settings: one file each, one line here. One's own is `package.module:Class=value`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipcbench.errors import UsageError
from ipcbench.probe.loading import load_named
from ipcbench.probe.settings.contract import Setting
from ipcbench.words import ROLES

SETTINGS = {
    "switch-interval": "ipcbench.probe.settings.switch_interval:SwitchInterval",
    "pipe-buffer": "ipcbench.probe.settings.kernel_buffers:PipeBuffer",
    "socket-buffer": "ipcbench.probe.settings.kernel_buffers:SocketBuffer",
    "bufsize": "ipcbench.probe.settings.read_size:ReadSize",
    "mallopt": "ipcbench.probe.settings.mallopt:Mallopt",
    "gc-threshold": "ipcbench.probe.settings.gc_threshold:GcThreshold",
    "nice": "ipcbench.probe.settings.scheduling:Niceness",
    "scheduler": "ipcbench.probe.settings.scheduling:Scheduler",
    "setup": "ipcbench.probe.settings.setup:Setup",
    "env": "ipcbench.probe.settings.environment:Environment",
}
#: How a variable of the environment begins: it has to be there when the interpreter starts.
ENVIRONMENT = "env:"
#: What stands between a setting's name and the one end that is set so.
AT = "@"


def setting_named(name: str) -> type[Setting]:
    """Return the class of a catalogue name or `package.module:Class`, bound to its parameter if any."""
    return load_named("setting", name, SETTINGS, Setting)  # type: ignore[type-abstract]


def load_setting(text: str) -> tuple[type[Setting], str, str]:
    """Return the class, the value and the one role of `name@role=value`, or "" for both ends.

    Raises UsageError, with what is accepted, for others.
    """
    name, equals, value = text.partition("=")
    name, at, role = name.partition(AT)
    if not equals:
        raise UsageError(f"setting {text!r} is not understood; accepted: NAME=VALUE, {', '.join(SETTINGS)}")
    found = setting_named(name)
    if at and not (found.one_end and role in ROLES):
        accepted = " and ".join(f"{name}@{each}=" for each in ROLES) if found.one_end else "both ends alike"
        raise UsageError(f"setting {text!r} is not understood; accepted: {accepted}")
    if not found.accepts(value):
        raise UsageError(f"setting {text!r} is not understood; accepted: {found.values}")
    return found, value, role


def settings_of(settings: Iterable[str], role: str) -> Iterator[tuple[type[Setting], str]]:
    """Yield the class and the value of those that the end of a role makes."""
    for text in settings:
        setting, value, only = load_setting(text)
        if only in ("", role):
            yield setting, value


def environment_of(settings: Iterable[str]) -> dict[str, str]:
    """Return the variables among them, by name."""
    told = (text[len(ENVIRONMENT) :].partition("=") for text in settings if text.startswith(ENVIRONMENT))
    return {name: value for name, _, value in told}
