"""Settings of both ends as a user writes them: `name=value`, lists of them, and one over the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any


def parse_settings(texts: str | Sequence[str]) -> list[Any]:
    """Return every combination of `name=value,value`; a variable of the environment is taken whole.

    A name that is given again has more values; what nothing is known of is found out where it is used.
    """
    values: dict[str, list[str]] = {}
    for text in [texts] if isinstance(texts, str) else texts:
        name, _, value = text.partition("=")
        each = [value] if name.startswith("env:") else value.split(",")
        if text:
            values.setdefault(name, []).extend(
                f"{name}={one.strip()}" if "=" in text else text for one in each
            )
    return [
        tuple(combined) for combined in product(*(dict.fromkeys(values[name]) for name in sorted(values)))
    ]


def merge_settings(below: Sequence[str], above: Sequence[str]) -> tuple[str, ...]:
    """Return both, in the order of their names; where both have one, that of `above`."""
    named = {text.partition("=")[0]: text for text in (*below, *above)}
    return tuple(named[name] for name in sorted(named))
