"""`ipcbench export` as a user has it: files, output, exit status."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest
from tests.support.runs import case, document, small_run

from ipcbench.cli import main
from ipcbench.record.run import RunDocument


class Shell:
    """Runs commands in a folder of stored runs."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys

    def store(self, run: RunDocument, number: int = 1) -> Path:
        """Put a run among the stored ones."""
        path = self.folder / "results" / f"{number:04}_now.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(msgspec.json.encode(run))
        return path

    def __call__(self, words: str, *more: str) -> tuple[int, list[str], list[str]]:
        """Return the exit status and the lines of output and errors."""
        self._monkeypatch.chdir(self.folder)
        self._monkeypatch.setattr(sys, "argv", ["ipcbench", *words.split(), *more])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = self._capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, out.splitlines(), err.splitlines()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.delenv("IPCBENCH_RESULTS")
    return Shell(tmp_path, monkeypatch, capsys)


def ping_pong(*channels: str) -> RunDocument:
    return document(*(case(channel, "ping-pong") for channel in channels))


def counted(path: Path) -> int:
    """Return how many messages a written file has."""
    return int(path.read_text().split("Total count    =")[1].split("]")[0])


def test_every_case_with_round_trips_has_a_file_beside_its_run(shell: Shell) -> None:
    shell.store(small_run(sizes=(64, 1024)))
    status, paths, _ = shell("export hdr latest")
    assert status == 0
    channels = ("pipe", "queue", "os-pipe", "null")
    assert paths == [
        f"results/0001_now-{channel}-ping-pong-{size}-fork-split-3.11.7.hgrm"
        for size in ("64B", "1KiB")
        for channel in channels
    ]
    assert all(counted(shell.folder / path) == 10_000 for path in paths)


def test_a_case_can_be_chosen_and_a_folder_be_named(shell: Shell) -> None:
    shell.store(ping_pong("pipe", "duplex-pipe"))
    status, paths, _ = shell("export hdr --case pipe --output", "deep/er")
    assert (status, paths) == (0, ["deep/er/0001_now-pipe-ping-pong-64B-fork-split-3.11.7.hgrm"])


def test_several_runs_make_one_file_a_case_and_none_counts_twice(shell: Shell) -> None:
    for number in (1, 2):
        shell.store(ping_pong("pipe"), number)
    status, (path,), _ = shell("export hdr 1 2 latest")
    assert status == 0
    assert path == "results/0001_now-and-1-more-pipe-ping-pong-64B-fork-split-3.11.7.hgrm"
    assert counted(shell.folder / path) == 2 * 10_000


def test_a_file_of_the_same_name_is_replaced_and_no_other_touched(shell: Shell) -> None:
    shell.store(ping_pong("pipe"))
    _, (path,), _ = shell("export hdr")
    fresh = (shell.folder / path).read_text()
    (shell.folder / "precious").write_text("old")
    (shell.folder / path).unlink()
    (shell.folder / path).symlink_to(shell.folder / "precious")
    assert shell("export hdr")[:2] == (0, [path])
    assert (shell.folder / path).read_text() == fresh
    assert (shell.folder / "precious").read_text() == "old"
    left = {entry.name for entry in (shell.folder / "results").iterdir()}
    assert left == {"0001_now.json", Path(path).name}


MISTAKES = {
    "no format": ("export", "Missing argument 'FORMAT'"),
    "a run that is not there": ("export hdr 7", "accepted: latest"),
    "a case that is not there": ("export hdr --case telegraph", "accepted: a part of 'pipe ping-pong"),
    "a run without ping-pong": ("export hdr 2", "0002_now.json: no round trips"),
    "one run of two without ping-pong": ("export hdr 1 2", "0002_now.json: no round trips"),
    "a run cut short": ("export hdr 3", "0003_now.json: not a run document"),
    "a histogram cut short": (
        "export hdr 4",
        "0004_now.json: 'pipe ping-pong 64B fork split 3.11.7': not an",
    ),
    "a histogram of nonsense": (
        "export hdr 5",
        "0005_now.json: 'pipe ping-pong 64B fork split 3.11.7': not",
    ),
    "a folder that cannot be written": (
        "export hdr 1 --output /proc/x",
        "accepted: a file in a writable folder",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_and_status_2_and_writes_nothing(shell: Shell, mistake: str) -> None:
    run = ping_pong("pipe")
    record = run.benchmarks[0].extra_info.ipcbench
    assert record is not None
    text = (record.launches[0].round_trips_hdr or "").encode()
    stored = msgspec.json.encode(run)
    shell.store(document(case("pipe")), 2)
    shell.store(run, 3).write_bytes(stored[: len(stored) // 2])
    shell.store(run, 4).write_bytes(stored.replace(text, text[: len(text) // 2]))
    shell.store(run, 5).write_bytes(stored.replace(text, b"%%% not base64 %%%"))
    shell.store(run, 6)
    shell.store(run, 1)
    words, says = MISTAKES[mistake]
    status, out, err = shell(words)
    assert (status, out, len(err)) == (2, [], 1)
    assert says in err[0]
    assert not list(shell.folder.rglob("*.hgrm"))
