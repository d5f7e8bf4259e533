"""The tutorial, typed word for word in an empty folder, with little time to measure."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.commands import ROOT
from tests.support.documented import measure, options, typed


def test_the_tutorial_leads_from_nothing_to_a_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where a user's records are: in `results/`.
    monkeypatch.delenv("IPCBENCH_RESULTS")
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    said: dict[str, str] = {}
    for words in typed(page)[1:]:
        asked = options(words)
        assert asked is not None, words
        said[words[0]] = measure(words, asked, tmp_path)
    # Each says what the tutorial says that it does.
    assert "machine is" in said["doctor"]
    assert "64B: " in said["recommend"]
    assert "1MiB: " in said["recommend"]
    assert "<h2" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "feeder" in said["explain"]
    assert "malloc" in said["tune"]
    assert "heap" in said["ab"]
    stored = sorted(path.name[:5] for path in (tmp_path / "results").glob("*.json"))
    assert stored == ["0001_", "0002_", "0003_", "0004_", "0005_"], stored
