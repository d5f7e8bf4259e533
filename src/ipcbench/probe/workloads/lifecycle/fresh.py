"""Workloads whose every message needs a channel of its own: two fresh processes for each."""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import Any, ClassVar

from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.ends import fitted, settle
from ipcbench.probe.exchange import end_exchange, kept, start_both
from ipcbench.probe.integrity import IntegrityError
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.process import heap
from ipcbench.probe.protocol.spec import PeerSpec, ProbeSpec
from ipcbench.probe.workloads import load_workload
from ipcbench.probe.workloads.lifecycle.reports import NO_HOMES, Homes, say_what_it_is
from ipcbench.probe.workloads.lifecycle.whole_life import WholeLife
from ipcbench.words import SENDER

#: The first moment of every life: the receiver is ready to receive.
READY = 0
LOOK_S = 1e-4


def await_moment(moments: Any, which: int) -> None:
    """Sleep until the other end has noted this moment; the driver kills whoever waits too long."""
    while not moments[which]:
        time.sleep(LOOK_S)


def live(place: PeerSpec, spec: ProbeSpec, channel: Channel, moments: Any, homes: Homes) -> None:
    """The main function of either process."""
    workload = load_workload(spec.workload)
    assert issubclass(workload, FreshWorkload)
    payload = load_payload(spec.payload_kind)
    message = payload.make(spec.payload_bytes, spec.seed)
    settle(spec, place)
    if spec.start_method != "fork":
        heap.make(spec.heap, spec.seed)
    if place.role == SENDER:
        end = fitted(channel.sender(), spec, place)
        await_moment(moments, READY)
        workload.send(end, message, moments)
    else:
        end = fitted(channel.receiver(), spec, place)
        moments[READY] = 1
        if not payload.check(workload.receive(end, moments), spec.payload_bytes, spec.seed):
            raise IntegrityError("a message was corrupted on the way")
    end.close()
    say_what_it_is(homes, place.name, type(channel), payload, workload)


class FreshWorkload(WholeLife):
    """Starts the two processes and reads the moments that they note in memory that all three share."""

    #: How many moments a life has, the first one included.
    moments: ClassVar[int]

    @classmethod
    @abstractmethod
    def send(cls, end: Endpoint, payload: Any, moments: Any) -> None:
        """The sender's part of a life; closes `end` only where that is what it times."""

    @classmethod
    @abstractmethod
    def receive(cls, end: Endpoint, moments: Any) -> Any:
        """The receiver's part; returns the last message."""

    def open(self) -> None:
        super().open()
        self._moments = self._context.RawArray("q", self.moments)

    def reporting_life(self, timeout_s: float, homes: Homes) -> object:
        """Run one life whose ends say what they ran."""
        return self.life(timeout_s, homes)

    def life(self, timeout_s: float, homes: Homes = NO_HOMES) -> list[int]:
        """Run one life; return its moments in nanoseconds. Ends that have a home say there what they are."""
        self._moments[:] = [0] * self.moments
        with kept(self._channel(self._context, self.spec.payload_bytes)) as channel:
            processes = {}
            for place in self.spec.peers:
                arguments = (place, self.spec, channel, self._moments, homes)
                processes[place.name] = self._context.Process(target=live, args=arguments, daemon=True)  # type: ignore[attr-defined]
            end_exchange(start_both(processes), timeout_s)
        return list(self._moments)
