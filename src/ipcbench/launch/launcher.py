"""The measuring side's handle on one launcher."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import ipcbench
from ipcbench.errors import CaseError, IpcbenchError
from ipcbench.launch import output
from ipcbench.launch.import_path import import_path
from ipcbench.launch.interpreter import Interpreter
from ipcbench.launch.leftovers import LAST_WORDS_S, end_session, end_strays, kill_session
from ipcbench.launch.probe import SHORTEST_WAIT_S, STOP_DEADLINE_S, Probe
from ipcbench.launch.short_folder import short_folder
from ipcbench.launch.sitecustomize import environment_of_children
from ipcbench.probe.process import own_path
from ipcbench.probe.protocol.encoding import MOST_WORDS, decode, expect, hear, say
from ipcbench.probe.protocol.messages import (
    VERSION,
    Describe,
    Described,
    Launch,
    Launched,
    LauncherHello,
    ProbeHello,
    Reap,
    Reaped,
)
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.probe.protocol.wire import Listener, Wire, WireClosed, WireTimeout
from ipcbench.visible import one_line

#: A busy machine may take seconds over it; a run must end soon though one is stopped as it starts.
START_DEADLINE_S = 10.0
#: Bytes of what is written that are looked at, and that are left between two launches.
MOST_OUTPUT, MOST_LOGGED = 1 << 16, 1 << 20
#: What a launcher that runs is asked takes milliseconds, but for a probe that is reaped at its deadline.
ANSWER_DEADLINE_S, LATE_DEADLINE_S = 10.0, 2.0
#: To describe somebody's own is to import it, with all that it imports.
DESCRIBE_DEADLINE_S = 60.0

Hello = TypeVar("Hello", LauncherHello, ProbeHello)
Answer = TypeVar("Answer", Launched, Reaped, Described)


#: What a probe imports besides its own package.
BOTH_SIDES = (
    "__init__.py",
    "errors.py",
    "exit_status.py",
    "sizes.py",
    "streams.py",
    "visible.py",
    "words.py",
)


class Launcher:
    """One clean process of the target interpreter, with everything that it started in its own session.

    Use it as a context manager: leaving it ends and reaps every process, whatever happened.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        folders: Sequence[str] | None = None,
        *,
        first_path: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._interpreter = interpreter
        #: What one's own is imported from, after the target's own folders (`import_path`) and before them.
        same = interpreter.label.startswith(f"{sys.version_info[0]}.{sys.version_info[1]}.")
        self._import_path = import_path(with_installed=same) if folders is None else list(folders)
        self._first_path = list(first_path)
        self._environment = dict(environment or {})
        self._numbers = itertools.count()
        self._probes: list[Probe] = []
        #: How long the next probe may take to end: where one is stopped, others may be.
        self._patience_s = STOP_DEADLINE_S

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="ipcbench-", dir=short_folder())
        self._listener = Listener(self._folder.name)
        # Kept open, so that it can still be read when a launcher has removed the folder.
        self._log = (Path(self._folder.name) / "output").open("a+b")
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [self._interpreter.executable, "-c", self._boot_code()],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # What multiprocessing or a channel leaves in the temporary folder goes with ours.
            # Safe path (3.11+): a spawned process must not find the user's queue.py first either.
            env=self._environment_of_all(),
        )
        assert self._process.stdin is not None
        order = json.dumps(
            {"address": self._listener.address, "key": self._listener.key, "folder": self._folder.name}
        )
        with suppress(BrokenPipeError), self._process.stdin as order_pipe:
            order_pipe.write(order.encode() + b"\n")
        self._wire, hello = self._accept(LauncherHello)
        if hello.version != VERSION:
            raise IpcbenchError(f"the launcher speaks version {hello.version} of the wire, not {VERSION}")
        self.facts: dict[str, Any] = {**hello.facts, "asked_for": self._interpreter.asked_for}

    def _environment_of_all(self) -> dict[str, str]:
        environment = {
            **os.environ,
            **self._environment,
            "TMPDIR": self._folder.name,
            "PYTHONSAFEPATH": "1",
            own_path.VARIABLE: os.pathsep.join(self._first_path),
        }
        if self._first_path:
            environment |= environment_of_children(Path(self._folder.name) / "site", environment)
        return environment

    def _boot_code(self) -> str:
        """Return what the target runs first: our probe package before all else, one's own after its own."""
        root = Path(self._folder.name) / "import"
        root.mkdir()
        source = Path(ipcbench.__file__).parent
        try:
            (root / "ipcbench").symlink_to(source, target_is_directory=True)
        except OSError:
            import shutil

            for package in ("probe", "testing"):
                shutil.copytree(source / package, root / "ipcbench" / package)
            for name in BOTH_SIDES:
                shutil.copy(source / name, root / "ipcbench")
        # The empty entry is the current folder: a queue.py there must not hide the standard library's.
        return (
            f"import sys; sys.path[:] = [{str(root)!r}, *{self._first_path!r}, *filter(None, sys.path), "
            f"*{self._import_path!r}]; "
            "import ipcbench.probe.process.reserve_heap; "
            "from ipcbench.probe.launcher import main; main()"
        )

    def _accept(self, kind: type[Hello]) -> tuple[Wire, Hello]:
        limit = time.monotonic() + START_DEADLINE_S
        while time.monotonic() < limit:
            with suppress(WireTimeout):
                wire, plain = self._listener.accept(0.2)
                if isinstance(hello := decode(plain), kind):
                    return wire, hello
                wire.close()
            if self._process.poll() is not None:
                raise IpcbenchError(
                    f"{self._interpreter.executable} ended before it could measure: {self._last_words()}"
                )
        kill_session(self._process.pid)
        raise IpcbenchError(f"{self._interpreter.executable} did not start within {START_DEADLINE_S:g} s")

    def _last_words(self) -> str:
        if lines := self._output().strip().splitlines():
            return one_line(lines[-1])[:MOST_WORDS]
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LAST_WORDS_S)
        status = self._process.returncode
        return signal.Signals(-status).name if status and status < 0 else f"exit status {status}"

    def _output(self) -> str:
        """Return what the launcher and its probes wrote to their standard streams, if it is not too much."""
        self._log.seek(0)
        return self._log.read(MOST_OUTPUT).decode(errors="replace")

    def _trim_output(self) -> None:
        """Keep the beginning of what was written: a channel that prints all the time must fill no disk."""
        if os.fstat(self._log.fileno()).st_size > MOST_LOGGED:
            self._log.truncate(MOST_OUTPUT)

    def launch(self, spec: ProbeSpec) -> Probe:
        """Start a probe; its two ends start meanwhile: ask `await_ready`."""
        self._trim_output()
        number = next(self._numbers)
        process = self._ask(Launch(number, spec.as_message()), Launched).process
        try:
            while True:
                wire, plain = self._listener.accept(ANSWER_DEADLINE_S)
                if isinstance(hello := decode(plain), ProbeHello) and hello.launch == number:
                    break
                wire.close()
        except WireTimeout:
            raise CaseError(f"the probe (process {process}) did not answer") from None
        probe = Probe(wire, process, self._process.pid, self.facts["slowdowns"])
        self._probes.append(probe)
        return probe

    @contextmanager
    def ready(self, spec: ProbeSpec, timeout_s: float) -> Iterator[Probe]:
        """Start a probe, give it once both its ends are ready, and end it on leaving."""
        probe = self.launch(spec)
        try:
            probe.await_ready(timeout_s)
            yield probe
        finally:
            self.end([probe])

    def end(self, probes: Sequence[Probe]) -> None:
        """End these probes side by side and reap them."""
        for probe in probes:
            probe.stop()
        for probe in probes:
            # One that is late is killed at once, which a launcher that is not stopped itself does in no time.
            patience_s, began_s = 0.0 if probe.is_late else self._patience_s, time.monotonic()
            with suppress(IpcbenchError):
                reap = Reap(probe.process, patience_s)
                self._ask(reap, Reaped, LATE_DEADLINE_S if probe.is_late else None)
            if not probe.is_late and time.monotonic() - began_s >= patience_s:
                self._patience_s = SHORTEST_WAIT_S
            probe.close()
            self._probes.remove(probe)
        self._trim_output()

    def describe(self, kind: str, name: str) -> dict[str, Any]:
        """Return the traits of somebody's own channel, workload, payload or setting: `probe.traits`.

        Raises CaseError, with what is accepted, for what cannot be imported there or is none.
        """
        return self._ask(Describe(kind, name), Described, DESCRIBE_DEADLINE_S).traits

    def _ask(
        self, command: Launch | Reap | Describe, kind: type[Answer], timeout_s: float | None = None
    ) -> Answer:
        timeout_s = ANSWER_DEADLINE_S if timeout_s is None else timeout_s
        try:
            say(self._wire, command)
            answer, _ = hear(self._wire, timeout_s)
        except WireClosed:
            raise IpcbenchError(f"the launcher ended: {self._last_words()}") from None
        except WireTimeout:
            # It is stopped, or hangs: nothing that is asked of it later would be answered either.
            self._wire.close()
            kill_session(self._process.pid)
            raise IpcbenchError(f"the launcher gave no answer within {timeout_s:g} s") from None
        return expect(answer, kind)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if hasattr(self, "_wire"):
            with suppress(IpcbenchError):
                self.end(list(self._probes))
            self._wire.close()
        if hasattr(self, "_process"):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_DEADLINE_S)
            end_session(self._process.pid)
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
            end_strays(self._folder.name)
            output.note(self._interpreter.label, self._output())
        self._log.close()
        self._listener.close()
        self._folder.cleanup()
