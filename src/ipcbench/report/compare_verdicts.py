"""What is said of two stored runs: first where they differ, then figures, then what would decide."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from ipcbench.analysis.environment import environment, machine, minor
from ipcbench.analysis.run_comparison import (
    FEWEST_RUNS,
    ComparedCell,
    RunComparison,
    cell_name,
    cells,
)
from ipcbench.plan.coordinates import COORDINATES
from ipcbench.record.run import RunDocument
from ipcbench.record.schema import CaseRow
from ipcbench.report.cautions import by_slowdown, slowed_text
from ipcbench.report.verdicts import Comparisons, Row, guarantee

_MOST_NAMED = 5


#: What is an arm of `ab`, not an option.
_OF_ARMS = ("python", "start_method")


def run_verdicts(
    compared: RunComparison, base: RunDocument, head: RunDocument, names: tuple[str, str]
) -> Comparisons:
    """Return the verdicts as any comparison's, with what the reader has to know of the runs."""
    warnings = [f"differs: {each}" for each in compared.differences]
    if compared.is_another_machine:
        warnings.append("these are different machines: nothing is decided between them")
    elif any(each.forbids for each in compared.differences):
        warnings.append("the JIT is on in one of them only: nothing is decided between them")
    slowed = by_slowdown((cell_name(key), cell.case.slowdowns) for key, cell in cells(head).items())
    warnings += slowed_text(slowed, len(cells(head)), every="every cell of the later run")
    if compared.added:
        more = ", ..." if len(compared.added) > _MOST_NAMED else ""
        warnings.append(f"only in {names[1]}: {', '.join(compared.added[:_MOST_NAMED])}{more}")
    return Comparisons(
        [verdict_row(row) for row in compared.rows],
        compared.rule,
        [("base", f"{names[0]}, {_told(base)}"), ("head", f"{names[1]}, {_told(head)}")],
        f"{machine(head)}, Python {environment(head)['Python']}",
        why=(would_decide := ab_command(base, head)),
        warnings=warnings,
        notes=[*_spreads(compared), guarantee(compared.rule), f"what would decide the rest: {would_decide}"],
    )


def verdict_row(row: ComparedCell) -> Row:
    """Return a cell's verdict as any comparison's."""
    return Row(
        row.name,
        "head",
        row.decision,
        0.0,
        row.failure,
        missing=row.decision is None and not row.is_refused,
        raw=row.ratio if row.spread and row.spread.normalised else None,
        undecided=row.undecided,
    )


def ab_command(base: RunDocument, head: RunDocument, only: CaseRow | None = None) -> str:
    """Return the `ab` that decides what stored runs cannot: both sides measured now, in turns.

    Where neither Python nor a channel of the user's own can differ there is no such command, and the text
    says so.
    """
    keys = [only] if only else list(cells(head))
    arms = _python_arms(base, head)
    if arms is None:
        # Of two versions of a project only its own channels differ: what CPython brings is the same.
        keys = [key for key in keys if ":" in key.channel]
        arms = _project_arms(base, head)
    if not keys:
        return (
            "no ab can: channels and Python are the same, so what differs is the machine's state; "
            "see `ipcbench doctor`"
        )
    options = []
    for each in COORDINATES:
        values = list(dict.fromkeys(each.text(each.of(key)) for key in keys))
        if each.name not in _OF_ARMS and not all(each.is_usual(key) for key in keys):
            options.append(f"{each.option} {shlex.quote(','.join(values))}")
    methods = {key.start_method for key in keys}
    if len(methods) == 1 and methods != {"fork"}:
        (method,) = methods
        options += [f"--{label} start-method={shlex.quote(method)}" for label in "ab"]
    return f"ipcbench ab {arms} {' '.join(options)}"


def _python_arms(base: RunDocument, head: RunDocument) -> str | None:
    """Return the arms of two runs of different Pythons, of one each; None for any others."""
    pythons = [sorted({key.python for key in cells(document)}) for document in (base, head)]
    if pythons[0] == pythons[1] or any(len(each) != 1 for each in pythons):
        return None
    labels = [each[0] for each in pythons]
    names = [minor(label) if label.startswith("pypy") else f"python{minor(label)}" for label in labels]
    if names[0] == names[1]:
        # Two patch versions go by one name: only where they were tells them apart.
        names = [_executable(run, label) for run, label in zip((base, head), labels, strict=True)]
    return " ".join(
        f"--{label} {shlex.quote(f'python={name}')}" for label, name in zip("ab", names, strict=True)
    )


def _executable(document: RunDocument, label: str) -> str:
    targets = document.ipcbench.targets if document.ipcbench else {}
    return str(targets.get(label, {}).get("executable", f"PATH-OF-{label}"))


def _project_arms(base: RunDocument, head: RunDocument) -> str:
    commits = [str(document.commit_info.get("id", "unknown"))[:12] for document in (base, head)]
    if not all(each.isalnum() and each != "unknown" for each in commits):
        return "--a path=OLD/src --b path=src"
    return f"--git {commits[0]}..{commits[1]}" if commits[0] != commits[1] else f"--git {commits[0]}"


def _told(document: RunDocument) -> str:
    commit = document.commit_info
    dirty = ", dirty" if commit.get("dirty") else ""
    return f"{document.datetime[:16]}, commit {str(commit.get('id', 'unknown'))[:9]}{dirty}"


def _spreads(compared: RunComparison) -> list[str]:
    """Return where the intervals come from."""
    spreads = [row.spread for row in compared.rows if row.spread]
    learnt = [spread for spread in spreads if spread.runs]
    parts: Sequence[str] = [
        f"{count} {what}"
        for count, what in (
            (len(learnt), "from the stored runs of this environment"),
            (
                len(spreads) - len(learnt),
                f"as recorded on a shared machine (fewer than {FEWEST_RUNS} such runs)",
            ),
        )
        if count
    ]
    normalised = sum(spread.normalised for spread in spreads)
    return (
        [
            "these runs were not measured side by side: intervals hold the spread from session to session, "
            f"{' and '.join(parts)}; {normalised} of {len(spreads)} ratios are of times divided by loops'"
        ]
        if spreads
        else []
    )
