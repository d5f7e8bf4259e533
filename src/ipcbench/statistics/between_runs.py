"""What no launch of a run holds: that the next run, minutes later, finds the machine in another state.

Launches of one run lie seconds apart. Runs that were made again and again (`make coverage`, live) moved more
than their launches let expect: Student's intervals over launches, at 95 %, held the mean of the other runs in
90 % of 1,144 ratios, 78 % of 1,218 times of single cases, 82 % of 774 medians and 91 % of 774 99th
percentiles of round trips. Widened by these factors they held it in 95 %, 94 %, 94 % and 94 %
(docs/method.md).
"""

from __future__ import annotations

from ipcbench.statistics.estimates import Estimate

#: Of a ratio within a group, and of one case by itself: a time, a rate, a median. What lies far out varies so
#: much from launch to launch that less is to be added.
RATIO, FIGURE, TAIL = 1.3, 1.8, 1.3


def ratio_of_run(of_launches: Estimate | None) -> Estimate | None:
    """Return a ratio with the interval that holds what other runs find, from that of its launches."""
    return of_launches.widened(RATIO) if of_launches else None


def figure_of_run(of_launches: Estimate | None) -> Estimate | None:
    """Return the same of what was measured of one case."""
    return of_launches.widened(FIGURE) if of_launches else None


def percentile_of_run(of_launches: Estimate, percentile: float) -> Estimate:
    """Return the same of a percentile of single messages."""
    return of_launches.widened(FIGURE if percentile <= 50 else TAIL)
