"""What is sent: the catalogue of payload kinds, each a function of size and seed."""

from __future__ import annotations

import random
from typing import Any, Callable


def random_bytes(size: int, seed: int) -> bytes:
    """Incompressible bytes, the same for the same seed."""
    # randbytes builds one integer of that many bits; in chunks it stays linear.
    source, chunk = random.Random(seed), 1 << 16
    return b"".join(source.randbytes(min(chunk, size - at)) for at in range(0, size, chunk))


PAYLOADS: dict[str, Callable[[int, int], Any]] = {"bytes": random_bytes}
