"""Machines that are small, strange or badly set up: figures where there can be some, one line where not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.support.commands import COMMAND, ROOT

from ipcbench.record.run import read_run

if sys.platform == "win32":
    pytest.skip("sets limits", allow_module_level=True)
import resource

RUN = "run --channel pipe --size 64 --workload stream --max-time 0.1"
AFFINITY = ("sched_setaffinity", "sched_getaffinity")


def limited(which: int, most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(which, (most, most))


def on_one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def ipcbench(
    words: str,
    folder: Path,
    *,
    env: Mapping[str, str | None] | None = None,
    first: Callable[[], None] | None = None,
    python: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process that begins with this; its Python, and that of its probes, with that."""
    (folder / "sitecustomize.py").write_text(python)
    # Where files may not be long, an interpreter would keep half of what it compiles for all later ones.
    changed = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
    done = subprocess.run(
        [*COMMAND, *words.split()],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env={name: value for name, value in changed.items() if value is not None},
        preexec_fn=first,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


ODD: dict[str, dict[str, object]] = {
    "one core": {"first": on_one_core},
    "32 files": {"first": limited(resource.RLIMIT_NOFILE, 32)},
    "a gigabyte of address space": {"first": limited(resource.RLIMIT_AS, 1 << 30)},
    "no home": {"env": {"HOME": None, "XDG_CACHE_HOME": None}},
    "a home that is not there": {"env": {"HOME": "/nonexistent", "XDG_CACHE_HOME": None}},
    "no temporary folder where it is said to be": {"env": {"TMPDIR": "/nonexistent"}},
    "ASCII": {"env": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}},
    "a dumb and narrow terminal": {"env": {"TERM": "dumb", "COLUMNS": "20"}},
    "no affinity": {"python": "".join(f"import os; del os.{name}\n" for name in AFFINITY)},
    "a clock that steps back": {
        "python": "import time\nsteps, true = iter(range(0, 10**9, 7200)), time.time\n"
        "time.time = lambda: true() - next(steps)\n"
    },
}


@pytest.mark.skipif(sys.platform != "linux", reason="sets what only Linux has")
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_machine_is_measured(odd: str, tmp_path: Path) -> None:
    done = ipcbench(f"{RUN} --results {tmp_path}", tmp_path, **ODD[odd])  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    run = read_run(next(tmp_path.glob("0*.json")))
    assert run.ipcbench
    assert 0 < run.ipcbench.elapsed_s < 20
    assert len(run.benchmarks) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="sets what only Linux has")
def test_where_affinity_is_forbidden_a_line_says_what_works(tmp_path: Path) -> None:
    forbidden = "import os\ndef no(*_): raise PermissionError(1, 'Operation not permitted')\n"
    python = f"{forbidden}os.sched_setaffinity = no\n"
    done = ipcbench(f"{RUN} --results {tmp_path}", tmp_path, python=python)
    assert done.returncode == 4
    assert "no process may be bound to a core here" in done.stderr
    assert "accepted: --placement free" in done.stderr
    done = ipcbench(f"{RUN} --placement free --results {tmp_path}", tmp_path, python=python)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("words", [RUN, "explain --channel pipe --launches 1", "count --channel pipe"])
def test_too_few_open_files_are_a_line(words: str, tmp_path: Path) -> None:
    first = limited(resource.RLIMIT_NOFILE, 12)
    done = ipcbench(f"{words} --results {tmp_path}", tmp_path, first=first)
    assert done.returncode == 4
    assert "Too many open files" in done.stderr
    told = ipcbench("doctor", tmp_path, first=first)
    assert "12 open files" in told.stdout
    assert "ulimit -n 256 or more" in told.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="no other system limits the address space")
@pytest.mark.parametrize("words", [RUN, "show latest", "compare 0001 0002"])
def test_too_little_address_space_is_a_line_and_no_verdict(words: str, tmp_path: Path) -> None:
    first = limited(resource.RLIMIT_AS, 200 << 20)
    done = ipcbench(f"{words} --results {tmp_path}", tmp_path, first=first)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "ipcbench: this process may have 200 MiB of address space; accepted: 512 MiB or more "
        "(ulimit -v 524288)\n"
    )
    assert "ulimit -v 524288 or more" in ipcbench("doctor", tmp_path, first=first).stdout


@pytest.mark.parametrize("words", ["plot {0} -o {1}", "export hdr {0} -o {1}", "compare {0} {0} -o {1}/x"])
def test_a_disk_that_is_full_is_no_wrong_usage_and_has_no_half_a_file(words: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    record = ROOT / "tests" / "fuzz" / "seeds" / "record-run.json"
    full = limited(resource.RLIMIT_FSIZE, 64)
    done = ipcbench(words.format(record, tmp_path / "out"), tmp_path, first=full)
    assert done.returncode == 4
    assert "File too large" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []
