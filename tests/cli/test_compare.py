"""`ipcbench compare` and `ipcbench history` as a user has them."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import msgspec
import pytest
from tests.support.commands import ipcbench
from tests.support.projects import git
from tests.support.runs import case, document, varied

from ipcbench.record.run import RunDocument
from ipcbench.record.store import Store


def store(folder: Path, *documents: RunDocument) -> None:
    for number, each in enumerate(documents):
        Store(folder).save(msgspec.to_builtins(varied(each, day=1 + number)), "20261101T120000Z")


def compare(folder: Path, words: str = "") -> tuple[int, str, str]:
    done = ipcbench(f"compare {words} --results {folder}")
    return done.returncode, done.stdout, done.stderr


def test_the_latest_two_runs_are_compared_and_a_gross_slowdown_is_exit_status_1(tmp_path: Path) -> None:
    store(tmp_path, document(case("my:Own", seconds=1e-5)), document(case("my:Own", seconds=5e-5)))
    status, out, _ = compare(tmp_path)
    assert status == 1
    assert "regressed" in out
    assert "ipcbench ab --git" in out
    assert "--channel my:Own" in out


def test_what_sequential_runs_cannot_decide_is_exit_status_3_and_names_the_ab_that_does(
    tmp_path: Path,
) -> None:
    after = case("pipe", seconds=1.05e-5, python="3.13.0", start_method="spawn")
    store(tmp_path, document(case("pipe", start_method="spawn")), document(after))
    status, out, _ = compare(tmp_path, "1 2")
    assert status == 3
    assert "inconclusive" in out
    assert (
        "ipcbench ab --a python=python3.11 --b python=python3.13 --channel pipe --workload stream --size 64B "
        "--placement split --a start-method=spawn --b start-method=spawn"
    ) in out


def test_where_nothing_can_differ_but_the_machine_no_ab_is_named(tmp_path: Path) -> None:
    store(tmp_path, document(case("pipe")), document(case("pipe")))
    assert "no ab can: channels and Python are the same" in compare(tmp_path)[1]


def test_a_missing_cell_never_passes(tmp_path: Path) -> None:
    store(tmp_path, document(case("pipe"), case("queue")), document(case("pipe")))
    status, out, _ = compare(tmp_path)
    assert status == 4
    assert "1 missing" in out


def test_different_environments_are_named_before_any_number(tmp_path: Path) -> None:
    head = varied(document(case("pipe", seconds=9e-5)), cpu="Other")
    store(tmp_path, document(case("pipe")), head)
    status, out, _ = compare(tmp_path)
    assert status == 3
    assert out.splitlines()[0] == "differs: cpu: Imaginary 9000 -> Other"
    assert "nothing is decided" in out.splitlines()[1]


def test_a_git_revision_means_the_run_of_that_commit(tmp_path: Path) -> None:
    here = tmp_path / "project"
    (here / "results").mkdir(parents=True)
    git(here, "init", "--quiet")
    for number in range(2):
        git(here, "commit", "--quiet", "--allow-empty", "-m", str(number))
        commit = git(here, "rev-parse", "HEAD")
        run = varied(document(case("pipe", seconds=1e-5 * (1 + 4 * number))), commit=commit)
        Store(here / "results").save(msgspec.to_builtins(run), "20261101T120000Z")
    done = ipcbench("compare HEAD~1 HEAD --results results", cwd=here)
    assert done.returncode == 1, done.stderr
    shown = [ipcbench(f"show {name} --results results", cwd=here).stdout for name in ("HEAD~1", "1")]
    assert shown[0] == shown[1] != ""
    drawn = ipcbench("plot HEAD --results results", cwd=here)
    assert "0002_20261101T120000Z-throughput-stream.svg" in drawn.stdout
    git(here, "commit", "--quiet", "--allow-empty", "-m", "not measured")
    done = ipcbench("compare HEAD~1 HEAD --results results", cwd=here)
    assert done.returncode == 2
    assert "was measured at 'HEAD'" in done.stderr


NONSENSE = {
    "not JSON": "{",
    "not a number": '{"stats": NaN}',
    "a list": "[]",
    "keys missing": '{"benchmarks": []}',
    "brackets": "[" * 1_000_000,
    "nothing": "",
}


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE)
def test_a_document_edited_to_nonsense_is_one_line_and_exit_status_2(tmp_path: Path, content: str) -> None:
    store(tmp_path, document(case("pipe")))
    odd = tmp_path / "0002_odd.json"
    odd.write_text(content)
    for words in ("1 latest", "latest 1"):
        status, out, err = compare(tmp_path, words)
        assert status == 2
        assert out == ""
        assert len(err.splitlines()) == 1
    assert odd.read_text() == content


def test_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    store(tmp_path, document(case("pipe")))
    with (tmp_path / "0002_odd.json").open("w") as file:
        file.write("[" * 1000)
        file.truncate(1 << 30)
    status, _, err = compare(tmp_path)
    assert status == 2
    assert "larger than 64 MiB" in err


@pytest.mark.parametrize("value", [-1.0, 0.0, "fast", None, 1e999])
def test_samples_that_are_no_times_are_refused(tmp_path: Path, value: object) -> None:
    edited = msgspec.to_builtins(document(case("pipe")))
    edited["benchmarks"][0]["stats"]["data"][0] = value
    (tmp_path / "0001_odd.json").write_text(json.dumps(edited))
    status, _, err = compare(tmp_path, "1 1")
    assert status == 2
    assert len(err.splitlines()) == 1


def test_a_channel_that_takes_twice_as_long_is_never_improved_because_its_loop_takes_three_times(
    tmp_path: Path,
) -> None:
    for seconds, loop in ((1e-5, 1e-6), (1.91e-5, 2.9e-6)):
        beside = case("os-pipe", seconds=loop, asked=False)
        store(tmp_path, document(case("pipe", seconds=seconds, reference_loop="os-pipe"), beside))
    status, out, _ = compare(tmp_path)
    assert status == 3
    assert "1.910×" in out
    assert "improved, but a message took 1.910 times as long" in out


def test_another_schema_is_refused_and_left_out_of_a_history(tmp_path: Path) -> None:
    store(tmp_path, document(case("pipe")))
    other = msgspec.to_builtins(document(case("pipe")))
    other["ipcbench"]["schema"] = 99
    (tmp_path / "0002_other.json").write_text(json.dumps(other))
    status, _, err = compare(tmp_path)
    assert status == 2
    assert "schema 99" in err
    done = ipcbench(f"history --results {tmp_path}")
    assert done.returncode == 0
    assert "1 runs" in done.stdout
    assert "left out: " in done.stderr
    assert "0002_other.json: schema 99; this version reads schemas 1 to 2" in done.stderr


def test_records_that_are_no_runs_are_no_part_of_a_history_and_no_fault_of_it(tmp_path: Path) -> None:
    store(tmp_path, document(case("pipe")))
    ours = next((Path(__file__).parents[2] / "results").glob("0006_*.json"))
    shutil.copy(ours, tmp_path / "0002_comparison.json")
    done = ipcbench(f"history --results {tmp_path}")
    assert done.returncode == 0
    assert "1 runs" in done.stdout
    assert done.stderr == ""


def test_an_empty_history_is_exit_status_2(tmp_path: Path) -> None:
    done = ipcbench(f"history --results {tmp_path}")
    assert done.returncode == 2
    assert "accepted: a folder of stored runs" in done.stderr


def test_a_history_names_the_runs_between_which_a_cell_changed(tmp_path: Path) -> None:
    factors = [1.0, 1.01, 0.99, 1.0, 1.01, 1.0, 0.99, 1.01, 1.0, 1.0, 1.4, 1.41, 1.39, 1.4, 1.41]
    store(tmp_path, *(document(case("pipe", seconds=1e-5 * f), case("queue")) for f in factors))
    words = f"history --results {tmp_path} --chart {tmp_path / 'charts'} --otava {tmp_path / 'otava'}"
    done = ipcbench(words)
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if "slower" in line]
    assert line.startswith("pipe stream 64B fork split 3.11")
    assert line.index("0010 (") < line.index("0011 (")
    assert [path.suffix for path in sorted((tmp_path / "charts").iterdir())] == [".png", ".svg"]
    told = json.loads(ipcbench(f"history --format json --results {tmp_path}").stdout)
    assert [len(each["stretches"][0]["changes"]) for each in told["series"]] == [1, 0]


def test_otava_gets_a_file_for_each_series_and_its_configuration(tmp_path: Path) -> None:
    store(tmp_path, *(document(case("pipe"), case("queue")) for _ in range(3)))
    ipcbench(f"history --results {tmp_path} --otava {tmp_path / 'otava'} --channel pipe")
    assert sorted(path.name for path in (tmp_path / "otava").iterdir()) == [
        "otava.yaml",
        "pipe-stream-64B-fork-split-3.11.csv",
    ]
    content = (tmp_path / "otava" / "pipe-stream-64B-fork-split-3.11.csv").read_text()
    rows = list(csv.DictReader(content.splitlines()))
    assert [row["run"] for row in rows] == [f"000{n}_20261101T120000Z" for n in (1, 2, 3)]
    assert all(float(row["seconds"]) > 0 for row in rows)
    assert "file: pipe-stream-64B-fork-split-3.11.csv" in (tmp_path / "otava" / "otava.yaml").read_text()


def test_a_cell_that_was_never_measured_is_exit_status_2(tmp_path: Path) -> None:
    store(tmp_path, document(case("pipe")))
    done = ipcbench(f"history --results {tmp_path} --channel tube")
    assert done.returncode == 2
    assert "no stored run has such a cell" in done.stderr


def test_what_slowed_both_runs_is_named_beside_the_verdicts(tmp_path: Path) -> None:
    for seconds in (1e-5, 3e-5):
        store(tmp_path, document(case("pipe", seconds=seconds, slowdowns=["-X dev"])))
    _, out, _ = compare(tmp_path)
    assert "slowed by -X dev: every cell of the later run" in out
