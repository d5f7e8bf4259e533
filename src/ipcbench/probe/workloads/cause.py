"""Why a peer gave no answer: the cause, and not what it made the others say."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterable, Mapping
from multiprocessing.process import BaseProcess

from ipcbench.errors import CaseError
from ipcbench.probe.protocol.encoding import hear, say
from ipcbench.probe.protocol.messages import CheckEnd, Failed
from ipcbench.probe.protocol.wire import Wire, WireClosed, WireTimeout

#: How long a failure waits for the other peers' word, so that the cause is named and not its echo.
SECOND_WORD_S = 0.3


def failure(processes: Mapping[str, BaseProcess], otherwise: str) -> CaseError:
    """Name the peer that was killed, before what its death made the others say; else `otherwise`."""
    limit = time.monotonic() + SECOND_WORD_S
    while time.monotonic() < limit:
        for name, process in processes.items():
            process.join(0.02)
            if process.exitcode is not None and process.exitcode < 0:
                return CaseError(f"the {name} (process {process.pid}) was killed by {_signal(process)}")
    for name, process in processes.items():
        if process.exitcode:
            otherwise += f"; the {name} (process {process.pid}) exited with status {process.exitcode}"
    return CaseError(otherwise)


def losses(senders: Iterable[Wire]) -> str:
    """Ask the senders, where they wait for commands, whether they know why nothing comes."""
    known = ""
    for wire in senders:
        try:
            say(wire, CheckEnd())
            answer, _ = hear(wire, SECOND_WORD_S)
        except (WireClosed, WireTimeout):
            continue
        known += f"; {answer.error}" if isinstance(answer, Failed) else ""
    return known


def _signal(process: BaseProcess) -> str:
    try:
        return signal.Signals(-(process.exitcode or 0)).name
    except ValueError:
        return f"signal {-(process.exitcode or 0)}"
