"""What a message costs besides time: CPU, context switches, page faults, memory, at either end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ipcbench.record.schema import LaunchRow, UsageRow
from ipcbench.statistics.estimates import Estimate, ratio_of_sums


@dataclass(frozen=True, slots=True)
class MessageCosts:
    """What one end spends on each message, on average over all messages of a run's trials, timed or not."""

    user_s: float
    system_s: float
    voluntary_switches: float
    involuntary_switches: float
    page_faults: float
    #: The highest of any launch, of the whole process.
    peak_rss_bytes: int

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU time a message, in user and system mode."""
        return self.user_s + self.system_s


def read_costs(launches: Sequence[LaunchRow]) -> dict[str, MessageCosts]:
    """Return the costs by role; empty where none were recorded."""
    roles = dict.fromkeys(role for launch in launches for role in launch.costs)
    return {role: _of_role(role, [launch for launch in launches if role in launch.costs]) for role in roles}


def _of_role(role: str, launches: Sequence[LaunchRow]) -> MessageCosts:
    messages = max(1, sum(_messages(launch) for launch in launches))
    used = [launch.costs[role] for launch in launches]
    # The kernel knows the sum well and shares it out by ticks: a share of little time may come out negative.
    cpu_s = max(0.0, sum(map(cpu_of, used)))
    user_s = min(cpu_s, max(0.0, sum(row.user_s for row in used)))
    return MessageCosts(
        user_s=user_s / messages,
        system_s=(cpu_s - user_s) / messages,
        voluntary_switches=sum(row.voluntary_switches for row in used) / messages,
        involuntary_switches=sum(row.involuntary_switches for row in used) / messages,
        page_faults=sum(map(faults_of, used)) / messages,
        peak_rss_bytes=max(row.peak_rss_bytes for row in used),
    )


def faults_of(row: UsageRow) -> float:
    """Return the page faults of one end in one launch."""
    return row.minor_faults + row.major_faults


def cpu_of(row: UsageRow) -> float:
    """Return the seconds of CPU time of one end in one launch."""
    return row.user_s + row.system_s


def sleeps_of(row: UsageRow) -> float:
    """Return how often one end went to sleep in one launch."""
    return row.voluntary_switches


def page_faults(launch: LaunchRow) -> float | None:
    """Return one launch's page faults a message, of both ends together; None where not recorded."""
    return _a_message(launch, faults_of)


def cpu_s(launch: LaunchRow) -> float | None:
    """Return one launch's seconds of CPU time a message, of both ends together; None where not recorded."""
    return _a_message(launch, cpu_of)


def spent(
    launches: Sequence[LaunchRow], of: Callable[[UsageRow], float], role: str | None = None
) -> Estimate | None:
    """Return what one end spends on a message, or both together, by launch; None where not recorded."""
    known = [launch for launch in launches if (role in launch.costs if role else launch.costs)]
    if not known:
        return None
    sums = [_sum(launch, of, role) for launch in known]
    return ratio_of_sums(sums, [max(1, _messages(launch)) for launch in known])


def _a_message(launch: LaunchRow, of: Callable[[UsageRow], float]) -> float | None:
    return max(0.0, _sum(launch, of)) / max(1, _messages(launch)) if launch.costs else None


def _sum(launch: LaunchRow, of: Callable[[UsageRow], float], role: str | None = None) -> float:
    return sum(of(row) for name, row in launch.costs.items() if role in (None, name))


def _messages(launch: LaunchRow) -> int:
    trials = launch.trials + launch.blank_trials
    timed = trials * launch.messages + sum(messages for messages, _ in launch.longer)
    return timed + launch.untimed * (trials + len(launch.longer))
