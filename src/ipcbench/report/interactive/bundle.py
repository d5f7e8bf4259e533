"""What `vl-convert-python`, the extra `report`, gives: pictures of specifications, JavaScript for browsers.

It has an engine of JavaScript in it, which ends its process where memory is short, or over what it cannot
read: it has one of its own. None of that JavaScript is kept here: it comes out of the package when a page is
made, and stays in the user's cache, since putting it together takes seconds.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ipcbench.record.writing import write_whole
from ipcbench.session import run_session

PACKAGE = "vl-convert-python"
#: It takes some seconds; where it hangs, pictures are better than to wait.
DEADLINE_S = 30.0
#: Of a picture: its marks, and of a mark what is for those who read one by one, or too fine to be seen.
_MARK = re.compile(r"<path [^>]*/>")
_SPOKEN, _FINE = re.compile(r' (?:aria-[a-z]+|role)="[^"]*"'), re.compile(r"(\.\d)\d+")
_PROCESS = Path(__file__).with_name("drawing_process.py")


class CannotDrawError(Exception):
    """Charts cannot be drawn for browsers; says why."""


def require() -> None:
    """Raise CannotDrawError where the package is not installed."""
    if importlib.util.find_spec("vl_convert") is None:
        raise CannotDrawError("with `pip install 'ipcbench[report]'` they are hovered and chosen from")


def draw(specifications: Sequence[Any]) -> tuple[list[str], str]:
    """Return specifications of Vega-Lite as SVG, and the script for a page that defines `vegaEmbed`.

    Raises CannotDrawError where the package does not draw them.
    """
    from platformdirs import user_cache_path

    kept = user_cache_path("ipcbench", appauthor=False) / f"{PACKAGE}-{version(PACKAGE)}.js"
    script = ""
    with suppress(OSError, ValueError):
        script = kept.read_text(encoding="utf-8")
    asked = {"specifications": [json.dumps(each) for each in specifications], "script": not script}
    told = _told(json.dumps(asked))
    if not script:
        script = told["script"]
        # Where it cannot be kept, it takes some seconds the next time, too.
        with suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_whole(kept, script.encode())
    return [_MARK.sub(_drawn, each) for each in told["pictures"]], script


def _drawn(mark: re.Match[str]) -> str:
    """Return a mark of a picture to a tenth of a pixel; nothing for one that is there to be hovered.

    A picture has words for all of it: those of its marks are for the charts that it stands in for.
    """
    return "" if ' opacity="0"' in mark[0] else _FINE.sub(r"\1", _SPOKEN.sub("", mark[0]))


def _told(asked: str) -> dict[str, Any]:
    command = [sys.executable, "-P", str(_PROCESS)]
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = run_session(command, DEADLINE_S, say=asked, stderr=subprocess.DEVNULL, env=path)
        if done.returncode == 0:
            told: dict[str, Any] = json.loads(done.stdout)
            return told
    except (OSError, ValueError) as error:
        raise CannotDrawError(f"{PACKAGE}: {error}") from error
    except subprocess.TimeoutExpired as late:
        raise CannotDrawError(f"{PACKAGE} took longer than {DEADLINE_S:g} s") from late
    raise CannotDrawError(f"{PACKAGE} ended with {done.returncode}")
