"""Every channel that is here, under every start method that it declares, on every interpreter that is found.

    python -m tests.conformance.every_product [--here] [CHANNEL ...]

With `--here`, on this interpreter only. Prints a line a product, and the table; returns 1 where any failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.conformance.interpreters import ALL

import ipcbench
from ipcbench.exit_status import FINE, USAGE
from ipcbench.launch.interpreter import Interpreter
from ipcbench.probe.channels import CHANNELS, load_channel

SOURCE = Path(ipcbench.__file__).parent.parent
DEADLINE_S = 300
HERE = "--here"


def products(
    names: Sequence[str], interpreters: Sequence[Interpreter]
) -> Iterator[tuple[str, str, Interpreter]]:
    """Yield channel, start method and interpreter."""
    for name in names or CHANNELS:
        for interpreter in interpreters:
            for method in load_channel(name).traits.start_methods:
                yield name, method, interpreter


def checked(name: str, method: str, interpreter: Interpreter) -> str:
    """Return how many checks passed, `-` where the channel is not there, or what failed."""
    try:
        kit = subprocess.run(
            [interpreter.executable, "-m", "ipcbench.testing", name, "--start-method", method],
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_S,
        )
    except subprocess.TimeoutExpired:
        return f"FAILED: not done within {DEADLINE_S} s"
    if kit.returncode == USAGE:
        return f"- {kit.stderr.strip()}"
    if kit.returncode == FINE:
        return kit.stdout.splitlines()[-1].partition(": ")[2]
    faults = [line for line in kit.stdout.splitlines() if "FAILED" in line] or [kit.stderr[-300:]]
    return f"FAILED: {'; '.join(' '.join(fault.split()) for fault in faults)}"


def main() -> int:
    """Check all products; return 1 where one failed."""
    counts, names = Counter[str](), [word for word in sys.argv[1:] if word != HERE]
    for name, method, interpreter in products(names, ALL[:1] if HERE in sys.argv else ALL):
        told = checked(name, method, interpreter)
        counts[
            "failed" if told.startswith("FAILED") else "not there" if told.startswith("-") else "passed"
        ] += 1
        print(f"{name:<24} {method:<11} {interpreter.label:<10} {told}", flush=True)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return int(bool(counts["failed"]))


if __name__ == "__main__":
    sys.exit(main())
