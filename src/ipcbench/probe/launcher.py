"""A small clean process of the target interpreter that starts probes: forked where there is fork.

It imports what every probe needs once, so that a probe costs a fork (a few milliseconds) and never inherits
the measuring side's memory, threads or imports.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from dataclasses import asdict
from typing import Any, Callable, Optional

from ipcbench.probe import driver
from ipcbench.probe.channels import CHANNELS, load_channel
from ipcbench.probe.payloads import PAYLOADS, load_payload
from ipcbench.probe.process import heap
from ipcbench.probe.process.facts import target_facts
from ipcbench.probe.protocol.encoding import ProtocolError, decode, encode, say
from ipcbench.probe.protocol.messages import (
    Describe,
    Described,
    Failed,
    Launch,
    Launched,
    LauncherHello,
    Reap,
    Reaped,
)
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.probe.protocol.wire import WireClosed, WireTimeout, connect
from ipcbench.probe.settings import SETTINGS, setting_named
from ipcbench.probe.workloads import WORKLOADS, load_workload

IDLE_DEADLINE_S = 900.0
REMOVE_DEADLINE_S = 3.0
#: Where channels of other people's packages are.
OF_OTHERS = ".third_party."

#: Returns the exit status of a probe, or None where it still runs after so many seconds.
Reaper = Callable[[float], Optional[int]]


def main() -> None:
    """Read the address and the key from standard input, then obey until the wire closes."""
    line = sys.stdin.readline()
    if not line:
        # The measuring side was killed as it said what to do; its folder for us is our temporary folder.
        folder = os.environ.get("TMPDIR", "")
        if os.path.basename(folder).startswith("ipcbench-"):
            _remove(folder)
        return
    order = json.loads(line)
    # Ctrl-C reaches the whole terminal; the measuring side decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if "driver" in order:
        driver.run_driver(
            order["address"], order["key"], order["launch"], ProbeSpec.of_message(order["driver"])
        )
    else:
        try:
            ProbeStarter(order["address"], order["key"]).obey()
        finally:
            # The measuring side does this too, unless it was killed.
            _remove(order["folder"])


def _remove(folder: str) -> None:
    """Remove a folder, though a peer that is just ending may still write into it."""
    import shutil

    limit = time.monotonic() + REMOVE_DEADLINE_S
    while os.path.isdir(folder) and time.monotonic() < limit:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.02)


class ProbeStarter:
    """Starts probes and reaps them."""

    def __init__(self, address: Any, key: str) -> None:
        self._address, self._key = address, key
        self._reapers: dict[int, Reaper] = {}
        # Other people's packages bring modules that no other channel needs: they come with their launch.
        for channel in (name for name, place in CHANNELS.items() if OF_OTHERS not in place):
            load_channel(channel)
        for workload in WORKLOADS:
            load_workload(workload)
        for payload in PAYLOADS:
            load_payload(payload)
        for setting in SETTINGS:
            setting_named(setting)
        import multiprocessing.popen_fork
        import multiprocessing.queues  # noqa: F401

        import ipcbench.probe.workloads.peer  # noqa: F401

        facts = target_facts()
        gc.collect()
        if hasattr(gc, "freeze"):
            gc.freeze()
        heap.seal()
        self._wire = connect(address, key, encode(LauncherHello(os.getpid(), facts)))

    def obey(self) -> None:
        """Launch and reap on demand; at the end leave no probe behind."""
        try:
            while True:
                plain, _ = self._wire.receive(IDLE_DEADLINE_S)
                try:
                    answer = self._run(decode(plain))
                except BaseException as error:
                    # A module of one's own may raise anything when it is imported; Ctrl-C is ignored here.
                    answer = Failed.of(error)
                say(self._wire, answer)
        except (WireClosed, WireTimeout):
            pass
        finally:
            for reap in self._reapers.values():
                reap(1.0)

    def _run(self, command: Any) -> Any:
        if isinstance(command, Launch):
            spec = ProbeSpec.of_message(command.spec)
            load_channel(spec.channel)
            process, reaper = self._start(command.launch, spec)
            self._reapers[process] = reaper
            return Launched(process)
        if isinstance(command, Reap):
            status = self._reapers[command.process](command.timeout_s)
            if status is not None:
                del self._reapers[command.process]
            return Reaped(status)
        if isinstance(command, Describe):
            # Only for what is not ours.
            from ipcbench.probe import traits

            return Described(asdict(traits.describe(command.kind, command.name)))
        raise ProtocolError(f"a launcher does not obey {type(command).__name__}")

    def _start(self, launch: int, spec: ProbeSpec) -> tuple[int, Reaper]:
        if hasattr(os, "fork"):
            process = os.fork()
            if not process:
                self._become_driver(launch, spec)
            return process, lambda timeout_s: _reap_fork(process, timeout_s)
        return _start_anew(
            {"address": self._address, "key": self._key, "launch": launch, "driver": spec.as_message()}
        )

    def _become_driver(self, launch: int, spec: ProbeSpec) -> None:
        status = 1
        try:
            self._reapers.clear()
            driver.run_driver(self._address, self._key, launch, spec)
            status = 0
        finally:
            os._exit(status)


def _reap_fork(process: int, timeout_s: float) -> int | None:
    """Wait for a forked probe; kill it when it is late."""
    limit = time.monotonic() + timeout_s
    pause_s = 0.0005
    while True:
        reaped, status = os.waitpid(process, os.WNOHANG)
        if reaped:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > limit:
            os.kill(process, signal.SIGKILL)
            return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        time.sleep(pause_s)
        pause_s = min(0.02, pause_s * 2)


def _start_anew(order: dict[str, Any]) -> tuple[int, Reaper]:
    """Start a driver as a fresh interpreter, for platforms without fork."""
    import subprocess

    boot = f"import sys; sys.path[:] = {sys.path!r}; from ipcbench.probe.launcher import main; main()"
    process = subprocess.Popen([sys.executable, "-c", boot], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(json.dumps(order).encode() + b"\n")
    process.stdin.close()

    def reap(timeout_s: float) -> int | None:
        try:
            return process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    return process.pid, reap
