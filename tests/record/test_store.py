import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from tests.support.documents import journal_entries
from tests.support.runs import case, document

from ipcbench.errors import DocumentError, UsageError
from ipcbench.record.counts import read_counts
from ipcbench.record.run import build_run, read_run
from ipcbench.record.schema import SCHEMA
from ipcbench.record.store import Store
from ipcbench.record.writing import write_whole
from ipcbench.report.kinds import describe, show


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def saved(store: Store) -> Path:
    return store.save(build_run(journal_entries()), "20261123T120000Z")


def test_documents_are_numbered_in_order_and_never_overwritten(store: Store) -> None:
    names = [saved(store).name for _ in range(3)]
    assert names == [f"000{n}_20261123T120000Z.json" for n in (1, 2, 3)]
    assert [path.name for path in store.records()] == names


def test_a_saved_document_reads_back(store: Store) -> None:
    document = read_run(saved(store))
    assert document.ipcbench is not None
    assert document.ipcbench.seed == 1
    record = document.benchmarks[0].extra_info.ipcbench
    assert record is not None
    assert record.case.channel == "pipe"
    assert document.benchmarks[0].stats.data == [4e-6, 5e-6, 4.5e-6, 6e-6, 4e-6, 5e-6, 4.5e-6, 7e-6]


def test_nothing_but_documents_is_left_in_the_folder(store: Store) -> None:
    saved(store)
    assert [path.name for path in store.folder.iterdir()] == ["0001_20261123T120000Z.json"]


def test_runs_are_found_by_age_number_and_path(store: Store) -> None:
    first, second = saved(store), saved(store)
    assert store.find("latest") == second
    assert store.find("latest~1") == first
    assert store.find("1") == first
    assert store.find(str(second)) == second


@pytest.mark.parametrize("name", ["latest", "latest~3", "7", "nowhere.json", "latest~x"])
def test_a_run_that_is_not_there_says_what_is_accepted(store: Store, name: str) -> None:
    with pytest.raises(UsageError, match="accepted: latest"):
        store.find(name)


def test_a_folder_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="accepted: a writable folder"):
        Store(tmp_path / "file" / "results").prepare()


DAMAGES: dict[str, tuple[Callable[[str], str], str]] = {
    "cut in half": (lambda text: text[: len(text) // 2], "truncated"),
    "empty": (lambda _: "", "truncated"),
    "a list": (lambda _: "[]", "not a run document"),
    "brackets": (lambda _: "[" * 200_000, "not a run document"),
    "NaN": (lambda text: text.replace('"data":[', '"data":[NaN,'), "not a run document"),
    "a word": (lambda text: text.replace('"data":[', '"data":["fast",'), "not a run document"),
    "absurd": (
        lambda text: text.replace('"data":[4e-6', '"data":[1e308').replace('"data":[4e-06', '"data":[1e308'),
        "<= 1000000.0",
    ),
    "foreign": (
        lambda text: json.dumps({**json.loads(text), "ipcbench": None}),
        "without an ipcbench record",
    ),
    "a newer schema": (
        lambda text: text.replace(f'"schema":{SCHEMA}', '"schema":99'),
        "schema 99; this version reads",
    ),
    "lost samples": (lambda text: text.replace('"trials":4', '"trials":3'), "do not agree"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_document_is_refused_by_name_and_reason(store: Store, damage: str) -> None:
    edit, reason = DAMAGES[damage]
    path = saved(store)
    path.write_text(edit(path.read_text()))
    with pytest.raises(DocumentError, match=reason) as refusal:
        read_run(path)
    assert str(path) in str(refusal.value)


def test_pytest_benchmark_reads_our_documents(store: Store) -> None:
    from pytest_benchmark.logger import Logger
    from pytest_benchmark.storage.file import FileStorage

    saved(store)
    benchmarks = list(FileStorage(store.folder, Logger(Logger.QUIET)).load_benchmarks())
    assert [bench["name"] for bench in benchmarks] == ["pipe stream 64B fork split 3.11.7"]
    assert benchmarks[0]["rounds"] == 8
    assert benchmarks[0]["min"] == 4e-6
    saved(store)
    compared = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "--storage", f"file://{store.folder}", "compare"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert compared.stdout.count("pipe stream 64B fork split 3.11.7 (") == 2
    assert compared.stderr == ""


def test_a_record_of_an_unknown_kind_is_named_and_no_latest_run(store: Store) -> None:
    run = saved(store)
    other = store.save({"benchmarks": [], "ipcbench": {"kind": "horoscope"}}, "20261123T120001Z")
    assert store.find("latest") == run
    assert store.find("latest", ("horoscope",)) == other
    assert [path for path, _ in store.documents()] == [run]
    for read in (lambda path: show(path, "text"), describe):
        with pytest.raises(DocumentError, match="a kind that this version does not know"):
            read(other)


def test_runs_that_end_at_once_have_a_number_each(tmp_path: Path) -> None:
    content = msgspec.to_builtins(document(case("pipe")))

    def save(writer: int) -> None:
        for number in range(10):
            Store(tmp_path).save(content, f"2026112{writer}T1200{number:02}Z")

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(save, range(4)))
    numbers = [int(path.name.split("_")[0]) for path in Store(tmp_path).records()]
    assert sorted(numbers) == sorted(set(numbers))
    assert len(numbers) == 40


def test_a_device_is_written_into_and_a_link_replaced(tmp_path: Path) -> None:
    precious, link = tmp_path / "precious", tmp_path / "link"
    precious.write_text("kept")
    link.symlink_to(precious)
    write_whole(link, b"new")
    assert (precious.read_text(), link.read_text(), link.is_symlink()) == ("kept", "new", False)
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(OSError, match="No such device"):
        write_whole(tmp_path / "fifo", b"for nobody")
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    write_whole(tmp_path / "fifo", b"for somebody")
    assert os.read(reader, 100) == b"for somebody"
    os.close(reader)


@pytest.mark.parametrize("what", ["reads", "bytes written"])
def test_counts_that_lack_something_are_no_record(tmp_path: Path, what: str) -> None:
    plain = json.loads((Path(__file__).parents[1] / "fuzz" / "seeds" / "record-counts.json").read_text())
    counts = plain["ipcbench"]["rows"][0]["counts"]["receiver"]
    counts["other"] = counts.pop(what)
    (tmp_path / "0001_x.json").write_text(json.dumps(plain))
    with pytest.raises(DocumentError, match=f"of the receiver there are no {what}"):
        read_counts(tmp_path / "0001_x.json")


def test_two_launches_of_one_pass_are_no_record(tmp_path: Path) -> None:
    plain = json.loads((Path(__file__).parents[1] / "fuzz" / "seeds" / "record-run.json").read_text())
    launches = plain["benchmarks"][0]["extra_info"]["ipcbench"]["launches"]
    launches[1]["pass_number"] = launches[0]["pass_number"]
    (tmp_path / "0001_x.json").write_text(json.dumps(plain))
    with pytest.raises(DocumentError, match="two launches of one pass"):
        read_run(tmp_path / "0001_x.json")
