"""Both ends of some channels as real processes, each under a deadline, and what they say of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Callable

from ipcbench.errors import IpcbenchError
from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.wire import Message, Wire, WireClosed, WireTimeout
from ipcbench.words import RECEIVER, ROLES, SENDER

#: How long the creator may take to make, start or close something.
CREATOR_DEADLINE_S = 8.0
#: How long an end may take for its whole task; it then says itself where it hangs.
END_DEADLINE_S = 12.0
#: How long a pair lives at most: an end that hangs where no signal reaches it is killed then.
PAIR_DEADLINE_S = 16.0
#: How long one end's failure waits for the other's word, so that the cause stands beside its echo.
SECOND_WORD_S = 0.3

#: What an end does with its endpoints, one of each channel; it reports over the wire.
Task = Callable[["list[Endpoint]", Wire], None]


class ConformanceError(IpcbenchError):
    """A channel does not keep a promise of its contract; the text says what was sent and what came."""


class LivePair:
    """Two live ends. Leaving it ends both processes and closes the channels, whatever happened."""

    def __init__(self, channel: type[Channel], start_method: str, message_bytes: Sequence[int]) -> None:
        """Prepare one channel for each of these sizes; both ends get all of them."""
        self._class, self._message_bytes = channel, message_bytes
        self._context = multiprocessing.get_context(start_method)
        self._channels: list[Channel] = []
        self._processes: dict[str, BaseProcess] = {}
        self._wires: dict[str, Wire] = {}
        self._limit = time.monotonic() + PAIR_DEADLINE_S

    def __enter__(self) -> LivePair:
        return self

    def start(self, *, sender: Task, receiver: Task) -> None:
        """Create the channels, start both ends, and let go of the copies once both have their endpoints."""
        doing = "creating the channel"
        try:
            with deadline(CREATOR_DEADLINE_S):
                self._channels += [self._class(self._context, size) for size in self._message_bytes]
                for role, task in ((RECEIVER, receiver), (SENDER, sender)):
                    doing = f"starting the {role}"
                    self._start(role, task)
                for role in reversed(ROLES):
                    self.report(role)
                doing = "closing the creator's side"
                self._each_channel("close")
        except ConformanceError:
            raise
        except Exception as error:
            raise ConformanceError(f"{doing} failed: {type(error).__name__}: {error}") from error

    def _start(self, role: str, task: Task) -> None:
        near, far = self._context.Pipe(duplex=True)
        self._wires[role] = Wire(near)
        process = self._context.Process(  # type: ignore[attr-defined]
            target=_run_end, args=(role, task, self._channels, far), daemon=True
        )
        process.start()
        self._processes[role] = process
        far.close()

    def report(self, role: str) -> Message:
        """Wait for the next report of one end; raise ConformanceError where it failed or died."""
        try:
            report, _ = self._wires[role].receive(max(0.0, self._limit - time.monotonic()))
        except WireTimeout:
            raise ConformanceError(f"the {role} hung and was killed") from None
        except WireClosed:
            self._processes[role].join(1.0)
            status = self._processes[role].exitcode
            raise ConformanceError(f"the {role} died without a word (exit status {status})") from None
        if "failure" in report:
            raise ConformanceError(report["failure"])
        return report

    def finish(self) -> None:
        """Wait until both ends have done their task; raise ConformanceError with what went wrong."""
        faults: list[str] = []
        waiting = set(self._wires)
        while waiting:
            left_s = SECOND_WORD_S if faults else max(0.0, self._limit - time.monotonic())
            # Typeshed knows only connections and sockets, but anything with a fileno can be waited for.
            ready: list[Any] = wait([self._wires[role] for role in waiting], left_s)  # type: ignore[misc]
            if faults and not ready:
                break
            for role in sorted(role for role in waiting if self._wires[role] in ready or not ready):
                waiting.remove(role)
                try:
                    self.report(role)
                except ConformanceError as fault:
                    faults.append(str(fault))
        if faults:
            raise ConformanceError("; ".join(faults))

    def has_word(self, role: str, timeout_s: float) -> bool:
        """Whether an end reports something within this time."""
        return bool(wait([self._wires[role]], timeout_s))  # type: ignore[list-item]

    def tell(self, role: str) -> None:
        """Let an end go on that waits for a word."""
        try:
            self._wires[role].send({})
        except WireClosed:
            raise ConformanceError(f"the {role} died without a word") from None

    def kill(self, role: str) -> None:
        """Kill one end as the kernel would, and wait until it is gone."""
        self._processes[role].kill()
        self._processes[role].join(CREATOR_DEADLINE_S)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for wire in self._wires.values():
            wire.close()
        for process in self._processes.values():
            process.join(0.0 if error else 2.0)
            process.kill()
            process.join(CREATOR_DEADLINE_S)
            process.close()
        doing = "closing the creator's side"
        try:
            with deadline(CREATOR_DEADLINE_S):
                self._each_channel("close")
                doing = "removing what is left"
                self._each_channel("remove")
                self._each_channel("remove")
        except Exception as failure:
            # The first fault is the one to tell.
            if error is None:
                text = f"{doing} twice failed: {type(failure).__name__}: {failure}"
                raise ConformanceError(text) from failure
        finally:
            self._channels.clear()

    def _each_channel(self, act: str) -> None:
        for channel in self._channels:
            getattr(channel, act)()


def _run_end(role: str, task: Task, channels: list[Channel], control: Connection) -> None:
    """The main function of an end."""
    # Ctrl-C reaches the whole terminal; the creator decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wire = Wire(control)
    try:
        with deadline(END_DEADLINE_S):
            ends = [channel.sender() if role == SENDER else channel.receiver() for channel in channels]
            wire.send({"holds": len(ends)})
            task(ends, wire)
        answer: Message = {}
    except IpcbenchError as error:
        answer = {"failure": str(error)}
    except Exception as error:
        answer = {"failure": f"the {role} failed: {type(error).__name__}: {error}"}
    try:
        wire.send(answer)
        # Stay until the creator has what it wants: a process that ends closes its channels by that alone.
        wire.receive(PAIR_DEADLINE_S)
    except (WireClosed, WireTimeout):
        pass
    # As a probe's peers end: the usual way would join a feeder thread that may wait for ever.
    os._exit(0)
