"""The measuring side's handle on one probe that a launcher has started."""

from __future__ import annotations

import os
import signal
import sys
from array import array
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TypeVar

from ipcbench.errors import CaseError
from ipcbench.probe.protocol.encoding import expect, hear, say
from ipcbench.probe.protocol.messages import (
    Backlog,
    Costs,
    HoldBurst,
    Memories,
    Ready,
    RunTrace,
    RunTrial,
    Stop,
    TakeBacklog,
    TakeCosts,
    Traced,
    TrialTimes,
    Verified,
    Verify,
)
from ipcbench.probe.protocol.wire import Wire, WireClosed, WireTimeout

#: How long a probe may take to end, and longer than its own deadline to say why there is no answer.
STOP_DEADLINE_S, REASON_S = 5.0, 3.0
#: How long an answer is waited for where another has not come and the time is up, and a reason for none.
SHORTEST_WAIT_S, SHORTEST_REASON_S = 0.5, 0.2

Command = Verify | RunTrial | RunTrace | TakeCosts | TakeBacklog | HoldBurst
Answer = TypeVar("Answer")


class Probe:
    """A live probe: one case, ready to run trials."""

    def __init__(self, wire: Wire, process: int, session: int, first_slowdowns: Sequence[str] = ()) -> None:
        self.process, self._first_slowdowns = process, first_slowdowns
        self._session = session
        self.peers: dict[str, int] = {}
        #: What its processes say of themselves, by role: `provenance.self_report`.
        self.self_reports: dict[str, dict[str, Any]] = {}
        self._wire = wire
        #: Whether an answer did not come in time: what is stopped is not waited for again.
        self.is_late = False

    def await_ready(self, timeout_s: float) -> None:
        """Wait until both ends run; raise CaseError where they run other code than was asked for."""
        ready = expect(self._receive(timeout_s)[0], Ready)
        self.peers = ready.peers
        self._take_reports(ready.self_reports)

    def await_verified(self, timeout_s: float) -> None:
        """Wait until all arrived that `Verify` asked for; raise CaseError where other code did it."""
        self._take_reports(self.answer(timeout_s, Verified)[0].self_reports)

    def _take_reports(self, reports: dict[str, dict[str, Any]]) -> None:
        self.self_reports = reports
        for report in self.self_reports.values():
            for module, file in report["elsewhere"].items():
                raise CaseError(
                    f"{module} was imported from {file}, not from the arm's path; accepted: a path, or with "
                    "--git a revision, that has it (what has to be built first: --build)"
                )

    @property
    def slowdowns(self) -> list[str]:
        """What slows every message of its ends, each thing once."""
        reports = self.self_reports.values()
        found = [*self._first_slowdowns, *(what for report in reports for what in report["slowdowns"])]
        return list(dict.fromkeys(found))

    @property
    def modules(self) -> dict[str, dict[str, Any]]:
        """Where the code came from that its ends run: file and version by module."""
        reports = self.self_reports.values()
        return {name: module for report in reports for name, module in report["modules"].items()}

    def ask(self, command: Command) -> None:
        """Begin what is asked, without waiting for its end."""
        try:
            say(self._wire, command)
        except WireClosed:
            raise self._gone() from None

    def answer(self, timeout_s: float, kind: type[Answer]) -> tuple[Answer, bytes]:
        """Wait for the end of what was asked; the probe's own deadline comes before this one."""
        more_s = SHORTEST_REASON_S if timeout_s == SHORTEST_WAIT_S else REASON_S
        answer, blob = self._receive(timeout_s + more_s)
        return expect(answer, kind), blob

    def _asked(self, command: Command, kind: type[Answer]) -> tuple[Answer, bytes]:
        self.ask(command)
        return self.answer(command.timeout_s, kind)

    def trial(self, messages: int, timeout_s: float, lead: int = 0) -> tuple[TrialTimes, bytes]:
        """Run one trial after so many messages that are not timed; the caller sleeps meanwhile."""
        return self._asked(RunTrial(messages, timeout_s, lead), TrialTimes)

    def costs(self, timeout_s: float) -> dict[str, dict[str, Any]]:
        """Return what each peer's trials have used since this was last asked."""
        return self._asked(TakeCosts(timeout_s), Costs)[0].used

    def backlog(self, messages: int, timeout_s: float) -> int | None:
        """Run one batch that is not timed; return the most messages that were accepted and not received."""
        return self._asked(TakeBacklog(messages, timeout_s), Backlog)[0].messages

    def burst(self, messages: int, timeout_s: float) -> dict[str, dict[str, int]]:
        """Have the receiver hold so many messages, then drop them; return each peer's memory by moment."""
        return self._asked(HoldBurst(messages, timeout_s), Memories)[0].bytes_at

    def trace(self, messages: int, interval_ns: int, timeout_s: float) -> dict[str, dict[str, array[int]]]:
        """Send messages at an interval (0: at once) with stamps; return nanoseconds by moment and clock."""
        traced, blob = self._asked(RunTrace(messages, timeout_s, interval_ns), Traced)
        stamps = array("q", blob)
        found: dict[str, dict[str, array[int]]] = {}
        for place, (moment, clock) in enumerate(traced.rows):
            found.setdefault(moment, {})[clock] = stamps[place * messages : (place + 1) * messages]
        return found

    def stop(self) -> None:
        """Tell the probe to end; the launcher reaps it."""
        with suppress(WireClosed):
            say(self._wire, Stop())

    def close(self) -> None:
        """Let go of the wire: a driver that still lives ends for that."""
        self._wire.close()

    def _receive(self, timeout_s: float) -> tuple[Any, bytes]:
        try:
            return hear(self._wire, timeout_s)
        except WireTimeout:
            self.is_late = True
            raise CaseError(f"the probe gave no answer within {timeout_s:g} s") from None
        except WireClosed:
            raise self._gone() from None

    def _gone(self) -> CaseError:
        # Orphaned peers would go on with their trial and take the time of the other probes.
        for peer in self.peers.values():
            with suppress(OSError):
                if sys.platform != "win32" and os.getsid(peer) == self._session:
                    os.kill(peer, signal.SIGKILL)
        return CaseError(f"the probe's driver (process {self.process}) was killed or ended by itself")
