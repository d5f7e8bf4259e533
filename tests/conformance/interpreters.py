"""The CPythons of this machine: this one, and one of each other minor version that answers."""

from __future__ import annotations

import sys

import pytest

from ipcbench.errors import UsageError
from ipcbench.launch.interpreter import Interpreter, find_interpreter


def _found() -> list[Interpreter]:
    found = [find_interpreter(None)]
    for minor in range(9, 14):
        if (3, minor) != sys.version_info[:2]:
            # A stand-in of a version manager may be on the PATH and refuse to run: then it is not there.
            try:
                found.append(find_interpreter(f"python3.{minor}"))
            except UsageError:
                continue
    return found


ALL = _found()
#: To be used as decorators: the test runs once for each.
on_every_interpreter = pytest.mark.parametrize("interpreter", ALL, ids=lambda found: found.label)
on_other_interpreters = pytest.mark.parametrize("interpreter", ALL[1:], ids=lambda found: found.label)
