"""What a knob promises: something that a program could change, where it may help, and what to paste."""

from __future__ import annotations

import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from ipcbench.plan.case import Case
from ipcbench.probe.channels.contract import Traits
from ipcbench.probe.settings import ENVIRONMENT, load_setting
from ipcbench.probe.traits import PayloadTraits, WorkloadTraits

PAGE_BYTES = 4096
#: How long a process may take to be set.
SETTING_DEADLINE_S = 20.0
_SET = """
import sys
from ipcbench.errors import CaseError
from ipcbench.probe.settings import load_setting
setting, value, _ = load_setting(sys.argv[1])
try:
    setting.apply(value)
except CaseError as error:
    sys.exit(str(error))
"""


def is_root() -> bool:
    """Whether this process may do what others may not; False where the system has no such user."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


@cache
def refusal(setting: str) -> str:
    """Return why no process here may be set so; empty where one may.

    A process that ends is asked: whether it takes root hangs on capabilities, limits and the system.
    """
    try:
        asked = subprocess.run(
            [sys.executable, "-c", _SET, setting],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=SETTING_DEADLINE_S,
        )
    except subprocess.TimeoutExpired:
        return f"{setting} was not set within {SETTING_DEADLINE_S:g} s"
    said = asked.stderr.strip().splitlines() or [f"{setting} ends a process"]
    return said[-1] if asked.returncode else ""


@dataclass(frozen=True)
class Seen:
    """What is known of a case before anything is tried: its traits, its interpreter, what a message costs."""

    case: Case
    channel: Traits
    workload: WorkloadTraits
    payload: PayloadTraits
    #: Of the interpreter, as its launcher says.
    facts: Mapping[str, Any]
    #: Page faults a message, of both ends together.
    faults: float
    #: How large a buffer an unprivileged process may ask for, by kind as `kernel_buffer` is; 0: none.
    buffer_bytes: Mapping[str, int]

    @property
    def size(self) -> int:
        """Bytes of a message."""
        return self.case.payload_bytes

    @property
    def pages(self) -> float:
        """Pages of a message."""
        return self.size / PAGE_BYTES


class Knob(ABC):
    """A change of a program, which is tried where its symptom shows, or where a user names it."""

    name: ClassVar[str]
    summary: ClassVar[str]
    #: Tried only where it is named: it needs root, burns a core, or is known to do harm.
    opt_in: ClassVar[bool] = False
    #: Whether it is also tried at either end alone, to say which one needs it.
    by_end: ClassVar[bool] = False
    #: The knob on top of which alone it is tried.
    above: ClassVar[str] = ""
    #: Whose processes have it: under which start methods children inherit it.
    inherited: ClassVar[str] = "set it in each end"

    @abstractmethod
    def symptom(self, seen: Seen) -> str:
        """Return what of the case suggests to try it; empty where nothing does."""

    @abstractmethod
    def changes(self, seen: Seen) -> tuple[str, ...]:
        """Return what differs, as an arm is written: `key=value` each; raise CaseError where it cannot be."""

    def python(self, seen: Seen) -> str:
        """Return lines of Python that have the same effect; those of settings unless it knows better."""
        found = (load_setting(text) for text in self.changes(seen))
        return "\n".join(setting.lines(value) for setting, value, _ in found)

    def environment(self, seen: Seen) -> str:  # noqa: ARG002
        """Return lines of a shell that have the same effect; empty where there are none."""
        return ""


class InEnvironment(Knob):
    """What only the environment of a new interpreter says; its changes are variables."""

    opt_in = True
    inherited = "read when an interpreter starts, so in the environment of the first process; all inherit it"

    def symptom(self, seen: Seen) -> str:  # noqa: ARG002
        return ""

    def python(self, seen: Seen) -> str:  # noqa: ARG002
        return ""

    def environment(self, seen: Seen) -> str:
        return "\n".join(f"export {change.removeprefix(ENVIRONMENT)}" for change in self.changes(seen))
