"""What do other tools say of the same channels in the same time? `make side-by-side` runs this.

Streams of nine cells (three channels, three sizes, an end on each core) are compared with themselves, and
with themselves made 10 % slower exactly: every time that was measured is multiplied. Each tool has the same
wall time for all nine, start-up included, and uses its own rule, by its own code:

- pytest-benchmark, one run after the other: `--benchmark-compare-fail=mean:5%`, and `median:5%`;
- pyperf: `compare_to`, which calls slower what is significant;
- asv: the rule of `asv continuous --factor 1.05`, on samples as asv takes them, in two processes a side;
- benchmatrix: `collect-paired` and `compare --paired` with its defaults;
- `ipcbench ab`, with its defaults.

The tools live in an environment of their own (.venv-tools).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "others")]
from live_stream import CELLS  # noqa: E402

from ab_rates import Judged  # noqa: E402
from ipcbench.commands.ab import plan_ab  # noqa: E402
from ipcbench.measure.ab.ab import Ab  # noqa: E402
from ipcbench.plan.arms import parse_arms  # noqa: E402
from ipcbench.statistics.decision import Question, Rule  # noqa: E402

ENV, OTHERS = Path(".venv-tools"), HERE.absolute() / "others"
PYTEST = ("-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider")
TOOLS = ("pytest-benchmark==5.3.1", "pyperf==2.10.0", "asv==0.6.6", "asv_runner==0.3.2", "benchmatrix==1.2.1")
FACTOR = 1.10
DEADLINE_S = 900
#: Applies a rule of asv's to two files of samples; prints the cells that it calls slower.
ASV_RULE = """
import json, sys
from asv.commands.compare import _is_result_better
from asv_runner.statistics import compute_stats
base, head = (json.load(open(path)) for path in sys.argv[1:3])
for cell in base:
    (a, a_stats), (b, b_stats) = (compute_stats(side[cell], 1) for side in (base, head))
    if _is_result_better(a, b, (a_stats, base[cell]), (b_stats, head[cell]), 1.05):
        print(cell)
"""
#: What one tool said: whether each cell is slower, with no change and with the planted one; None: undecided.
Said = dict[str, tuple[bool | None, bool | None]]


def python() -> str:
    """Return the interpreter that has the tools, installed where they disturb nothing."""
    found = ENV / "bin" / "python"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", ENV], check=True)
        subprocess.run([found, "-m", "pip", "install", "--quiet", *TOOLS], check=True)
    return str(found.absolute())


def run(*words: str, folder: Path, factor: float = 1.0, ok: tuple[int, ...] = (0,)) -> str:
    """Run a tool; return what it printed."""
    done = subprocess.run(
        [python(), *words],
        cwd=folder,
        env={**os.environ, "PLANTED_FACTOR": str(factor), "PYTHONPATH": str(OTHERS)},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    if done.returncode not in ok:
        sys.exit(f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout + done.stderr


def scaled(value: object, names: set[str], factor: float) -> object:
    """Return a JSON value in which all numbers under these names are multiplied."""
    if isinstance(value, dict):
        return {
            name: multiplied(each, factor) if name in names else scaled(each, names, factor)
            for name, each in value.items()
        }
    return [scaled(each, names, factor) for each in value] if isinstance(value, list) else value


def multiplied(value: object, factor: float) -> object:
    if isinstance(value, list):
        return [multiplied(each, factor) for each in value]
    return value * factor if isinstance(value, float) else value


def pytest_benchmark(folder: Path, seconds: float) -> dict[str, Said]:
    """Run the suite twice; ask the tool's own check, which `--benchmark-compare-fail` uses."""
    stats = []
    for side in "ab":
        run(
            *PYTEST, str(OTHERS / "suite_live.py"), f"--rootdir={folder}", f"--benchmark-json={side}.json",
            f"--benchmark-max-time={seconds / 2 / len(CELLS) * 0.8}",
            folder=folder,
        )  # fmt: skip
        rows = json.loads((folder / f"{side}.json").read_text())["benchmarks"]
        stats.append({f"{row['params']['channel']} {row['params']['size']}": row["stats"] for row in rows})
    base, head = stats
    return {
        f"pytest-benchmark, {field}:5%": {
            cell: (
                _fails(base[cell][field], head[cell][field]),
                _fails(base[cell][field], head[cell][field] * FACTOR),
            )
            for cell in base
        }
        for field in ("mean", "median")
    }


