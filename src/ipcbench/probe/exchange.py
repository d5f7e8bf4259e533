"""The textbook program: a producer process sends one value, a consumer process receives it.

`ipcbench demo` prints it, the workload `handoff` times it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Callable

from ipcbench.errors import CaseError
from ipcbench.probe.channels.contract import Channel

#: How long a process may go on after the other one has failed.
LAST_WORD_S = 0.3

Report = Callable[[str, Any], None]


def produce(channel: Channel, value: Any, report: Report) -> None:
    """Send one value and close the sending end."""
    end = channel.sender()
    report("sent", value)
    end.send(value)
    end.close()


def consume(channel: Channel, report: Report) -> None:
    """Receive one value and close the receiving end."""
    end = channel.receiver()
    report("received", end.receive())
    end.close()


@contextmanager
def kept(channel: Channel) -> Iterator[Channel]:
    """Keep a channel for as long as this lasts, then let go of it and remove what is left, come what may."""
    try:
        yield channel
    finally:
        try:
            channel.close()
        finally:
            channel.remove()


def start_exchange(
    context: BaseContext, channel: Channel, value: Any, report: Report
) -> dict[str, BaseProcess]:
    """Start both processes; `report` must pickle where nothing is forked, and the channel be `kept`."""
    process = context.Process  # type: ignore[attr-defined]
    consumer = process(target=consume, args=(channel, report), daemon=True)
    producer = process(target=produce, args=(channel, value, report), daemon=True)
    return start_both({"consumer": consumer, "producer": producer})


def start_both(processes: dict[str, BaseProcess]) -> dict[str, BaseProcess]:
    """Start them in this order; where one cannot be started, the other one is killed and reaped."""
    begun: list[BaseProcess] = []
    try:
        for process in processes.values():
            process.start()
            begun.append(process)
    except BaseException:
        for process in begun:
            process.kill()
            process.join()
        raise
    return processes


def end_exchange(processes: dict[str, BaseProcess], timeout_s: float) -> None:
    """Wait for both processes; raises CaseError, with both reaped, where one did not do its part."""
    limit = time.monotonic() + timeout_s
    waiting = {process.sentinel: process for process in processes.values()}
    while waiting:
        ended = wait(list(waiting), max(0.0, limit - time.monotonic()))
        if not ended:
            break
        for process in [waiting.pop(sentinel) for sentinel in ended]:  # type: ignore[arg-type]
            process.join()
            if process.exitcode:
                # The other one may wait for what will never come.
                limit = min(limit, time.monotonic() + LAST_WORD_S)
    failed = {role: process.exitcode for role, process in processes.items() if process.exitcode != 0}
    for process in processes.values():
        if process.exitcode is None:
            process.kill()
            process.join(timeout_s)
    if failed:
        # Who was killed because the other one failed is not the cause.
        words = [f"the {role} ended with {code}" for role, code in failed.items() if code is not None]
        words = words or [f"the {role} did not end within {timeout_s:g} s" for role in failed]
        raise CaseError("; ".join(words))
