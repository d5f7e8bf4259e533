"""How long a thread of CPython keeps the GIL when another one wants it."""

from __future__ import annotations

import sys

from ipcbench.probe.settings.contract import Setting


class SwitchInterval(Setting):
    """`sys.setswitchinterval` in both ends."""

    summary = "seconds that a thread keeps the GIL"
    symptom = "a sender computes while its Queue's feeder waits (busy-producer)"
    values = "seconds from 1e-6 to 10"
    examples = ("0.0005", "0.00005")

    @classmethod
    def accepts(cls, value: str) -> bool:
        try:
            return 1e-6 <= float(value) <= 10
        except ValueError:
            return False

    @classmethod
    def apply(cls, value: str) -> None:
        sys.setswitchinterval(float(value))

    @classmethod
    def lines(cls, value: str) -> str:
        return f"import sys\nsys.setswitchinterval({value})"
