"""Is starting light? `make startup` runs this.

Two promises: `ipcbench --help` imports nothing heavy, and a pytest session that has nothing to do with
ipcbench takes at most 10 ms longer because the plugin is installed. Commands are run in turns, in random
order; what one takes longer than another is the median of their differences within a round, with the sign
test's interval.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np

from ipcbench.statistics.estimates import Estimate, median_of_launches

HEAVY = ("numpy", "matplotlib", "rich", "hdrh", "msgspec", "pytest", "cpuinfo")
BUDGET_MS = 10.0
FEWEST_ROUNDS, ROUNDS = 20, 100
DEADLINE_S = 60.0

OURSELVES = [sys.executable, "-c", "from ipcbench.cli import main; main()"]
TELL_IMPORTS = (
    "import atexit, sys; from ipcbench.cli import main; "
    "atexit.register(lambda: print('imported', *sys.modules)); main()"
)
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "ipcbench --help": [*OURSELVES, "--help"],
    "ipcbench list": [*OURSELVES, "list"],
}
#: What only our own tests need would be most of a session's time, and of its noise.
OURS = [f"-pno:{plugin}" for plugin in ("hypothesispytest", "timeout", "cacheprovider")]
PYTEST = [sys.executable, "-m", "pytest", "-q", *OURS]
SESSIONS = {"without the plugin": [*PYTEST, "-pno:ipcbench"], "with the plugin": PYTEST}


def run(command: Sequence[str], folder: Path) -> str:
    """Run a command to its end, without the options of a pytest that we may be in; return its output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=DEADLINE_S, check=True
    )
    return done.stdout


def heavy_imports(folder: Path) -> list[str]:
    """Return which of the heavy packages `ipcbench --help` imports."""
    told = run([sys.executable, "-c", TELL_IMPORTS, "--help"], folder).splitlines()[-1].split()
    assert told[0] == "imported"
    return [name for name in HEAVY if name in told]


def in_turns(
    commands: Mapping[str, Sequence[str]], rounds: int, rng: random.Random, folder: Path
) -> dict[str, np.ndarray]:
    """Return how many ms each command took in each round; a round before them fills the caches."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name in rng.sample(sorted(commands), len(commands)):
            start_s = time.perf_counter()
            run(commands[name], folder)
            if number:
                taken[name].append(1e3 * (time.perf_counter() - start_s))
    return {name: np.array(ms) for name, ms in taken.items()}


def longer(taken_ms: Mapping[str, np.ndarray], name: str) -> Estimate:
    """Return how many ms a command took longer than the first one."""
    first = next(iter(taken_ms.values()))
    return median_of_launches((taken_ms[name] - first).tolist())


def show(taken_ms: Mapping[str, np.ndarray]) -> None:
    """Print what each command took and how much longer than the first."""
    for number, (name, ms) in enumerate(taken_ms.items()):
        more = longer(taken_ms, name)
        cell = f"{more.value:+7.1f} ms [{more.low:+.1f}, {more.high:+.1f}]" if number else ""
        print(f"{name:26} {np.median(ms):7.1f} ms  {cell}".rstrip(), flush=True)


def is_within(cost: Estimate) -> bool:
    """Say whether all of the interval of what the plugin costs is within the budget."""
    assert cost.low is not None
    assert cost.high is not None
    within = cost.high <= BUDGET_MS
    verdict = "is within" if within else "is beyond" if cost.low > BUDGET_MS else "may be beyond"
    print(f"what the plugin costs a pytest session {verdict} its budget of {BUDGET_MS:g} ms")
    return within


@click.command()
@click.option(
    "--rounds",
    type=click.IntRange(min=FEWEST_ROUNDS),
    default=ROUNDS,
    help=f"How often each command is run.  [{ROUNDS}]",
)
@click.option("--seed", default=1, help="Repeats the random orders.  [1]")
def main(rounds: int, seed: int) -> None:
    """Print what `ipcbench --help` imports and what starting costs; exit with 1 beyond the budget."""
    rng = random.Random(seed)
    print(f"{rounds} rounds in random order; medians, and the median difference to the first")
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pytest.ini").write_text("[pytest]\n")
        (folder / "test_unrelated.py").write_text("def test_nothing():\n    pass\n")
        show(in_turns(COMMANDS, rounds, rng, folder))
        print("a pytest session with one empty test:")
        sessions = in_turns(SESSIONS, rounds, rng, folder)
        show(sessions)
        heavy = heavy_imports(folder)
    print(f"ipcbench --help imports {', '.join(heavy) or 'none'} of {', '.join(HEAVY)}")
    within = is_within(longer(sessions, "with the plugin"))
    sys.exit(0 if within and not heavy else 1)


if __name__ == "__main__":
    main()
