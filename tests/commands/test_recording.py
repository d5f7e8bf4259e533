"""Records of commands whose folder is taken away, or cannot take more, while they measure."""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.documents import journal_entries

from ipcbench.commands.recording import record
from ipcbench.commands.recover import recover
from ipcbench.errors import CaseError, DocumentError, IpcbenchError, UsageError, with_notes
from ipcbench.record.head import Entry, Head
from ipcbench.record.journal import Journal, read_journal
from ipcbench.record.run import LaunchEntry, RunEntry, read_run
from ipcbench.record.schema import ModuleRow
from ipcbench.record.store import Store


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def entries() -> list[Head | Entry]:
    return list(msgspec.convert(journal_entries(launches=6), list[RunEntry]))


def measuring(after: int, event: Callable[[], object]) -> Callable[[Journal], None]:
    """Return what journals a run, with something happening after so many entries."""

    def measure(journal: Journal) -> None:
        for number, entry in enumerate(entries()):
            if number == after:
                event()
            journal.append(entry)

    return measure


def samples_recovered(said: Exception, folder: Path) -> int:
    """Return how many samples the journal has that an error names."""
    journal = Path(str(said).rpartition("recover ")[2])
    return len(read_run(recover(journal, Store(folder))).benchmarks[0].stats.data)


@pytest.mark.parametrize("after", [1, 5, 14])
def test_a_folder_that_vanishes_while_it_is_measured_costs_nothing(tmp_path: Path, after: int) -> None:
    folder = tmp_path / "results"
    path, _ = record(Store(folder), measuring(after, lambda: shutil.rmtree(folder)))
    assert path.parent == folder
    (benchmark,) = read_run(path).benchmarks
    assert len(benchmark.stats.data) == 6 * 4
    assert not list((tmp_path / "temporary").iterdir())


def test_a_folder_that_becomes_a_file_leaves_the_journal_and_says_where(tmp_path: Path) -> None:
    folder = tmp_path / "results"

    def replace() -> None:
        shutil.rmtree(folder)
        folder.write_text("")

    with pytest.raises(
        IpcbenchError, match="accepted: a writable folder; what had been measured is kept"
    ) as raised:
        record(Store(folder), measuring(5, replace))
    assert raised.value.exit_status == 4
    assert samples_recovered(raised.value, tmp_path / "other") == 6 * 4


def test_a_disk_that_is_full_at_the_end_leaves_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Store, _document: object, _stamp: str) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Store, "save", full)
        with pytest.raises(IpcbenchError, match="No space left on device; the journal is kept") as raised:
            record(Store(tmp_path / "results"), measuring(0, lambda: None))
    assert samples_recovered(raised.value, tmp_path / "results") == 6 * 4


def test_what_cannot_be_read_again_is_not_kept_in_the_journals_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaging(self: Store, _document: object, stamp: str) -> Path:
        path = self.folder / f"0001_{stamp}.json"
        path.write_text("{}")
        return path

    monkeypatch.setattr(Store, "save", damaging)
    with pytest.raises(DocumentError, match="kept, since what came of it could not be read"):
        record(Store(tmp_path / "results"), measuring(0, lambda: None))
    assert not list((tmp_path / "results").glob("*.json"))
    (journal,) = (tmp_path / "results" / "journal").iterdir()
    assert len(read_journal(journal)) == len(entries())


def test_a_journal_that_cannot_begin_is_wrong_usage_before_anything_is_measured(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "journal").symlink_to(tmp_path / "nowhere" / "at all")
    with pytest.raises(UsageError, match="accepted: a folder of results that can be written"):
        record(Store(folder), lambda _journal: pytest.fail("it measures"))


def test_a_journal_that_neither_folder_takes_any_more_keeps_all_whole_entries(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def begin() -> None:
        (journal,) = (tmp_path / "results" / "journal").iterdir()
        resource.setrlimit(resource.RLIMIT_FSIZE, (journal.stat().st_size + 10, limits[1]))

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with pytest.raises(IpcbenchError, match=r"File too large, and .* takes no more either"):
            record(Store(tmp_path / "results"), measuring(9, begin))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    (journal,) = (tmp_path / "results" / "journal").iterdir()
    assert len(read_journal(journal)) == 9
    recovered = read_run(recover(journal, Store(tmp_path / "results")))
    assert recovered.ipcbench
    assert recovered.ipcbench.stopped_by == "unknown"
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
def test_what_ends_a_session_ends_a_run_as_ctrl_c_does(name: str, tmp_path: Path) -> None:
    words = ["run", "--channel", "pipe", "--size", "64", "--workload", "stream", "--max-time", "60"]
    command = [
        sys.executable,
        "-c",
        "from ipcbench.cli import main; main()",
        *words,
        "--results",
        str(tmp_path),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr
        for line in run.stderr:
            if re.match("pass 3", line):
                break
        run.send_signal(getattr(signal, name))
        out, _ = run.communicate(timeout=60)
    assert run.returncode == 4
    document = read_run(Path(out.splitlines()[-1]))
    assert document.ipcbench
    assert document.ipcbench.stopped_by == "interrupted"


@pytest.mark.parametrize("why", [CaseError("the sender was killed"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("after", [0, 2, 9])
def test_a_command_that_cannot_go_on_stores_what_it_had_measured_and_leaves_nothing_else(
    tmp_path: Path, after: int, why: BaseException
) -> None:
    def fail() -> None:
        raise why

    with pytest.raises(type(why)) as raised:
        record(Store(tmp_path / "results"), measuring(after, fail))
    stored = Store(tmp_path / "results").records()
    assert not list((tmp_path / "results" / "journal").iterdir())
    assert len(stored) == (after == 9)
    if stored:
        assert len(read_run(stored[0]).benchmarks[0].stats.data) == 3 * 4
        if isinstance(why, CaseError):
            assert with_notes(raised.value).endswith(f"killed; what had been measured is stored: {stored[0]}")


def test_a_record_is_stored_though_ctrl_c_comes_as_it_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves: list[Any] = []
    save = Store.save

    def interrupted(store: Store, *arguments: Any) -> Path:
        saves.append(arguments)
        if len(saves) == 1:
            raise KeyboardInterrupt
        return save(store, *arguments)

    monkeypatch.setattr(Store, "save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        record(Store(tmp_path), measuring(9, lambda: None))
    assert len(Store(tmp_path).records()) == 1
    assert not list((tmp_path / "journal").iterdir())


def test_what_had_been_measured_before_a_fault_of_ours_is_said_to_be_kept(tmp_path: Path) -> None:
    def fail() -> None:
        raise MemoryError

    with pytest.raises(MemoryError) as raised:
        record(Store(tmp_path / "results"), measuring(9, fail))
    (journal,) = (tmp_path / "results" / "journal").iterdir()
    assert with_notes(raised.value, "out of memory") == (
        f"out of memory; what had been measured is kept: ipcbench recover {journal}"
    )
    recover(journal, Store(tmp_path / "results"))


def test_what_the_reader_would_not_take_is_refused_as_it_comes_and_the_rest_is_kept(tmp_path: Path) -> None:
    def fail(journal: Journal) -> None:
        measuring(9, lambda: None)(journal)
        launch = next(entry for entry in entries() if isinstance(entry, LaunchEntry))
        module = ModuleRow(file=None, version="9" * 300)
        journal.append(msgspec.structs.replace(launch, modules={"mine": module}))

    with pytest.raises(IpcbenchError, match="what came cannot be stored: Expected `str` of length <= 200"):
        record(Store(tmp_path / "results"), fail)
    (stored,) = Store(tmp_path / "results").records()
    assert read_run(stored).benchmarks
