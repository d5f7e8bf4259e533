"""What older versions stored says the same in today's: tables to the digit, journals too."""

from __future__ import annotations

import json
import platform
import re
import shutil
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from tests.support.documents import journal_entries

from ipcbench.analysis.groups import read_groups
from ipcbench.commands.recording import store_journal
from ipcbench.errors import DocumentError
from ipcbench.record.journal import Journal
from ipcbench.record.kinds import KINDS, Record
from ipcbench.record.run import RunEntry, build_run, read_run
from ipcbench.record.schema import SCHEMA
from ipcbench.record.store import Store
from ipcbench.report.kinds import ALL
from ipcbench.report.tables.costs import costs_table
from ipcbench.report.tables.run import run_table

DATA = Path(__file__).parent / "data"
#: A part of the runs that were stored in November 2026, which have the traits of no workload and no heap.
OLD = DATA / "schema-1.json"
RESULTS = Path(__file__).parents[2] / "results"


def test_the_tables_of_an_old_run_are_what_the_version_printed_that_stored_it() -> None:
    document = read_run(OLD)
    groups = read_groups(document)
    printed = run_table(groups, document.ipcbench) + "\n" + costs_table(groups)
    was_printed = (DATA / "schema-1.txt").read_text()
    assert without_intervals(printed) == without_intervals(was_printed)
    assert [" ".join(line.split()) for line in printed.splitlines()] != without_intervals(printed)


def without_intervals(printed: str) -> list[str]:
    """Return the lines of tables but for their intervals, which were too narrow then."""
    lines = (re.sub(r"±[\d.]+%|\[[\d., ]+\]", "", line) for line in printed.splitlines())
    return [" ".join(line.split()) for line in lines]


def test_an_old_document_is_read_as_the_newest_schema_and_left_as_it_is(tmp_path: Path) -> None:
    copy = Path(shutil.copy(OLD, tmp_path))
    document = read_run(copy)
    assert document.ipcbench is not None
    assert document.ipcbench.schema == SCHEMA
    records = [benchmark.extra_info.ipcbench for benchmark in document.benchmarks]
    assert {record.schema for record in records if record} == {SCHEMA}
    assert copy.read_bytes() == OLD.read_bytes()


@pytest.mark.parametrize(
    "path", [OLD, *sorted(RESULTS.glob("000[1-4]*.json"))], ids=lambda path: path.name[:8]
)
def test_what_is_stored_reads_the_same_once_it_is_written_anew(path: Path, tmp_path: Path) -> None:
    document = read_run(path)
    anew = tmp_path / "anew.json"
    plain = {**json.loads(path.read_text()), "ipcbench": msgspec.to_builtins(document.ipcbench)}
    for benchmark, read in zip(plain["benchmarks"], document.benchmarks, strict=True):
        benchmark["extra_info"]["ipcbench"] = msgspec.to_builtins(read.extra_info.ipcbench)
    anew.write_text(json.dumps(plain))
    assert '"floor"' not in anew.read_text()
    assert read_run(anew) == document


@pytest.mark.parametrize("missing", ["schema", "benchmarks", "case", "workload"])
def test_an_old_document_that_was_edited_to_nonsense_is_named(missing: str, tmp_path: Path) -> None:
    text = OLD.read_text().replace(f'"{missing}":', '"lost":')
    (tmp_path / "old.json").write_text(text)
    with pytest.raises(DocumentError, match=r"old\.json"):
        read_run(tmp_path / "old.json")


def old_entries() -> list[dict[str, object]]:
    """A journal as the first versions wrote it."""
    entries = journal_entries()
    case = entries[1]
    del case["workload"], case["delivers"]
    case["floor"], case["unit"] = case.pop("reference_loop"), "message"
    return entries


def test_an_old_journal_becomes_a_record_of_today(tmp_path: Path) -> None:
    journal = tmp_path / "old.journal.jsonl"
    journal.write_text("".join(json.dumps(entry) + "\n" for entry in old_entries()))
    stored, _ = store_journal(journal, Store(tmp_path), "20261123T120000Z")
    record = read_run(stored).benchmarks[0].extra_info.ipcbench
    assert record is not None
    assert record.reference_loop == "os-pipe"
    assert record.workload.is_rate
    assert record.workload.charts[0] == "throughput"
    assert record.case.heap == "unnamed"


def test_a_journal_of_todays_states_what_an_old_one_left_to_names() -> None:
    document = build_run(journal_entries())
    record = document["benchmarks"][0]["extra_info"]["ipcbench"]
    assert record["workload"]["unit"] == "message"
    assert "unit" not in record
    assert document["ipcbench"]["kind"] == "run"


def test_a_journal_of_a_version_between_has_its_loop_and_its_chart_too() -> None:
    entries = journal_entries()
    case = entries[1]
    case["floor"], case["unit"] = case.pop("reference_loop"), "message"
    case["workload"]["charts"] = ["holds"]
    record = build_run(entries)["benchmarks"][0]["extra_info"]["ipcbench"]
    assert record["reference_loop"] == "os-pipe"
    assert record["workload"]["charts"] == ["backlog"]


@pytest.mark.parametrize(
    "line",
    [
        '{"kind": "case", "case": [], "unit": "message"}',
        '{"kind": "case", "case": null, "unit": "message"}',
        '{"kind": "case", "case": {"workload": 3}, "unit": "message"}',
        '{"kind": "launch", "name": 5}',
        '{"kind": "x", "deep": ' + "[" * 100_000 + "}",
        '{"kind": "\udcff"}',
    ],
    ids=["list", "null", "number", "launch", "deep", "bytes"],
)
def test_a_journal_that_was_edited_to_nonsense_is_named(line: str, tmp_path: Path) -> None:
    journal = tmp_path / "odd.journal.jsonl"
    first = json.dumps(journal_entries()[0])
    journal.write_bytes(f"{first}\n{line}\n".encode(errors="surrogateescape"))
    with pytest.raises(DocumentError, match=r"odd\.journal\.jsonl"):
        store_journal(journal, Store(tmp_path), "20261123T120000Z")


def test_a_damaged_document_does_not_hide_the_others(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(build_run(journal_entries()), "20261123T120000Z")
    (tmp_path / "0002_odd.json").write_bytes(
        b'{"commit_info": {"branch": "\xff"}, "ipcbench": {"kind": "run"}}'
    )
    told: list[str] = []
    assert len(list(store.documents(told.append))) == 1
    assert "0002_odd.json" in told[0]
    assert store.find("latest~1").name.startswith("0001_")


@pytest.mark.parametrize("name", ["run", "host", "data", "pipe", "stream", "kind"])
def test_a_host_may_be_called_as_a_field_or_a_channel(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "node", lambda: name)
    with Journal(tmp_path / "a.journal.jsonl") as journal:
        for entry in journal_entries():
            journal.append(msgspec.convert(entry, RunEntry))
    stored, _ = store_journal(journal.path, Store(tmp_path), "20261123T120000Z")
    assert read_run(stored).benchmarks[0].name == "pipe stream 64B fork split 3.11.7"


def test_every_kind_of_record_is_one_of_a_tagged_union_and_has_a_reader_and_a_table() -> None:
    tags = [kind.__struct_config__.tag for kind in get_args(Record)]
    assert tags == list(KINDS)
    assert tags == list(ALL)
    # One type decodes them all: the tag says which it is.
    for path in sorted(RESULTS.glob("0*.json")):
        content = json.loads(path.read_bytes())["ipcbench"]
        if content["schema"] == SCHEMA:
            assert type(msgspec.convert(content, Record)) in get_args(Record)
