"""Workloads between live peers, senders and receivers, which wait for commands between trials."""

from __future__ import annotations

import multiprocessing
import time
from array import array
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from ipcbench.errors import CaseError
from ipcbench.probe.channels import load_channel
from ipcbench.probe.channels.contract import Channel
from ipcbench.probe.link import Link
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.process import heap
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.process.guard import Guard
from ipcbench.probe.process.usage import total
from ipcbench.probe.protocol.encoding import expect, hear, say
from ipcbench.probe.protocol.messages import (
    Costs,
    Failed,
    HoldBurst,
    Memory,
    PeerReady,
    PeerTimes,
    Report,
    RunTrace,
    RunTrial,
    TakeCosts,
    Traced,
    Verify,
)
from ipcbench.probe.protocol.spec import PeerSpec
from ipcbench.probe.protocol.wire import Wire, WireClosed, WireTimeout
from ipcbench.probe.workloads.cause import failure, losses
from ipcbench.probe.workloads.contract import Loops, Stamps, Trial, Workload, joined
from ipcbench.probe.workloads.peer import run_peer
from ipcbench.words import RECEIVER, ROLES, SENDER

READY_DEADLINE_S = 20.0
CLOSE_DEADLINE_S = 2.0

Reply = TypeVar("Reply")
#: By a peer's name: what it answered, and what came beside it.
Replies = dict[str, tuple[Reply, bytes]]


