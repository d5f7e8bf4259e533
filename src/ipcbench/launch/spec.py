"""From a case to what its probe is told on this machine."""

from __future__ import annotations

from ipcbench.errors import UsageError
from ipcbench.launch.catalogue import channel_traits, spec_of
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.placement import choose_cores
from ipcbench.launch.possible import carries
from ipcbench.plan import defaults
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import USUAL_HEAP
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.probe.topologies import load_topology

#: Between whom messages pass.
TOPOLOGY = "pair"


def probe_spec(case: Case, launcher: Launcher, seed: int) -> ProbeSpec:
    """Return what a probe of this case is told; raise UsageError where the machine cannot run it.

    Cases that are compared are launched with the same `seed`: then their heaps differ by nothing else.
    """
    facts = launcher.facts
    if case.start_method not in facts["start_methods"]:
        accepted = ", ".join(facts["start_methods"])
        raise UsageError(f"start method {case.start_method!r} does not exist here; accepted: {accepted}")
    if case.heap != USUAL_HEAP and not facts["heap_managed"]:
        raise UsageError(
            f"heap={case.heap}: {case.python} is not CPython on glibc, so it has no such state; "
            f"accepted: {USUAL_HEAP}"
        )
    cores = choose_cores(case.placement, facts)
    payload = case.payload_kind
    if not carries(case.channel, payload):
        if channel_traits(case.channel).reference_loop:
            raise UsageError(f"{case.channel} cannot carry {payload}; accepted: {defaults.PAYLOAD}, for one")
        # A raw loop beside other payloads carries as many bytes.
        payload = defaults.PAYLOAD
    return ProbeSpec(
        channel=spec_of("channel", case.channel),
        workload=spec_of("workload", case.workload),
        payload_kind=spec_of("payload", payload),
        payload_bytes=case.payload_bytes,
        start_method=case.start_method,
        peers=load_topology(TOPOLOGY).peers(cores),
        seed=seed,
        heap=case.heap,
        holds=case.holds,
        touch=case.touch,
        settings=[spec_of("setting", text) for text in case.settings],
    )
