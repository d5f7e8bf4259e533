"""What pages point to is there: files, headings, targets of make, programs of `bench` and their options."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(page for page in ROOT.glob("docs/**/*.md") if "_build" not in page.parts)]
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
#: A program of `bench` with its options, in a line or between backticks, where one may be broken.
_PROGRAM = re.compile(r"python (bench/\w+\.py)((?:\s+[^\s`|]+)*)")
_MAKE = re.compile(r"(?:`|^ {4})make ([a-z-]+)", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return what headings are reached by, as GitHub and MyST make it."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def missing(page: Path) -> list[str]:
    found = []
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_links_is_there(page: Path) -> None:
    assert missing(page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_has_one_type_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if targets := dict.fromkeys(_MAKE.findall(text)):
        done = subprocess.run(
            ["make", "--dry-run", *targets], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
        )
        assert done.returncode == 0, done.stderr
    for program, words in _PROGRAM.findall(text):
        source = (ROOT / program).read_text(encoding="utf-8")
        for option in re.findall(r"--[a-z][\w-]*", words):
            name = option.removeprefix("--no-")
            assert option in source or f"--{name}" in source or f"/{option}" in source, f"{program} {option}"
