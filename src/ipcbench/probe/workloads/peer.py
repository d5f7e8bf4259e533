"""One live peer: a process that runs its part of a trial whenever the driver says so."""

from __future__ import annotations

import os
import time
from array import array
from contextlib import suppress
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any

from ipcbench.probe.channels import load_channel
from ipcbench.probe.clock import now_ns
from ipcbench.probe.ends import fitted, settle, settle_children
from ipcbench.probe.held import Held
from ipcbench.probe.integrity import IntegrityError, Ledger, ledger_of, numbered
from ipcbench.probe.link import Link
from ipcbench.probe.loss import is_mark, note_end, tell_end
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.process import heap
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.process.memory import Moments, give_back
from ipcbench.probe.process.provenance import self_report
from ipcbench.probe.process.usage import UsageMeter
from ipcbench.probe.protocol.encoding import ProtocolError, decode, encode, say
from ipcbench.probe.protocol.messages import (
    CheckEnd,
    Costs,
    Done,
    Failed,
    HoldBurst,
    Memory,
    PeerReady,
    PeerTimes,
    Report,
    RunTrace,
    RunTrial,
    StampEach,
    TakeCosts,
    Traced,
    Verify,
)
from ipcbench.probe.protocol.spec import PeerSpec, ProbeSpec
from ipcbench.probe.protocol.wire import Message, Wire, WireClosed, WireTimeout
from ipcbench.probe.tracing.loops import receive_each, send_each
from ipcbench.probe.tracing.tape import Tape
from ipcbench.probe.workloads import load_workload
from ipcbench.probe.workloads.contract import Loops, Stamps
from ipcbench.words import FEEDER, MOMENTS, RECEIVER, SENDER, TRAIL_MESSAGES, WRITTEN

#: An orphan notices its driver's end at once; this is for a driver that hangs.
IDLE_DEADLINE_S = 900.0
CLOSE_DEADLINE_S = 1.0
#: Between messages that are verified and may be lost.
UNHURRIED_S = 1e-3
REPORT = encode(Report())


def run_peer(place: PeerSpec, spec: ProbeSpec, link: Link, control: Connection) -> None:
    """The main function of a peer process."""
    try:
        peer = Peer(place, spec, link, control)
        ready = peer.report()
    except Exception as error:
        say(Wire(control), Failed.of(error))
        return
    peer.obey(ready)