def _fails(base: float, head: float) -> bool:
    """Return what pytest-benchmark's PercentageRegressionCheck says at 5 %."""
    return 100 * (head - base) / base > 5


def pyperf(folder: Path, seconds: float) -> dict[str, Said]:
    """Run the script twice; `compare_to` says slower, faster, or hides what is not significant."""
    processes, values = 5, 3
    each_s = seconds / 2 / len(CELLS) / processes - 0.3
    for side in "ab":
        run(
            str(OTHERS / "pyperf_live.py"), "-o", f"{side}.json", "-q",
            "-p", str(processes), "-n", str(values), "-w", "1",
            f"--min-time={max(0.01, each_s / (values + 2)):.3f}", folder=folder,
        )  # fmt: skip
    head = json.loads((folder / "b.json").read_text())
    (folder / "c.json").write_text(json.dumps(scaled(head, {"values", "warmups"}, FACTOR)))
    said: list[set[str]] = []
    for side in "bc":
        told = run("-m", "pyperf", "compare_to", "a.json", f"{side}.json", "-v", folder=folder)
        said.append(
            set(re.findall(r"^(\S+ \d+)\n=+\n\nMean.*: [\d.]+x slower\nSignificant", told, re.MULTILINE))
        )
    cells = [f"{channel} {size}" for channel, size in CELLS]
    return {"pyperf compare_to": {cell: (cell in said[0], cell in said[1]) for cell in cells}}


def asv(folder: Path, seconds: float) -> dict[str, Said]:
    """Sample both sides, each in two processes, and apply asv's rule."""
    for side in "ab":
        samples: dict[str, list[float]] = defaultdict(list)
        for _ in range(2):
            each_s = seconds / 4 / len(CELLS) - 0.1
            told = run(str(OTHERS / "asv_live.py"), str(each_s), folder=folder)
            for cell, values in json.loads(told).items():
                samples[cell] += values
        (folder / f"{side}.json").write_text(json.dumps(samples))
    slower = {cell: [value * FACTOR for value in values] for cell, values in samples.items()}
    (folder / "c.json").write_text(json.dumps(slower))
    said = [set(run("-c", ASV_RULE, "a.json", f"{side}.json", folder=folder).splitlines()) for side in "bc"]
    return {"asv continuous": {cell: (cell in said[0], cell in said[1]) for cell in samples}}


def benchmatrix(folder: Path, seconds: float) -> dict[str, Said]:
    """Collect pairs, once with no change and once with the planted one."""
    said = []
    # Nine cells take 36 pairs for a complete plan of its orders; it believes no run of fewer than 5 rounds.
    each_s = max(0.01, (seconds / 72 - 0.75) / len(CELLS))
    suite = [
        *PYTEST, str(OTHERS / "matrix_live.py"), f"--rootdir={folder}",
        f"--benchmark-max-time={each_s:.3f}", "--benchmark-min-rounds=5",
    ]  # fmt: skip
    for factor in (1.0, FACTOR):
        where = folder / f"pairs-{factor}"
        candidate = ["env", f"PLANTED_FACTOR={factor}", python(), *suite]
        run(
            "-m", "benchmatrix", "collect-paired", "--output", str(where),
            "--", python(), *suite, ":::", *candidate,
            folder=folder,
        )  # fmt: skip
        told = run(
            "-m", "benchmatrix", "compare", str(where), "--paired", "--threshold", "5%", "--format", "json",
            "--minimum-samples", "0", "--compatibility", "off", folder=folder, ok=(0, 1),
        )  # fmt: skip
        said.append(dict(_benchmatrix_cells(json.loads(told))))
    return {"benchmatrix, paired": {cell: (said[0][cell], said[1].get(cell)) for cell in said[0]}}


