"""How a live case learns how many messages fill a trial, and what is said of one that does not answer."""

from random import Random
from typing import Any

import pytest
from tests.support.cases import USUAL

from ipcbench.errors import CaseError
from ipcbench.launch.live import LiveSet
from ipcbench.launch.live_case import LiveCase
from ipcbench.probe.protocol.messages import TrialTimes
from ipcbench.record.histogram import RoundTrips


class ProbeWithOneHiccup:
    """Takes 3 µs a message, but for the very first trial, which is disturbed for 2 ms."""

    def __init__(self) -> None:
        self._disturbed = True

    def trial(self, messages: int, _deadline_s: float, _lead: int) -> tuple[TrialTimes, bytes]:
        took_ns = 3_000 * messages + (2_000_000 if self._disturbed else 0)
        self._disturbed = False
        return TrialTimes(messages, took_ns, {}, took_ns), b""


def live_case(probe: Any) -> LiveCase:
    return LiveCase(
        USUAL,
        probe,
        RoundTrips(),
    )


def test_one_disturbed_message_does_not_shorten_all_trials_that_follow() -> None:
    probe: Any = ProbeWithOneHiccup()
    assert live_case(probe).learn_rough_s() == 3e-6


class ProbeThatStalls:
    """Takes 2 µs a message, and 42 ms once in every batch of more than one."""

    def trial(self, messages: int, _deadline_s: float, _lead: int) -> tuple[TrialTimes, bytes]:
        took_ns = 2_000 * messages + (42_000_000 if messages > 1 else 0)
        return TrialTimes(messages, took_ns, {}, took_ns), b""


def test_a_stall_in_every_batch_is_not_taken_for_the_time_of_its_few_messages() -> None:
    probe: Any = ProbeThatStalls()
    assert live_case(probe).learn_rough_s() < 4e-6


class LateProbe:
    """Has not answered once."""

    is_late = True


@pytest.mark.parametrize(
    ("left_s", "ends"), [(-1.0, "; the time to measure was over"), (10.0, "within 0.5 s")]
)
def test_who_gives_no_answer_once_the_time_is_up_is_not_said_to_be_slow(left_s: float, ends: str) -> None:
    probe: Any = LateProbe()
    live_set = LiveSet[str](Random(1), left_s=lambda: left_s)

    def ask(_: LiveCase) -> None:
        raise CaseError("the probe gave no answer within 0.5 s")

    with live_set:
        live_set.started["a"] = live_set._alive["a"] = live_case(probe)
        live_set.each(ask)
    assert live_set.failures["a"].endswith(ends)
