"""`ipcbench count` as a user has it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
from tests.support.commands import ROOT, ipcbench
from tests.support.projects import CHANNEL, write_channel
from tests.support.runs import case, document

from ipcbench.record.store import Store


def test_what_a_message_takes_is_a_table() -> None:
    done = ipcbench("count --channel pipe,queue --size 64 --no-strace")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["64B", "pipe"] in [row[:2] for row in rows]
    assert ["1", "83", "2", "83"] in [row[3:7] for row in rows]


def test_a_channel_of_ones_own_is_looked_for_in_the_current_folder(tmp_path: Path) -> None:
    write_channel(tmp_path)
    done = ipcbench(f"count --channel {CHANNEL} --size 64 --no-strace", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert CHANNEL in done.stdout


def test_counts_are_a_record_that_is_shown_again(tmp_path: Path) -> None:
    done = ipcbench("count --channel pipe --size 64 --no-strace --results", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (stored,) = tmp_path.glob("0001_*.json")
    assert ipcbench("show latest --results", str(tmp_path)).stdout == done.stdout
    assert json.loads(ipcbench("show 1 --format json --results", str(tmp_path)).stdout)["cases"]
    assert f"{stored.name}  counts of 1 cases" in ipcbench("list --results", str(tmp_path)).stdout
    refused = ipcbench("plot 1 --results", str(tmp_path))
    assert refused.returncode == 2
    assert "it has no chart" in refused.stderr
    # What is latest for a command is the latest that it can do something with.
    Store(tmp_path).save(msgspec.to_builtins(document(case("pipe"))), "20200101T000000Z")
    ipcbench("count --channel pipe --size 64 --no-strace --results", str(tmp_path))
    assert "0002_20200101T000000Z-throughput-stream.svg" in ipcbench("plot --results", str(tmp_path)).stdout


def test_a_channel_that_loses_messages_is_not_counted(tmp_path: Path) -> None:
    words = "count --channel tests.support.channels:Lossy --size 64 --no-strace --results"
    done = ipcbench(words, str(tmp_path), pythonpath=[ROOT])
    assert done.returncode == 4
    assert "never arrived" in done.stderr or "lost" in done.stderr, done.stderr


def test_what_fails_is_told_and_the_rest_is_counted(tmp_path: Path) -> None:
    fails, small = "tests.support.channels:Lossy", "tests.support.channels:Small"
    words = f"count --channel pipe,{fails},{small} --size 1KiB --no-strace --format json --results"
    done = ipcbench(words, str(tmp_path), pythonpath=[ROOT])
    assert done.returncode == 4
    assert f"ipcbench: failed: {fails}" in done.stderr
    told = json.loads(done.stdout)
    assert [each["channel"] for each in told["cases"]] == ["pipe"]
    (failed,), (left_out,) = told["failures"].values(), told["left_out"].values()
    assert "lost" in failed or "never arrived" in failed
    assert "above its limit" in left_out
    shown = ipcbench("show latest --results", str(tmp_path)).stdout
    assert f"failed: {failed}" in shown
    assert f"left out: {left_out}" in shown


def test_an_unknown_channel_is_one_line() -> None:
    done = ipcbench("count --channel telegraph")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_two_records_of_counts_are_compared_and_a_run_is_compared_with_none(tmp_path: Path) -> None:
    for channel in ("pipe", "pipe,duplex-pipe"):
        ipcbench(f"count --channel {channel} --size 64 --no-strace --results", str(tmp_path))
    done = ipcbench("compare --results", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "0 counts changed, 8 are the same" in done.stdout
    assert "only in the later record: duplex-pipe" in done.stdout
    told = ipcbench("compare 2 1 --format json --results", str(tmp_path))
    assert told.returncode == 4
    assert list(json.loads(told.stdout)["missing"])
    Store(tmp_path).save(msgspec.to_builtins(document(case("pipe"))), "20200101T000000Z")
    for words, said in (
        ("compare 1 3", "accepted: two runs, or two records of counts"),
        ("compare 1 2 --format junit", "accepted: text, json"),
    ):
        refused = ipcbench(f"{words} --results", str(tmp_path))
        assert refused.returncode == 2
        assert said in refused.stderr
