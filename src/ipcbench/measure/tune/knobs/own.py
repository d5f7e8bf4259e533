"""A change that is nobody's but its user's: a coordinate or a setting, as an arm is written."""

from __future__ import annotations

from ipcbench.measure.tune.knobs.contract import Knob, Seen
from ipcbench.probe.settings import ENVIRONMENT


class Own(Knob):
    """`env:NAME=VALUE`, `pipe-buffer=128KiB`, `heap=kept`, and so on."""

    summary = "named by the user"
    opt_in = True

    def __init__(self, text: str) -> None:
        self.name = text  # type: ignore[misc]

    def symptom(self, seen: Seen) -> str:  # noqa: ARG002
        return ""

    def changes(self, seen: Seen) -> tuple[str, ...]:  # noqa: ARG002
        return (self.name,)

    def python(self, seen: Seen) -> str:  # noqa: ARG002
        return ""

    def environment(self, seen: Seen) -> str:  # noqa: ARG002
        return f"export {self.name.removeprefix(ENVIRONMENT)}" if self.name.startswith(ENVIRONMENT) else ""
