"""How much free memory the C library keeps, set at run time: what a message costs hangs on it."""

from __future__ import annotations

from ipcbench.probe.process.malloc import LARGEST_MMAP_BYTES, set_limits
from ipcbench.probe.settings.byte_count import ByteCount


class Mallopt(ByteCount):
    """Both limits of glibc, with `mallopt`."""

    summary = "free bytes that the C library keeps (glibc)"
    symptom = "page faults for more than a quarter of each message's pages"
    examples = ("32MiB", "64MiB")

    @classmethod
    def apply(cls, value: str) -> None:
        set_limits(cls.count(value))

    @classmethod
    def lines(cls, value: str) -> str:
        count = cls.count(value)
        return (
            "import ctypes\n"
            "libc = ctypes.CDLL(None)\n"
            f"assert libc.mallopt(-3, {min(count, LARGEST_MMAP_BYTES)})  # M_MMAP_THRESHOLD\n"
            f"assert libc.mallopt(-1, {count})  # M_TRIM_THRESHOLD; 0 is a refusal"
        )
