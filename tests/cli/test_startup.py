"""What starting imports, in processes of their own: help and foreign test sessions stay light.

How long it takes is for `make startup` to say.
"""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

HEAVY = {"numpy", "matplotlib", "rich", "hdrh", "msgspec", "cpuinfo"}


def imported(code: str, *words: str, folder: Path) -> set[str]:
    """Return the modules that a program has imported when it ends."""
    program = f"import atexit, sys; atexit.register(lambda: print('imported', *sys.modules)); {code}"
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    told, *modules = done.stdout.splitlines()[-1].split()
    assert told == "imported"
    return set(modules)


def session(folder: Path, *words: str) -> set[str]:
    """Return what a pytest session imports that has nothing to do with ipcbench."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_unrelated.py").write_text("def test_nothing():\n    pass\n")
    return imported("import pytest; assert pytest.main(sys.argv[1:]) == 0", *words, folder=folder)


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    modules = imported("from ipcbench.cli import main; main()", "--help", folder=tmp_path)
    assert "ipcbench.cli" in modules
    assert not modules & {*HEAVY, "pytest"}


def test_a_list_imports_no_other_peoples_package_but_the_one_that_parses_options(tmp_path: Path) -> None:
    modules = imported("from ipcbench.cli import main; main()", "list", "--results", ".", folder=tmp_path)
    assert "ipcbench.probe.channels.stdlib.pipe" in modules
    others = set(importlib.metadata.packages_distributions()) - {"click", "ipcbench", "_distutils_hack"}
    assert {"numpy", "redis", "zmq"} <= others
    assert not {name.partition(".")[0] for name in modules} & others
    assert not modules & {"hashlib", "ctypes"}


def test_the_plugin_adds_no_more_than_itself_to_an_unrelated_session(tmp_path: Path) -> None:
    words = ["-p", "no:cacheprovider"]
    ours = session(tmp_path, *words) - session(tmp_path, *words, "-p", "no:ipcbench")
    assert {name for name in ours if name.startswith("ipcbench")} == {"ipcbench", "ipcbench.pytest_plugin"}
    assert not ours & {*HEAVY, "click"}
