"""Every payload of the catalogue keeps its contract, and the kit finds out who does not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support import payloads

from ipcbench.launch.catalogue import expand
from ipcbench.probe.payloads import PAYLOADS, load_payload
from ipcbench.probe.payloads.contract import Payload
from ipcbench.testing import Check, ConformanceError, checks_for

EVERY_CHECK = [
    pytest.param(check, id=f"{name}-{check}")
    for name in PAYLOADS
    for check in checks_for(load_payload(expand("payload", [name])[0]))
]


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_a_catalogue_payload_keeps_its_contract(check: Check) -> None:
    check("fork")


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
@pytest.mark.parametrize("check", checks_for(payloads.Records), ids=str)
def test_a_payload_of_ones_own_keeps_it(check: Check, start_method: str) -> None:
    check(start_method)


@pytest.mark.parametrize(
    ("broken", "name", "why"),
    [
        (payloads.Wordless, "says-what-it-is", "declares no summary"),
        (payloads.Forgetful, "is-known-by-its-seed", "0 B for seed 1 is not recognised"),
        (payloads.Credulous, "is-known-by-its-seed", "for seed 2 is taken for that of seed 1"),
        (payloads.Large, "has-its-size", "64 B has [0-9]+ B; accepted: 32 to"),
        (payloads.Wearing, "can-be-read", "is another when it has been read"),
        (payloads.Bound, "arrives-whole", "a message is pickled once only"),
    ],
)
def test_a_broken_promise_is_told_in_a_sentence(broken: type[Payload], name: str, why: str) -> None:
    (check,) = (each for each in checks_for(broken) if each.name == name)
    with pytest.raises(ConformanceError, match=why):
        check("fork")


def test_the_kit_takes_payloads_without_pytest() -> None:
    kit = subprocess.run(
        [sys.executable, "-m", "ipcbench.testing", "tests.support.payloads:Wordless"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert kit.returncode == 1, kit.stderr
    assert "FAILED: it declares no summary" in kit.stdout


def test_the_example_of_the_docs_keeps_its_contract(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "payloads.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "records.py").write_text(code, encoding="utf-8")
    kit = subprocess.run(
        [sys.executable, "-m", "ipcbench.testing", "records:Records"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert kit.stdout.endswith("5 of 5 checks passed\n"), kit.stdout + kit.stderr
