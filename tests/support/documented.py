"""What the documentation shows: commands, as they are given, and code, as it is written."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

import click
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser
from tests.support.commands import ROOT
from tests.support.commands import ipcbench as run

from ipcbench.cli import ipcbench
from ipcbench.plan.coordinates import COORDINATES

#: An indented line, and what stands between backticks in a sentence.
_LINE = re.compile(r"^ {4}(?:\$ )?(?:git bisect run )?(ipcbench .+)$", re.MULTILINE)
_INLINE = re.compile(r"`(ipcbench [^`]+)`")
#: What is no word of a command, but stands for some.
_ELLIPSIS = re.compile(r"\.\.\.$|…|\[|^[A-Z]+\.?[A-Z]*$")
#: Commands that read what is stored here, without a file that they write or a revision that only others have.
_READS = re.compile(r"^(show|list|compare|history)\b(?!.*(v1\.0|/|>))")


def commands(document: Document) -> Iterator[Region]:
    """Yield the commands of each line; what is a pattern of commands is left out."""
    for found in [*_LINE.finditer(document.text), *_INLINE.finditer(document.text)]:
        told = [shlex.split(each)[1:] for each in re.sub(r"\s#.*", "", found[1]).split(";")]
        given = [words for words in told if words and not any(map(_is_pattern, words))]
        if given:
            yield Region(found.start(), found.end(), given, try_commands)


def _is_pattern(word: str) -> bool:
    return word != "HEAD" and bool(_ELLIPSIS.search(word))


def try_commands(example: Example) -> None:
    """Parse commands as a terminal's are, with their coordinates, and run what only reads."""
    for words in example.parsed:
        if not words[0].startswith("-"):
            _try(words)


def _try(words: Sequence[str]) -> None:
    with click.Context(ipcbench) as context:
        command = ipcbench.get_command(context, words[0])
        assert command, f"no command is named {words[0]}"
        if len(words) == 1 and any(each.required for each in command.params):
            # A command's name in a sentence.
            return
        asked = command.make_context(words[0], list(words[1:]), parent=context).params
    for each in COORDINATES:
        if asked.get(each.name) and words[0] != "demo":
            each.values(asked[each.name])
    if _READS.match(shlex.join(words)):
        done = run(words[0], *words[1:])
        # What is stored here may have no cell in common: that is no wrong usage.
        assert done.returncode in (0, 1, 3, 4), done.stderr
        assert "Traceback" not in done.stderr


def try_python(example: Example) -> None:
    """Parse code, and find what it imports of ours."""
    for node in ast.walk(ast.parse(example.parsed)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "ipcbench":
            module: Any = importlib.import_module(str(node.module))
            assert all(hasattr(module, name.name) for name in node.names), ast.unparse(node)


def try_toml(example: Example) -> None:
    """Parse settings."""
    tomllib.loads(example.parsed)


DOCUMENTATION = Sybil(
    parsers=[
        commands,
        CodeBlockParser(language="python", evaluator=try_python),
        CodeBlockParser(language="toml", evaluator=try_toml),
    ],
    path=str(ROOT),
    patterns=["README.md", "docs/*.md", "notebooks/README.md"],
)
