"""What is fuzzed: each kind makes one input and says what must become of it. One entry a line of `KINDS`."""

from __future__ import annotations

import json
import os
import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from tests.fuzz import inputs
from tests.fuzz.engine import Outcome, forked, ipcbench

from ipcbench.cli import COMMANDS
from ipcbench.errors import IpcbenchError
from ipcbench.plan.coordinates import BY_NAME
from ipcbench.probe.protocol.encoding import decode, encode
from ipcbench.probe.protocol.messages import TYPES as MESSAGES
from ipcbench.probe.protocol.wire import Wire
from ipcbench.pytest_plugin.suite import cases_of
from ipcbench.record.self_test_cache import read_self_test
from ipcbench.report.exports import EXPORTS

SEEDS = Path(__file__).parent / "seeds"
#: How each command that reads takes a record; `{0}` is the changed one, `{1}` one of ours, `{2}` a folder.
READERS = (
    *(f"show {{0}} --format {style}" for style in ("text", "json", "markdown", "github", "junit")),
    *(
        "show --costs {0}",
        "report {0} {1} -o {2}/page.html",
        "plot {0} -o {2}",
        "compare {0} {1}",
        "compare {1} {0} --format json",
    ),
    *("compare {0} {1} --format github", *(f"export {name} {{0}} -o {{2}}/out" for name in EXPORTS)),
    *("list --results {2}", "history --results {2}", "history --results {2} --chart {2} --otava {2}"),
    *("history --results {2} --format json", "compare --results {2}", "show latest --results {2}"),
)
#: What a word of a command line may be.
PLAIN_WORDS = """
--size --channel --workload --payload --python --placement --start-method --heap --holds --touch
--setting --a --b --max-time --seed --format --rate --metric --threshold --alpha --precision
--git --costs --hot --chart --results --no-probe --launches --case --otava --only --names -o --
64 1KiB 64..1MiB 0 -1 pipe queue,pipe stream burst:400 bytes fork used,fresh 1s 1000/s 5% p99
python=python3 path=. channel=pipe env:A=1 switch-interval=0.1 json latest 1 1.5 nan inf 1e400
no.such:Thing os:path HEAD HEAD~1..HEAD [1] %s /dev/null .. = : , \u00e9 ::error::x
"""
WORDS = (*PLAIN_WORDS.split(), "9" * 40, "", " ", "\udcff", "\x1b[2J", "a\nb", "\u202e")
#: Lines that ask for something; what is launched for them is not.
LINES = (
    "run --channel pipe,queue --workload stream,ping-pong --size 64,4KiB --max-time 1",
    "ab --a channel=pipe --b channel=duplex-pipe --size 64 --workload ping-pong --max-time 1 --format json",
    "explain --channel queue --size 64 --launches 2",
    "count --channel pipe,queue --size 64,1KiB",
    "compare latest latest --format markdown",
    "history --results results --format json",
    "show latest --costs --results results",
    "plot latest -o charts",
    "export pyperf latest -o out",
    "list --results results",
    "doctor --no-probe --format json",
    "recover no-such-journal --results results",
)


def seeds(what: str) -> list[Any]:
    """Return the inputs that all others come from: records, journals, self-tests."""
    return [json.loads(path.read_text()) for path in sorted(SEEDS.glob(f"{what}-*.json"))]


def records(rng: random.Random, folder: Path) -> Outcome:
    """A command that reads a record, or a folder with several, gets a changed one."""
    known = seeds("record")
    seed = rng.choice(known)
    (folder / "0001_changed.json").write_bytes(inputs.document(seed, rng))
    ours = folder / "0002_ours.json"
    ours.write_text(json.dumps(rng.choice(known)))
    words = rng.choice(READERS).format(folder / "0001_changed.json", ours, folder)
    return ipcbench(words.split())


