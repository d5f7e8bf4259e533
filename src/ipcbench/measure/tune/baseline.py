"""What a message costs before anything is changed: some launches of a case, each beside its raw loop."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

from ipcbench.errors import CaseError
from ipcbench.launch.catalogue import workload_traits
from ipcbench.launch.companions import loop_of
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.live import LiveSet, trial_messages
from ipcbench.launch.spec import probe_spec
from ipcbench.plan.case import Case
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.record.tuning import BaselineLaunch
from ipcbench.statistics.median import median

LAUNCHES, BLOCKS = 6, 8


def measure_baseline(
    case: Case, make: Callable[[], Launcher], seed: int, *, launches: int = LAUNCHES
) -> tuple[list[BaselineLaunch], dict[str, object]]:
    """Return some launches, each forked from a launcher of its own, and the interpreter's facts.

    Raises CaseError where the case, or its loop, fails.
    """
    rng, found, facts = Random(seed), [], {}
    for _ in range(launches):
        with make() as launcher:
            facts = launcher.facts
            found.append(_launch(case, launcher, rng))
    return found, facts


def _launch(case: Case, launcher: Launcher, rng: Random) -> BaselineLaunch:
    loop = None if workload_traits(case.workload).whole_lives else loop_of(case)
    cases = [case, *([loop] if loop else [])]
    seed = rng.getrandbits(32)
    with LiveSet[Case](rng, fewest=1) as live:
        for each in rng.sample(cases, len(cases)):
            live.launch(each, partial(_spec, launcher, each, seed), each, compared=each is case)
        live.make_ready(again=False)
        live.calibrate({})
        live.size(trial_messages)
        live.warm_up()
        live.take_costs()
        for _ in range(BLOCKS):
            live.block()
        live.take_costs()
    for why in live.failures.values():
        raise CaseError(why)
    ours, beside = live.started[case], live.started.get(loop) if loop else None
    return BaselineLaunch(
        message_s=median(ours.data),
        loop_s=median(beside.data) if beside else None,
        faults=ours.faults_a_message(),
        waits=ours.a_message("voluntary_switches"),
        cpu_s={role: max(0.0, used) for role, used in ours.a_message("user_s", "system_s").items()},
    )


def _spec(launcher: Launcher, case: Case, seed: int) -> tuple[Launcher, ProbeSpec]:
    return launcher, probe_spec(case, launcher, seed)
