"""The driver of one probe: obeys the measuring side, trial by trial, and sleeps in between."""

from __future__ import annotations

import os
from typing import Any, Callable

from ipcbench.probe.protocol.encoding import ProtocolError, encode, hear, say
from ipcbench.probe.protocol.messages import (
    Backlog,
    Costs,
    Failed,
    HoldBurst,
    Memories,
    ProbeHello,
    Ready,
    RunTrace,
    RunTrial,
    Stop,
    TakeBacklog,
    TakeCosts,
    Verified,
    Verify,
)
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.probe.protocol.wire import Wire, WireClosed, WireTimeout, connect
from ipcbench.probe.workloads import load_workload
from ipcbench.probe.workloads.contract import Workload

IDLE_DEADLINE_S = 900.0


def run_driver(address: Any, key: str, launch: int, spec: ProbeSpec) -> None:
    """Live until the measuring side closes the wire or says stop."""
    home = connect(address, key, encode(ProbeHello(launch, os.getpid())))
    workload = load_workload(spec.workload)(spec, home)
    try:
        _attempt(home, lambda: _open(workload))
        while True:
            try:
                command, _ = hear(home, IDLE_DEADLINE_S)
            except (WireClosed, WireTimeout):
                return
            except ProtocolError as error:
                say(home, Failed.of(error))
                continue
            if isinstance(command, Stop):
                return
            _attempt(home, lambda: _obey(workload, command))  # noqa: B023
    except WireClosed:
        return
    finally:
        workload.close()
        home.close()


def _attempt(home: Wire, action: Callable[[], tuple[Any, bytes]]) -> None:
    try:
        answer, blob = action()
    except Exception as error:
        answer, blob = Failed.of(error), b""
    say(home, answer, blob)


def _open(workload: Workload) -> tuple[Any, bytes]:
    workload.open()
    return Ready(workload.peers(), workload.self_reports()), b""


def _obey(workload: Workload, command: Any) -> tuple[Any, bytes]:
    if isinstance(command, RunTrial):
        trial = workload.trial(command.messages, command.timeout_s, command.lead)
        return trial.as_message(), trial.each_ns
    if isinstance(command, Verify):
        workload.verify(command.messages, command.timeout_s)
        return Verified(workload.self_reports()), b""
    if isinstance(command, TakeCosts):
        return Costs(workload.costs(command.timeout_s)), b""
    if isinstance(command, TakeBacklog):
        return Backlog(workload.backlog(command.messages, command.timeout_s)), b""
    if isinstance(command, HoldBurst):
        return Memories(workload.burst(command.messages, command.timeout_s)), b""
    if isinstance(command, RunTrace):
        return workload.trace(command.messages, command.interval_ns, command.timeout_s)
    raise ProtocolError(f"a driver does not obey {type(command).__name__}")
