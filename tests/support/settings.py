"""Settings of one's own, for tests: one works, the others break a promise each."""

from __future__ import annotations

import sys
from typing import ClassVar

from ipcbench.testing import Setting


class Recursion(Setting):
    """How deep calls may go."""

    summary = "how deep calls may go"
    symptom = "objects are nested"
    values = "500 or more"
    examples: ClassVar[tuple[str, ...]] = ("1500", "3000")

    @classmethod
    def accepts(cls, value: str) -> bool:
        return value.isascii() and value.isdigit() and int(value) >= 500

    @classmethod
    def apply(cls, value: str) -> None:
        sys.setrecursionlimit(int(value))

    @classmethod
    def lines(cls, value: str) -> str:
        return f"sys.setrecursionlimit({value})"


class Wordless(Recursion):
    symptom = ""


class Picky(Recursion):
    """Does not take what it offers."""

    examples = ("499",)


class Trusting(Recursion):
    """Finds out what is a value by using it."""

    @classmethod
    def accepts(cls, value: str) -> bool:
        return int(value) > 0


class Credulous(Recursion):
    @classmethod
    def accepts(cls, value: str) -> bool:  # noqa: ARG003
        return True


class Vague(Recursion):
    @classmethod
    def lines(cls, value: str) -> str:  # noqa: ARG003
        return "sys.setrecursionlimit(N)"


class Deadly(Recursion):
    """Nothing works any more once it is set."""

    @classmethod
    def apply(cls, value: str) -> None:
        raise OSError(f"{value} cannot be set here")
