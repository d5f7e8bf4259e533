"""What all settings have in common whose value is a number of bytes."""

from __future__ import annotations

from ipcbench.probe.settings.contract import Setting
from ipcbench.sizes import bytes_of

MOST_BYTES = 1 << 30


class ByteCount(Setting):
    """Written `64KiB`, `1MiB`, `1000000`."""

    values = "1 B to 1 GiB, as 64KiB or 1MiB"

    @classmethod
    def accepts(cls, value: str) -> bool:
        return 0 < (bytes_of(value) or 0) <= MOST_BYTES

    @classmethod
    def count(cls, value: str) -> int:
        """Return the bytes of a value that is accepted."""
        found = bytes_of(value)
        assert found is not None
        return found
