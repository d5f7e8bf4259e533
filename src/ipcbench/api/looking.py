"""The commands that look at what is stored: in the folder of `IPCBENCH_RESULTS`, else `results`."""

from __future__ import annotations

import platform
from collections.abc import Mapping

from ipcbench.analysis.claims import Claim, verdict
from ipcbench.analysis.counts_comparison import CountsComparison
from ipcbench.analysis.explanation import explanations_of
from ipcbench.analysis.self_test import self_test_of
from ipcbench.analysis.tuning import tuning_of
from ipcbench.api.answers import Counts, CountsCompared, Explanations, SelfTested, Tuning
from ipcbench.api.results import Comparison, History, Run
from ipcbench.api.rule import rule_of
from ipcbench.api.shown import Picture
from ipcbench.plan.defaults import ALPHA, THRESHOLD, results_folder
from ipcbench.record import comparison
from ipcbench.record.counts import CountsDocument
from ipcbench.record.explanation import ExplanationDocument
from ipcbench.record.kinds import read_record
from ipcbench.record.run import RunDocument
from ipcbench.record.store import Store
from ipcbench.record.tuning import TuningDocument
from ipcbench.statistics.estimates import Estimate


def compare(
    base: str = "latest~1",
    head: str = "latest",
    *,
    threshold: float = THRESHOLD,
    alpha: float = ALPHA,
    results: str | None = None,
) -> Comparison | CountsCompared:
    """Compare two stored runs, or two records of counts, as `ipcbench compare` does.

    Of runs, which were not measured side by side, most small changes are undecided; counts are facts.
    """
    from ipcbench.commands.compare import compare as compare_records

    found = compare_records(Store(results_folder(results)), base, head, rule_of(threshold, alpha))
    return CountsCompared(found) if isinstance(found, CountsComparison) else Comparison(found)


def history(*, results: str | None = None, **asked: object) -> History:
    """Return all stored runs, and after which a figure changed, as `ipcbench history` does."""
    from ipcbench.commands.history import history as history_of

    found = history_of(Store(results_folder(results)), asked)
    return History(found.runs, found.series)


def load(
    record: str = "latest", *, results: str | None = None
) -> Run | Comparison | SelfTested | Explanations | Counts | Tuning:
    """Return a stored record: `latest`, `latest~1`, a number, a file or a git revision."""
    from ipcbench.commands.find import find
    from ipcbench.report.ab_verdicts import comparisons_of
    from ipcbench.report.kinds import ALL

    kind, document = read_record(find(Store(results_folder(results)), record, ALL))
    if isinstance(document, CountsDocument):
        return Counts(document)
    if isinstance(document, ExplanationDocument):
        return Explanations(explanations_of(document))
    if isinstance(document, RunDocument):
        return Run(document)
    if isinstance(document, TuningDocument):
        return Tuning(tuning_of(document))
    if kind == comparison.SELF_TEST:
        return SelfTested(self_test_of(document))
    return Comparison(comparisons_of(document))


def judge(claim: Claim, estimates: Mapping[str, Estimate], conditions: str, *, figures: str) -> Picture:
    """Print the verdict on a claim, and return its picture; `figures` says what they are."""
    from ipcbench.report.charts.claims import draw, written

    print(f"“{claim.text}”: {verdict(claim, estimates)}")
    for condition, estimate in estimates.items():
        print(f"  {condition}: {written(claim, estimate)}")
    return Picture.of(draw(claim, estimates, conditions, figures))


def here() -> str:
    """Return this machine and Python in a line, for what is measured without `run`."""
    from ipcbench.machine.facts import host_line

    return f"Python {platform.python_version()} · {host_line()}"
