"""An interpreter is found by nothing, path or name; what is none is refused in one line that says what is."""

import os
import sys
from pathlib import Path

import pytest
from tests.conformance.interpreters import ALL, on_other_interpreters
from tests.support.processes import alive, wait_until

from ipcbench.commands.resolve import find_interpreters
from ipcbench.errors import IpcbenchError, UsageError
from ipcbench.launch import interpreter as module
from ipcbench.launch.interpreter import Interpreter, find_interpreter

HERE = ".".join(map(str, sys.version_info[:3]))


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_no_name_means_the_interpreter_that_runs_this() -> None:
    found = find_interpreter(None)
    assert found == Interpreter(sys.executable, HERE)


def test_what_it_says_of_itself_is_what_it_says_when_it_is_started() -> None:
    assert find_interpreter(None) == find_interpreter(sys.executable)


def test_an_interpreter_that_does_not_know_its_own_file_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(IpcbenchError, match="calls itself '', which is no file"):
        find_interpreter(None)


def test_an_interpreter_knows_the_name_that_it_was_asked_for_by() -> None:
    assert find_interpreter(sys.executable).asked_for == sys.executable
    assert find_interpreter(None).asked_for == "the one that runs ipcbench"


def test_of_installed_versions_the_newest_is_tried_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for version in ("3.99.9", "3.99.10"):
        folder = tmp_path / "versions" / version / "bin"
        folder.mkdir(parents=True)
        (folder / "python3.99").write_text(
            f'#!/bin/sh\necho \'["{version}", "CPython", [3, 99, 1], true]\'\n'
        )
        (folder / "python3.99").chmod(0o755)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert find_interpreter("python3.99").executable == "3.99.10"


def test_a_path_is_taken_as_it_is() -> None:
    assert find_interpreter(sys.executable) == Interpreter(sys.executable, HERE)


def test_a_path_may_start_at_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to(sys.executable)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_interpreter("~/python").label == HERE


@on_other_interpreters
def test_a_name_leads_to_an_interpreter_of_that_version(
    interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    minor, folder = interpreter.label.rpartition(".")[0], Path(interpreter.executable).parent
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert find_interpreter(minor if minor.startswith("pypy") else f"python{minor}") == interpreter
    assert interpreter.label.startswith(f"{minor}.")
    assert Path(interpreter.executable).is_absolute()


def test_each_interpreter_is_of_another_version() -> None:
    labels = [interpreter.label for interpreter in ALL]
    assert len(set(labels)) == len(labels)


def test_a_stand_in_that_refuses_to_run_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in = tmp_path / "shims"
    installed = tmp_path / "versions" / "3.99.1" / "bin"
    stand_in.mkdir()
    installed.mkdir(parents=True)
    script(stand_in / "python3.99", "echo 'python3.99: command not found' >&2; exit 127")
    (installed / "python3.99").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(stand_in))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert find_interpreter("python3.99").label == HERE


def test_one_that_hangs_is_refused_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ANSWER_DEADLINE_S", 0.3)
    note = tmp_path / "process"
    hangs = script(tmp_path / "python", f"sleep 1000 & echo $! > {note}; wait")
    with pytest.raises(UsageError, match=r"gave no answer within 0\.3 s; accepted: a name like"):
        find_interpreter(hangs)
    wait_until(lambda: not alive([int(note.read_text())]), 5)


@pytest.mark.parametrize(
    "name",
    [
        "python3.1",
        "no-such-python",
        "/no/such/python",
        "/bin/true",
        "/bin/cat",
        "true",
        "/",
        "",
        "~",
        "a" * 300,
    ],
)
def test_what_is_no_interpreter_is_refused_with_what_is_accepted(name: str) -> None:
    with pytest.raises(
        UsageError,
        match=r"accepted: a name like python3\.13 or pypy3\.11, or the path of a CPython or PyPy 3\.9",
    ) as error:
        find_interpreter(name)
    assert "\n" not in str(error.value)
    assert repr(name) in str(error.value)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('["x", "Jython", [3, 11, 9], true]', "is Jython 3.11.9"),
        ('["x", "PyPy", [3, 8, 16], true]', "is PyPy 3.8.16"),
        ('["x", "CPython", [3, 8, 18], true]', "is CPython 3.8.18"),
        ("hello", "does not run Python code"),
        ("[]", "does not run Python code"),
        ("3", "does not run Python code"),
    ],
)
def test_what_is_another_implementation_or_too_old_is_refused(
    answer: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=reason) as error:
        find_interpreter(script(tmp_path / "other", f"echo '{answer}'"))
    assert "accepted" in str(error.value)


def test_an_interpreter_without_the_gil_is_marked(tmp_path: Path) -> None:
    answer = script(tmp_path / "free", """echo '["/free", "CPython", [3, 13, 1], false]'""")
    assert find_interpreter(answer) == Interpreter("/free", "3.13.1t")


def test_a_pypy_is_told_from_a_cpython_of_its_version(tmp_path: Path) -> None:
    answer = script(tmp_path / "pypy", """echo '["/pypy", "PyPy", [3, 11, 17], true]'""")
    assert find_interpreter(answer) == Interpreter("/pypy", "pypy3.11.17")


def test_an_interpreter_that_is_named_twice_runs_once() -> None:
    assert find_interpreters([sys.executable, sys.executable]) == [find_interpreter(None)]


def test_two_interpreters_of_one_version_are_refused(tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    twin.write_text(f'#!/bin/sh\necho \'["{twin}", "CPython", {list(sys.version_info[:3])}, true]\'\n')
    twin.chmod(0o755)
    with pytest.raises(UsageError, match="both Python"):
        find_interpreters([sys.executable, str(twin)])
