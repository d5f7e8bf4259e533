"""A channel whose module ends the process that imports it, where FRAGILE says so."""

from __future__ import annotations

import os

from ipcbench.probe.channels.stdlib.pipe import Pipe

if os.environ.get("FRAGILE") == "ends":
    os._exit(3)
if os.environ.get("FRAGILE") == "exits":
    raise SystemExit("needs another Python")


class Fragile(Pipe):
    """A channel that works."""
