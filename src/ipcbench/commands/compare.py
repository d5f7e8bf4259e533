"""`compare`: what two stored runs can tell about each other."""

from __future__ import annotations

from ipcbench.analysis.run_comparison import compare_runs
from ipcbench.commands.find import find
from ipcbench.record.run import read_run
from ipcbench.record.store import Store
from ipcbench.report.compare_verdicts import run_verdicts
from ipcbench.report.verdicts import Comparisons
from ipcbench.statistics.decision import Rule


def compare(store: Store, base: str, head: str, rule: Rule) -> Comparisons:
    """Return the verdicts on two runs, as people name them, with what has to be said of them."""
    paths = find(store, base), find(store, head)
    before, after = (read_run(path) for path in paths)
    compared = compare_runs(before, after, rule, (document for _, document in store.documents()))
    return run_verdicts(compared, before, after, (paths[0].stem, paths[1].stem))
