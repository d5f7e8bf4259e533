"""The stored pages of channels say what their traits and the stored run say."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from ipcbench.launch.catalogue import CATALOGUES, channel_traits
from ipcbench.record.run import read_run

DOCS = Path(__file__).parents[2] / "docs"
OWN = [name for name in CATALOGUES["channel"] if channel_traits(name).of_its_own]


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    found = importlib.util.spec_from_file_location("channel_pages", DOCS / "channel_pages.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules["channel_pages"] = module
    found.loader.exec_module(module)
    return module


def test_pages_are_as_traits_and_the_stored_run_have_it(writer: ModuleType) -> None:
    stored = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "channels").glob("*.md")}
    assert writer.pages(writer.stored_run()) == stored


def test_the_stored_run_has_every_channel_that_one_would_choose(writer: ModuleType) -> None:
    document = read_run(writer.stored_run())
    records = [each.extra_info.ipcbench for each in document.benchmarks]
    measured = {record.case.channel for record in records if record and record.asked}
    assert set(OWN) <= measured
    assert len(measured) >= 28


@pytest.mark.parametrize("name", OWN)
def test_every_channel_says_when_to_take_it(name: str) -> None:
    assert channel_traits(name).suits.endswith((".", "!"))


def test_what_a_program_has_to_see_to_follows_from_traits(writer: ModuleType) -> None:
    told = {name: " ".join(writer.breaks(channel_traits(name))) for name in OWN}
    assert told["unix-socket"] == ""
    assert "Messages are lost" in told["udp"]
    assert "what it sends waits for others" in told["redis-list"]
    assert "goes nowhere" in told["iceoryx2"]
    assert "wait with a deadline" in told["zmq-push"]
