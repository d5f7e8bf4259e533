"""The textbook program: a producer process sends one value, a consumer process receives it.

`ipcbench demo` prints it, the workload `handoff` times it.
"""

from __future__ import annotations

from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Callable

from ipcbench.errors import CaseError
from ipcbench.probe.channels.contract import Channel

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


def start_exchange(
    context: BaseContext, channel: Channel, value: Any, report: Report
) -> dict[str, BaseProcess]:
    """Start both processes and let go of the channel; `report` must pickle where nothing is forked."""
    process = context.Process  # type: ignore[attr-defined]
    consumer = process(target=consume, args=(channel, report), daemon=True)
    producer = process(target=produce, args=(channel, value, report), daemon=True)
    consumer.start()
    producer.start()
    channel.close()
    return {"consumer": consumer, "producer": producer}


def join_exchange(processes: dict[str, BaseProcess], timeout_s: float) -> None:
    """Wait for both processes; raise CaseError, with both reaped, where one did not do its part."""
    for process in processes.values():
        process.join(timeout_s)
    failed = {role: process.exitcode for role, process in processes.items() if process.exitcode != 0}
    for process in processes.values():
        if process.exitcode is None:
            process.kill()
            process.join(timeout_s)
    if failed:
        words = [
            f"the {role} did not end within {timeout_s:g} s"
            if code is None
            else f"the {role} ended with {code}"
            for role, code in failed.items()
        ]
        raise CaseError("; ".join(words))
