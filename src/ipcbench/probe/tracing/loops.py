"""The loops of a traced batch: paced or as fast as accepted, stamped at both ends."""

from __future__ import annotations

import time
from itertools import repeat
from typing import Any

from ipcbench import words
from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.clock import now_ns
from ipcbench.probe.held import Held
from ipcbench.probe.tracing.tape import Tape


def send_each(end: Endpoint, payload: Any, messages: int, interval_ns: int, tape: Tape) -> None:
    """Send on a schedule, or at once (interval 0). In between the sender sleeps: its feeder can run."""
    send, sleep = end.send, time.sleep
    called, returned = tape.stamper(words.CALLED), tape.stamper(words.RETURNED)
    due_ns = now_ns() + interval_ns
    for _ in repeat(None, messages):
        if interval_ns:
            wait_ns = due_ns - now_ns()
            if wait_ns > 0:
                sleep(wait_ns / 1e9)
            due_ns += interval_ns
        called()
        send(payload)
        returned()


def receive_each(end: Endpoint, messages: int, tape: Tape, held: Held) -> None:
    """Receive as many, each kept until the next has come or dropped at once."""
    receive, received = end.receive, tape.stamper(words.RECEIVED)
    if held.holds:
        message, held.last = held.last, None
        for _ in repeat(None, messages):
            message = receive()
            received()
        held.last = message
    else:
        for _ in repeat(None, messages):
            receive()
            received()
