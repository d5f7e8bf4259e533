"""Every channel of the catalogue keeps its contract: under every start method here, and on every CPython."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conformance.interpreters import ALL

import ipcbench
from ipcbench.launch.interpreter import Interpreter
from ipcbench.plan import defaults
from ipcbench.probe.channels import CHANNELS, load_channel
from ipcbench.testing import Check, checks_for, delivery, leaks

SOURCE = Path(ipcbench.__file__).parent.parent
#: What everybody uses is checked under every start method here, all others by `make kit`.
FIRST = defaults.CHANNELS.split(",")


def _is_for_tests(name: str, check: str, start_method: str) -> bool:
    """Whether it is looked at whenever tests run."""
    # How a process is started changes what it inherits: the slow one under fork only.
    return start_method == "fork" or (name in FIRST and check != "64-mib")


EVERY_CHECK = [
    pytest.param(check, start_method, id=f"{name}-{check}-{start_method}")
    for name in CHANNELS
    if not load_channel(name).missing()
    for check in checks_for(load_channel(name))
    for start_method in ("fork", "spawn", "forkserver")
    if _is_for_tests(name, check.name, start_method)
]
#: Between versions Connection and Queue differ.
ON_INTERPRETERS = [
    pytest.param(name, interpreter, id=f"{name}-{interpreter.label}")
    for name in FIRST
    # Both Pipes are made of the same Connection.
    if not load_channel(name).traits.duplex
    for interpreter in ALL[1:]
]


@pytest.mark.parametrize(("check", "start_method"), EVERY_CHECK)
def test_a_catalogue_channel_keeps_its_contract(
    check: Check, start_method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if start_method != "fork" or check.subject not in map(load_channel, FIRST):
        # The same promises of fewer bytes and channels: `make kit` has them whole.
        monkeypatch.setattr(delivery, "LARGE_BYTES", 8 << 20)
        monkeypatch.setattr(leaks, "PAIRS", 1)
    check(start_method)


@pytest.mark.parametrize(("name", "interpreter"), ON_INTERPRETERS)
def test_a_catalogue_channel_keeps_its_contract_on_every_cpython(name: str, interpreter: Interpreter) -> None:
    kit = subprocess.run(
        [interpreter.executable, "-S", "-m", "ipcbench.testing", name, "--start-method", "fork"],
        env={"PATH": os.defpath, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert kit.returncode == 0, kit.stdout + kit.stderr
    checks = len(checks_for(load_channel(name)))
    assert kit.stdout.endswith(f"{name} under fork: {checks} of {checks} checks passed\n")


@pytest.mark.parametrize(("name", "start_method"), [("Simple", "spawn"), ("Fifo", "fork"), ("Fifo", "spawn")])
def test_the_examples_of_the_docs_keep_their_contract(name: str, start_method: str, tmp_path: Path) -> None:
    text = (SOURCE.parent / "docs" / "channels.md").read_text(encoding="utf-8")
    channels = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[:2]
    (tmp_path / "documented.py").write_text("\n".join(channels), encoding="utf-8")
    kit = subprocess.run(
        [sys.executable, "-m", "ipcbench.testing", f"documented:{name}", "--start-method", start_method],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert re.search(r" (\d+) of \1 checks passed$", kit.stdout, re.MULTILINE), kit.stdout + kit.stderr
