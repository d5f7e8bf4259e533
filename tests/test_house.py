"""The rules of the house, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import ipcbench
from ipcbench.probe.channels import CHANNELS
from ipcbench.probe.workloads import WORKLOADS

SOURCE = Path(ipcbench.__file__).parent
#: What varies is asked of traits there.
ASKING = ("analysis", "measure", "report")
#: A field of records, and a chart, which are called as workloads are.
ALSO = {"backlog", "handoff"}


def constants(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module that are no docstrings."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_no_module_that_measures_or_reads_knows_a_channel_or_a_workload_by_its_name() -> None:
    names = {*CHANNELS, *WORKLOADS} - ALSO
    found = [
        f"{path.relative_to(SOURCE)}: {text!r}"
        for folder in ASKING
        for path in sorted((SOURCE / folder).rglob("*.py"))
        for text in constants(ast.parse(path.read_text(encoding="utf-8")))
        if text in names or text.partition(":")[0] in names
    ]
    assert found == []


def test_no_module_is_longer_than_a_reader_takes_in() -> None:
    long = {
        str(path.relative_to(SOURCE)): lines
        for path in SOURCE.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}
