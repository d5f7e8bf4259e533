"""Every workload of the catalogue keeps its contract, and the kit finds out who does not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support import workloads

from ipcbench.launch.catalogue import expand
from ipcbench.probe.workloads import WORKLOADS, load_workload
from ipcbench.probe.workloads.contract import Workload
from ipcbench.testing import Check, ConformanceError, checks_for

EVERY_CHECK = [
    pytest.param(check, start_method, id=f"{name}-{check}-{start_method}")
    for name in WORKLOADS
    for check in checks_for(load_workload(expand("workload", [name])[0]))
    for start_method in ("fork", "spawn")
    # How a process is started changes what a workload hands over to it, not what it finds out.
    if start_method == "fork" or check.name == "times-its-messages"
]


@pytest.mark.parametrize(("check", "start_method"), EVERY_CHECK)
def test_a_catalogue_workload_keeps_its_contract(check: Check, start_method: str) -> None:
    check(start_method)


@pytest.mark.parametrize("check", checks_for(workloads.Requests), ids=str)
def test_a_workload_of_ones_own_keeps_it(check: Check) -> None:
    check("fork")


@pytest.mark.parametrize(
    ("broken", "name", "why"),
    [
        (workloads.Wordless, "says-what-it-is", "declares no summary"),
        (workloads.Backwards, "times-its-messages", "took -1 ns"),
        (workloads.Claims, "times-its-messages", "0 of 4 messages have a time"),
        (workloads.Trusting, "notices-lost-messages", "delivers nothing was verified"),
        (workloads.Untidy, "leaves-nothing", "1 descriptors more"),
    ],
)
def test_a_broken_promise_is_told_in_a_sentence(broken: type[Workload], name: str, why: str) -> None:
    (check,) = (each for each in checks_for(broken) if each.name == name)
    with pytest.raises(ConformanceError, match=why):
        check("fork")


def test_the_kit_takes_workloads_without_pytest() -> None:
    kit = subprocess.run(
        [sys.executable, "-m", "ipcbench.testing", "tests.support.workloads:Wordless"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert kit.returncode == 1, kit.stderr
    assert "says-what-it-is" in kit.stdout
    assert "FAILED: it declares no summary" in kit.stdout
    assert kit.stdout.endswith("4 of 5 checks passed\n")


def test_the_example_of_the_docs_keeps_its_contract(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "workloads.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "service.py").write_text(code, encoding="utf-8")
    kit = subprocess.run(
        [sys.executable, "-m", "ipcbench.testing", "service:Service"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert kit.stdout.endswith("5 of 5 checks passed\n"), kit.stdout + kit.stderr
