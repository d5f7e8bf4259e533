"""`compare`: what two stored runs, or two records of counts, can tell about each other."""

from __future__ import annotations

from pathlib import Path

from ipcbench.analysis.counts_comparison import CountsComparison, compare_counts
from ipcbench.analysis.run_comparison import compare_runs
from ipcbench.commands.find import find
from ipcbench.errors import UsageError
from ipcbench.record.counts import KIND as COUNTS
from ipcbench.record.counts import read_counts
from ipcbench.record.reading import RUN, kind_of
from ipcbench.record.run import read_run
from ipcbench.record.store import Store
from ipcbench.report.compare_verdicts import run_verdicts
from ipcbench.report.verdicts import Comparisons
from ipcbench.statistics.decision import Rule


def compare(store: Store, base: str, head: str, rule: Rule) -> Comparisons | CountsComparison:
    """Return what two records, as people name them, differ in; raise UsageError where they are not alike.

    Counts are facts, and `rule` is for runs. The launches of an `ab` or a `tune` were measured side by side,
    and hold for their own session: of two such records no verdict would have a known error rate.
    """
    kind, paths = _alike(store, base, head)
    names = paths[0].stem, paths[1].stem
    if kind == COUNTS:
        return compare_counts(read_counts(paths[0]), read_counts(paths[1]), names)
    before, after = read_run(paths[0]), read_run(paths[1])
    compared = compare_runs(before, after, rule, (document for _, document in store.documents()))
    return run_verdicts(compared, before, after, names)


def _alike(store: Store, base: str, head: str) -> tuple[str, tuple[Path, Path]]:
    """Return the kind that both are of, and their files; a name that leaves it open means a run."""
    unfound = None
    for kind in (RUN, COUNTS):
        try:
            paths = find(store, base, (kind,)), find(store, head, (kind,))
        except UsageError as error:
            unfound = unfound or error
            continue
        kinds = [kind_of(path) for path in paths]
        if kinds == [kind, kind]:
            return kind, paths
        unfound = UsageError(
            f"{paths[0].name} is of kind {kinds[0]!r} and {paths[1].name} of {kinds[1]!r}; "
            "accepted: two runs, or two records of counts (`ipcbench show` has any)"
        )
    assert unfound is not None
    raise unfound
