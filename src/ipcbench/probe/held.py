"""What an end keeps of what it has received."""

from __future__ import annotations

from typing import Any


class Held:
    """What an end holds of the messages it received: the last one, or none."""

    __slots__ = ("holds", "last")

    def __init__(self, holds: bool) -> None:
        self.holds = holds
        self.last: Any = None
