"""Knobs of who runs when: the GIL's turns, cores, the system's scheduler, the garbage collector."""

from __future__ import annotations

from typing import ClassVar

from ipcbench.errors import CaseError
from ipcbench.measure.tune.knobs.contract import Knob, Seen, refusal


class ShorterTurns(Knob):
    """Shorter turns of the GIL."""

    name = "switch-interval"
    summary = "a computing producer gives the GIL to its Queue's feeder sooner"
    by_end = True
    inherited = "in the sending process; forked children inherit it"

    def symptom(self, seen: Seen) -> str:
        waits = seen.channel.feeder and seen.workload.computes and not seen.workload.sets
        return "the producer computes while its Queue's feeder waits for the GIL" if waits else ""

    def changes(self, seen: Seen) -> tuple[str, ...]:  # noqa: ARG002
        return ("switch-interval=0.00005",)


class OneCore(Knob):
    """Both ends where the message is."""

    name = "one-core"
    summary = "both ends on one core: nothing runs in parallel"
    inherited = "in both processes; children inherit it"

    def symptom(self, seen: Seen) -> str:
        two_way = seen.workload.payloads_moved == 2 and seen.case.placement == "split"
        return "every answer waits until the other core has woken" if two_way and seen.pages < 1 else ""

    def changes(self, seen: Seen) -> tuple[str, ...]:  # noqa: ARG002
        return ("placement=same",)

    def python(self, seen: Seen) -> str:  # noqa: ARG002
        return "import os\nos.sched_setaffinity(0, {0})  # in both ends; Linux"


class _Named(Knob):
    """Only where a user names it."""

    opt_in = True

    def symptom(self, seen: Seen) -> str:  # noqa: ARG002
        return ""


class _Rooted(_Named):
    """What only root may do."""

    change: ClassVar[str]

    def changes(self, seen: Seen) -> tuple[str, ...]:  # noqa: ARG002
        if why := refusal(self.change):
            raise CaseError(f"{why}; accepted: as root")
        return (self.change,)


class Fifo(_Rooted):
    """Real time. Root."""

    name = "fifo"
    summary = "real-time policy for both ends (root)"
    change = "scheduler=fifo"


class BatchPolicy(_Named):
    """The policy for what computes."""

    name = "batch-policy"
    summary = "SCHED_BATCH for both ends"

    def changes(self, seen: Seen) -> tuple[str, ...]:  # noqa: ARG002
        return ("scheduler=batch",)


class Nice(_Rooted):
    """Before others. Root."""

    name = "nice"
    summary = "niceness -10 for both ends (root)"
    change = "nice=-10"


class FewerCollections(_Named):
    """Fewer looks of the collector."""

    name = "gc-threshold"
    summary = "the garbage collector looks after 50,000 new objects"
    inherited = "in each process; forked children inherit it"

    def changes(self, seen: Seen) -> tuple[str, ...]:  # noqa: ARG002
        return ("gc-threshold=50000",)
