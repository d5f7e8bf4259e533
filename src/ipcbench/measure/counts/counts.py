"""Counting what a message takes from the kernel, with nothing timed. Linux."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from ipcbench.errors import CaseError, UsageError
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.live import verified_case
from ipcbench.launch.probe import Probe
from ipcbench.launch.spec import probe_spec
from ipcbench.launch.targets import Makers, Target
from ipcbench.measure.counts.strace import CannotWatch, Strace
from ipcbench.plan.case import Case
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.record.counts import COUNTED, Counted, CountedEntry, CountsRow
from ipcbench.record.head import FailureEntry
from ipcbench.record.journal import Journal
from ipcbench.record.schema import CaseRow, ModuleRow
from ipcbench.words import ROLES

DEADLINE_S = 10.0
WARMUP_MESSAGES, REPETITIONS, SEED = 4, 5, 1
#: The kernel's names in /proc/<process>/io of what is counted.
_FIELDS = dict(zip(COUNTED, ("syscw", "wchar", "syscr", "rchar"), strict=True))
#: A writer may still be on its way out of the kernel when the reader has answered.
SETTLED_S, SETTLE_DEADLINE_S = 2e-3, 2.0


def count_cases(
    cases: Sequence[Case],
    makers: Makers,
    journal: Journal,
    *,
    with_strace: bool,
    on_obstacle: Callable[[str], None],
) -> None:
    """Count each case; all system calls where strace can tell, and `on_obstacle` hears why it cannot.

    A case that fails is journaled, and the others go on; raises CaseError where all fail.
    """
    strace, failures = None, []
    if with_strace:
        try:
            strace = Strace()
        except CannotWatch as error:
            on_obstacle(str(error))
    for target, make in makers.items():
        with make() as launcher:
            for case in (case for case in cases if Target.of(case) == target):
                try:
                    row, strace = _count_once(launcher, case, strace, on_obstacle)
                except CaseError as error:
                    failures.append(f"{case.name}: {error}")
                    journal.append(FailureEntry(name=case.name, why=failures[-1]))
                else:
                    journal.append(CountedEntry(row=row))
    if len(failures) == len(cases):
        raise CaseError("; ".join(failures))


def _count_once(
    launcher: Launcher, case: Case, strace: Strace | None, on_obstacle: Callable[[str], None]
) -> tuple[CountsRow, Strace | None]:
    """Return the counts of one case, and what watches the next one: nothing, once that cannot be."""
    try:
        return count_case(launcher, case, strace), strace
    except CannotWatch as error:
        on_obstacle(str(error))
        return count_case(launcher, case, None), None


def count_case(launcher: Launcher, case: Case, strace: Strace | None) -> CountsRow:
    """Return the counts of one case; with `strace` of all system calls too.

    A trial of one message less one of none is what a message takes: the rest is talk with the driver.
    Raises UsageError where the system does not count, CannotWatch where strace may not attach, CaseError
    where the channel fails.
    """
    if sys.platform != "linux":
        raise UsageError("counting reads /proc/<process>/io; accepted: Linux")
    with verified_case(case, launcher, SEED) as live:
        probe = live.probe
        ends = processes_by_role(probe_spec(case, launcher, SEED), probe)
        probe.trial(WARMUP_MESSAGES, DEADLINE_S)
        counted = [_difference(probe, lambda: _snapshot(ends)) for _ in range(REPETITIONS)]
        counts = {
            end: {what: _fewest_and_most([each[end][what] for each in counted]) for what in COUNTED}
            for end in ROLES
        }
        calls = _calls(probe, ends, strace) if strace else None
    return CountsRow(
        case=CaseRow.of(case),
        counts=counts,
        calls=calls,
        slowdowns=live.slowdowns,
        modules=msgspec.convert(live.modules, dict[str, ModuleRow]),
    )


#: The processes of each role, and what they have counted together.
Ends = Mapping[str, Sequence[int]]
Snapshot = dict[str, dict[str, int]]


def processes_by_role(spec: ProbeSpec, probe: Probe) -> Ends:
    """Return who sends and who receives in a probe that is ready."""
    return {role: [probe.peers[peer.name] for peer in spec.peers if peer.role == role] for role in ROLES}


def _difference(probe: Probe, look: Callable[[], Snapshot]) -> Snapshot:
    """Return what a trial of one message adds to one of none."""
    start = look()
    probe.trial(0, DEADLINE_S)
    none = look()
    probe.trial(1, DEADLINE_S)
    one = look()
    return {
        end: {what: one[end][what] - 2 * none[end][what] + start[end][what] for what in COUNTED}
        for end in ROLES
    }


def _snapshot(ends: Ends) -> Snapshot:
    """Read all ends' counters, when they have come to rest."""
    limit = time.monotonic() + SETTLE_DEADLINE_S
    last = _read(ends)
    while time.monotonic() < limit:
        time.sleep(SETTLED_S)
        now = _read(ends)
        if now == last:
            return now
        last = now
    raise CaseError("the counters of its processes do not come to rest")


def _read(ends: Ends) -> Snapshot:
    found: Snapshot = {}
    for end, processes in ends.items():
        try:
            texts = [Path(f"/proc/{process}/io").read_text() for process in processes]
        except OSError as error:
            raise UsageError(f"this kernel does not count reads and writes: {error}") from error
        fields = [dict(line.split(": ") for line in text.splitlines()) for text in texts]
        found[end] = {what: sum(int(each[name]) for each in fields) for what, name in _FIELDS.items()}
    return found


def _fewest_and_most(repetitions: Sequence[int]) -> tuple[int, int]:
    return min(repetitions), max(repetitions)


def beyond(one: Sequence[int], none: Sequence[int]) -> tuple[int, int]:
    """Return what trials of one message took more than trials of none: the fewest and the most.

    What only some trials of none took is not theirs: a compiler or a collector was at work then.
    """
    return _fewest_and_most([taken - min(none) for taken in one])


def _calls(probe: Probe, ends: Ends, strace: Strace) -> Counted:
    """Return all system calls of a message by end and name, each repetition watched on its own."""
    processes = [process for each in ends.values() for process in each]

    def watch(messages: int) -> dict[str, Counter[str]]:
        with strace.watch(processes) as watched:
            probe.trial(messages, DEADLINE_S)
            time.sleep(SETTLED_S)
        calls = dict(zip(processes, watched.calls(), strict=True))
        return {end: sum((Counter(calls[each]) for each in ends[end]), Counter()) for end in ends}

    none, one = zip(*((watch(0), watch(1)) for _ in range(REPETITIONS)), strict=True)
    found: Counted = {}
    for end in ends:
        names = sorted({name for trial in (*none, *one) for name in trial[end]})
        counts = {
            name: beyond([each[end][name] for each in one], [each[end][name] for each in none])
            for name in names
        }
        found[end] = {name: count for name, count in counts.items() if count != (0, 0)}
    return found
