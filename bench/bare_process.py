"""The bare loop (`bare_loop.py`) as a process that runs trials on demand, for `fidelity.py`."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ipcbench.plan.case import Case
from ipcbench.probe.workloads import load_workload

DEADLINE_S = 60.0
#: How long a trial of the bare loop of round trips lasts: traffic that goes on; and its messages at most.
BARE_S, MOST_BARE_MESSAGES = 0.1, 2000


#: What a program that does no more than measure has done to its heap, by the state that it stands beside.
PLAIN = {"used": "imported", "fresh": "started"}


class BareLoop:
    """The hand-written program, in an interpreter of its own."""

    def __init__(self, case: Case, cores: Sequence[int | None], *, plain: bool) -> None:
        heap = PLAIN[case.heap] if plain else case.heap
        self._process = subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).with_name("bare_loop.py")),
                *(case.channel, case.workload, str(case.payload_bytes), heap),
                *("holds" if case.holds else "drops", case.start_method),
                *("-" if core is None else str(core) for core in cores),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()
        self.seconds: list[float] = []
        self.each_ns: list[int] = []
        self.faults, self.messages = [0, 0], 0

    def _read(self) -> str:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], DEADLINE_S)[0]:
            raise TimeoutError("the bare loop is stuck")
        return self._process.stdout.readline()

    def run(self, messages: int, part: int = 0, *, keep: bool = True) -> None:
        """Run one trial; of round trips that go on it counts what a `part` of so many typically takes."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{messages}\n")
        self._process.stdin.flush()
        elapsed_ns, each_ns, *faults = json.loads(self._read())
        seconds = float(elapsed_ns) / 1e9 / messages
        if keep:
            between_s = (elapsed_ns - sum(each_ns)) / 1e9 / messages
            self.seconds.append(typical_s(each_ns, part) + between_s if each_ns else seconds)
            self.each_ns += each_ns
            self.faults = [before + now for before, now in zip(self.faults, faults, strict=True)]
            self.messages += messages

    def close(self) -> None:
        try:
            self._process.communicate(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise


def typical_s(each_ns: Sequence[int], part: int) -> float:
    """Return the median of the means of so many neighbouring messages: what a trial of the harness takes.

    A long trial's own mean would have the machine's rare hiccups in it, which most short trials have not. The
    last message meets a receiver that has turned to other work, for which a Queue's feeder has to wait with
    its echo.
    """
    whole = each_ns[:-1] if len(each_ns) > part else each_ns
    parts = np.array(whole[len(whole) % part :]).reshape(-1, part)
    return float(np.median(parts.mean(axis=1))) / 1e9


@contextmanager
def bare_loop(case: Case, cores: Sequence[int | None], *, plain: bool) -> Iterator[BareLoop]:
    """Start the program, where it is `plain` with no data of its own, and end it."""
    loop = BareLoop(case, cores, plain=plain)
    try:
        yield loop
    finally:
        loop.close()


def bare_messages(case: Case, messages: int, untimed: int, seconds_per_message: float) -> int:
    """Return the messages of the bare loop's trials: as many in a stream, traffic that goes on else.

    In a fresh heap as many as the harness sends, timed or not: data come and go between trials, and what a
    message costs hangs on how many have passed since.
    """
    if load_workload(case.workload).overlapping:
        return messages
    if case.heap == "fresh":
        return messages + untimed
    return max(messages, min(MOST_BARE_MESSAGES, round(BARE_S / seconds_per_message)))