def journals(rng: random.Random, folder: Path) -> Outcome:
    """`recover` gets a changed journal; what it makes of it can be shown, or the journal is still there."""
    path = folder / "20261127T120000Z-1.journal.jsonl"
    path.write_bytes(inputs.journal(rng.choice(seeds("journal")), rng))
    done = ipcbench(["recover", str(path), "--results", str(folder)])
    stored = list(folder.glob("0*.json"))
    if done.fault or (done.status and path.exists() and not stored):
        return done
    if done.status or path.exists() or len(stored) != 1:
        return _wrong(f"status {done.status}, {len(stored)} records, journal there: {path.exists()}", done)
    return ipcbench(["show", str(stored[0])])


def self_tests(rng: random.Random, folder: Path) -> Outcome:
    """A changed self-test is read, or is one line."""
    path = folder / "self-test.json"
    path.write_bytes(inputs.document(rng.choice(seeds("self-test")), rng))

    def read() -> int:
        try:
            read_self_test(path)
        except IpcbenchError as error:
            print(error)
            return error.exit_status
        return 0

    return forked(read)


def wires(rng: random.Random, _folder: Path) -> Outcome:
    """What comes over a wire is a message, or an error of ours, before the deadline."""
    kind = rng.choice(list(MESSAGES.values()))
    plain = {"type": kind.__name__, "blob_bytes": 0, "messages": 4, "timeout_s": 1.0, "facts": {}}
    content = json.dumps(inputs.changed(plain, rng)).encode("utf-8", "surrogatepass")
    frame = len(content).to_bytes(4, "big") + content
    sent = inputs.damaged(frame, rng) if rng.random() < 0.5 else frame

    def receive() -> int:
        ours, theirs = socket.socketpair()
        closes = rng.random() < 0.5

        def send() -> None:
            # More than the socket holds waits until it is read, or is not.
            with suppress(OSError):
                theirs.sendall(sent)
                if closes:
                    theirs.close()

        threading.Thread(target=send, daemon=True).start()
        began_s = time.monotonic()
        try:
            encode(decode(Wire(Connection(ours.detach())).receive(0.05)[0]))
        except IpcbenchError as error:
            print(repr(error))
        return 0 if time.monotonic() - began_s < 1 else 97

    return forked(receive)


def command_lines(rng: random.Random, folder: Path) -> Outcome:
    """Any words behind any command, or a few in a good line: what they ask for, or one line."""
    if rng.random() < 0.5:
        words = [rng.choice(list(COMMANDS)), *(rng.choice(WORDS) for _ in range(rng.randint(0, 6)))]
    else:
        words = rng.choice(LINES).split()
        for _ in range(rng.randint(0, 3)):
            at = rng.randrange(1, len(words) + 1)
            words[at : at + rng.randint(0, 1)] = [rng.choice(WORDS)] * rng.randint(0, 1)
    (folder / "results").mkdir()
    (folder / "results" / "0001_ours.json").write_text(json.dumps(rng.choice(seeds("record"))))
    os.chdir(folder)
    return ipcbench(words)


def markers(rng: random.Random, _folder: Path) -> Outcome:
    """Anything in a pytest marker: cases, or pytest's usage error."""
    kwargs = {
        rng.choice([*BY_NAME, "other"]): rng.choice([*inputs.ODD, *WORDS, ["64", 1], {"a": 1}, b"64", 3.7])
        for _ in range(rng.randint(0, 4))
    }

    def resolve() -> int:
        try:
            cases_of(pytest.mark.ipcbench(**kwargs).mark, "test_x.py")
        except pytest.UsageError as error:
            print(repr(str(error))[:2000])
            return 2
        except IpcbenchError as error:
            print(repr(error)[:2000])
            return 4
        return 0

    return forked(resolve)


def _wrong(why: str, done: Outcome) -> Outcome:
    return Outcome(96, f"{why}\n".encode() + done.out, done.seconds, done.peak_bytes)


KINDS: dict[str, Callable[[random.Random, Path], Outcome]] = {
    "records": records,
    "journals": journals,
    "self-tests": self_tests,
    "wires": wires,
    "command lines": command_lines,
    "markers": markers,
}