class LiveWorkload(Workload, Loops):
    """Owns the peers; a subclass adds the timed loops, which run inside them."""

    def open(self) -> None:
        spec = self.spec
        if spec.start_method == "fork":
            # All peers inherit it.
            load_payload(spec.payload_kind).prepare()
            heap.make(spec.heap, spec.seed)
        context = multiprocessing.get_context(spec.start_method)
        channel = load_channel(spec.channel)
        self.channel_traits = channel.traits
        self._processes: dict[str, BaseProcess] = {}
        self._controls: dict[str, Wire] = {}
        # Kept until all ends have gone: what nothing refers to any more would be collected.
        self._link = link = Link(
            channel, context, spec.payload_bytes, two_way=self.two_way, watched=self.watched
        )
        if link.keeps:
            self._guard = Guard(link.remove, CLOSE_DEADLINE_S)
        for peer in self._all():
            near, far = context.Pipe(duplex=True)
            self._controls[peer.name] = Wire(near)
            args, daemonic = (peer, spec, link, far), not channel.traits.owns_receiver
            process = context.Process(target=run_peer, args=args, daemon=daemonic)  # type: ignore[attr-defined]
            process.start()
            self._processes[peer.name] = process
            far.close()
        ready = self._replies(READY_DEADLINE_S, kind=PeerReady)
        self._note_reports(ready)
        link.close()

    def _note_reports(self, replies: Replies[PeerReady]) -> None:
        self._reports = {name: reply.report for name, (reply, _) in replies.items()}

    def self_reports(self) -> dict[str, dict[str, Any]]:
        return self._reports

    def peers(self) -> dict[str, int]:
        return {name: process.pid or 0 for name, process in self._processes.items()}

    def names(self, role: str) -> list[str]:
        """Return the names of the peers of a role, in their order."""
        return [peer.name for peer in self._all() if peer.role == role]

    def verify(self, messages: int, timeout_s: float) -> None:
        """Send framed messages, which the receiver checks one by one."""
        if self.channel_traits.delivers:
            self._note_reports(self.ask(Verify(messages, timeout_s), timeout_s + 1, PeerReady))

    def trial(self, messages: int, timeout_s: float, lead: int = 0) -> Trial:
        """Run one batch between live peers; return its times."""
        replies = self.timed(RunTrial(messages, timeout_s, lead), timeout_s, PeerTimes)
        stamps = {name: Stamps.of_message(reply, blob) for name, (reply, blob) in replies.items()}
        timed = replace(self._elapsed(stamps), messages=messages)
        if timed.lost:
            timed = paced(timed)
        return replace(timed, after_pause_ns=self._after_pause_ns(replies))

    def _after_pause_ns(self, replies: Replies[PeerTimes]) -> int:
        """Return what the first message of the lead took; 0 without a lead or times of single messages."""
        first = {
            name: Stamps(0, 0, array("q", reply.first_ns).tobytes()) for name, (reply, _) in replies.items()
        }
        each_ns = array("q", self._elapsed(first).each_ns)
        return each_ns[0] if each_ns else 0

    def _elapsed(self, stamps: dict[str, Stamps]) -> Trial:
        """Return what a batch took, from the first sender's start to the last receiver's end."""
        sent, received = (joined([stamps[name] for name in self.names(role)]) for role in ROLES)
        return self.elapsed(sent, received, self.channel_traits)

    def costs(self, timeout_s: float) -> dict[str, dict[str, Any]]:
        """Return what the peers of each role have used together."""
        replies = self.ask(TakeCosts(timeout_s), timeout_s, Costs)
        by_role = {role: [replies[name][0].used for name in self.names(role)] for role in ROLES}
        return {role: total(used) for role, used in by_role.items() if used and all(used)}

    def burst(self, messages: int, timeout_s: float) -> dict[str, dict[str, int]]:
        """Have the receivers hold messages and drop them; return what each peer's memory was meanwhile."""
        replies = self.timed(HoldBurst(messages, timeout_s), timeout_s, Memory)
        return {name: reply.bytes_at for name, (reply, _) in replies.items()}

    def trace(self, messages: int, interval_ns: int, timeout_s: float) -> tuple[Traced, bytes]:
        """Have the peers stamp messages on their way; return the rows of all."""
        replies = self.timed(RunTrace(messages, timeout_s, interval_ns), timeout_s + 1, Traced)
        told = [replies[name] for role in ROLES for name in self.names(role)]
        return Traced([row for reply, _ in told for row in reply.rows]), b"".join(rows for _, rows in told)

    def ask(self, command: Any, timeout_s: float, kind: type[Reply]) -> Replies[Reply]:
        """Have all peers do it; return their replies, of this type, by name."""
        self._tell(self._names(), command)
        return self._replies(timeout_s, kind=kind)

    def timed(self, command: Any, timeout_s: float, kind: type[Reply]) -> Replies[Reply]:
        """Have all peers send and receive; of what goes one way senders report when all has arrived."""
        if self.two_way:
            return self.ask(command, timeout_s, kind)
        self._tell(self._names(), command)
        replies = self._replies(timeout_s, self.names(RECEIVER), kind=kind)
        self._tell(self.names(SENDER), Report())
        return {**replies, **self._replies(timeout_s, self.names(SENDER), kind=kind)}

    def _all(self) -> list[PeerSpec]:
        """Return the peers that are started here: a sender may start who receives."""
        owned = self.channel_traits.owns_receiver
        return [peer for peer in self.spec.peers if peer.role == SENDER or not owned]

    def _names(self) -> list[str]:
        return [peer.name for peer in self._all()]

    def _tell(self, names: Sequence[str], command: Any) -> None:
        for name in names:
            try:
                say(self._controls[name], command)
            except WireClosed as error:
                raise failure(self._processes, f"the {name} no longer listens") from error

    def _replies(self, timeout_s: float, names: Sequence[str] = (), *, kind: type[Reply]) -> Replies[Reply]:
        """Wait for replies of these peers, or all; raise CaseError where one cannot come, or any fails."""
        replies: Replies[Reply] = {}
        wanted = names or self._names()
        limit = time.monotonic() + timeout_s
        while not replies.keys() >= set(wanted):
            waiting = {name: wire for name, wire in self._controls.items() if name not in replies}
            # Typeshed knows only connections and sockets, but anything with a fileno can be waited for.
            ready: list[Any] = wait([*waiting.values(), self.home], max(0.0, limit - time.monotonic()))  # type: ignore[list-item]
            if not ready:
                lacking = " and the ".join(name for name in waiting if name in wanted)
                late = f"no answer of the {lacking} within {timeout_s:g} s"
                is_lost = any(name in waiting for name in self.names(RECEIVER))
                senders = [self._controls[name] for name in self.names(SENDER)]
                raise failure(self._processes, late + losses(senders) if is_lost else late)
            if self.home in ready:
                raise CaseError("the measuring side is gone")
            for name, wire in waiting.items():
                if wire in ready:
                    try:
                        reply, blob = hear(wire, max(1.0, limit - time.monotonic()))
                    except (WireClosed, WireTimeout):
                        raise failure(self._processes, f"the {name} ended without an answer") from None
                    if isinstance(reply, Failed):
                        raise failure(self._processes, f"the {name} failed: {reply.error}")
                    replies[name] = expect(reply, kind), blob
        return replies

    def close(self) -> None:
        """End the peers, whatever they are doing."""
        for wire in getattr(self, "_controls", {}).values():
            wire.close()
        end_processes(list(getattr(self, "_processes", {}).values()))
        if hasattr(self, "_link"):
            let_go(self._link)
        if hasattr(self, "_guard"):
            self._guard.dismiss()


def paced(trial: Trial) -> Trial:
    """Return a trial, some of whose messages were lost, with the time that as many take as were sent.

    What came took so long; the time a message is that of what came. Where nothing came, it is left as it is.
    """
    came = trial.messages - trial.lost
    if came <= 0:
        return trial
    elapsed_ns = round(trial.elapsed_ns * trial.messages / came)
    return replace(trial, elapsed_ns=elapsed_ns, took_ns=max(trial.took_ns, trial.elapsed_ns))


def let_go(link: Channel | Link) -> None:
    """Close and remove a channel whose ends have gone; what fails there has failed before, and was told."""
    for act in (link.close, link.remove):
        with suppress(Exception), deadline(CLOSE_DEADLINE_S):
            act()


def end_processes(processes: list[BaseProcess]) -> None:
    """Reap processes that were told to end; kill those that do not."""
    limit = time.monotonic() + CLOSE_DEADLINE_S
    for process in processes:
        process.join(max(0.0, limit - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join(CLOSE_DEADLINE_S)
