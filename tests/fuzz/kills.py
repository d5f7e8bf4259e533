"""`make kills`: random signals to random processes of every command. Linux.

Whatever is hit: the command ends in time with the right status, nothing of it is left, and what had been
measured is a record or a journal that becomes one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

import matplotlib
from tests.support.processes import descendants, stat_of

from ipcbench.cli import COMMANDS
from ipcbench.commands.recover import recover
from ipcbench.errors import IpcbenchError
from ipcbench.record.kinds import read_record
from ipcbench.record.run import RunDocument
from ipcbench.record.store import Store
from ipcbench.report.interactive import bundle
from ipcbench.testing.leaks import IN_SHARED, kept

PYTHON = [sys.executable, "-c"]
IPCBENCH = "from ipcbench.cli import main; main()"
SEEDS = Path(__file__).parent / "seeds"
MARKED = """
import pytest
@pytest.mark.ipcbench(channel="pipe", size=64, workload=["stream", "ping-pong"])
def test_pipe(ipcbench): ipcbench()
"""


class Target(NamedTuple):
    """A command that is hit, and how long it goes on by itself, in seconds on a machine that four share."""

    words: str
    seconds: float
    #: One that reads ends in less than a second, and may be gone before it is hit.
    weight: float = 2.0
    #: How much longer it may wait, in seconds, for something of its own that was stopped.
    patience_s: float = 0.0


MEASURING = {
    "run fork": Target("run --channel pipe,queue --workload stream,ping-pong --size 64 --max-time 4", 4),
    "run spawn": Target(
        "run --channel queue --workload stream --size 64 --start-method spawn --max-time 4", 4
    ),
    "run forkserver": Target(
        "run --channel pipe --workload burst:40 --size 64 --start-method forkserver --max-time 4", 4
    ),
    "run lives": Target("run --channel queue --workload handoff,first-put --size 64 --max-time 4", 4),
    # What keeps something in the kernel, in shared memory, in files or in a server.
    "run channels": Target(
        "run --channel manager-queue,fifo,unix-listener,shared-ring,zmq-push,posix-ipc,sysv-ipc,faster-fifo,"
        "py-sharedmemory,dejaq,iceoryx2,zenoh,redis-list,grpc,pool,executor,subprocess-stdio,pynng,zmq-pair,"
        "shared-slot,shared-ring-eventfd --workload ping-pong --size 64 --max-time 8",
        30,
        0.7,
    ),
    "ab": Target(
        "ab --a channel=pipe --b channel=duplex-pipe --size 64 --workload ping-pong --max-time 4", 4
    ),
    "tune": Target("tune --channel pipe --size 64 --max-time 4", 25, 1),
    "recommend": Target("recommend --channel pipe,queue --size 64 --max-time 4", 5),
    "explain": Target("explain --channel queue --size 64 --launches 2", 8),
    "count": Target("count --channel pipe,queue --size 64,1KiB", 4),
    # Its first pass is whole: of 36 cells, where four such commands share two cores, that takes 87 to 98 s.
    "self-test": Target("doctor --self-test --max-time 60s", 105, 0.2),
}
#: `{0}` is a folder with records, `{1}` one to write into.
READING = {
    "show": Target("show {0}/0001_a.json --costs", 0.5, 1),
    "plot": Target("plot {0}/0001_a.json -o {1}", 3, 1),
    # What draws may be stopped, and is waited for so long.
    "report": Target("report {0}/0001_a.json -o {1}/page.html", 4, 1, bundle.DEADLINE_S),
    "list": Target("list --results {0}", 0.5, 1),
    "export": Target("export hdr {0}/0001_a.json -o {1}", 1.5, 1),
    "compare": Target("compare {0}/0001_a.json {0}/0002_b.json", 0.5, 1),
    "history": Target("history --results {0} --chart {1}", 2, 1),
    "recover": Target("recover {0}/a.journal.jsonl --results {1}", 0.4, 1),
    "doctor": Target("doctor", 1.5, 1),
    "demo": Target("demo", 0.4, 1),
}
TARGETS = {**MEASURING, **READING, "pytest": Target("pytest", 5)}
SIGNALS = ("KILL", "KILL", "TERM", "INT", "HUP", "SEGV", "ABRT", "STOP", "PIPE", "USR1")
#: How long after its time a command may go on, and how long its orphans may.
LONGEST_S, ORPHANS_S, STARTUP_S = 15.0, 10.0, 8.0
#: Statuses of commands that were not hit themselves: fine, a verdict, undecided, failed.
STATUSES = (0, 1, 3, 4)
#: Fine, failed tests, interrupted.
OF_PYTEST = (0, 1, 2)
SHARED = Path("/dev/shm")


@dataclass
class Hit:
    """One signal to one process of one command, and what is wrong with what became of it."""

    target: str
    signal: str
    where: str = "nothing"
    status: int | None = None
    at_s: tuple[float, float] = (0.0, 0.0)
    faults: list[str] = field(default_factory=list)


def _latest_s(target: Target) -> float:
    return target.seconds + target.patience_s + STARTUP_S + LONGEST_S


def hit(only: str | None, number: int) -> Hit:
    """Start a command, hit it, and look at what it did and left."""
    rng = random.Random(number)
    name = only or rng.choices(list(TARGETS), [target.weight for target in TARGETS.values()])[0]
    target = TARGETS[name]
    found = Hit(name, rng.choice(SIGNALS))
    folder = Path(tempfile.mkdtemp(prefix="k-", dir="/tmp"))
    for sub in ("t", "seeds", "written"):
        (folder / sub).mkdir()
    environment = {
        **os.environ,
        "TMPDIR": str(folder / "t"),
        "XDG_CACHE_HOME": str(folder / "c"),
        # Matplotlib lists fonts once, by a program that it waits for: that is no process of ours.
        "MPLCONFIGDIR": matplotlib.get_cachedir(),
    }
    with (folder / "out").open("wb") as out:
        command = subprocess.Popen(
            _words(name, target, folder),
            stdout=out, stderr=out, env=environment, start_new_session=True, cwd=folder,
        )  # fmt: skip
        began_s = time.monotonic()
        time.sleep(rng.uniform(0.02, target.seconds + (name not in READING)))
        _strike(command, found, rng)
        try:
            found.status = command.wait(_latest_s(target) - (time.monotonic() - began_s))
        except subprocess.TimeoutExpired:
            found.faults.append(f"still there after {time.monotonic() - began_s:.0f} s: {_tree(command.pid)}")
            command.kill()
            command.wait()
        found.at_s = (time.time() - (time.monotonic() - began_s), time.time())
    _look(folder, found)
    if found.faults:
        found.faults.append(f"{folder}: " + (folder / "out").read_text(errors="replace")[-400:])
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _words(name: str, target: Target, folder: Path) -> list[str]:
    """Return what is started, and put there what it takes."""
    results = str(folder / "r")
    if name == "pytest":
        (folder / "test_marked.py").write_text(MARKED)
        options = "-q -p no:cacheprovider --benchmark-only --ipcbench-max-time=4 --ipcbench-results"
        return [sys.executable, "-m", "pytest", *options.split(), results]
    if name in MEASURING:
        return [*PYTHON, IPCBENCH, *target.words.split(), "--results", results]
    for at in ("0001_a", "0002_b"):
        shutil.copy(SEEDS / "record-run.json", folder / "seeds" / f"{at}.json")
    entries = json.loads((SEEDS / "journal-run.json").read_text())
    journal = folder / "seeds" / "a.journal.jsonl"
    journal.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return [*PYTHON, IPCBENCH, *target.words.format(folder / "seeds", folder / "written").split()]


def _tree(process: int) -> str:
    """Return what a process and those below it are and wait for."""
    told = []
    for each in (process, *descendants(process)):
        with suppress(OSError):
            words = Path(f"/proc/{each}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            state = stat_of(each)[0]
            told.append(f"{state} {Path(f'/proc/{each}/wchan').read_text()} {words[-60:]}")
    return "; ".join(told)


def _strike(command: subprocess.Popen[bytes], found: Hit, rng: random.Random) -> None:
    below = descendants(command.pid)
    chosen = command.pid if not below or rng.random() < 0.25 else rng.choice(below)
    found.where = "itself" if chosen == command.pid else f"below, of {len(below)}"
    if command.poll() is not None:
        found.where = "nothing"
        return
    try:
        os.kill(chosen, getattr(signal, f"SIG{found.signal}"))
        if found.signal == "STOP" and chosen == command.pid:
            time.sleep(1)
            os.kill(chosen, signal.SIGCONT)
    except ProcessLookupError:
        found.where = "nothing"


def _look(folder: Path, found: Hit) -> None:
    text = (folder / "out").read_text(errors="replace")
    if text.startswith("Fatal Python error: init_import_site"):
        # The interpreter had not started yet: Ctrl-C met nothing of ours.
        found.where = "nothing"
        return
    killed = found.where == "itself" and found.status is not None and found.status < 0
    if not killed and found.status is not None:
        if found.status not in (OF_PYTEST if found.target == "pytest" else STATUSES):
            found.faults.append(f"status {found.status}")
        # What a probe's process wrote stands in a line of its own.
        if text.startswith("Traceback") or "\nTraceback" in text:
            found.faults.append("a traceback")
        found.faults += _record_faults(folder, found, text)
    elif killed:
        found.faults += _journal_faults(folder)
    if found.target == "recover" and not [*folder.glob("seeds/*.jsonl"), *folder.glob("written/0*.json")]:
        found.faults.append("neither journal nor record is there")
    limit = time.monotonic() + ORPHANS_S
    while (left := _processes(folder)) and time.monotonic() < limit:
        time.sleep(0.1)
    if left:
        found.faults.append(f"processes left: {'; '.join(map(_tree, left))}")
        for process in left:
            os.kill(process, signal.SIGKILL)
    if files := [path.name for path in (folder / "t").iterdir()]:
        found.faults.append(f"temporary files left: {files}")


def _record_faults(folder: Path, found: Hit, text: str) -> list[str]:
    """Return what is wrong with the record of a command that was not killed itself."""
    stored = sorted((folder / "r").glob("0*.json"))
    if not stored:
        # Nothing had been measured, or it says where the journal is.
        journals = [path for path in (folder / "r").glob("journal/*") if path.stat().st_size]
        unsaid = [path.name for path in journals if path.name not in text]
        return [f"no record, and {unsaid} is not spoken of"] if unsaid else []
    _, document = read_record(stored[0])
    if isinstance(document, RunDocument) and document.ipcbench:
        cut_short = document.ipcbench.stopped_by == "interrupted" or "interrupted" in text
        failures = document.ipcbench.failures
        if found.target == "pytest":
            # A test is what was asked for, not what stands beside it.
            failures = {case: why for case, why in failures.items() if case.startswith("pipe ")}
        failed = bool(failures) or cut_short
        if (found.status in (OF_PYTEST[1:] if found.target == "pytest" else (4,))) != failed:
            return [f"status {found.status}, but failures are {failures}"]
    return []


def _journal_faults(folder: Path) -> list[str]:
    """Return what is wrong with what a command left that was killed: whole launches become a record."""
    journals = [path for path in (folder / "r").glob("journal/*") if path.read_bytes().count(b"\n")]
    if len(journals) != 1:
        return [] if not journals else [f"{len(journals)} journals"]
    launches = len(re.findall(rb'^\{"kind":"launch"', journals[0].read_bytes(), re.MULTILINE))
    try:
        stored = recover(journals[0], Store(folder / "r"))
        _, document = read_record(stored)
    except IpcbenchError as error:
        return [f"{launches} launches cannot be recovered: {error}"]
    if isinstance(document, RunDocument):
        kept = sum(
            len(record.launches)
            for benchmark in document.benchmarks
            if (record := benchmark.extra_info.ipcbench)
        )
        return [] if kept == launches else [f"{kept} of {launches} launches kept"]
    return []


def _processes(folder: Path) -> list[int]:
    """Return the live processes that the command started: they inherited its temporary folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if f"TMPDIR={folder}/t".encode() in environment and state != "Z":
                found.append(int(entry.name))
    return found


