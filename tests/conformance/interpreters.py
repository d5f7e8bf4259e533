"""The interpreters of this machine: this one, one of each other minor version that answers, and those that
`IPCBENCH_INTERPRETERS` names, as paths separated like those of PATH.
"""

from __future__ import annotations

import os
import sys

import pytest

from ipcbench.errors import UsageError
from ipcbench.launch.interpreter import Interpreter, find_interpreter


def _found() -> list[Interpreter]:
    names = [f"python3.{minor}" for minor in range(9, 16) if (3, minor) != sys.version_info[:2]]
    names += [f"python3.{minor}t" for minor in range(13, 16)]
    names += [f"pypy3.{minor}" for minor in range(9, 12)]
    more = os.environ.get("IPCBENCH_INTERPRETERS", "")
    found = [find_interpreter(None)]
    for name in [*names, *filter(None, more.split(os.pathsep))]:
        try:
            other = find_interpreter(name)
        except UsageError:
            # A stand-in of a version manager may be on the PATH and refuse to run: then it is not there.
            if name in names:
                continue
            raise
        found += [other] if other.label not in {each.label for each in found} else []
    return found


ALL = _found()
#: To be used as decorators: the test runs once for each.
on_every_interpreter = pytest.mark.parametrize("interpreter", ALL, ids=lambda found: found.label)
on_other_interpreters = pytest.mark.parametrize("interpreter", ALL[1:], ids=lambda found: found.label)
