"""Both ends of some channels as real processes, each under a deadline, and what they say of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import MappingProxyType, TracebackType
from typing import Any, Callable

from ipcbench.errors import IpcbenchError
from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.process.children import descendants
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.wire import Message, Wire, WireClosed, WireTimeout
from ipcbench.words import RECEIVER, SENDER

#: How long the creator may take to make, start or close something.
CREATOR_DEADLINE_S = 8.0
#: How long an end may take for its whole task; it then says itself where it hangs.
END_DEADLINE_S = 12.0
#: How long a pair lives at most: an end that hangs where no signal reaches it is killed then.
PAIR_DEADLINE_S = 16.0
#: How often it is looked whether a killed process is gone.
KILLED_LOOK_S = 1e-3
#: How long one end's failure waits for the other's word, so that the cause stands beside its echo.
SECOND_WORD_S = 0.3

#: What an end does with its endpoints, one of each channel; it reports over the wire.
Task = Callable[["list[Endpoint]", Wire], None]
#: An end's name, its role and its task.
Named = tuple[str, str, Task]


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

    def start(self, *, sender: Task | None, receiver: Task | None, more: Sequence[Named] = ()) -> None:
        """Create the channels, start the ends, and let go of the copies once all have their endpoints.

        Without a task an end is not started; `more` are further ones.
        """
        both = [(RECEIVER, RECEIVER, receiver), (SENDER, SENDER, sender)]
        named = [*((name, role, task) for name, role, task in both if task), *more]
        doing = "creating the channel"
        try:
            with deadline(CREATOR_DEADLINE_S):
                self._channels += [self._class(self._context, size) for size in self._message_bytes]
                for name, role, task in named:
                    doing = f"starting the {name}"
                    self._start(name, role, task)
                for name, *_ in named:
                    self.report(name)
                doing = "closing the creator's side"
                self._each_channel("close")
        except ConformanceError:
            raise
        except Exception as error:
            raise ConformanceError(f"{doing} failed: {type(error).__name__}: {error}") from error

    def _start(self, name: str, role: str, task: Task) -> None:
        near, far = self._context.Pipe(duplex=True)
        self._wires[name] = Wire(near)
        process = self._context.Process(  # type: ignore[attr-defined]
            target=_run_end,
            args=(role, task, self._channels, far),
            daemon=not self._class.traits.owns_receiver,
        )
        process.start()
        self._processes[name] = process
        far.close()

    def report(self, name: str) -> Message:
        """Wait for the next report of one end; raise ConformanceError where it failed or died."""
        try:
            report, _ = self._wires[name].receive(max(0.0, self._limit - time.monotonic()))
        except WireTimeout:
            raise ConformanceError(f"the {name} hung and was killed") from None
        except WireClosed:
            self._processes[name].join(1.0)
            status = self._processes[name].exitcode
            raise ConformanceError(f"the {name} died without a word (exit status {status})") from None
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
            ready: list[Any] = wait([self._wires[name] for name in waiting], left_s)  # type: ignore[misc]
            if faults and not ready:
                break
            for name in sorted(name for name in waiting if self._wires[name] in ready or not ready):
                waiting.remove(name)
                try:
                    self.report(name)
                except ConformanceError as fault:
                    faults.append(str(fault))
        if faults:
            raise ConformanceError("; ".join(faults))

    def has_word(self, name: str, timeout_s: float) -> bool:
        """Whether an end reports something within this time."""
        return bool(wait([self._wires[name]], timeout_s))  # type: ignore[list-item]

    def tell(self, name: str, word: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Let an end go on that waits for a word."""
        try:
            self._wires[name].send(dict(word))
        except WireClosed:
            raise ConformanceError(f"the {name} died without a word") from None

    def kill(self, name: str) -> None:
        """Kill one end as the kernel would, and wait until it is gone."""
        self._processes[name].kill()
        _await_end(self._processes[name])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        alive = [process for process in self._processes.values() if process.is_alive()]
        # What an end has started goes with it: nobody else would end it.
        started = [each for process in alive for each in descendants(process.pid or 0)]
        for wire in self._wires.values():
            wire.close()
        for process in self._processes.values():
            process.join(0.0 if error else 2.0)
            process.kill()
            _await_end(process)
            process.close()
        for each in started:
            with suppress(OSError):
                os.kill(each, signal.SIGKILL)
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

    @property
    def processes(self) -> list[int]:
        """The ends' process numbers."""
        return [process.pid or 0 for process in self._processes.values()]

    def remove(self) -> None:
        """Remove what the channels keep, as whoever is left does when their creator was killed."""
        self._each_channel("remove")

    def _each_channel(self, act: str) -> None:
        for channel in self._channels:
            getattr(channel, act)()


def _await_end(process: BaseProcess) -> None:
    """Wait until a process that was killed is gone; `join` waits for all that it has forked, too."""
    limit = time.monotonic() + CREATOR_DEADLINE_S
    while process.exitcode is None and time.monotonic() < limit:
        time.sleep(KILLED_LOOK_S)


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
