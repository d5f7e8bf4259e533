"""A small clean process of the target interpreter that starts probes: forked where there is fork.

It imports what every probe needs once, so that a probe costs a fork (a few milliseconds) and never inherits
the measuring side's memory, threads or imports.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Union

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

if TYPE_CHECKING:
    import subprocess

IDLE_DEADLINE_S = 900.0
REMOVE_DEADLINE_S = 3.0
#: Where channels of other people's packages are.
OF_OTHERS = ".third_party."
#: What channels, payloads and settings import when they are used, so that `list` does without.
WHEN_USED = (
    "ctypes",
    "hashlib",
    "multiprocessing.popen_fork",
    "multiprocessing.queues",
    "multiprocessing.shared_memory",
    "ipcbench.probe.workloads.peer",
)


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
        self._probes: dict[int, Started] = {}
        # Other people's packages bring modules that no other channel needs: they come with their launch.
        for channel in (name for name, place in CHANNELS.items() if OF_OTHERS not in place):
            load_channel(channel)
        for workload in WORKLOADS:
            load_workload(workload)
        for payload in PAYLOADS:
            load_payload(payload)
        for setting in SETTINGS:
            setting_named(setting)
        for module in WHEN_USED:
            importlib.import_module(module)

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
                try:
                    plain, _ = self._wire.receive(IDLE_DEADLINE_S)
                except WireTimeout:
                    # Whoever measures for long speaks with the probe alone, which has a deadline of its own.
                    if any(probe.poll() is None for probe in self._probes.values()):
                        continue
                    break
                try:
                    answer = self._run(decode(plain))
                except BaseException as error:
                    # A module of one's own may raise anything when it is imported; Ctrl-C is ignored here.
                    answer = Failed.of(error)
                say(self._wire, answer)
        except WireClosed:
            pass
        finally:
            for probe in self._probes.values():
                _reap(probe, 1.0)

    def _run(self, command: Any) -> Any:
        if isinstance(command, Launch):
            spec = ProbeSpec.of_message(command.spec)
            load_channel(spec.channel)
            probe = self._start(command.launch, spec)
            self._probes[probe.pid] = probe
            return Launched(probe.pid)
        if isinstance(command, Reap):
            status = _reap(self._probes[command.process], command.timeout_s)
            del self._probes[command.process]
            return Reaped(status)
        if isinstance(command, Describe):
            # Only for what is not ours.
            from ipcbench.probe import traits

            return Described(asdict(traits.describe(command.kind, command.name)))
        raise ProtocolError(f"a launcher does not obey {type(command).__name__}")

    def _start(self, launch: int, spec: ProbeSpec) -> Started:
        if hasattr(os, "fork"):
            process = os.fork()
            if not process:
                self._become_driver(launch, spec)
            return Forked(process)
        return _start_anew(
            {"address": self._address, "key": self._key, "launch": launch, "driver": spec.as_message()}
        )

    def _become_driver(self, launch: int, spec: ProbeSpec) -> None:
        status = 1
        try:
            self._probes.clear()
            driver.run_driver(self._address, self._key, launch, spec)
            status = 0
        finally:
            os._exit(status)


class Forked:
    """A forked process, with what is used here of a `Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    def poll(self) -> int | None:
        """Return its exit status, None while it runs."""
        if self._status is None:
            reaped, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if reaped else None
        return self._status

    def kill(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Return its exit status, once it has ended."""
        self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._status


Started = Union[Forked, "subprocess.Popen[bytes]"]


def _reap(probe: Started, timeout_s: float) -> int:
    """Wait for a probe and return its exit status; kill it when it is late."""
    limit = time.monotonic() + timeout_s
    pause_s = 0.0005
    while (status := probe.poll()) is None:
        if time.monotonic() > limit:
            probe.kill()
            return probe.wait()
        time.sleep(pause_s)
        pause_s = min(0.02, pause_s * 2)
    return status


def _start_anew(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start a driver as a fresh interpreter, for platforms without fork."""
    import subprocess

    boot = f"import sys; sys.path[:] = {sys.path!r}; from ipcbench.probe.launcher import main; main()"
    process = subprocess.Popen([sys.executable, "-c", boot], stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(json.dumps(order).encode() + b"\n")
    process.stdin.close()
    return process
