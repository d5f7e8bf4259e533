"""How much a Connection over sockets reads at a time (CPython 3.14 and later)."""

from __future__ import annotations

from multiprocessing import connection

from ipcbench.errors import CaseError
from ipcbench.probe.process.facts import reads_by_bufsize
from ipcbench.probe.settings.byte_count import ByteCount


class ReadSize(ByteCount):
    """`multiprocessing.connection.BUFSIZE`, which older versions do not read by."""

    summary = "bytes that a Connection over sockets reads at a time (CPython 3.14 and later)"
    symptom = "messages above 64 KiB through a duplex Pipe"
    examples = ("65536", "16MiB")

    @classmethod
    def apply(cls, value: str) -> None:
        if not reads_by_bufsize():
            raise CaseError(
                "bufsize: this Python reads as much as there is; accepted: CPython 3.14 and later"
            )
        connection.BUFSIZE = cls.count(value)  # type: ignore[attr-defined]

    @classmethod
    def lines(cls, value: str) -> str:
        return f"import multiprocessing.connection\nmultiprocessing.connection.BUFSIZE = {cls.count(value)}"
