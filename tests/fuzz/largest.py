"""`make limits`: what each command that reads takes of the largest records that are accepted. POSIX."""

from __future__ import annotations

import copy
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fuzz.engine import ipcbench, preload

from ipcbench.plan.matrix import MOST_CASES, MOST_LAUNCHES, MOST_LAUNCHES_OF_ALL
from ipcbench.record.files import MOST_VALUES
from ipcbench.record.reading import RUN
from ipcbench.report.exports import EXPORTS

SEED = Path(__file__).parent / "seeds" / "record-run.json"
#: `{0}` is a record, `{1}` a folder to write into, `{2}` one with three of these records.
READERS = (
    "show {0}",
    "show --costs {0}",
    "compare {0} {0}",
    "plot {0} -o {1}",
    "report {0} -o {1}/page.html",
    *(f"export {name} {{0}} -o {{1}}/{name}" for name, each in EXPORTS.items() if RUN in each.kinds),
    "list --results {2}",
    "history --results {2}",
)
#: What a run in a folder of its own may say of such a record: figures, undecided, a line.
FINE = (0, 2, 3)


def launches() -> Any:
    """As many launches as a case may have, of three cases with round trips."""
    run = json.loads(SEED.read_text())
    run["benchmarks"] = [each for each in run["benchmarks"] if "ping-pong" in each["name"]][:3]
    for benchmark in run["benchmarks"]:
        record = benchmark["extra_info"]["ipcbench"]
        one = record["launches"][0]
        benchmark["stats"]["data"] = benchmark["stats"]["data"][: one["trials"]] * MOST_LAUNCHES
        record["launches"] = [{**one, "pass_number": n, "at_s": n * 5.0} for n in range(MOST_LAUNCHES)]
    return run


def spread_launches() -> Any:
    """As many launches as a run may have, a hundred of each case."""
    run = json.loads(SEED.read_text())
    seed, run["benchmarks"] = next(each for each in run["benchmarks"] if "ping-pong" in each["name"]), []
    for number in range(MOST_LAUNCHES_OF_ALL // 100):
        benchmark = copy.deepcopy(seed)
        record = benchmark["extra_info"]["ipcbench"]
        record["case"] |= {"channel": f"own.module:C{number % 50}", "payload_bytes": 1 + number // 50}
        one = record["launches"][0]
        benchmark["stats"]["data"] = benchmark["stats"]["data"][: one["trials"]] * 100
        record["launches"] = [{**one, "pass_number": n, "at_s": n * 5.0} for n in range(100)]
        run["benchmarks"].append(benchmark)
    return run


def cases(kinds: bool = False) -> Any:
    """As many cases as a run may have: a size each, or a kind of payload, and so a table and a chart."""
    run = json.loads(SEED.read_text())
    seed, run["benchmarks"] = run["benchmarks"][0], []
    for number in range(MOST_CASES):
        benchmark = copy.deepcopy(seed)
        record = benchmark["extra_info"]["ipcbench"]
        record["launches"] = record["launches"][:5]
        record["case"] |= {"payload_kind": f"k{number}"} if kinds else {"payload_bytes": number + 1}
        trials = sum(launch["trials"] for launch in record["launches"])
        benchmark["stats"]["data"] = benchmark["stats"]["data"][:trials]
        run["benchmarks"].append(benchmark)
    return run


def samples() -> Any:
    """As many samples as a record may have values."""
    run = json.loads(SEED.read_text())
    del run["benchmarks"][1:]
    record = run["benchmarks"][0]["extra_info"]["ipcbench"]
    del record["launches"][1:]
    record["launches"][0]["trials"] = MOST_VALUES * 39 // 40
    run["benchmarks"][0]["stats"]["data"] = [1e-6] * record["launches"][0]["trials"]
    return run


LARGEST: dict[str, Callable[[], Any]] = {
    f"{MOST_LAUNCHES:,} launches of 3 cases": launches,
    f"{MOST_LAUNCHES_OF_ALL:,} launches of 200 cases": spread_launches,
    f"{MOST_CASES:,} sizes": cases,
    f"{MOST_CASES:,} kinds of payloads": lambda: cases(kinds=True),
    "3.9 million samples": samples,
}


def main() -> int:
    """Print a row for each record and command; return 1 where a limit was passed."""
    preload()
    faults = 0
    for name, make in LARGEST.items():
        folder = Path(tempfile.mkdtemp(prefix="ipcbench-limits-"))
        for number in (1, 2, 3):
            (folder / f"{number:04}_a.json").write_text(json.dumps(make()))
        record = folder / "0001_a.json"
        print(f"{name}: {record.stat().st_size / 2**20:.1f} MiB")
        for reader in READERS:
            found = ipcbench(reader.format(record, folder / "out", folder).split())
            wrong = found.fault or (found.status not in FINE and f"status {found.status}")
            faults += bool(wrong)
            print(
                f"  {reader.partition(' {')[0]:14} {found.seconds:5.1f} s {found.peak_bytes >> 20:5} MiB",
                end="",
            )
            said = found.out.decode(errors="backslashreplace").strip().splitlines()[-1:]
            print(f"  {wrong or ''}", f"  {said[0][:100]}" if found.status == 2 and said else "", flush=True)
        shutil.rmtree(folder)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
