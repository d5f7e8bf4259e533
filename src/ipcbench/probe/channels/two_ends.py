"""A channel of two connected ends, made together: who becomes the one lets go of the other."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from ipcbench.probe.channels.contract import Channel, Endpoint


class TwoEnds(Channel):
    """Both ways between `_near`, which sends first, and `_far`; a subclass makes them."""

    _near: Any
    _far: Any

    @abstractmethod
    def endpoint(self, end: Any) -> Endpoint:
        """Return how this end is used, by the process that keeps it."""

    def sender(self) -> Endpoint:
        self._far.close()
        return self.endpoint(self._near)

    def receiver(self) -> Endpoint:
        self._near.close()
        return self.endpoint(self._far)

    def close(self) -> None:
        self._near.close()
        self._far.close()
