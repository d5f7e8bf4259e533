"""How an arm learns how many messages fill a trial."""

from typing import Any

from ipcbench.measure.group import Arm
from ipcbench.plan.case import Case


class ProbeWithOneHiccup:
    """Takes 3 µs a message, but for the very first trial, which is disturbed for 2 ms."""

    def __init__(self) -> None:
        self._disturbed = True

    def trial(self, messages: int, _deadline_s: float) -> tuple[dict[str, Any], bytes]:
        took_ns = 3_000 * messages + (2_000_000 if self._disturbed else 0)
        self._disturbed = False
        return {"took_ns": took_ns}, b""


def test_one_disturbed_message_does_not_shorten_all_trials_that_follow() -> None:
    probe: Any = ProbeWithOneHiccup()
    arm = Arm(Case("pipe", "stream", "bytes", 64, "fork", "split", "3.11.7"), probe)
    assert arm.learn_rough_s() == 3e-6
