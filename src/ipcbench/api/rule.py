"""By which rule a comparison decides, from what a caller gives."""

from __future__ import annotations

from ipcbench.errors import UsageError
from ipcbench.plan.defaults import QUESTIONS
from ipcbench.plan.units import check_share
from ipcbench.statistics.decision import Question, Rule


def rule_of(threshold: float, alpha: float, question: str = QUESTIONS[0]) -> Rule:
    """Return what decides; raise UsageError for shares that are none, and for other questions."""
    if question not in QUESTIONS:
        raise UsageError(f"question {question!r} is not understood; accepted: {', '.join(QUESTIONS)}")
    shares = check_share("threshold", threshold), check_share("alpha", alpha)
    return Rule(*shares, question=Question(question))