class Peer:
    """A sender or a receiver."""

    def __init__(self, place: PeerSpec, spec: ProbeSpec, link: Link, control: Connection) -> None:
        workload = load_workload(spec.workload)
        assert issubclass(workload, Loops)
        self._workload, self._sends = workload, place.role == SENDER
        settle(spec, place)
        self._payload = load_payload(spec.payload_kind)
        if spec.start_method != "fork":
            self._payload.prepare()
            heap.make(spec.heap, spec.seed)
        self._control, self._channel = Wire(control), load_channel(spec.channel)
        self._is_lossy = self._channel.traits.is_lossy
        self._end = fitted(link.end(place.role), spec, place)
        if self._channel.traits.owns_receiver:
            settle_children(spec)
        self._tape = Tape(detailed=spec.traced == "detailed")
        self._is_planted = bool(spec.traced)
        if spec.traced:
            link.plant(place.role, self._tape)
        self._payload_bytes = spec.payload_bytes
        self._usage = UsageMeter()
        self._held = Held(spec.holds)
        self._churn = heap.Churn(spec.heap, f"{spec.seed} {place.role}")
        # A receiver makes none: its heap stays as small as that of a program that only receives.
        self._message = self._payload.make(spec.payload_bytes, spec.seed) if self._sends else None

    def report(self) -> PeerReady:
        """Return what this process says of itself so far."""
        return PeerReady(self_report(self._channel, self._payload, self._workload))

    def obey(self, answer: Any) -> None:
        """Send a first answer, then answer commands until the driver closes the control connection."""
        blob = b""
        while True:
            try:
                say(self._control, answer, blob)
                plain, _ = self._control.receive(IDLE_DEADLINE_S)
            except (WireClosed, WireTimeout):
                break
            answer, blob = self._answer(plain)
        with suppress(Exception), deadline(CLOSE_DEADLINE_S):
            self._end.close()
        # Ending the usual way would join a feeder thread that may wait for a dead reader for ever.
        os._exit(0)

    def _answer(self, plain: Message) -> tuple[Any, bytes]:
        try:
            return self._run(decode(plain))
        except Exception as error:
            return Failed.of(error), b""

    def _run(self, command: Any) -> tuple[Any, bytes]:
        if isinstance(command, RunTrial):
            return self._trial(command.messages, command.lead)
        if isinstance(command, Verify):
            with deadline(command.timeout_s):
                self._verify(command.messages)
            # What is imported, or begins to slow messages, with the first of them is known now.
            return self.report(), b""
        if isinstance(command, CheckEnd):
            self._end.check()
            return Done(), b""
        if isinstance(command, TakeCosts):
            return Costs(self._usage.take()), b""
        if isinstance(command, StampEach):
            return Done(), self._stamp_each(command.messages).tobytes()
        if isinstance(command, HoldBurst):
            with deadline(command.timeout_s):
                return self._burst(command.messages), b""
        if isinstance(command, RunTrace):
            with deadline(command.timeout_s):
                return self._trace(command.messages, command.interval_ns)
        raise ProtocolError(f"a peer does not obey {type(command).__name__}")

    def _trial(self, messages: int, lead: int) -> tuple[PeerTimes, bytes]:
        """Run the batch between lead and trail; reply with its stamps and those of the very first message.

        Only the sender stops in between: the receiver goes on as long as there are messages.
        """
        trail = TRAIL_MESSAGES if lead else 0
        self._usage.start()
        if self._sends:
            before = self._drive(lead).each_ns if lead else b""
            stamps = self._drive(messages)
            each_ns = stamps.each_ns
            if trail:
                self._drive(trail)
        else:
            stamps = self._workload.serve(self._end, lead + messages + trail, self._held)
            before, each_ns = stamps.each_ns[: 8 * lead], stamps.each_ns[8 * lead : 8 * (lead + messages)]
        self._usage.stop()
        self._churn.turn()
        self._rest()
        first_ns = array("q", before[:8]).tolist()
        return stamps.as_message(first_ns), each_ns

    def _rest(self) -> None:
        """Let a sender do nothing until the receiver has all and the driver asks for its report.

        Its feeder thread, which may still write, would have to wait for the GIL while a reply is made.
        """
        while self._sends and not self._workload.two_way:
            plain, _ = self._control.receive(IDLE_DEADLINE_S)
            if plain == REPORT:
                return
            say(self._control, *self._answer(plain))

    def _drive(self, messages: int) -> Stamps:
        return self._workload.drive(self._end, self._message, messages, self._held)

    def _stamp_each(self, messages: int) -> array[int]:
        """Send or receive, noting when each call returned: slower than a trial, so never one."""
        stamps, now = array("q", bytes(8 * messages)), now_ns
        call = partial(self._end.send, self._message) if self._sends else self._end.receive
        for i in range(messages):
            call()
            stamps[i] = now()
        self._rest()
        return stamps

    def _burst(self, messages: int) -> Memory:
        """Send or hold so many messages; return what that does to this process's memory."""
        at, held = Moments(), []
        at.note("before")
        for _ in range(messages):
            if self._sends:
                self._end.send(self._message)
            else:
                held.append(self._end.receive())
        at.note("held")
        held.clear()
        self._held.last = None
        at.note("dropped")
        if self._sends:
            self._rest()
        give_back()
        at.note("given_back")
        return Memory(at.bytes_at)

    def _trace(self, messages: int, interval_ns: int) -> tuple[Traced, bytes]:
        """Send or receive with stamps; the reply names the arrays of which the blob is made."""
        tape = self._tape
        if self._sends:
            tape.begin(messages, (*MOMENTS[SENDER], *MOMENTS[FEEDER]))
            send_each(self._end, self._message, messages, interval_ns, tape)
            # The last message may have arrived before the feeder could note that it was written.
            while self._is_planted and tape.count(WRITTEN) < messages:
                self._end.check()
                time.sleep(1e-4)
            self._rest()
        else:
            tape.begin(messages, MOMENTS[RECEIVER])
            receive_each(self._end, messages, tape, self._held)
        rows = tape.end()
        self._churn.turn()
        names = [[moment, clock] for moment, clocks in rows.items() for clock in clocks]
        return Traced(names), b"".join(rows[moment][clock].tobytes() for moment, clock in names)

    def _verify(self, messages: int) -> None:
        if self._workload.two_way:
            self._verify_echoes(messages)
        elif self._sends:
            for message in numbered(self._payload, self._payload_bytes, messages):
                self._end.send(message)
                if self._is_lossy:
                    # Most of them are to come: what is lost says nothing of what the others become.
                    time.sleep(UNHURRIED_S)
            if self._is_lossy:
                tell_end(self._end)
        else:
            self._verify_arrivals(messages)

    def _verify_arrivals(self, messages: int) -> None:
        ledger = ledger_of(self._payload, self._payload_bytes, messages)
        try:
            if self._is_lossy:
                self._take_to_end(ledger)
            while not (ledger.complete or self._is_lossy):
                ledger.take(self._end.receive())
        except TimeoutError as error:
            raise IntegrityError(f"{ledger.arrived} of {messages} messages arrived; then {error}") from error
        ledger.check(lossy=self._is_lossy)

    def _take_to_end(self, ledger: Ledger) -> None:
        while not is_mark(self._end, message := self._end.receive()):
            ledger.take(message)
        note_end(self._end)

    def _verify_echoes(self, messages: int) -> None:
        """The first end sends and checks what comes back; the other returns what it gets."""
        if not self._sends:
            for sequence in range(messages):
                try:
                    self._end.send(self._end.receive())
                except TimeoutError as error:
                    text = f"{sequence} of {messages} messages were echoed; then {error}"
                    raise IntegrityError(text) from error
            return
        ledger = ledger_of(self._payload, self._payload_bytes, messages)
        for message in islice(numbered(self._payload, self._payload_bytes, messages), messages):
            self._end.send(message)
            try:
                ledger.take(self._end.receive())
            except TimeoutError as error:
                text = f"{ledger.arrived} of {messages} messages came back; then {error}"
                raise IntegrityError(text) from error
        ledger.check()
