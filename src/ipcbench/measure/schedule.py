"""Which group is launched next: all of them in the first passes, then those that are not yet precise."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from ipcbench.measure.budget import Budget
from ipcbench.plan.case import Group
from ipcbench.plan.matrix import Plan


def launches(
    plan: Plan,
    budget: Budget,
    elapsed_s: Callable[[], float],
    is_lost: Callable[[Group], bool],
    is_precise: Callable[[Group], bool],
) -> Iterator[tuple[int, Group]]:
    """Yield pass and group until every group is precise (or lost: no case of it is left) or the time is up.

    The first pass is always whole: no case goes unmeasured. In later ones a group is left out for which there
    is no time, as long as there is some for others.
    """
    for number in itertools.count():
        launched = False
        for group in plan.pass_order(number):
            wanted = not is_lost(group) and (number < plan.passes or not is_precise(group))
            if wanted and (not number or budget.affords(group.name, elapsed_s())):
                launched = True
                yield number, group
        if not launched:
            return
