"""A change that is nobody's but its user's: a coordinate or a setting, as an arm is written."""

from __future__ import annotations

from ipcbench.errors import CaseError
from ipcbench.measure.tune.knobs.contract import Knob, Seen, is_root, refusal
from ipcbench.plan.units import format_size, parse_size
from ipcbench.probe.channels.contract import PIPE_BUFFER
from ipcbench.probe.settings import AT, ENVIRONMENT, SETTINGS, load_setting


class Own(Knob):
    """`env:NAME=VALUE`, `pipe-buffer=128KiB`, `heap=kept`, and so on."""

    summary = "named by the user"
    opt_in = True

    def __init__(self, text: str) -> None:
        self.name = text  # type: ignore[misc]

    @property
    def _is_setting(self) -> bool:
        """Whether it is a setting of ours; a variable of the environment is named otherwise."""
        return self.name.partition("=")[0].partition(AT)[0] in SETTINGS

    def symptom(self, seen: Seen) -> str:  # noqa: ARG002
        return ""

    def changes(self, seen: Seen) -> tuple[str, ...]:
        if self._is_setting:
            setting, value, _ = load_setting(self.name)
            most = seen.buffer_bytes.get(setting.kernel_buffer, 0)
            # Root may have a larger pipe, and sockets no larger buffer.
            may_exceed = setting.kernel_buffer == PIPE_BUFFER and is_root()
            if most and parse_size(value) > most and not may_exceed:
                raise CaseError(
                    f"{self.name} is above what an unprivileged process may ask for; accepted: up to "
                    f"{format_size(most)}"
                )
            if setting.needs_leave and (why := refusal(self.name)):
                raise CaseError(why)
        return (self.name,)

    def python(self, seen: Seen) -> str:
        return super().python(seen) if self._is_setting else ""

    def environment(self, seen: Seen) -> str:  # noqa: ARG002
        return f"export {self.name.removeprefix(ENVIRONMENT)}" if self.name.startswith(ENVIRONMENT) else ""
