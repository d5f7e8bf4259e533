"""How a tuning is told: in words that its tables, its chart and other programs share."""

from __future__ import annotations

import math
from collections.abc import Callable

from ipcbench.analysis.tuning import KnobResult, Tried, TuningResult, Worth
from ipcbench.exit_status import FAILED, FINE, UNDECIDED
from ipcbench.plan.units import format_size
from ipcbench.record.tuning import AS_IT_IS
from ipcbench.report import wording
from ipcbench.report.cautions import alone_text, slowed_text, wrote
from ipcbench.statistics.decision import EXCLUDING_SHARE
from ipcbench.words import ROLES

MIB = 1 << 20


def exit_status(tuning: TuningResult) -> int:
    """0: all that was tried is decided; 3: something is not; 4: the case could not be measured to its end."""
    if tuning.interrupted or not tuning.baseline:
        return FAILED
    found = [knob.tried.finding for knob in tuning.knobs if knob.tried]
    found += [tuning.confirmed.finding] if tuning.confirmed else []
    return UNDECIDED if Worth.UNDECIDED in found else FINE


def headline(tuning: TuningResult) -> str:
    """Return what was found, in a sentence."""
    what = f"{tuning.case.channel}, {format_size(tuning.case.payload_bytes)}"
    confirmed = tuning.confirmed
    if confirmed and tuning.is_confirmed:
        return f"{what}: with {confirmed.name} a message takes {estimate_text(confirmed)} of its time"
    # The best of several was lucky, too: fresh launches have the last word.
    doubt = ""
    if confirmed:
        is_open = confirmed.finding is Worth.UNDECIDED
        said = "left undecided" if is_open else "not confirmed"
        doubt = f"; {confirmed.name} was {said} by fresh launches"
    if tuning.advised and (alone := tuning.advised[0].tried):
        return f"{what}: with {alone.name} a message takes {estimate_text(alone)} of its time{doubt}"
    return f"{what}: nothing that was tried is worth it{doubt}"


def as_it_is(tuning: TuningResult) -> list[str]:
    """Return what a message costs as it is, in lines."""
    if tuning.message_s is None:
        return ["as it is: it could not be measured"]
    text = f"as it is: {wording.seconds(tuning.message_s)} a message"
    if (to_loop := tuning.to_loop) is not None:
        text += f", {to_loop:.1f} times its raw loop's"
    lines = [f"{text}; page faults a message: {_by_role(tuning.faults, wording.count)}"]
    if any(tuning.cpu_s(role) for role in ROLES):
        busy, waits = _by_role(tuning.cpu_s, wording.seconds), _by_role(tuning.waits, wording.count)
        lines.append(f"CPU time a message: {busy}; times that it waits: {waits}")
    if tuning.regimes:
        lines.append(f"as it is, {wording.regimes(tuning.regimes)}")
    return lines


def _by_role(figure: Callable[[str], float], text: Callable[[float], str]) -> str:
    return ", ".join(f"{role} {text(figure(role))}" for role in ROLES)


def cautions(tuning: TuningResult) -> list[str]:
    """Return what has to be known before any figure."""
    slowed = {what: list(names) for what, names in tuning.slowdowns.items()}
    return [*slowed_text(slowed, count=0, every=""), *alone_text(tuning.alone), *wrote(tuning.output)]


def memory_text(tuning: TuningResult, name: str) -> str:
    """Return what a burst leaves in memory with this, and how much of it malloc_trim gives back."""
    found = tuning.held_bytes(name)
    if found is None:
        return ""
    held, given_back = (each / MIB for each in found)
    return f"{held:.0f} MiB" + (f", {given_back:.0f} given back" if given_back >= 1 else "")


def estimate_text(tried: Tried) -> str:
    """Return the ratio of all launches with its 95 % interval; nothing where there are none."""
    ratio, low, high = tried.estimate
    if math.isnan(ratio):
        return ""
    return f"{ratio:.2f}×" if math.isinf(high) else f"{ratio:.2f}× [{low:.2f}, {high:.2f}]"


def headings(tuning: TuningResult) -> list[str]:
    """Return what stands above the `cells` of a knob."""
    burst = f"left of a burst of {tuning.burst_messages}" if tuning.burst_messages else "left of a burst"
    return ["knob", f"time to {AS_IT_IS}", "", wording.FAULTS_HEADING, "launches", "which end", burst]


def cells(tuning: TuningResult, tried: Tried, ends: str) -> list[str]:
    """Return what there is to say of a knob that was tried, and of which end has to do it."""
    return [
        tried.name,
        estimate_text(tried),
        tried.finding.value,
        wording.faults(tried.faults),
        str(len(tried.logs)),
        ends,
        memory_text(tuning, tried.name),
    ]


def remark(tuning: TuningResult, tried: Tried) -> str:
    """Return what else has to be said of a trial: why it failed, what would decide it, its heap."""
    if tried.failure:
        return " ".join(tried.failure.split())
    wanted = tried.decision.wanted if tried.decision else None
    found = tried.regimes(tuning.case.payload_bytes)
    told = [f"about {wanted} launches would decide" if wanted else ""]
    return "; ".join(filter(None, [*told, wording.ratio_regimes(found) if found else ""]))


def not_tried(tuning: TuningResult) -> list[str]:
    """Return a line for each knob that was suggested and not tried, with why."""
    on_top = [tried.name for tried in tuning.on_top]
    told = []
    for knob in tuning.knobs:
        row = knob.row
        if row.skipped:
            told.append(f"not tried: {row.name}: {' '.join(row.skipped.split())}")
        elif row.above and not any(row.name in name.split(" + ") for name in on_top):
            told.append(f"not tried: {row.name}: it is for {row.above}, which is no part of what is best")
    return told


def promise(tuning: TuningResult) -> str:
    """Return what holds for the whole command."""
    alpha, excluding, gain = map(
        wording.percent, (tuning.alpha, EXCLUDING_SHARE * tuning.alpha, tuning.threshold)
    )
    return (
        f"if nothing that is tried changed anything, at most {alpha} of such commands would call any of it "
        f"worth it; a gain of {gain} or more is called excluded in at most {excluding}"
    )


def to_paste(knob: KnobResult) -> list[str]:
    """Return what a program has to have: lines of Python, and of a shell."""
    lines = [f"# {knob.row.summary}" + (f" ({knob.ends})" if knob.ends else "")]
    if knob.row.inherited:
        lines.append(f"# {knob.row.inherited}")
    lines += knob.row.python
    if knob.row.environment:
        lines += ["# or, in the environment:" if knob.row.python else "# in the environment:"]
        lines += [f"#   {line}" if knob.row.python else line for line in knob.row.environment]
    return lines
