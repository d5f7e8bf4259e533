"""Workloads between two live peers, a sender and a receiver, which wait for commands between trials."""

from __future__ import annotations

import multiprocessing
import signal
import time
from array import array
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from ipcbench.errors import CaseError
from ipcbench.probe import heap
from ipcbench.probe.channels import load_channel
from ipcbench.probe.channels.contract import Channel
from ipcbench.probe.deadline import deadline
from ipcbench.probe.link import Link
from ipcbench.probe.peer import run_peer
from ipcbench.probe.protocol.messages import (
    CheckEnd,
    Costs,
    Done,
    Failed,
    PeerReady,
    PeerTimes,
    Report,
    RunTrace,
    RunTrial,
    TakeCosts,
    Traced,
    Verify,
    expect,
    hear,
    say,
)
from ipcbench.probe.protocol.wire import Wire, WireClosed, WireTimeout
from ipcbench.probe.workloads.contract import Loops, Stamps, Trial, Workload

READY_DEADLINE_S = 20.0
#: In the order in which they are started and told: who receives waits already when the sender begins.
ROLES = ("receiver", "sender")
#: How long a failure waits for the other peer's word, so that the cause is named and not its echo.
SECOND_WORD_S = 0.3
CLOSE_DEADLINE_S = 2.0

Reply = TypeVar("Reply")
#: By role: what a peer answered, and what came beside it.
Replies = dict[str, tuple[Reply, bytes]]


