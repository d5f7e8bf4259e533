"""Numbers of bytes as people write them: `64`, `16KiB`, `1MB`. Standard library only, Python 3.9."""

from __future__ import annotations

import re
from typing import Optional

_UNITS = {
    "": 1,
    "B": 1,
    "KIB": 1 << 10,
    "MIB": 1 << 20,
    "GIB": 1 << 30,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
}
_SIZE = re.compile(r"(\d{1,18})\s*([A-Za-z]*)", re.ASCII)


def bytes_of(text: str) -> Optional[int]:  # noqa: UP045  (Python 3.9)
    """Return the bytes that a size means; None for what is none."""
    match = _SIZE.fullmatch(text.strip())
    unit = _UNITS.get(match[2].upper()) if match else None
    return None if match is None or unit is None else int(match[1]) * unit
