"""The driver of one probe: obeys the measuring side, trial by trial, and sleeps in between."""

from __future__ import annotations

import os
from typing import Any

from ipcbench.errors import IpcbenchError
from ipcbench.probe.spec import ProbeSpec
from ipcbench.probe.wire import Message, Wire, WireClosed, WireTimeout, connect
from ipcbench.probe.workloads import load_workload
from ipcbench.probe.workloads.contract import Workload

IDLE_DEADLINE_S = 900.0


def run_driver(address: Any, key: str, launch: int, spec: ProbeSpec) -> None:
    """Live until the measuring side closes the wire or says stop."""
    home = connect(address, key, {"role": "probe", "launch": launch, "process": os.getpid()})
    workload = load_workload(spec.workload)(spec, home)
    try:
        _attempt(home, lambda: _open(workload))
        while True:
            try:
                command, _ = home.receive(IDLE_DEADLINE_S)
            except (WireClosed, WireTimeout):
                return
            if command["do"] == "stop":
                return
            _attempt(home, lambda: _obey(workload, command))  # noqa: B023
    except WireClosed:
        return
    finally:
        workload.close()
        home.close()


def _attempt(home: Wire, action: Any) -> None:
    try:
        answer, blob = action()
    except IpcbenchError as error:
        answer, blob = {"error": str(error)}, b""
    except Exception as error:
        answer, blob = {"error": f"{type(error).__name__}: {error}"}, b""
    home.send(answer, blob)


def _open(workload: Workload) -> tuple[Message, bytes]:
    workload.open()
    return {"peers": workload.peers(), "self_reports": workload.self_reports()}, b""


def _obey(workload: Workload, command: Message) -> tuple[Message, bytes]:
    messages, timeout_s = command["messages"], command["timeout_s"]
    if command["do"] == "verify":
        workload.verify(messages, timeout_s)
        return {"verified": messages}, b""
    if command["do"] == "costs":
        return {"costs": workload.costs(timeout_s)}, b""
    if command["do"] == "backlog":
        return {"backlog": workload.backlog(messages, timeout_s)}, b""
    if command["do"] == "trace":
        return workload.trace(messages, command["interval_ns"], timeout_s)
    trial = workload.trial(messages, timeout_s, command.get("lead", 0))
    return trial.as_message(), trial.each_ns
