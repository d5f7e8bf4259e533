"""How people write sizes and durations, and how we write them back."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ipcbench.errors import UsageError
from ipcbench.plan.defaults import LEAST_ALPHA
from ipcbench.sizes import bytes_of

_SECONDS = {"": 1.0, "ms": 1e-3, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d{1,18}(?:\.\d{1,18})?)\s*([a-z]*)")
_RATE = re.compile(r"(\d{1,18}(?:\.\d{1,18})?)(?:/s)?")
#: Faster than a sleep can pace.
MOST_A_SECOND = 5000
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")
ACCEPTED_SIZES = "accepted: 64, 1KiB, 64..1MiB (powers of four), 64..1MiB:x2, and lists by comma"
MAX_BYTES = 1 << 30


def parse_size(text: str) -> int:
    """Return the bytes that `64`, `1KiB` or `1MB` means; raise UsageError for anything else."""
    size = bytes_of(text)
    if size is None:
        raise UsageError(f"size {text!r} is not understood; {ACCEPTED_SIZES}")
    if size > MAX_BYTES:
        raise UsageError(f"size {text!r} is above the limit of 1 GiB for one message; choose a smaller size")
    return size


def parse_sizes(text: str) -> list[int]:
    """Return the sizes in bytes of a list by comma of sizes and ranges, without doubles, as written.

    `64..1MiB` multiplies by four from 64 as long as 1 MiB is not passed; `64..1MiB:x2` by two.
    """
    sizes: list[int] = []
    for part in text.split(","):
        sizes += _parse_range(part) if ".." in part else [parse_size(part)]
    return list(dict.fromkeys(sizes))


def _parse_range(text: str) -> list[int]:
    span, _, step = text.partition(":")
    low_text, _, high_text = span.partition("..")
    low, high = parse_size(low_text), parse_size(high_text)
    factor_text = step.strip() or "x4"
    if not re.fullmatch(r"x\d{1,9}", factor_text) or int(factor_text[1:]) < 2:
        raise UsageError(f"step {step!r} of the range {text!r} is not understood; {ACCEPTED_SIZES}")
    if not 0 < low <= high:
        raise UsageError(f"range {text!r} does not run upwards from 1 byte or more; {ACCEPTED_SIZES}")
    factor, sizes = int(factor_text[1:]), []
    while low <= high:
        sizes.append(low)
        low *= factor
    return sizes


def format_size(size: int) -> str:
    """Return a size as `parse_size` takes it: `64B`, `16KiB`, `1MiB`, `1500B`."""
    for unit, bytes_each in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size and size % bytes_each == 0:
            return f"{size // bytes_each}{unit}"
    return f"{size}B"


MOST_SECONDS = 366 * 86400.0
#: A launch of each arm has messages enough for one beyond it: no more than ten thousand.
MOST_PERCENTILE = 99.99


def parse_seconds(text: str) -> float:
    """Return the seconds that `60`, `60s`, `2min` or `500ms` means; they must be above zero."""
    match = _DURATION.fullmatch(text.strip())
    seconds = float(match[1]) * _SECONDS.get(match[2], 0) if match else 0
    if not 0 < seconds <= MOST_SECONDS:
        raise UsageError(
            f"time {text!r} is not understood; accepted: a time above zero like 60, 90s or 2min, up to a year"
        )
    return seconds


def check_seconds(seconds: float | None) -> float | None:
    """Return seconds as a program gives them (0: one pass), or None; raise UsageError for what is no time."""
    if seconds is not None and not 0 <= seconds <= MOST_SECONDS:
        raise UsageError(f"seconds={seconds!r} is not understood; accepted: a time from 0 to a year")
    return seconds


def is_share(share: float) -> bool:
    """Whether a rule can use it, as a threshold or an error rate."""
    return LEAST_ALPHA <= share < 1


def check_share(what: str, share: float) -> float:
    """Return a share that a rule can use: a threshold, an error rate; raise UsageError for any other."""
    if not is_share(share):
        raise UsageError(f"{what}={share!r} is not understood; accepted: a share below 1, like 0.05")
    return share


def check_precision(precision: float | None) -> float | None:
    """Return a precision as a program gives it, or None; raise UsageError for what is none."""
    if precision is not None and not is_precision(precision):
        raise UsageError(f"precision={precision!r} is not understood; accepted: above 0, up to 1")
    return precision


def is_percentile(percentile: float) -> bool:
    """Whether single messages of a launch can have it."""
    return 0 < percentile <= MOST_PERCENTILE


def check_percentile(percentile: float | None) -> float | None:
    """Return a percentile that single messages can have, or None; raise UsageError for any other."""
    if percentile is not None and not is_percentile(percentile):
        raise UsageError(
            f"percentile={percentile!r} is not understood; accepted: above 0, up to {MOST_PERCENTILE}"
        )
    return percentile


def check_launches(launches: int) -> int:
    """Return how many launches a program asks for; raise UsageError for fewer than one."""
    if launches < 1:
        raise UsageError(f"launches={launches!r} is not understood; accepted: a number from 1 on")
    return launches


def parse_rate(text: str) -> float:
    """Return the messages a second that `1000/s` or `0.5/s` means; they must be above zero."""
    match = _RATE.fullmatch(text.strip())
    if match is None or not 0 < float(match[1]) <= MOST_A_SECOND:
        raise UsageError(
            f"rate {text!r} is not understood; accepted: messages a second, up to {MOST_A_SECOND}/s"
        )
    return float(match[1])


def is_precision(share: float) -> bool:
    """Whether ratios can be as narrow as that."""
    return 0 < share <= 1


def parse_precision(text: str) -> float:
    """Return the share that `2%` or `0.02` means; it must be above zero and at most 100 %."""
    match = _SHARE.fullmatch(text.strip())
    share = float(match[1]) / (100 if match[2] else 1) if match else 0.0
    if not is_precision(share):
        raise UsageError(
            f"precision {text!r} is not understood; accepted: a share up to 100%, like 2% or 0.02"
        )
    return share


def parse_names(text: str, what: str, accepted: Iterable[str]) -> list[str]:
    """Return the names of a list by comma, each one of `accepted`, without doubles, as written."""
    known = list(accepted)
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise UsageError(f"unknown {what} {name!r}; accepted: {', '.join(known)}, and lists by comma")
    return list(dict.fromkeys(names))
