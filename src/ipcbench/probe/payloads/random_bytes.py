"""What is sent: the catalogue of payload kinds, each a function of size and seed."""

from __future__ import annotations

import hashlib
from typing import Any, Callable


def random_bytes(size: int, seed: int) -> bytes:
    """Incompressible bytes, the same for the same seed.

    Made by one allocation of just this size: what malloc did before decides how it serves large messages.
    """
    return hashlib.shake_128(str(seed).encode()).digest(size)


PAYLOADS: dict[str, Callable[[int, int], Any]] = {"bytes": random_bytes}
