"""A list of messages that are sent at once."""

from __future__ import annotations

from typing import Any, ClassVar

from ipcbench.probe.payloads.contract import Payload
from ipcbench.probe.payloads.random_bytes import RandomBytes

MOST_MESSAGES = 10_000


class Batch(Payload):
    """So many `bytes` of the case's size in one list: a rate is of each, a delay that of all."""

    summary = "a list of so many bytes objects of that size"
    parameter_name = "messages"
    sweep = ("10", "100")
    accepted = f"batch:1 to batch:{MOST_MESSAGES}"
    messages: ClassVar[int]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.messages = int(cls.parameter or 1)

    @classmethod
    def takes(cls, parameter: str) -> bool:
        return parameter.isascii() and parameter.isdigit() and 1 <= int(parameter) <= MOST_MESSAGES

    @classmethod
    def make(cls, size: int, seed: int) -> list[bytes]:
        # Of a seed's own for each, so that pickling finds no two that are the same.
        return [RandomBytes.make(size, seed * MOST_MESSAGES + place) for place in range(cls.messages)]

    @classmethod
    def touch(cls, message: Any, every: int) -> None:
        for each in message:
            RandomBytes.touch(each, every)


Batch.messages = 1
