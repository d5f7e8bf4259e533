"""Every setting of the catalogue keeps its contract, and the kit finds out who does not."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.support import settings

from ipcbench.probe.process.facts import reads_by_bufsize
from ipcbench.probe.process.heap import is_managed
from ipcbench.probe.settings import SETTINGS, setting_named
from ipcbench.probe.settings.contract import Setting
from ipcbench.testing import Check, ConformanceError, checks_for


def _with_parameter(name: str) -> str:
    return f"{name}:IPCBENCH_TEST" if setting_named(name).parameter_name else name


#: Settings that only some interpreters have, and whether this one lacks them.
LACKING = {"bufsize": not reads_by_bufsize(), "mallopt": not is_managed()}


def _marks(name: str, check: Check) -> list[pytest.MarkDecorator]:
    lacking = check.name == "can-be-set" and LACKING.get(name, False)
    return [pytest.mark.skipif(lacking, reason="this interpreter has no such thing")]


EVERY_CHECK = [
    pytest.param(check, id=f"{name}-{check}", marks=_marks(name, check))
    for name in SETTINGS
    for check in checks_for(setting_named(_with_parameter(name)))
]


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_a_catalogue_setting_keeps_its_contract(check: Check) -> None:
    check("fork")


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
@pytest.mark.parametrize("check", checks_for(settings.Recursion), ids=str)
def test_a_setting_of_ones_own_keeps_it(check: Check, start_method: str) -> None:
    check(start_method)


@pytest.mark.parametrize(
    ("broken", "name", "why"),
    [
        (settings.Wordless, "says-what-it-is", "declares no symptom"),
        (setting_named("env"), "says-what-it-is", "it takes a name; accepted: Environment:NAME"),
        (settings.Picky, "says-what-it-is", "its own example '499' is not accepted"),
        (settings.Trusting, "knows-its-values", "asked whether '' is a value, it raises ValueError"),
        (settings.Credulous, "knows-its-values", "a null character is accepted"),
        (settings.Vague, "can-be-pasted", "the same for different values"),
        (settings.Deadly, "can-be-set", "with '1500' at both ends of a Pipe: .*1500 cannot be set here"),
    ],
)
def test_a_broken_promise_is_told_in_a_sentence(broken: type[Setting], name: str, why: str) -> None:
    (check,) = (each for each in checks_for(broken) if each.name == name)
    with pytest.raises(ConformanceError, match=why):
        check("fork")


@pytest.mark.parametrize("subject", ["tests.support.settings:Recursion", "env:IPCBENCH_TEST"])
def test_the_kit_takes_settings_without_pytest(subject: str) -> None:
    kit = subprocess.run(
        [sys.executable, "-m", "ipcbench.testing", subject],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert kit.returncode == 0, kit.stdout + kit.stderr
    assert "4 of 4 checks passed" in kit.stdout
