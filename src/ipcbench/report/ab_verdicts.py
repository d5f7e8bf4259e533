"""The verdicts of a stored comparison: worked out again from its launches."""

from __future__ import annotations

from ipcbench.plan.case import Case
from ipcbench.record.comparison import WALL_TIME, ComparedRow, ComparisonDocument
from ipcbench.report.builds import build_text
from ipcbench.report.cautions import alone_text, left_out_text, slowed_text, wrote
from ipcbench.report.verdicts import Comparisons, Row, guarantee
from ipcbench.statistics.decision import Decision, Question, Rule, SequentialTest
from ipcbench.words import DECIDED, OUT_OF_TIME

#: What is compared, in words; any other is a percentile.
_METRICS = {"mean": "time a message", WALL_TIME: "wall time"}


def comparisons_of(document: ComparisonDocument) -> Comparisons:
    """Return what a comparison came to."""
    record = document.ipcbench
    rule = Rule(record.threshold, record.alpha, max(1, len(record.rows)), question=Question(record.question))
    slowed = {what: [f"arm {label}" for label in labels] for what, labels in record.slowdowns.items()}
    return Comparisons(
        [_row(row, rule) for row in record.rows],
        rule,
        [(arm.label, arm.text) for arm in record.arms],
        record.conditions,
        of_arms={name for arm in record.arms for name in arm.coordinates},
        builds={arm.label: build_text(arm.facts) or "not started" for arm in record.arms},
        metric=_METRICS.get(record.metric, f"{record.metric} of single messages"),
        interrupted=record.stopped_by not in (DECIDED, OUT_OF_TIME),
        warnings=[
            *slowed_text(slowed, len(record.arms), every="every arm"),
            *alone_text({f"arm {label}": share for label, share in record.alone.items()}),
            *left_out_text(record.left_out),
            *wrote(record.output),
        ],
        notes=[guarantee(rule)],
    )


def _row(row: ComparedRow, rule: Rule) -> Row:
    case = Case.of_record(row.case) if row.case else None
    return Row(
        row.cell,
        row.arm,
        _decision(row, rule),
        row.seconds,
        row.failure,
        row.logs,
        case=case,
        faults=row.faults,
    )


def _decision(row: ComparedRow, rule: Rule) -> Decision | None:
    """Return the first look that decided; None where a launch failed."""
    if row.failure:
        return None
    comparison = SequentialTest(rule)
    for log in row.logs:
        comparison.add(log)
    return comparison.end()
