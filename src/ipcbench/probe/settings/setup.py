"""A function of one's own that each end calls before its first message."""

from __future__ import annotations

import importlib
import re

from ipcbench.errors import CaseError
from ipcbench.probe.settings.contract import Setting

_FUNCTION = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


class Setup(Setting):
    """`package.module:function`, called without arguments."""

    summary = "a function that each end calls first"
    symptom = "whatever it changes"
    values = "package.module:function"
    examples = ("gc:disable", "gc:freeze")

    @classmethod
    def accepts(cls, value: str) -> bool:
        return bool(_FUNCTION.fullmatch(value))

    @classmethod
    def apply(cls, value: str) -> None:
        module_name, _, path = value.partition(":")
        try:
            found = importlib.import_module(module_name)
            for name in path.split("."):
                found = getattr(found, name)
            found()  # type: ignore[operator]
        except (Exception, SystemExit) as error:
            raise CaseError(f"setup={value}: {type(error).__name__}: {error}") from error

    @classmethod
    def lines(cls, value: str) -> str:
        module_name, _, path = value.partition(":")
        return f"import {module_name}\n{module_name}.{path}()"
