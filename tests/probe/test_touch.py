"""A receiver reads what the case says, within what is measured, and hands the same message on."""

import pytest
from tests.support.peers import FREE_PAIR

from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.probe.touch import touching

PAYLOAD = "tests.probe.test_touch:Noted"


class Noted(load_payload("bytes")):  # type: ignore[misc]
    """Notes what is read of it."""

    read: list[tuple[int, int]] = []  # noqa: RUF012

    @classmethod
    def touch(cls, message: bytes, every: int) -> None:
        cls.read.append((len(message), every))


def spec(touch: str, channel: str = "pipe") -> ProbeSpec:
    return ProbeSpec(channel, "stream", PAYLOAD, 64, "fork", FREE_PAIR, seed=1, touch=touch)


@pytest.mark.parametrize(("touch", "read"), [("none", []), ("pages", [(3, 4096)]), ("all", [(3, 64)])])
def test_a_message_is_read_as_the_case_says(touch: str, read: list[tuple[int, int]]) -> None:
    Noted.read.clear()
    assert touching(Endpoint(receive=lambda: b"abc"), spec(touch)).receive() == b"abc"
    assert Noted.read == read


@pytest.mark.parametrize("workload", ["stream", "ping-pong", "first-put", "handoff", "backlog"])
@pytest.mark.parametrize("channel", ["pipe", "queue"])
def test_every_workload_delivers_what_is_read(workload: str, channel: str) -> None:
    asked = ProbeSpec(channel, workload, "bytes", 100_000, "fork", FREE_PAIR, seed=1, touch="all")
    with Launcher(find_interpreter(None)) as launcher, launcher.ready(asked, 20) as probe:
        assert probe.trial(3, 20)[0].messages == 3


def test_a_channel_that_hands_nothing_over_has_nothing_to_read() -> None:
    Noted.read.clear()
    assert touching(Endpoint(receive=lambda: None), spec("all", "null")).receive() is None
    assert not Noted.read
