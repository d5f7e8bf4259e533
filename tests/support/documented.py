"""What the documentation shows: commands, as they are given, and code, as it is written.

All of it is run that ends within a few seconds, with little time to measure; the rest is parsed as a
terminal's commands are.
"""

from __future__ import annotations

import ast
import math
import os
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
import yaml  # type: ignore[import-untyped]
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser
from tests.support import brisk
from tests.support.commands import ROOT
from tests.support.commands import ipcbench as run
from tests.support.runs import small_run, varied

from ipcbench import exit_status
from ipcbench.cli import ipcbench
from ipcbench.errors import UsageError
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.plan.coordinates import COORDINATES
from ipcbench.plan.defaults import RESULTS
from ipcbench.record.store import Store

#: An indented line, and what stands between backticks in a sentence.
_LINE = re.compile(r"^ {4}(?:\$ )?(?:git bisect run )?(ipcbench(?: .+)?)$", re.MULTILINE)
_INLINE = re.compile(r"`(ipcbench [^`]+)`")
_PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PYTEST = re.compile(r"^ {4}pytest (.+)$|`pytest ([^`]+)`", re.MULTILINE)
#: What is no word of a command, but stands for some.
_ELLIPSIS = re.compile(r"\.\.\.$|…|\[|^[A-Z]+\.?[A-Z]*$")
#: Commands that read what is stored here, without a file that they write or a revision that only others have.
_READS = re.compile(r"^(show|list|compare|history)\b(?!.*(v1\.0|/|>))")
#: Commands that write files from records, of which they have two small ones.
_WRITES = re.compile(r"^(plot|report|export|history)\b(?! *(?:\d|results))")
#: What measures, but for what takes longer with any little time.
_MEASURES = ("ab", "count", "doctor", "explain", "recommend", "run", "tune")
#: Revisions, folders and packages that only others have; what takes minutes, however little is measured.
_ELSEWHERE = re.compile(r"--git|path=\.\./|\bmypackage\b|--self-test|--channel all")
_INTERPRETER = re.compile(r"\b(?:python|pypy)\d\.\d+")
#: One of what is several where a command does not say which.
_FEW = {"workload": "stream", "size": "64"}
_BRIEFLY = {"max_time": "1s", "launches": "1"}
_FEW_TESTS = ("--ipcbench-max-time=1s", "-k", "not KiB")
#: So many cells are measured in a few seconds.
_MOST_CELLS = 4
#: What a test of its own types from the first line to the last.
_TYPED = (str(ROOT / "docs" / "tutorial.md"),)
#: How a run with too little time to decide anything may end.
_DONE = (exit_status.FINE, exit_status.REGRESSED, exit_status.UNDECIDED)


def commands(document: Document) -> Iterator[Region]:
    """Yield the commands of each line; what is a pattern of commands is left out."""
    for found in [*_LINE.finditer(document.text), *_INLINE.finditer(document.text)]:
        given = [words for words in _words(found) if not any(map(_is_pattern, words))]
        evaluate = try_commands if found.re is _LINE else parse_commands
        if given:
            yield Region(found.start(), found.end(), given, evaluate)


def _is_pattern(word: str) -> bool:
    return word != "HEAD" and bool(_ELLIPSIS.search(word))


def typed(page: str) -> list[list[str]]:
    """Return the commands of a page's indented lines, in order, each as words after `ipcbench`."""
    return [words for found in _LINE.finditer(page) for words in _words(found)]


def _words(found: re.Match[str]) -> list[list[str]]:
    """Return the commands of a line, without what is said of them."""
    return [shlex.split(each)[1:] for each in re.sub(r"\s#.*", "", found[1]).split(";")]


def parse_commands(example: Example) -> None:
    """Parse what a sentence names as a terminal's commands are, with their coordinates."""
    for words in example.parsed:
        if words and not words[0].startswith("-"):
            asked = options(words)
            assert asked is None or words[0] == "demo" or _cells(asked)


def try_commands(example: Example) -> None:
    """Parse commands, and run what is soon done."""
    parse_commands(example)
    for words in example.parsed:
        _try(words, example.document)


def _try(words: Sequence[str], page: Document) -> None:
    if not words:
        assert run("").returncode == exit_status.FINE
        return
    asked = options(words)
    if asked is None:
        return
    if _READS.match(shlex.join(words)):
        done = run(words[0], *words[1:])
        # What is stored here may have no cell in common: that is no wrong usage.
        assert done.returncode in (*_DONE, exit_status.FAILED), done.stderr
        assert "Traceback" not in done.stderr
    elif _WRITES.match(shlex.join(words)):
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder, RESULTS))
            store.prepare()
            for day in (1, 2):
                store.save(msgspec.to_builtins(varied(small_run(), day=day)), "20261101T120000Z")
            done = run(words[0], *words[1:], cwd=Path(folder))
            assert done.returncode == exit_status.FINE, done.stderr
    elif words[0] in _MEASURES and _cells(asked) <= _MOST_CELLS and _are_here(words, page):
        with tempfile.TemporaryDirectory() as folder:
            write_examples(page.text, Path(folder))
            measure(words, asked, Path(folder))