def main() -> int:
    """Hit so many commands; print a table by command and signal; return 1 where there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.kills", description=__doc__)
    parser.add_argument("--commands", type=int, default=1250)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--side-by-side", type=int, default=4)
    parser.add_argument("--only", choices=list(TARGETS), help="Hit this one only.")
    asked = parser.parse_args()
    if unhit := set(COMMANDS) - {target.words.split()[0] for target in TARGETS.values()}:
        sys.exit(f"{', '.join(sorted(unhit))} would not be hit; accepted: every command has a target")
    before = kept()
    table, faulty, hits = Counter[tuple[str, str]](), 0, []
    with ThreadPoolExecutor(asked.side_by_side) as pool:
        for found in pool.map(partial(hit, asked.only), range(asked.seed, asked.seed + asked.commands)):
            if found.where != "nothing":
                table[found.target, found.signal] += 1
                hits.append(found)
            if found.faults:
                faulty += 1
                print(f"{_words_of(found)}: {'; '.join(found.faults)}", flush=True)
    names = sorted({name for _, name in table})
    print(f"{'':16}" + "".join(f"{name:>6}" for name in names))
    for target in TARGETS:
        print(f"{target:16}" + "".join(f"{table[target, name]:6}" for name in names))
    print(f"{table.total()} hits of {asked.commands} commands, {faulty} with a fault")
    left = {what: after - before[what] for what, after in kept().items()}
    print("\n".join(f"{what}: {', '.join(map(str, found)) or 'none'}" for what, found in left.items()))
    for path in (SHARED / str(name) for name in left[IN_SHARED]):
        when_s = path.stat().st_ctime
        live = [_words_of(each) for each in hits if each.at_s[0] <= when_s <= each.at_s[1]]
        print(f"{path.name} came while these were hit: {'; '.join(live)}")
    return 1 if faulty or any(left.values()) else 0


def _words_of(found: Hit) -> str:
    return f"{found.target}, SIG{found.signal} to {found.where}"


if __name__ == "__main__":
    sys.exit(main())
