"""Which peers there are: receivers first, each with a name, a core, and processes that are reaped."""

from __future__ import annotations

import pytest

from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.measure.counts.counts import processes_by_role
from ipcbench.probe.process.usage import COUNTERS, total
from ipcbench.probe.protocol.spec import PeerSpec, ProbeSpec
from ipcbench.probe.topologies import TOPOLOGIES, load_topology
from ipcbench.probe.topologies.contract import Topology
from ipcbench.probe.workloads.contract import Stamps, joined
from ipcbench.words import RECEIVER, SENDER


class TwoToOne(Topology):
    summary = "two senders, one receiver"

    @classmethod
    def counts(cls) -> tuple[int, int]:
        return 2, 1


def test_a_pair_has_a_receiver_which_is_started_first_and_a_sender() -> None:
    assert load_topology("pair").peers({SENDER: 3, RECEIVER: None}) == [
        PeerSpec("receiver", RECEIVER, 0, None),
        PeerSpec("sender", SENDER, 0, 3),
    ]


def test_several_of_a_role_have_numbers_and_its_core() -> None:
    peers = TwoToOne.peers({SENDER: 3, RECEIVER: 5})
    assert [(peer.name, peer.index, peer.core) for peer in peers] == [
        ("receiver", 0, 5),
        ("sender 1", 0, 3),
        ("sender 2", 1, 3),
    ]


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_every_topology_says_what_it_is(name: str) -> None:
    assert load_topology(name).summary


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_every_peer_of_a_topology_is_started_named_and_reaped(start_method: str) -> None:
    peers = TwoToOne.peers({SENDER: None, RECEIVER: None})
    asked = ProbeSpec("queue", "stream", "bytes", 64, start_method, peers, seed=1)
    with Launcher(find_interpreter(None)) as launcher, launcher.ready(asked, 20) as probe:
        assert list(probe.peers) == ["receiver", "sender 1", "sender 2"]
        assert len(set(probe.peers.values())) == 3
        assert list(probe.costs(20)) == [SENDER, RECEIVER]
        processes = list(probe.peers.values())
        assert processes_by_role(asked, probe) == {SENDER: processes[1:], RECEIVER: processes[:1]}


def test_what_several_of_a_role_have_used_is_added_up_but_for_the_largest_memory() -> None:
    usages: list[dict[str, float]] = [
        {**dict.fromkeys(COUNTERS, float(used)), "peak_rss_bytes": memory}
        for used, memory in [(1, 9), (2, 5)]
    ]
    assert total(usages) == {**dict.fromkeys(COUNTERS, 3.0), "peak_rss_bytes": 9}


def test_what_took_several_loops_goes_from_the_first_start_to_the_last_end() -> None:
    first, second = Stamps(5, 9, b"a", 2, 1), Stamps(3, 7, b"b", 4, 6)
    assert joined([first]) == first
    assert joined([first, second]) == Stamps(3, 9, b"ab", 6, 6)
