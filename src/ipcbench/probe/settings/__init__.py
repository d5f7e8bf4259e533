"""The catalogue of settings: one file each, one line here. One's own is `package.module:Class=value`."""

from __future__ import annotations

from collections.abc import Iterable

from ipcbench.errors import UsageError
from ipcbench.probe.loading import load_named
from ipcbench.probe.settings.contract import Setting

SETTINGS = {
    "switch-interval": "ipcbench.probe.settings.switch_interval:SwitchInterval",
    "env": "ipcbench.probe.settings.environment:Environment",
}
#: How a variable of the environment begins: it has to be there when the interpreter starts.
ENVIRONMENT = "env:"


def setting_named(name: str) -> type[Setting]:
    """Return the class of a catalogue name or `package.module:Class`, bound to its parameter if any."""
    return load_named("setting", name, SETTINGS, Setting)  # type: ignore[type-abstract]


def load_setting(text: str) -> tuple[type[Setting], str]:
    """Return the class and the value of `name=value`; raise UsageError, with what is accepted, for others."""
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"setting {text!r} is not understood; accepted: NAME=VALUE, {', '.join(SETTINGS)}")
    found = setting_named(name)
    if not found.accepts(value):
        raise UsageError(f"setting {text!r} is not understood; accepted: {found.values}")
    return found, value


def apply_settings(settings: Iterable[str]) -> None:
    """Set all of them in this process."""
    for text in settings:
        setting, value = load_setting(text)
        setting.apply(value)


def environment_of(settings: Iterable[str]) -> dict[str, str]:
    """Return the variables among them, by name."""
    told = (text[len(ENVIRONMENT) :].partition("=") for text in settings if text.startswith(ENVIRONMENT))
    return {name: value for name, _, value in told}