def options(words: Sequence[str]) -> Mapping[str, Any] | None:
    """Return what a command is asked by its options; None for a command's name in a sentence."""
    with click.Context(ipcbench) as context:
        command = ipcbench.get_command(context, words[0])
        assert command, f"no command is named {words[0]}"
        if len(words) == 1 and any(each.required for each in command.params):
            return None
        return command.make_context(words[0], list(words[1:]), parent=context).params


def measure(words: Sequence[str], asked: Mapping[str, Any], folder: Path) -> str:
    """Run a command in a folder, with little time, and return what it printed.

    One of what it does not say itself is measured, once, for a second; an option that is given twice has its
    last value.
    """
    # A user's own command has no cells.
    open_ones = set() if asked.get("own_command") else {name for name in asked if not asked[name]}
    few = {name: value for name, value in _FEW.items() if name in open_ones}
    # The default time of a machine's self-test is no other command's.
    brief = {name: value for name, value in _BRIEFLY.items() if name in asked and "self_test" not in asked}
    little = [f"--{name.replace('_', '-')}={value}" for name, value in (few | brief).items()]
    done = run(words[0], *words[1:], *little, pythonpath=[folder], cwd=folder)
    # A busy machine is unfit to be measured on, and so says the status of what asks for that.
    is_done = done.returncode in _DONE or (done.returncode == exit_status.FAILED and "unfit" in done.stdout)
    assert is_done, done.stdout + done.stderr
    return done.stdout


def _cells(asked: Mapping[str, Any]) -> int:
    """Return how many cells a command has; UsageError for what no coordinate may be."""
    given = [(each, asked.get(each.name) or each.default) for each in COORDINATES]
    return math.prod(len(each.values(value)) for each, value in given if value)


def _are_here(words: Sequence[str], page: Document) -> bool:
    """Whether what a command names is found on this machine, and no test of its own types the page."""
    try:
        for name in _INTERPRETER.findall(shlex.join(words)):
            find_interpreter(name)
    except UsageError:
        return False
    return page.path not in _TYPED and not _ELSEWHERE.search(shlex.join(words))


def write_examples(page: str, folder: Path) -> None:
    """Write what a page calls `my_package`, a module a class with all above it; and `load.py`."""
    package = folder / "my_package"
    package.mkdir()
    (folder / "load.py").write_text("print(sum(range(1000)))\n", encoding="utf-8")
    above = ""
    for found in _PYTHON.finditer(page):
        above += found[1]
        for name in re.findall(r"^class (\w+)", found[1], re.MULTILINE):
            (package / f"{name.lower()}.py").write_text(above, encoding="utf-8")


class _LittleTime(ast.NodeTransformer):
    """Lets a program measure as briefly as can be."""

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        return ast.keyword(node.arg, ast.Constant(0.1)) if node.arg == "seconds" else node


def try_python(example: Example) -> None:
    """Run code, with little time to measure: classes as modules, tests by pytest, the rest as a program."""
    tree = ast.parse(example.parsed)
    classes = [node.name.lower() for node in tree.body if isinstance(node, ast.ClassDef)]
    with tempfile.TemporaryDirectory() as folder:
        write_examples(example.document.text, Path(folder))
        file = Path(folder) / "test_example.py"
        file.write_text(ast.unparse(_LittleTime().visit(tree)), encoding="utf-8")
        if classes:
            program = ["-c", "".join(f"import my_package.{name}\n" for name in classes)]
        elif any(isinstance(node, ast.FunctionDef) for node in tree.body):
            program = ["-m", "pytest", "-q", "-p", brisk.__name__, *_FEW_TESTS, file.name]
        else:
            program = [file.name]
        done = subprocess.run(
            [sys.executable, *program], cwd=folder, capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([folder, str(ROOT)])},
        )  # fmt: skip
    assert done.returncode == exit_status.FINE, done.stdout + done.stderr


def try_toml(example: Example) -> None:
    """Parse settings."""
    tomllib.loads(example.parsed)


def try_workflow(example: Example) -> None:
    """Parse a workflow, and each command that its steps run, with names in the place of its expressions."""
    jobs = yaml.safe_load(example.parsed)["jobs"].values()
    given = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert given
    for line in given:
        before, *words = shlex.split(re.sub(r"\$\{\{.*?\}\}", "name", line))
        if before == "ipcbench":
            assert options(words)


def try_pytest(example: Example) -> None:
    """Have pytest parse its command, with the options that plugins add; it collects nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--version", *example.parsed],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == exit_status.FINE, done.stderr


def pytest_commands(document: Document) -> Iterator[Region]:
    """Yield the lines and the code that call pytest, without what stands for something."""
    for found in _PYTEST.finditer(document.text):
        words = shlex.split(re.sub(r"\s#.*", "", found[1] or found[2]))
        yield Region(
            found.start(), found.end(), [word for word in words if not _is_pattern(word)], try_pytest
        )


DOCUMENTATION = Sybil(
    parsers=[
        commands,
        pytest_commands,
        CodeBlockParser(language="python", evaluator=try_python),
        CodeBlockParser(language="toml", evaluator=try_toml),
        CodeBlockParser(language="yaml", evaluator=try_workflow),
    ],
    path=str(ROOT),
    patterns=["README.md", "docs/*.md", "docs/*/*.md", "notebooks/README.md"],
)
