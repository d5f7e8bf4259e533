"""Checks of settings: what the contract of a setting promises, alone and at both ends of a Pipe."""

from __future__ import annotations

from typing import Any, Callable

from ipcbench.errors import IpcbenchError
from ipcbench.probe.channels import load_channel
from ipcbench.probe.settings.contract import Setting
from ipcbench.probe.workloads.closed.ping_pong import PingPong
from ipcbench.testing.pair import ConformanceError
from ipcbench.testing.workloads import DEADLINE_S, MESSAGES, bound, opened, require_declared

#: What settings are tried at: the first that has the buffer that one sizes.
_PIPES = ("pipe", "duplex-pipe")
#: What people write by mistake: whether it is a value has to be said of each, in whichever words.
MISTAKEN = ("", " ", "many", "-1", "1e999", "nan", "0x10", "\N{ARABIC-INDIC DIGIT THREE}")


def says_what_it_is(setting: type[Setting], start_method: str) -> None:  # noqa: ARG001
    """It has a summary, a symptom, words for its values, and examples of them that it takes itself."""
    require_declared(setting, "summary", "symptom", "values", "examples")
    setting = bound(setting)
    if (name := setting.parameter_name) and not setting.parameter:
        raise ConformanceError(f"it takes a {name}; accepted: {setting.__name__}:{name.upper()}")
    refused = [value for value in setting.examples if not setting.accepts(value)]
    if refused:
        raise ConformanceError(f"its own example {refused[0]!r} is not accepted")


def knows_its_values(setting: type[Setting], start_method: str) -> None:  # noqa: ARG001
    """What is no value is said to be none, not raised; no value has a null character."""
    setting = bound(setting)
    for value in MISTAKEN:
        try:
            setting.accepts(value)
        except Exception as error:
            raise ConformanceError(f"asked whether {value!r} is a value, it raises {error!r}") from error
    if setting.accepts("\0"):
        raise ConformanceError("a null character is accepted, which nothing outside of Python can be set to")


def can_be_pasted(setting: type[Setting], start_method: str) -> None:  # noqa: ARG001
    """There are lines for every example, and other ones for another value."""
    setting = bound(setting)
    lines = [setting.lines(value) for value in setting.examples]
    if not all(lines):
        raise ConformanceError("it has no lines to paste")
    if len(set(lines)) < len(set(setting.examples)):
        raise ConformanceError("its lines are the same for different values")


def can_be_set(setting: type[Setting], start_method: str) -> None:
    """With every example set at both ends, numbered messages go there and back."""
    setting = bound(setting)
    suited = (
        name for name in _PIPES if setting.kernel_buffer in ("", load_channel(name).traits.kernel_buffer)
    )
    channel = next(suited, _PIPES[0])
    for value in setting.examples:
        try:
            with opened(PingPong, start_method, channel=channel, setting=(setting, value)) as live:
                live.verify(MESSAGES, DEADLINE_S)
        except IpcbenchError as error:
            raise ConformanceError(f"with {value!r} at both ends of a Pipe: {error}") from error


CHECKS: dict[str, Callable[[Any, str], None]] = {
    "says-what-it-is": says_what_it_is,
    "knows-its-values": knows_its_values,
    "can-be-pasted": can_be_pasted,
    "can-be-set": can_be_set,
}
