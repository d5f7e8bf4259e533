"""What all workloads share whose every message has processes of its own."""

from __future__ import annotations

import multiprocessing
from abc import abstractmethod
from typing import Any

from ipcbench.probe.channels import load_channel
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.process import heap
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.probe.protocol.wire import Wire
from ipcbench.probe.workloads.contract import Workload
from ipcbench.probe.workloads.lifecycle.reports import EndReports, Homes


class WholeLife(Workload):
    """Nothing lives between trials; the ends of the lives that verify say what they are."""

    whole_lives = True
    needs_delivery = True

    def __init__(self, spec: ProbeSpec, home: Wire) -> None:
        super().__init__(spec, home)
        self._channel = load_channel(spec.channel)

    def open(self) -> None:
        load_payload(self.spec.payload_kind).prepare()
        # What forked processes inherit; fresh ones do all that they do themselves.
        heap.make(self.spec.heap, self.spec.seed)
        self._context = multiprocessing.get_context(self.spec.start_method)
        self._reports = super().self_reports()

    @abstractmethod
    def reporting_life(self, timeout_s: float, homes: Homes) -> object:
        """Run one life whose ends say at these homes what they are."""

    def verify(self, messages: int, timeout_s: float) -> None:
        for _ in range(messages):
            with EndReports(self._context, [place.name for place in self.spec.peers]) as reports:
                self.reporting_life(timeout_s, reports.homes)
                self._reports.update(reports.take())

    def self_reports(self) -> dict[str, dict[str, Any]]:
        return self._reports

    def close(self) -> None:
        """Nothing lives between trials."""
