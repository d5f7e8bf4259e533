"""A variable of the environment in which both ends are started."""

from __future__ import annotations

import os
import re

from ipcbench.probe.settings.contract import Setting

#: What launchers set for their probes, whatever anybody says.
OURS = ("TMPDIR", "PYTHONSAFEPATH", "IPCBENCH_OWN_PATH")
_NAME = re.compile(r"[A-Za-z_]\w*")


class Environment(Setting):
    """Read when an interpreter or the C library starts, so each value has launchers of its own."""

    summary = "a variable of the environment"
    symptom = "Python or the C library read it when they start"
    parameter_name = "name"
    accepted = f"env:NAME=VALUE, with any name but {', '.join(OURS)}, which ipcbench sets itself"
    values = "env:NAME=VALUE"
    examples = ("1",)
    one_end = False

    @classmethod
    def takes(cls, parameter: str) -> bool:
        return bool(_NAME.fullmatch(parameter)) and parameter not in OURS

    @classmethod
    def accepts(cls, value: str) -> bool:
        return bool(cls.parameter) and "\0" not in value

    @classmethod
    def apply(cls, value: str) -> None:
        # The launcher was started with it already: an interpreter reads most of them once.
        os.environ[cls.parameter] = value

    @classmethod
    def lines(cls, value: str) -> str:
        return f"export {cls.parameter}={value}"
