"""One sender and one receiver."""

from __future__ import annotations

from ipcbench.probe.topologies.contract import Topology


class Pair(Topology):
    """The two ends of every textbook program."""

    summary = "one sender, one receiver"

    @classmethod
    def counts(cls) -> tuple[int, int]:
        return 1, 1
