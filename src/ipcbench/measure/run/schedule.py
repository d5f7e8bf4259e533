"""Which group is launched next: all of them in the first passes, then those that are not yet precise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ipcbench.measure.run.budget import Budget
from ipcbench.plan.case import Group
from ipcbench.plan.matrix import Plan


def launches(
    plan: Plan,
    budget: Budget,
    elapsed_s: Callable[[], float],
    is_lost: Callable[[Group], bool],
    is_narrow: Callable[[Group], bool],
    is_precise: Callable[[Group], bool],
) -> Iterator[tuple[int, Group]]:
    """Yield pass and group until every group is precise (or lost: no case of it is left) or the time is up.

    The first pass is always whole: no case goes unmeasured. In later ones a group is left out for which there
    is no time, as long as there is some for others. After the first passes, groups whose intervals are narrow
    already, but not for sure (`Precision.reached`), wait until no other is left; and those whose launches are
    long wait until the others have had as much time since then.
    """
    for number in range(plan.most_passes):
        order = [group for group in plan.pass_order(number) if not is_lost(group)]
        if number < plan.passes:
            ranks = [order]
        else:
            wanted = [g for g in order if not is_precise(g) and budget.affords(g.name, elapsed_s())]
            ranks = [
                _due([group for group in wanted if is_narrow(group) == narrow], budget)
                for narrow in (False, True)
            ]
        launched = False
        for rank in ranks:
            for group in [] if launched else rank:
                if not number or budget.affords(group.name, elapsed_s()):
                    launched = True
                    yield number, group
        if not launched:
            return


def _due(groups: Sequence[Group], budget: Budget) -> list[Group]:
    names = [group.name for group in groups]
    return [group for group in groups if budget.has_had_less(group.name, names)]
