"""A target interpreter needs nothing but its standard library to import what runs in it."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.conformance.interpreters import on_every_interpreter

import ipcbench
from ipcbench.launch.interpreter import Interpreter
from ipcbench.launch.launcher import BOTH_SIDES

SOURCE = Path(ipcbench.__file__).parent
IMPORT_THEM = """
import importlib, json, os, sys, sysconfig
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(name)
ours = os.path.join(sys.argv[1], "ipcbench")
places = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib")) + (ours,)
files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
print(json.dumps({
    "foreign": sorted(name for name, file in files.items() if file and not file.startswith(places)),
    "ours": sorted(name for name in files if name.startswith("ipcbench")),
}))
"""


def modules_under(package: str) -> list[str]:
    folder = SOURCE.joinpath(*package.split(".")[1:])
    paths = [path.relative_to(SOURCE.parent).with_suffix("") for path in folder.rglob("*.py")]
    return sorted(".".join(part for part in path.parts if part != "__init__") for path in paths)


@on_every_interpreter
@pytest.mark.parametrize("package", ["ipcbench.probe", "ipcbench.testing"])
def test_what_runs_in_a_target_imports_the_standard_library_and_itself_only(
    package: str, interpreter: Interpreter, tmp_path: Path
) -> None:
    (tmp_path / "ipcbench").symlink_to(SOURCE, target_is_directory=True)
    asked = ["ipcbench.errors", *modules_under(package)]
    assert len(asked) > 5
    done = subprocess.run(
        [interpreter.executable, "-S", "-c", IMPORT_THEM, str(tmp_path), *asked],
        cwd=tmp_path,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported = json.loads(done.stdout)
    assert imported["foreign"] == []
    both_sides = {f"ipcbench.{Path(name).stem}".removesuffix(".__init__") for name in BOTH_SIDES}
    allowed = {*both_sides, *modules_under("ipcbench.probe"), *modules_under(package)}
    assert set(asked) <= set(imported["ours"]) <= allowed