def _benchmatrix_cells(told: dict[str, list[dict[str, str]]]) -> Iterator[tuple[str, bool | None]]:
    for cell in told["comparisons"]:
        if cell["metric_name"] == "single_call_latency":
            status = cell["regression"] or "inconclusive"
            slower = {"regressed": True, "inconclusive": None}.get(status, False)
            yield f"{cell['implementation_name']} {cell['case_name']}", slower


def ipcbench_ab(_folder: Path, seconds: float) -> dict[str, Said]:
    """Compare live, within the same time; the same launches judged as they are, and made slower."""
    this = [f"python={sys.executable}"]
    channels, sizes = (",".join(dict.fromkeys(str(cell[i]) for cell in CELLS)) for i in (0, 1))
    asked = plan_ab(
        parse_arms({"a": this, "b": this}),
        {"channel": channels, "workload": "stream", "size": sizes, "placement": "split"},
        max_time_s=seconds,
    )
    kept: list[Judged] = []

    def judged(rule: Rule) -> Judged:
        kept.append(Judged(rule, {Question.SLOWER: (0.0, 0.10)}))
        return kept[-1]

    ab = Ab(asked, comparison=judged)
    words = {"regressed": True, "inconclusive": None}
    return {
        "ipcbench ab": {
            asked.name(one.cell): (
                words.get(each.tests[Question.SLOWER, 0.0].end().verdict.value, False),
                words.get(each.tests[Question.SLOWER, 0.10].end().verdict.value, False),
            )
            for one, each in zip(ab.run(), kept, strict=True)
        }
    }


MEASURERS: tuple[Callable[[Path, float], dict[str, Said]], ...] = (
    pytest_benchmark, pyperf, asv, benchmatrix, ipcbench_ab,
)  # fmt: skip


@click.command()
@click.option("--rounds", default=4, show_default=True, help="Comparisons of all nine cells by each tool.")
@click.option("--seconds", default=60.0, show_default=True, help="Wall time of each tool for a comparison.")
def main(rounds: int, seconds: float) -> None:
    """Count what each tool says of channels compared with themselves, and with themselves made slower."""
    counts: dict[str, list[Counter[bool | None]]] = defaultdict(lambda: [Counter(), Counter()])
    took: dict[str, float] = defaultdict(float)
    console = Console(width=140)
    for number in range(rounds):
        for measure in MEASURERS:
            start_s = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="side-by-side-") as folder:
                for tool, said in measure(Path(folder), seconds).items():
                    took[tool] += time.monotonic() - start_s
                    for verdicts in said.values():
                        for counter, verdict in zip(counts[tool], verdicts, strict=True):
                            counter[verdict] += 1
        console.print(f"round {number + 1} of {rounds} done", highlight=False)
    shown = Table(box=None)
    for heading in (
        "tool",
        "comparisons",
        "false alarms",
        "10 % slower found",
        "undecided: same, slower",
        "s a cell",
    ):
        shown.add_column(heading, justify="left" if heading == "tool" else "right")
    for tool, (same, slower) in counts.items():
        total = same.total()
        # benchmatrix cannot be given the planted factor afterwards: it measures twice.
        runs = 2 if tool.startswith("benchmatrix") else 1
        shown.add_row(
            tool,
            str(total),
            f"{same[True]} ({same[True] / total:.0%})",
            f"{slower[True]} ({slower[True] / total:.0%})",
            f"{same[None]}, {slower[None]}",
            f"{took[tool] / total / runs:.1f}",
        )
    console.print(shown)


if __name__ == "__main__":
    main()
