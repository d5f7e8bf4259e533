"""What older versions stored says the same in today's: tables to the digit, journals too."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from tests.support.documents import journal_entries

from ipcbench.analysis.groups import read_groups
from ipcbench.errors import DocumentError
from ipcbench.record.document import store_journal
from ipcbench.record.run import build_run, read_run
from ipcbench.record.schema import SCHEMA
from ipcbench.record.store import Store
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
    lines = [line.rstrip() for line in printed.splitlines()]
    assert lines == (DATA / "schema-1.txt").read_text().splitlines()


def test_an_old_document_is_read_as_the_newest_schema_and_left_as_it_is(tmp_path: Path) -> None:
    copy = Path(shutil.copy(OLD, tmp_path))
    document = read_run(copy)
    assert document.ipcbench is not None
    assert document.ipcbench.schema == SCHEMA
    records = [benchmark.extra_info.ipcbench for benchmark in document.benchmarks]
    assert {record.schema for record in records if record} == {SCHEMA}
    assert copy.read_bytes() == OLD.read_bytes()


@pytest.mark.parametrize("path", sorted(RESULTS.glob("000[2-5]*.json")), ids=lambda path: path.name[:4])
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
