"""Payloads of one's own, for tests: one works, the others break a promise each."""

from __future__ import annotations

import random
from typing import Any

from ipcbench.testing import Payload


class Records(Payload):
    """A list of dicts, as a web service would send."""

    summary = "records of a name and a number"
    parameter_name = "fields"
    sweep = ("2", "8")

    @classmethod
    def make(cls, size: int, seed: int) -> list[dict[str, int]]:
        rng, fields = random.Random(seed), int(cls.parameter or 2)
        return [
            {f"field-{at}": rng.getrandbits(31) for at in range(fields)} for _ in range(size // (16 * fields))
        ]

    @classmethod
    def touch(cls, message: Any, every: int) -> None:
        for record in message:
            for number in record.values():
                hash(number)


class Wordless(Records):
    summary = ""


class Forgetful(Records):
    """Recognises nothing."""

    @classmethod
    def check(cls, message: Any, size: int, seed: int) -> bool:
        return False


class Credulous(Records):
    """Takes everything for its own."""

    @classmethod
    def check(cls, message: Any, size: int, seed: int) -> bool:
        return True


class Large(Records):
    @classmethod
    def make(cls, size: int, seed: int) -> list[dict[str, int]]:
        return super().make(10 * size, seed)


class Wearing(Records):
    """Is used up by being read."""

    @classmethod
    def touch(cls, message: Any, every: int) -> None:
        message.append({})


class Bound(Records):
    """Cannot be pickled by another process."""

    @classmethod
    def check(cls, message: Any, size: int, seed: int) -> bool:
        return [*message] == [*Records.make(size, seed)]

    @classmethod
    def make(cls, size: int, seed: int) -> Any:
        return Tied(Records.make(size, seed))


class Tied(list):  # type: ignore[type-arg]
    """A list that does not survive a second pickling."""

    def __reduce__(self) -> Any:
        return (Cut, (list(self),))


class Cut(Tied):
    def __reduce__(self) -> Any:
        raise TypeError("a message is pickled once only")
