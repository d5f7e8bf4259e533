"""Workloads whose every message needs a channel of its own: two fresh processes for each."""

from __future__ import annotations

import multiprocessing
import time
from abc import abstractmethod
from typing import Any, ClassVar

from ipcbench.probe.channels import load_channel
from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.exchange import end_exchange, kept, start_both
from ipcbench.probe.integrity import IntegrityError
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.process import heap
from ipcbench.probe.process.affinity import settle
from ipcbench.probe.protocol.spec import PeerSpec, ProbeSpec
from ipcbench.probe.protocol.wire import Wire
from ipcbench.probe.touch import touching
from ipcbench.probe.workloads import load_workload
from ipcbench.probe.workloads.contract import Workload
from ipcbench.probe.workloads.lifecycle.reports import NO_HOMES, EndReports, Homes, say_what_it_is
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
        end = channel.sender()
        await_moment(moments, READY)
        workload.send(end, message, moments)
    else:
        end = touching(channel.receiver(), spec)
        moments[READY] = 1
        if not payload.check(workload.receive(end, moments), spec.payload_bytes, spec.seed):
            raise IntegrityError("a message was corrupted on the way")
    end.close()
    say_what_it_is(homes, place.name, type(channel))


class FreshWorkload(Workload):
    """Starts the two processes and reads the moments that they note in memory that all three share."""

    whole_lives = True
    needs_delivery = True
    #: How many moments a life has, the first one included.
    moments: ClassVar[int]

    def __init__(self, spec: ProbeSpec, home: Wire) -> None:
        super().__init__(spec, home)
        self._channel = load_channel(spec.channel)
        self._reports = super().self_reports()

    @classmethod
    @abstractmethod
    def send(cls, end: Endpoint, payload: Any, moments: Any) -> None:
        """The sender's part of a life; closes `end` only where that is what it times."""

    @classmethod
    @abstractmethod
    def receive(cls, end: Endpoint, moments: Any) -> Any:
        """The receiver's part; returns the last message."""

    def open(self) -> None:
        # What forked processes inherit.
        heap.make(self.spec.heap, self.spec.seed)
        self._context = multiprocessing.get_context(self.spec.start_method)
        self._moments = self._context.RawArray("q", self.moments)

    def verify(self, messages: int, timeout_s: float) -> None:
        for _ in range(messages):
            with EndReports(self._context, [place.name for place in self.spec.peers]) as reports:
                self.life(timeout_s, reports.homes)
                self._reports.update(reports.take())

    def self_reports(self) -> dict[str, dict[str, Any]]:
        return self._reports

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

    def close(self) -> None:
        """Nothing lives between trials."""
