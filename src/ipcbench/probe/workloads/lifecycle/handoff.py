"""The whole life of a channel: create it, start both processes, one message, close, join."""

from __future__ import annotations

from typing import Any, ClassVar

from ipcbench.probe.channels import load_channel
from ipcbench.probe.clock import now_ns
from ipcbench.probe.ends import settle
from ipcbench.probe.exchange import end_exchange, kept, start_exchange
from ipcbench.probe.integrity import IntegrityError
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.probe.protocol.wire import Wire
from ipcbench.probe.touch import reading
from ipcbench.probe.workloads.contract import Trial
from ipcbench.probe.workloads.lifecycle.reports import NO_HOMES, Homes, say_what_it_is
from ipcbench.probe.workloads.lifecycle.whole_life import WholeLife
from ipcbench.words import RECEIVER, SENDER

_SENT, _RECEIVED = 0, 1


class Stamper:
    """What both ends call; writes when it was called into memory that the driver shares."""

    def __init__(self, spec: ProbeSpec, stamps: Any, homes: Homes = NO_HOMES) -> None:
        self._spec, self._stamps, self._homes = spec, stamps, homes

    def __call__(self, what: str, value: Any) -> None:
        if what == "received":
            if read := reading(self._spec):
                read(value)
            self._stamps[_RECEIVED] = now_ns()
            settle(self._spec, self._spec.one(RECEIVER))
            payload = load_payload(self._spec.payload_kind)
            if not payload.check(value, self._spec.payload_bytes, self._spec.seed):
                raise IntegrityError("the one message was corrupted on the way")
        else:
            settle(self._spec, self._spec.one(SENDER))
            self._stamps[_SENT] = now_ns()
        if self._homes:
            end = self._spec.one(RECEIVER if what == "received" else SENDER)
            own = load_channel(self._spec.channel), load_payload(self._spec.payload_kind)
            say_what_it_is(self._homes, end.name, *own)


class Handoff(WholeLife):
    """The whole life of the textbook program."""

    unit = "handoff"
    is_rate = True
    charts: ClassVar[tuple[str, ...]] = ("handoff",)
    times_each = False
    plain_ends = True
    summary = "create, start both processes, one message, close, join"

    def __init__(self, spec: ProbeSpec, home: Wire) -> None:
        super().__init__(spec, home)
        self._message = load_payload(spec.payload_kind).make(spec.payload_bytes, spec.seed)

    def open(self) -> None:
        super().open()
        self._stamps = self._context.RawArray("q", 2)
        self._stamper = Stamper(self.spec, self._stamps)

    def reporting_life(self, timeout_s: float, homes: Homes) -> object:
        return self._life(timeout_s, Stamper(self.spec, self._stamps, homes))

    def trial(self, messages: int, timeout_s: float, lead: int = 0) -> Trial:  # noqa: ARG002
        """Return what whole lives took, and beside it their stages."""
        stages = dict.fromkeys(("create", "start", "message", "end"), 0)
        elapsed_ns = 0
        for _ in range(messages):
            created_ns, started_ns, sent_ns, received_ns, ended_ns = self._life(timeout_s, self._stamper)
            elapsed_ns += ended_ns
            stages["create"] += created_ns
            stages["start"] += max(started_ns, sent_ns) - created_ns
            stages["message"] += max(0, received_ns - max(started_ns, sent_ns))
            stages["end"] += ended_ns - max(received_ns, started_ns)
        return Trial(messages, elapsed_ns, stages)

    def _life(self, timeout_s: float, report: Stamper) -> tuple[int, int, int, int, int]:
        """Return when the channel was there, both processes started, sent, received, ended; in ns from 0."""
        start_ns = now_ns()
        channel = self._channel(self._context, self.spec.payload_bytes)
        created_ns = now_ns()
        with kept(channel):
            processes = start_exchange(self._context, channel, self._message, report)
            started_ns = now_ns()
            end_exchange(processes, timeout_s)
        ended_ns = now_ns()
        sent_ns, received_ns = self._stamps
        return tuple(at - start_ns for at in (created_ns, started_ns, sent_ns, received_ns, ended_ns))  # type: ignore[return-value]
