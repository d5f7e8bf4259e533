"""What the receiver reads of each message, within the time that is measured."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Callable, Optional

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.protocol.spec import ProbeSpec

#: Of how many bytes one is read: a page, so that all of it is mapped; a cache line, so that all is fetched.
EVERY = {"pages": 4096, "all": 64}


def reading(spec: ProbeSpec) -> Optional[Callable[[Any], Any]]:  # noqa: UP045  (Python 3.9)
    """Return what reads a message as the case asks for; None where nothing is to be read."""
    if spec.touch not in EVERY:
        return None
    return partial(load_payload(spec.payload_kind).touch, every=EVERY[spec.touch])


def touching(end: Endpoint, spec: ProbeSpec) -> Endpoint:
    """Return the endpoint such that it reads what it receives, where the case asks for that."""
    read, receive = reading(spec), end.receive
    if read is None:
        return end

    def receive_and_read() -> Any:
        message = receive()
        # `null` hands nothing over.
        if message is not None:
            read(message)
        return message

    return replace(end, receive=receive_and_read)
