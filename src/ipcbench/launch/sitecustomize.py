"""What every Python process below a launcher runs first, where an arm has folders of its own.

Peers import the probe's package, which puts the folders first (`probe.process.own_path`). A process that a
channel starts for itself, as a server, imports nothing of ours, and would run what is installed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ipcbench.probe.process import own_path

#: The user's own `sitecustomize` comes first: the finder of an editable install may be put there.
_SITECUSTOMIZE = """import sys

_here = sys.modules.pop("sitecustomize")
sys.path[:] = [folder for folder in sys.path if folder != {folder!r}]
try:
    import sitecustomize
except ImportError as error:
    if error.name != "sitecustomize":
        raise
sys.modules.setdefault("sitecustomize", _here)
with open({source!r}, encoding="utf-8") as file:
    own_path = {{"__name__": "ipcbench_own_path"}}
    exec(compile(file.read(), {source!r}, "exec"), own_path)
own_path["install"]()
"""


def environment_of_children(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which they run it, from a folder that is made here."""
    folder.mkdir()
    source = str(Path(own_path.__file__).resolve())
    text = _SITECUSTOMIZE.format(folder=str(folder), source=source)
    (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
    paths = [str(folder), *filter(None, [environment.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths)}
