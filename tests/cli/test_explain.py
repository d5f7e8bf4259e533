"""`ipcbench explain` as a user has it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tests.conformance.interpreters import ALL
from tests.support.cases import USUAL
from tests.support.commands import ipcbench

from ipcbench.record.explanation import ExplanationRecord, TraceLaunch, TracesRow
from ipcbench.record.schema import CaseRow


def write_explanation(folder: Path, stamps: str) -> Path:
    """Write the record of an explanation whose stamps are this text."""
    moments = {moment: {"wall": stamps} for moment in ("send called", "receive returned")}
    record = ExplanationRecord(
        schema=2,
        machine="",
        host={},
        explained=[
            TracesRow(
                case=CaseRow.of(replace(USUAL, python="3.11.7")),
                interval_s=1e-3,
                conditions="",
                rungs={"pipe": ""},
                launches=[
                    TraceLaunch(
                        samples={"untraced": {"pipe": [1e-5]}, "clock": {"pipe": [1e-5]}},
                        stamps={"clock": {"pipe": moments}, "detailed": {"pipe": moments}},
                    )
                ],
            )
        ],
    )
    path = folder / "0001_x.json"
    path.write_bytes(msgspec.json.encode({"datetime": "", "benchmarks": [], "ipcbench": record}))
    return path


def test_a_message_is_taken_apart(tmp_path: Path) -> None:
    words = "explain --channel simple-queue --size 64 --rate 500/s --launches 1 --format json --chart"
    done = ipcbench(words, str(tmp_path / "way"))
    assert done.returncode in (0, 3), done.stderr
    told = json.loads(done.stdout)
    assert told["channel"] == "simple-queue"
    assert [step["channel"] for step in told["ladder"]][-2:] == ["pipe", "simple-queue"]
    assert told["unaccounted_s"] < 1e-6
    # Whether one launch is disturbed too much is the machine's affair; if not, all stages are there.
    names = {stage["name"] for stage in told["stages"]}
    assert told["refused"] or {"pickled", "write lock held", "header read", "unpickled"} <= names
    assert (tmp_path / "way.svg").exists()


def test_an_explanation_is_a_record_that_is_shown_and_drawn_again(tmp_path: Path) -> None:
    done = ipcbench("explain --channel queue-16 --rate 500/s --launches 1 --results", str(tmp_path))
    assert done.returncode in (0, 3), done.stderr
    (stored,) = tmp_path.glob("0001_*.json")
    again = ipcbench("show --results", str(tmp_path))
    assert again.stdout == done.stdout
    assert "queue-16  " in again.stdout
    drawn = ipcbench("plot --results", str(tmp_path))
    assert drawn.stdout.splitlines() == [str(stored.with_suffix(ending)) for ending in (".svg", ".png")]
    assert "explanations of queue-16 (" in ipcbench("list --results", str(tmp_path)).stdout


@pytest.mark.parametrize("damage", ["", "x", "eJw="])
def test_a_damaged_explanation_is_one_line(damage: str, tmp_path: Path) -> None:
    path = write_explanation(tmp_path, damage)
    done = ipcbench("show", str(path), "--results", str(tmp_path))
    assert done.returncode == 2
    assert "is damaged" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_payload_of_objects_stands_beside_rungs_that_carry_as_many_bytes(tmp_path: Path) -> None:
    done = ipcbench(
        "explain --channel pipe --payload batch:10 --size 64 --launches 1 --format json --results",
        str(tmp_path),
    )
    assert done.returncode in (0, 3), done.stderr
    assert "framed-pipe" in done.stdout


@pytest.mark.skipif(len(ALL) < 2, reason="there is one interpreter only")
def test_several_interpreters_are_explained_one_after_the_other(tmp_path: Path) -> None:
    names = ",".join(interpreter.executable for interpreter in ALL[:2])
    words = (
        f"explain --channel pipe --size 64 --rate 500/s --launches 1 --format json --python {names} --chart"
    )
    done = ipcbench(words, str(tmp_path / "way"))
    assert done.returncode in (0, 3), done.stderr
    told = json.loads(done.stdout)
    assert all(f"Python {each.label}" in one["conditions"] for each, one in zip(ALL[:2], told, strict=True))
    assert all((tmp_path / f"way-{each.label}.png").exists() for each in ALL[:2])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("explain --channel pipe --payload ndarray-oob", "of ndarray-oob only the head would be stamped"),
        ("explain --channel os-pipe", "os-pipe has no stages; accepted: pipe, duplex-pipe"),
        ("explain --channel pipe,queue", "explain takes one case"),
        ("explain --rate fast", "accepted: messages a second"),
        ("explain --rate 0/s", "accepted: messages a second"),
        ("explain --rate 10/s --hot", "accepted: one of them"),
    ],
)
def test_what_cannot_be_explained_is_one_line(words: str, says: str) -> None:
    done = ipcbench(words)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
