"""Finding the target interpreter: any CPython or PyPy from 3.9 on, by name or path."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ipcbench.errors import IpcbenchError, UsageError
from ipcbench.session import run_session

OLDEST = (3, 9)
_ASK = (
    "import json, platform, sys; "
    "print(json.dumps([sys.executable, platform.python_implementation(), list(sys.version_info[:3]),"
    " bool(getattr(sys, '_is_gil_enabled', lambda: True)())]))"
)
#: Those that run a probe, with what stands before the version in a label.
_PREFIXES = {"CPython": "", "PyPy": "pypy"}
_ACCEPTED = "accepted: a name like python3.13 or pypy3.11, or the path of a CPython or PyPy 3.9 or newer"
_ANSWER_DEADLINE_S = 10.0


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A target that answered: where it is, what stands in its cases, and the name it was asked for by."""

    executable: str
    label: str
    asked_for: str = field(default="", compare=False)


def find_interpreter(name: str | None) -> Interpreter:
    """Return the interpreter a user names; None is the one that runs this.

    Takes the first candidate that answers: a version manager's stand-in on the PATH may exist and still
    refuse to run, so its installed versions are looked through as well.
    """
    if name is None:
        try:
            return _this(sys.executable)
        except ValueError as error:
            raise IpcbenchError(str(error)) from error
    refusal = "not found"
    try:
        candidates = list(_candidates(name))
    except OSError as error:  # as of a name that is too long
        raise UsageError(f"interpreter {name!r}: {error.strerror}; {_ACCEPTED}") from error
    for candidate in candidates:
        try:
            return _ask(candidate, name)
        except (OSError, ValueError) as error:
            refusal = str(error).splitlines()[0]
    raise UsageError(f"interpreter {name!r}: {refusal}; {_ACCEPTED}")


@lru_cache
def _this(executable: str) -> Interpreter:
    """Return the one that runs this, which is started only where that tells more than it knows itself."""
    asked_for = "the one that runs ipcbench"
    if hasattr(sys, "_is_gil_enabled") and sysconfig.get_config_var("Py_GIL_DISABLED"):
        # What is imported here may have switched the GIL on, which is off in a new process.
        return _ask(executable, asked_for)
    if not os.path.isfile(executable):  # noqa: PTH113  (an empty name is none)
        raise ValueError(f"the interpreter that runs this calls itself {executable!r}, which is no file")
    return _named((executable, platform.python_implementation(), sys.version_info[:3], True), asked_for)


def _candidates(name: str) -> Iterator[str]:
    if os.sep in name or os.path.isfile(name):  # noqa: PTH113  (a name too long is no file)
        yield str(Path(name).expanduser().absolute())
        return
    if found := shutil.which(name):
        yield found
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from map(str, sorted(root.glob(f"*/bin/{name}"), key=_numbers, reverse=True))


def _numbers(path: Path) -> list[int]:
    """Return the numbers in a path: 3.13.10 is newer than 3.13.9."""
    return [int(number) for number in re.findall(r"\d+", str(path))]


def _ask(executable: str, asked_for: str) -> Interpreter:
    try:
        answer = run_session([executable, "-c", _ASK], _ANSWER_DEADLINE_S, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise ValueError(f"{executable} gave no answer within {_ANSWER_DEADLINE_S:g} s") from None
    try:
        path, implementation, version, gil = json.loads(answer.stdout)
    except (TypeError, ValueError):
        raise ValueError(f"{executable} does not run Python code") from None
    return _named((path, implementation, version, gil), asked_for)


def _named(facts: tuple[str, str, Sequence[int], bool], asked_for: str) -> Interpreter:
    """Return an interpreter by its path, implementation, version and whether it has a GIL.

    Raises ValueError for one that runs no probe.
    """
    path, implementation, version, gil = facts
    number = ".".join(map(str, version))
    if implementation not in _PREFIXES or tuple(version) < OLDEST:
        raise ValueError(f"{path} is {implementation} {number}")
    return Interpreter(path, _PREFIXES[implementation] + number + ("" if gil else "t"), asked_for)
