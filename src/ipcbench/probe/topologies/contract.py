"""What a topology promises: which peers there are, and who of them sends."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Optional

from ipcbench.probe.loading import Parametrised
from ipcbench.probe.protocol.spec import PeerSpec
from ipcbench.words import RECEIVER, SENDER

#: By role, the core that its peers are bound to; None leaves them to the scheduler.
Cores = Mapping[str, Optional[int]]


class Topology(Parametrised):
    """Between whom messages pass."""

    summary: ClassVar[str]

    @classmethod
    @abstractmethod
    def counts(cls) -> tuple[int, int]:
        """Return how many senders there are, and how many receivers."""

    @classmethod
    def peers(cls, cores: Cores) -> list[PeerSpec]:
        """Return the peers in the order in which they are started and told.

        Who receives comes first: it waits already when a sender begins.
        """
        senders, receivers = cls.counts()
        return [*_of_role(RECEIVER, receivers, cores), *_of_role(SENDER, senders, cores)]


def _of_role(role: str, count: int, cores: Cores) -> list[PeerSpec]:
    names = [role] if count == 1 else [f"{role} {index + 1}" for index in range(count)]
    return [PeerSpec(name, role, index, cores[role]) for index, name in enumerate(names)]
