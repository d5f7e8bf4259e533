"""Documents, journals, command lines and wire messages, changed at random."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

#: What stands where something else should: of every type, too small, too large, too long, unseen.
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1, 0.5, -0.0, 1e-300, 1e300, 2**53, 2**63, -(2**63), 10**40, 1e15),
    *("", "x", "\x1b[2J\x1b]0;title\x07", "a\nb\r\n::error::c", "\u202egnp.elif", "\ud800", "../../x"),
    *("=1+1", "%s%n{0}", "$x^{2}$ \\frac", "<script>alert(1)</script>", "0001", "latest", "A" * 100_000),
    *([], {}, [[]], [0] * 2000, {"kind": "run"}, {"": None}, [None], ["pipe", 1]),
)
#: What a text may have somewhere in it.
BITS = (*"\x00\n\r\t\u202e\u2028|`$\\'", "\x1b[31m", "::", "<b>", "é" * 50)


def nodes(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a JSON value: what holds it, and its key or index."""
    if isinstance(value, dict):
        for key in value:
            yield value, key
            yield from nodes(value[key])
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value, index
            yield from nodes(value[index])


def changed(value: Any, rng: random.Random) -> Any:
    """Return a copy of a JSON value with one to three places changed."""
    found = copy.deepcopy(value)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        places = list(nodes(found))
        if not places:
            return rng.choice(ODD)
        holder, key = rng.choice(places)
        rng.choice(CHANGES)(holder, key, rng)
    return found


def _odd(holder: Any, key: Any, rng: random.Random) -> None:
    holder[key] = copy.deepcopy(rng.choice(ODD))


def _away(holder: Any, key: Any, _rng: random.Random) -> None:
    del holder[key]


def _again(holder: Any, key: Any, rng: random.Random) -> None:
    if isinstance(holder, list):
        holder[key:key] = [copy.deepcopy(holder[key]) for _ in range(rng.choice((1, 2, 50)))]
    else:
        holder[f"{key}{rng.choice(BITS)}"] = copy.deepcopy(holder[key])


def _near(holder: Any, key: Any, rng: random.Random) -> None:
    """Another value of the same type."""
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int):
        holder[key] = rng.choice((value + 1, -value, value * 1000, value * 10**12))
    elif isinstance(value, float):
        holder[key] = rng.choice((value * 1e9, value * 1e-9, -value, value * 3, 0.0))
    elif isinstance(value, str):
        at = rng.randint(0, len(value))
        holder[key] = rng.choice((value[:at], value[:at] + rng.choice(BITS) + value[at:], value * 3))
    elif isinstance(value, list):
        rng.shuffle(value)
    elif isinstance(value, dict):
        holder[key] = list(value.values())
    else:
        holder[key] = 0


def _other(holder: Any, key: Any, rng: random.Random) -> None:
    """What stands elsewhere in the same holder."""
    others = list(holder.values()) if isinstance(holder, dict) else holder
    holder[key] = copy.deepcopy(rng.choice(others))


Change = Callable[[Any, Any, random.Random], None]
CHANGES: tuple[Change, ...] = (_odd, _odd, _away, _again, _near, _near, _other)


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Return bytes of which some are changed, gone, or there twice."""
    found = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randint(0, len(found))
        many = rng.choice((1, 1, 4, 100))
        what = rng.randrange(4)
        if what == 0:
            found[at : at + many] = rng.randbytes(many)
        elif what == 1:
            del found[at : at + many]
        elif what == 2:
            found[at:at] = found[at : at + many]
        else:
            del found[at:]
    return bytes(found)


def document(seed: Any, rng: random.Random) -> bytes:
    """Return a record's file, changed."""
    if rng.random() < 0.15:
        return damaged(json.dumps(seed).encode(), rng)
    return json.dumps(changed(seed, rng), ensure_ascii=rng.random() < 0.7).encode("utf-8", "surrogatepass")


def journal(seed: list[Any], rng: random.Random) -> bytes:
    """Return a journal, changed: in an entry, in the order of its lines, in its bytes."""
    entries = changed(seed, rng) if rng.random() < 0.7 else copy.deepcopy(seed)
    if isinstance(entries, list) and rng.random() < 0.2:
        rng.shuffle(entries)
    lines = entries if isinstance(entries, list) else [entries]
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()
    return damaged(content, rng) if rng.random() < 0.3 else content
