"""ipcbench: how fast messages cross a process boundary in Python, and where the time goes.

    import ipcbench

    found = ipcbench.run(channel="pipe,queue", workload="stream", size="64,1MiB", seconds=20)
    print(found.table())
    found.ratios("queue", size="1MiB")       # Estimates (value, low, high) by what differs
    found.plot("ratio")                      # a picture, where a notebook shows it

What a name stands for is imported when it is asked for: a probe imports this package in the measured
interpreter, which may be Python 3.9 and has nothing else installed.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipcbench.api import *
    from ipcbench.testing import Channel, Endpoint, Traits, Workload

__all__ = [
    "Channel",
    "Endpoint",
    "Traits",
    "Workload",
    "ab",
    "compare",
    "count",
    "explain",
    "history",
    "load",
    "recommend",
    "run",
    "tune",
]
#: What is part of a contract that probes import, too; all else is of the measuring side.
_CONTRACTS = ("Channel", "Endpoint", "Traits", "Workload")
#: What these return, and what notebooks judge claims with: there to be named, not to be imported by `*`.
_MORE = (
    "Claim",
    "Comparison",
    "Counts",
    "CountsCompared",
    "Explanations",
    "History",
    "Picture",
    "Recommended",
    "Run",
    "SelfTested",
    "Tuning",
    "here",
    "independent_ratio",
    "judge",
    "paired_ratio",
    "share",
)


def __getattr__(name: str) -> object:
    if name not in (*__all__, *_MORE):
        raise AttributeError(f"module 'ipcbench' has no attribute {name!r}; it has {', '.join(__dir__())}")
    from importlib import import_module

    return getattr(import_module("ipcbench.testing" if name in _CONTRACTS else "ipcbench.api"), name)


def __dir__() -> list[str]:
    return [*__all__, *_MORE]