class PairedWorkload(Workload, Loops):
    """Owns the two peers; a subclass adds the timed loops, which run inside them."""

    def open(self) -> None:
        spec = self.spec
        if spec.start_method == "fork":
            # Both ends inherit it.
            heap.make(spec.heap, spec.seed)
        context = multiprocessing.get_context(spec.start_method)
        channel = load_channel(spec.channel)
        self.channel_traits = channel.traits
        self._processes: dict[str, BaseProcess] = {}
        self._controls: dict[str, Wire] = {}
        # Kept until both ends have gone: what nothing refers to any more would be collected.
        self._route = route = Link(
            channel, context, spec.payload_bytes, two_way=self.two_way, watched=self.watched
        )
        for role in ROLES:
            near, far = context.Pipe(duplex=True)
            self._controls[role] = Wire(near)
            process = context.Process(target=run_peer, args=(role, spec, route, far), daemon=True)  # type: ignore[attr-defined]
            process.start()
            self._processes[role] = process
            far.close()
        ready = self._replies(READY_DEADLINE_S, kind=PeerReady)
        self._reports = {role: reply.report for role, (reply, _) in ready.items()}
        route.close()

    def self_reports(self) -> dict[str, dict[str, Any]]:
        return self._reports

    def peers(self) -> dict[str, int]:
        return {role: process.pid or 0 for role, process in self._processes.items()}

    def verify(self, messages: int, timeout_s: float) -> None:
        if self.channel_traits.delivers:
            self.ask(Verify(messages, timeout_s), timeout_s + 1, Done)

    def trial(self, messages: int, timeout_s: float, lead: int = 0) -> Trial:
        replies = self.timed(RunTrial(messages, timeout_s, lead), timeout_s, PeerTimes)
        stamps = {
            role: Stamps(reply.start_ns, reply.end_ns, blob, reply.calls_ns, reply.backlog)
            for role, (reply, blob) in replies.items()
        }
        timed = self.elapsed(stamps["sender"], stamps["receiver"], self.channel_traits)
        return replace(timed, messages=messages, after_pause_ns=self._after_pause_ns(replies))

    def _after_pause_ns(self, replies: Replies[PeerTimes]) -> int:
        """Return what the first message of the lead took; 0 without a lead or times of single messages."""
        first = {
            role: Stamps(0, 0, array("q", reply.first_ns).tobytes()) for role, (reply, _) in replies.items()
        }
        each_ns = array("q", self.elapsed(first["sender"], first["receiver"], self.channel_traits).each_ns)
        return each_ns[0] if each_ns else 0

    def costs(self, timeout_s: float) -> dict[str, dict[str, Any]]:
        replies = self.ask(TakeCosts(timeout_s), timeout_s, Costs)
        return {role: reply.used for role, (reply, _) in replies.items() if reply.used}

    def trace(self, messages: int, interval_ns: int, timeout_s: float) -> tuple[Traced, bytes]:
        replies = self.timed(RunTrace(messages, timeout_s, interval_ns), timeout_s + 1, Traced)
        (sent, sent_rows), (received, received_rows) = replies["sender"], replies["receiver"]
        return Traced(sent.rows + received.rows), sent_rows + received_rows

    def ask(self, command: Any, timeout_s: float, kind: type[Reply]) -> Replies[Reply]:
        """Have both peers do it; return their replies, of this type, by role."""
        self._tell(ROLES, command)
        return self._replies(timeout_s, kind=kind)

    def timed(self, command: Any, timeout_s: float, kind: type[Reply]) -> Replies[Reply]:
        """Have both peers send and receive; of what goes one way the sender reports when all has arrived."""
        if self.two_way:
            return self.ask(command, timeout_s, kind)
        self._tell(ROLES, command)
        replies = self._replies(timeout_s, ("receiver",), kind=kind)
        self._tell(("sender",), Report())
        return {**replies, **self._replies(timeout_s, ("sender",), kind=kind)}

    def _tell(self, roles: Sequence[str], command: Any) -> None:
        for role in roles:
            try:
                say(self._controls[role], command)
            except WireClosed as error:
                raise self._failure(f"the {role} no longer listens") from error

    def _replies(
        self, timeout_s: float, roles: Sequence[str] = ROLES, *, kind: type[Reply]
    ) -> Replies[Reply]:
        """Wait for replies of these roles; raise CaseError as soon as one cannot come, or the other fails."""
        replies: Replies[Reply] = {}
        limit = time.monotonic() + timeout_s
        while not replies.keys() >= set(roles):
            waiting = {role: wire for role, wire in self._controls.items() if role not in replies}
            # Typeshed knows only connections and sockets, but anything with a fileno can be waited for.
            ready: list[Any] = wait([*waiting.values(), self.home], max(0.0, limit - time.monotonic()))  # type: ignore[list-item]
            if not ready:
                lacking = " and the ".join(role for role in waiting if role in roles)
                late = f"no answer of the {lacking} within {timeout_s:g} s"
                raise self._failure(late + self._losses() if "receiver" in waiting else late)
            if self.home in ready:
                raise CaseError("the measuring side is gone")
            for role, wire in waiting.items():
                if wire in ready:
                    try:
                        reply, blob = hear(wire, max(1.0, limit - time.monotonic()))
                    except (WireClosed, WireTimeout):
                        raise self._failure(f"the {role} ended without an answer") from None
                    if isinstance(reply, Failed):
                        raise self._failure(f"the {role} failed: {reply.error}")
                    replies[role] = expect(reply, kind), blob
        return replies

    def _losses(self) -> str:
        """Ask the sender, where it waits for commands, whether it knows why nothing comes."""
        try:
            say(self._controls["sender"], CheckEnd())
            answer, _ = hear(self._controls["sender"], SECOND_WORD_S)
        except (WireClosed, WireTimeout):
            return ""
        return f"; {answer.error}" if isinstance(answer, Failed) else ""

    def _failure(self, otherwise: str) -> CaseError:
        """Name the cause: a peer that was killed before what its death made the other one say."""
        limit = time.monotonic() + SECOND_WORD_S
        while time.monotonic() < limit:
            for role, process in self._processes.items():
                process.join(0.02)
                if process.exitcode is not None and process.exitcode < 0:
                    return CaseError(f"the {role} (process {process.pid}) was killed by {_signal(process)}")
        for role, process in self._processes.items():
            if process.exitcode:
                otherwise += f"; the {role} (process {process.pid}) exited with status {process.exitcode}"
        return CaseError(otherwise)

    def close(self) -> None:
        for wire in getattr(self, "_controls", {}).values():
            wire.close()
        end_processes(list(getattr(self, "_processes", {}).values()))
        if hasattr(self, "_route"):
            let_go(self._route)


def let_go(route: Channel | Link) -> None:
    """Close and remove a channel whose ends have gone; what fails there has failed before, and was told."""
    for act in (route.close, route.remove):
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


def _signal(process: BaseProcess) -> str:
    try:
        return signal.Signals(-(process.exitcode or 0)).name
    except ValueError:
        return f"signal {-(process.exitcode or 0)}"
