"""Checks of workloads: what the contract of a workload promises, with real processes at both ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, TypeVar

from ipcbench.errors import IpcbenchError
from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.stdlib.pipe import Pipe
from ipcbench.probe.loading import Parametrised
from ipcbench.probe.payloads.contract import Payload
from ipcbench.probe.payloads.random_bytes import RandomBytes
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.probe.protocol.wire import Wire
from ipcbench.probe.settings.contract import Setting
from ipcbench.probe.topologies.pair import Pair
from ipcbench.probe.workloads.contract import Workload
from ipcbench.testing.pair import ConformanceError
from ipcbench.testing.system_files import entries
from ipcbench.words import ROLES, SENDER

MESSAGES, LEAD_MESSAGES, PAYLOAD_BYTES = 4, 2, 64
DEADLINE_S = 20.0
#: How long what never arrives is waited for.
SILENCE_S = 0.5

Kind = TypeVar("Kind", bound=Parametrised)


class SilentPipe(Pipe):
    """Accepts messages and delivers none."""

    def sender(self) -> Endpoint:
        end = super().sender()
        return Endpoint(send=lambda _message: None, close=end.close)


def says_what_it_is(workload: type[Workload], start_method: str) -> None:  # noqa: ARG001
    """It has a unit, a summary, and a name for its parameter where it takes one; its usual ones are taken."""
    require_declared(workload, "unit", "summary")
    require_own_parameters(workload)
    if workload.payloads_moved and not workload.is_rate:
        raise ConformanceError("it moves payloads at a rate (payloads_moved), but declares none (is_rate)")


def times_its_messages(workload: type[Workload], start_method: str) -> None:
    """A trial of so many messages is one of so many, and its times are those of a clock that goes on."""
    with opened(workload, start_method) as live:
        live.verify(MESSAGES, DEADLINE_S)
        for lead in (0, LEAD_MESSAGES if workload.leads else 0):
            trial = live.trial(MESSAGES, DEADLINE_S, lead)
            if trial.messages != MESSAGES:
                raise ConformanceError(f"a trial of {MESSAGES} messages says that it had {trial.messages}")
            if trial.elapsed_ns <= 0:
                raise ConformanceError(f"a trial of {MESSAGES} messages took {trial.elapsed_ns} ns")
            timed = len(trial.each_ns) // 8
            if timed != (MESSAGES if workload.times_each else 0):
                otherwise = f"times_each is {workload.times_each}"
                raise ConformanceError(f"{timed} of {MESSAGES} messages have a time, but {otherwise}")
            negative = [name for name, nanoseconds in trial.also_ns.items() if nanoseconds < 0]
            if negative:
                raise ConformanceError(f"{negative[0]!r} took less than no time")


def notices_lost_messages(workload: type[Workload], start_method: str) -> None:
    """Verifying a channel that loses messages raises, within its time."""
    with opened(workload, start_method, channel=f"{__name__}:{SilentPipe.__name__}") as live:
        try:
            live.verify(MESSAGES, SILENCE_S)
        except IpcbenchError:
            return
    raise ConformanceError("a channel that delivers nothing was verified")


def notices_a_dead_end(workload: type[Workload], start_method: str) -> None:
    """A trial whose sender was killed raises, within its time."""
    with opened(workload, start_method) as live:
        os.kill(live.peers()[SENDER], signal.SIGKILL)
        try:
            live.trial(MESSAGES, DEADLINE_S)
        except IpcbenchError:
            return
    raise ConformanceError("a trial whose sender was killed came to an end")


def leaves_nothing(workload: type[Workload], start_method: str) -> None:
    """Closed, it has left neither processes nor descriptors."""
    # What is started once and stays (a forkserver, a resource tracker) is no leak.
    before = [_use(workload, start_method) for _ in "12"][-1]
    processes, descriptors = (now - then for now, then in zip(_use(workload, start_method), before))
    if processes > 0 or descriptors > 0:
        raise ConformanceError(f"closed, it left {processes} processes and {descriptors} descriptors more")


CHECKS: dict[str, Callable[[type[Workload], str], None]] = {
    "says-what-it-is": says_what_it_is,
    "times-its-messages": times_its_messages,
    "notices-lost-messages": notices_lost_messages,
    "notices-a-dead-end": notices_a_dead_end,
    "leaves-nothing": leaves_nothing,
}


def names_for(workload: type[Workload]) -> list[str]:
    """Return the checks that apply to a workload."""
    # Where each message has processes of its own, none lives between trials.
    return [name for name in CHECKS if not (workload.whole_lives and name == "notices-a-dead-end")]


def require_declared(kind: type[Parametrised], *traits: str) -> None:
    """Raise ConformanceError where the class lacks one of these traits."""
    for trait in traits:
        if not getattr(kind, trait, ""):
            raise ConformanceError(f"it declares no {trait}")


def require_own_parameters(kind: type[Parametrised]) -> None:
    """Raise ConformanceError where a name for its parameter and usual ones do not go together."""
    if bool(kind.sweep) != bool(kind.parameter_name):
        raise ConformanceError("usual parameters (sweep) and parameter_name belong together")
    refused = [each for each in kind.sweep if not kind.takes(each)]
    if refused:
        raise ConformanceError(f"its own parameter {refused[0]!r} is not taken")


def _use(workload: type[Workload], start_method: str) -> tuple[int, int]:
    """Open, verify and close it once; return how many processes and descriptors there are then."""
    with opened(workload, start_method) as live:
        live.verify(MESSAGES, DEADLINE_S)
    return len(multiprocessing.active_children()), len(entries("/proc/self/fd") or entries("/dev/fd"))


@contextmanager
def opened(
    workload: type[Workload],
    start_method: str,
    *,
    channel: str = "pipe",
    payload: type[Payload] = RandomBytes,
    size: int = PAYLOAD_BYTES,
    setting: tuple[type[Setting], str] | None = None,
) -> Iterator[Any]:
    """Open a workload as a driver would, and close it whatever happens."""
    workload = bound(workload)
    peers = Pair.peers(dict.fromkeys(ROLES))
    settings = (f"{name_of(setting[0])}={setting[1]}",) if setting else ()
    spec = ProbeSpec(
        channel,
        name_of(workload),
        name_of(bound(payload)),
        size,
        start_method,
        peers,
        seed=1,
        settings=settings,
    )
    near, far = multiprocessing.Pipe()
    home = Wire(near)
    live = workload(spec, home)
    try:
        live.open()
        yield live
    finally:
        live.close()
        home.close()
        far.close()


def bound(kind: type[Kind]) -> type[Kind]:
    """Return the class, bound to the first of its usual parameters where it takes one and has none."""
    if not kind.sweep or kind.parameter:
        return kind
    own = {"parameter": kind.sweep[0], "__module__": kind.__module__, "__qualname__": kind.__qualname__}
    return type(kind.__name__, (kind,), own)


def name_of(kind: type[Parametrised]) -> str:
    """Return how the probe is told of it: `package.module:Class`, and its parameter."""
    name = f"{kind.__module__}:{kind.__qualname__}"
    return f"{name}:{kind.parameter}" if kind.parameter else name
