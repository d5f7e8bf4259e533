"""How two ends find one another: a folder, in which one of them tells where it can be reached."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from ipcbench.probe.channels.contract import Channel

#: What ends mark: that they have had what they wanted, that they publish, that they are connected.
LEFT, PUBLISHING, CONNECTED = "left", "publishing", "connected"
#: How long an end waits for the other one to be there.
DEADLINE_S = 30.0
_PAUSE_S, _ADDRESS = 0.001, "address"


class Meeting:
    """A folder of one channel; it pickles."""

    def __init__(self, kind: str) -> None:
        import tempfile

        self.folder = tempfile.mkdtemp(prefix=f"ipcbench-{kind}-")

    def path(self, name: str) -> str:
        """Return where a file or socket of this name lies."""
        return os.path.join(self.folder, name)

    def tell(self, address: str) -> None:
        """Say where this end can be reached."""
        with open(self.path("told"), "w") as told:
            told.write(address)
        os.replace(self.path("told"), self.path(_ADDRESS))

    def hear(self) -> str:
        """Return where the other end can be reached, once it has said so; raises TimeoutError."""
        self.await_mark(_ADDRESS)
        with open(self.path(_ADDRESS)) as told:
            return told.read()

    def mark(self, what: str) -> None:
        """Say that this end has come so far."""
        with open(self.path(what), "w"):
            pass

    def is_marked(self, what: str, seconds: float) -> bool:
        """Wait until the other end has come so far; return whether it has. Once removed, nobody comes."""
        limit = time.monotonic() + seconds
        while not os.path.exists(self.path(what)):
            # A run that is killed takes the folder along: its ends would wait on for nobody.
            if time.monotonic() > limit or not os.path.isdir(self.folder):
                return False
            time.sleep(_PAUSE_S)
        return True

    def await_mark(self, what: str) -> None:
        """Wait until the other end has come so far; raises TimeoutError."""
        if not self.is_marked(what, DEADLINE_S):
            raise TimeoutError(f"the other end did not say within {DEADLINE_S:g} s: {what}")

    def remove(self) -> None:
        """Remove the folder with what is in it. Twice is harmless."""
        import shutil

        shutil.rmtree(self.folder, ignore_errors=True)


class Met(Channel):
    """A channel whose ends find one another by a meeting, and make all that they use themselves."""

    _meeting: Meeting

    def close(self) -> None:
        """There are no copies to let go of."""

    def remove(self) -> None:
        self._meeting.remove()


def remove_segments(prefix: str) -> None:
    """Remove what is in /dev/shm and begins so. Twice is harmless."""
    try:
        names = os.listdir("/dev/shm")
    except OSError:
        return
    for name in names:
        if name.startswith(prefix):
            with suppress(FileNotFoundError):
                os.unlink(os.path.join("/dev/shm", name))
