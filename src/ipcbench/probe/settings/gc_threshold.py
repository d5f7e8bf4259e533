"""After how many new objects the garbage collector looks."""

from __future__ import annotations

import gc

from ipcbench.probe.settings.contract import Setting

MOST = 2**31 - 1


class GcThreshold(Setting):
    """`gc.set_threshold`; 0 is never."""

    summary = "new objects until the garbage collector looks; 0: never"
    symptom = "messages of many objects in a program that has many more (each look visits them)"
    values = f"0 to {MOST}"
    examples = ("50000", "0")

    @classmethod
    def accepts(cls, value: str) -> bool:
        return value.isascii() and value.isdigit() and len(value) <= len(str(MOST)) and int(value) <= MOST

    @classmethod
    def apply(cls, value: str) -> None:
        gc.set_threshold(int(value))

    @classmethod
    def lines(cls, value: str) -> str:
        return f"import gc\ngc.set_threshold({int(value)})"
