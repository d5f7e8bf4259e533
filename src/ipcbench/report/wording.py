"""How figures are written: always with their unit, and with how far they may be off."""

from __future__ import annotations

from collections.abc import Sequence

from ipcbench.analysis.estimates import Estimate

_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
NOT_AVAILABLE = "n/a"


def three_digits(value: float) -> str:
    """Return three significant digits without an exponent."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _scaled(value: float, scales: Sequence[tuple[float, str]]) -> tuple[float, str]:
    """Return the value in the largest unit that it fills, or the smallest there is."""
    # The sliver is for ticks: 1e-05 / 1e-06 is a little less than 10.
    scale, unit = next((row for row in scales if value >= row[0] * (1 - 1e-9)), scales[-1])
    return value / scale, unit


def seconds(value: float) -> str:
    """Return `12.3 µs`."""
    scaled, unit = _scaled(value, _SECONDS)
    return f"{three_digits(scaled)} {unit}"


def rate(value: float) -> str:
    """Return `12.3k`."""
    scaled, prefix = _scaled(value, _PREFIXES)
    return f"{three_digits(scaled)}{prefix}"


def margin(estimate: Estimate) -> str:
    """Return `±4%`, or nothing where there are too few launches for an interval."""
    half = estimate.half_width
    if half is None:
        return ""
    return f" ±{half:.0%}" if half >= 0.0095 else f" ±{half:.1%}"


def ratio(estimate: Estimate | None) -> str:
    """Return `1.25× [1.20, 1.31]`."""
    if estimate is None:
        return ""
    text = f"{estimate.value:.2f}×"
    return text if estimate.low is None else f"{text} [{estimate.low:.2f}, {estimate.high:.2f}]"


def share(estimate: Estimate | None) -> str:
    """Return a share of the floor's rate in per cent, with its margin."""
    return "" if estimate is None else f"{estimate.value:.0%}{margin(estimate)}"


def tick(value: float) -> str:
    """Return an axis tick: `0.1`, `20`, `3k`, `2M`."""
    scaled, prefix = _scaled(value, _PREFIXES)
    return f"{scaled:g}{prefix}"


def seconds_tick(value: float) -> str:
    """Return an axis tick: `20 µs`, `1 ms`."""
    scaled, unit = _scaled(value, _SECONDS)
    return f"{scaled:g} {unit}"
