"""The rules of the house, read from its source."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import ipcbench
from ipcbench.probe.channels import CHANNELS
from ipcbench.probe.payloads import PAYLOADS
from ipcbench.probe.settings import SETTINGS
from ipcbench.probe.workloads import WORKLOADS

SOURCE = Path(ipcbench.__file__).parent
#: Where catalogues are, what keeps their promises, and what can be tried of them; the one place that names
#: what is usual; and what old documents left to names.
KNOWING = ("probe", "testing", "measure/tune/knobs", "plan/defaults.py", "record/upgrade.py")
#: Where a field of records or a chart is called as a workload is; the setting that a launcher is made for.
ALSO = {
    ("report/charts/__init__.py", "backlog"),
    ("report/charts/__init__.py", "handoff"),
    ("report/tables/run.py", "backlog"),
    ("plan/settings.py", "env:"),
}


#: What takes as many things as a command has options: on the command line, and in Python.
DOORS = ("cli/", "api/measuring.py: ab")
#: Whose classes keep contracts: a method that a contract has is told there.
CATALOGUES = ("channels", "workloads", "payloads", "settings", "topologies", "knobs")


Function = ast.FunctionDef | ast.AsyncFunctionDef


def constants(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module that are no docstrings."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | Function | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_what_varies_is_asked_of_traits_and_never_of_names() -> None:
    names = {*CHANNELS, *WORKLOADS, *PAYLOADS, *SETTINGS}
    found = {
        (str(path), text)
        for path in (file.relative_to(SOURCE) for file in sorted(SOURCE.rglob("*.py")))
        if not str(path).startswith(KNOWING)
        for text in constants(ast.parse((SOURCE / path).read_text(encoding="utf-8")))
        # Lists by comma; behind a name may stand the rest of a longer one, a parameter or a value.
        for each in text.split(",")
        if any(each[: place.start()] in names for place in re.finditer(r"[-:=.*@]|$", each))
    }
    assert found == ALSO


def test_a_name_of_a_class_means_one_thing() -> None:
    names = Counter(
        node.name
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_no_module_is_longer_than_a_reader_takes_in() -> None:
    long = {
        str(path.relative_to(SOURCE)): lines
        for path in SOURCE.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}


def functions() -> Iterator[tuple[str, Function]]:
    """Yield all functions with where they are."""
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                yield f"{file.relative_to(SOURCE)}: {node.name}", node


def test_no_function_is_longer_than_a_screen() -> None:
    lines = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in functions()}
    long = {name: count for name, count in lines.items() if count > 40}
    assert long == {}


def test_no_function_takes_more_than_six_things() -> None:
    """Doors take what options their commands have; `**more` is what they hand on."""
    many = {}
    for name, node in functions():
        named = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        if len(set(named) - {"self", "cls"}) > 6 and not name.startswith(DOORS):
            many[name] = named
    assert many == {}


def public(node: ast.AST) -> Iterator[ast.Module | ast.ClassDef | Function]:
    """Yield what others may use: modules, classes, functions and methods without an underscore."""
    if isinstance(node, ast.Module):
        yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | Function) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


def contracted() -> set[str]:
    """Return the names of the methods that contracts tell of."""
    return {
        node.name
        for file in [*SOURCE.rglob("contract.py"), SOURCE / "probe" / "loading.py"]
        for node in public(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, Function) and ast.get_docstring(node)
    }


def test_what_others_may_use_says_what_it_does() -> None:
    """All but some methods, and those whose contract says it."""
    names = contracted()
    told = [
        ast.get_docstring(node) is not None
        for file in SOURCE.rglob("*.py")
        for node in public(ast.parse(file.read_text(encoding="utf-8")))
        if not (file.parent.name in CATALOGUES or file.parents[1].name in CATALOGUES)
        or getattr(node, "name", "") not in names
    ]
    assert sum(told) / len(told) >= 0.97
