"""The arms of an `ab` of one's own commands: which command, and what of its environment differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ipcbench.errors import UsageError
from ipcbench.plan.arms import ArmLabel
from ipcbench.probe.settings import ENVIRONMENT

ACCEPTED = "accepted: command=CMD and env:NAME=VALUE"


@dataclass(frozen=True)
class CommandArm:
    """One side: a line for the shell, and the variables that it is run with besides the usual ones."""

    #: The first is what the others are compared with.
    label: ArmLabel
    command: str
    environment: Mapping[str, str]
    #: What its user wrote of this arm.
    text: str


def parse_command_arms(texts: Mapping[str, Sequence[str]], command: str | None) -> list[CommandArm]:
    """Return the arms of `key=value` texts by label; those that name no command of their own have this one.

    With a command for all, the first arm may be left out: it is run as it is. Raises UsageError for anything
    else.
    """
    given = {label: parts for label, parts in texts.items() if parts or (command and label == "a")}
    if len(given) < 2 or next(iter(given)) != "a":
        raise UsageError(f"an ab of commands takes two arms or more, --a and --b; {ACCEPTED}")
    return [_parse(ArmLabel(label), parts, command) for label, parts in given.items()]


def _parse(label: ArmLabel, parts: Sequence[str], command: str | None) -> CommandArm:
    own: list[str] = []
    environment: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        name = key.removeprefix(ENVIRONMENT)
        if key == "command" and value and not own:
            own.append(value)
        elif name != key and name.isidentifier() and equals and "\0" not in value:
            environment[name] = value
        else:
            raise UsageError(f"arm {label}: {part!r} is not understood; {ACCEPTED}, once each")
    if own and command:
        raise UsageError(f"arm {label}: --command and command= exclude one another; accepted: one of them")
    if not (own or command):
        raise UsageError(f"arm {label} names no command; accepted: command=CMD, or --command CMD for all")
    return CommandArm(label, (own or [command or ""])[0], environment, " ".join(parts))
