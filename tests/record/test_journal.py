from pathlib import Path

import msgspec
import pytest
from tests.support.documents import journal_entries

from ipcbench.commands.recording import store_journal
from ipcbench.errors import DocumentError
from ipcbench.record.journal import Journal, read_journal
from ipcbench.record.run import RunEntry, build_run, read_run
from ipcbench.record.store import Store


def write(path: Path, *, ended: bool = True) -> Path:
    journal = Journal(path)
    for entry in journal_entries(ended=ended):
        journal.append(msgspec.convert(entry, RunEntry))
    journal.close()
    return path


def test_what_was_appended_reads_back(tmp_path: Path) -> None:
    entries = read_journal(write(tmp_path / "a.jsonl"))
    assert msgspec.convert(entries, list[RunEntry]) == msgspec.convert(journal_entries(), list[RunEntry])


def test_a_last_line_cut_short_by_a_crash_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl")
    path.write_bytes(path.read_bytes()[:-10])
    assert [entry["kind"] for entry in read_journal(path)] == [
        entry["kind"] for entry in journal_entries()[:-1]
    ]


@pytest.mark.parametrize("written", [0, 1, 40, None], ids=["nothing", "a byte", "a part", "all"])
def test_an_append_that_ctrl_c_interrupts_harms_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int | None
) -> None:
    entries = [msgspec.convert(entry, RunEntry) for entry in journal_entries()]
    journal = Journal(tmp_path / "a.jsonl")
    for entry in entries[:3]:
        journal.append(entry)

    def interrupted(line: bytes) -> None:
        journal._file.seek(journal._whole_bytes)
        journal._file.write(line[:written])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            journal.append(entries[3])
    journal.append(entries[-1])
    journal.close()
    kept = [*entries[:3], *([entries[3]] if written is None else []), entries[-1]]
    assert msgspec.convert(read_journal(journal.path), list[RunEntry]) == kept


def test_a_foreign_file_is_no_journal(tmp_path: Path) -> None:
    for content in (b"", b"hello\n", b'{"a": 1}\n', b'{"kind": "case"}\n'):
        (tmp_path / "a.jsonl").write_bytes(content)
        with pytest.raises(DocumentError, match=r"a\.jsonl"):
            store_journal(tmp_path / "a.jsonl", Store(tmp_path), "20261127T000000Z")


def test_a_journal_never_overwrites_another(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl")
    with pytest.raises(FileExistsError):
        Journal(path)


def test_a_journal_that_was_cut_off_becomes_a_document_that_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", ended=False)
    stored, _ = store_journal(path, Store(tmp_path), "20261123T120000Z")
    document = read_run(stored)
    assert document.ipcbench is not None
    assert document.ipcbench.stopped_by == "unknown"
    assert len(document.benchmarks[0].stats.data) == 8
    assert not path.exists()


def test_a_case_that_failed_before_its_first_trial_is_named_but_has_no_samples() -> None:
    entries = [entry for entry in journal_entries() if entry["kind"] != "launch"]
    name = entries[1]["name"]
    entries.insert(2, {"kind": "failure", "name": name, "why": "boom"})
    document = build_run(entries)
    assert document["benchmarks"] == []
    assert document["ipcbench"]["failures"] == {name: "boom"}


def test_a_document_is_valid_json_without_loss() -> None:
    document = build_run(journal_entries())
    assert msgspec.json.decode(msgspec.json.encode(document)) == document
