"""How the scheduler treats both ends."""

from __future__ import annotations

import os

from ipcbench.errors import CaseError
from ipcbench.probe.settings.contract import Setting

#: By name: the policy of the module os, and whether it wants a priority.
_POLICIES = {"other": ("SCHED_OTHER", 0), "batch": ("SCHED_BATCH", 0), "fifo": ("SCHED_FIFO", 1)}


class Scheduler(Setting):
    """`os.sched_setscheduler`. Linux; `fifo` needs root."""

    summary = "policy of the scheduler (Linux; fifo needs root)"
    symptom = "other programs want the same cores"
    values = ", ".join(_POLICIES)
    needs_leave = True
    examples = ("other", "batch")

    @classmethod
    def accepts(cls, value: str) -> bool:
        return value in _POLICIES

    @classmethod
    def apply(cls, value: str) -> None:
        name, priority = _POLICIES[value]
        try:
            os.sched_setscheduler(0, getattr(os, name), os.sched_param(priority))
        except (AttributeError, OSError) as error:
            raise CaseError(f"scheduler={value} cannot be set here: {error}") from error

    @classmethod
    def lines(cls, value: str) -> str:
        name, priority = _POLICIES[value]
        return f"import os\nos.sched_setscheduler(0, os.{name}, os.sched_param({priority}))"


class Niceness(Setting):
    """`os.setpriority`; below 0 it needs root. Not on Windows."""

    summary = "niceness (below 0 needs root)"
    symptom = "other programs want the same cores"
    values = "-20 to 19"
    needs_leave = True
    examples = ("0", "10")

    @classmethod
    def accepts(cls, value: str) -> bool:
        digits = value[1:] if value.startswith("-") else value
        return digits.isascii() and digits.isdigit() and -20 <= int(value) <= 19

    @classmethod
    def apply(cls, value: str) -> None:
        try:
            os.setpriority(os.PRIO_PROCESS, 0, int(value))
        except (AttributeError, OSError) as error:
            raise CaseError(f"nice={value} cannot be set here: {error}") from error

    @classmethod
    def lines(cls, value: str) -> str:
        return f"import os\nos.setpriority(os.PRIO_PROCESS, 0, {int(value)})"
