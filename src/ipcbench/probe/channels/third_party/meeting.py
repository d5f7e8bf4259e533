"""How two ends find one another: a folder, in which one of them tells where it can be reached."""

from __future__ import annotations

import os
import shutil
import tempfile
import time

#: How long an end waits for the other one to be there.
DEADLINE_S = 30.0
_PAUSE_S = 0.001


class Meeting:
    """A folder of one channel; it pickles."""

    def __init__(self, kind: str) -> None:
        self.folder = tempfile.mkdtemp(prefix=f"ipcbench-{kind}-")

    def path(self, name: str) -> str:
        """Return where a file or socket of this name lies."""
        return os.path.join(self.folder, name)

    def tell(self, address: str) -> None:
        """Say where this end can be reached."""
        with open(self.path("told"), "w") as told:
            told.write(address)
        os.replace(self.path("told"), self.path("address"))

    def hear(self) -> str:
        """Return where the other end can be reached, once it has said so; raises TimeoutError."""
        limit = time.monotonic() + DEADLINE_S
        while time.monotonic() < limit:
            try:
                with open(self.path("address")) as told:
                    return told.read()
            except FileNotFoundError:
                time.sleep(_PAUSE_S)
        raise TimeoutError(f"the other end was not there within {DEADLINE_S:g} s")

    def leave(self) -> None:
        """Say that this end has had what it wanted."""
        with open(self.path("left"), "w"):
            pass

    def await_left(self, seconds: float) -> bool:
        """Wait until the other end has left; return whether it has."""
        limit = time.monotonic() + seconds
        while not os.path.exists(self.path("left")):
            if time.monotonic() > limit:
                return False
            time.sleep(_PAUSE_S)
        return True

    def remove(self) -> None:
        """Remove the folder with what is in it. Twice is harmless."""
        shutil.rmtree(self.folder, ignore_errors=True)
