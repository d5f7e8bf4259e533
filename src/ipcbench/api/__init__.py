"""What `import ipcbench` gives: the commands as functions, and what they found as objects.

Coordinates are written as on the command line: `size="64,1MiB"`.
"""

from __future__ import annotations

from ipcbench.analysis.claims import Claim, share
from ipcbench.api.answers import Counts, CountsCompared, Explanations, Recommended, SelfTested, Tuning
from ipcbench.api.looking import compare, here, history, judge, load
from ipcbench.api.measuring import ab, count, explain, recommend, run, tune
from ipcbench.api.results import Comparison, History, Run
from ipcbench.api.shown import Picture
from ipcbench.statistics.estimates import independent_ratio, paired_ratio

__all__ = [
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
    "ab",
    "compare",
    "count",
    "explain",
    "here",
    "history",
    "independent_ratio",
    "judge",
    "load",
    "paired_ratio",
    "recommend",
    "run",
    "share",
    "tune",
]
