"""From a user's words to a checked plan and the interpreters it needs; the same for both doors."""

from __future__ import annotations

import multiprocessing
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from ipcbench.errors import UsageError
from ipcbench.launch.catalogue import channel_class, check_case, companions, expand_workloads, workload_class
from ipcbench.launch.interpreter import Interpreter, find_interpreter
from ipcbench.launch.placement import default_placement
from ipcbench.plan.case import HEAPS, HOLDS, PLACEMENTS, START_METHODS, USUAL_HEAP, Case
from ipcbench.plan.matrix import (
    DEFAULT_CHANNELS,
    DEFAULT_WORKLOADS,
    Axes,
    Plan,
    make_plan,
)
from ipcbench.plan.units import parse_names, parse_sizes


@dataclass(frozen=True, slots=True)
class Request:
    """The axes as a user writes them; None is the default."""

    channel: str | None = None
    workload: str | None = None
    size: str | None = None
    start_method: str | None = None
    placement: str | None = None
    python: str | None = None
    heap: str | None = None
    holds: str | None = None


def default_start_method() -> str:
    """Return `fork` where it exists: what a benchmark compares must not change with CPython's default."""
    available = multiprocessing.get_all_start_methods()
    return "fork" if "fork" in available else available[0]


def find_interpreters(names: str | None) -> list[Interpreter]:
    """Return the interpreters of a list by comma, each once; None is the one that runs this."""
    found: dict[str, Interpreter] = {}
    for name in names.split(",") if names else [None]:
        interpreter = find_interpreter(name)
        known = found.setdefault(interpreter.label, interpreter)
        if known != interpreter:
            raise UsageError(
                f"{known.executable} and {interpreter.executable} are both Python {known.label}, "
                "which one document cannot tell apart; accepted: one of each version in a run"
            )
    return list(found.values())


def resolve(request: Request) -> tuple[list[Case], list[Interpreter]]:
    """Return the cases asked for and the interpreters they run on; raise UsageError for what cannot be."""
    interpreters = find_interpreters(request.python)
    channels = [name.strip() for name in (request.channel or DEFAULT_CHANNELS).split(",")]
    for name in channels:
        channel_class(name)
    axes = Axes(
        channels=channels,
        workloads=expand_workloads(request.workload or DEFAULT_WORKLOADS),
        start_methods=parse_names(
            request.start_method or default_start_method(), "start method", START_METHODS
        ),
        placements=parse_names(request.placement or default_placement(), "placement", PLACEMENTS),
        pythons=[interpreter.label for interpreter in interpreters],
        heaps=parse_names(request.heap or USUAL_HEAP, "heap", HEAPS),
        holds=[text == HOLDS[0] for text in parse_names(request.holds or HOLDS[0], "holds", HOLDS)],
        sizes=parse_sizes(request.size) if request.size else None,
        default_sizes=lambda workload: workload_class(workload).default_sizes,
    )
    cases = axes.cases()
    for case in cases:
        check_case(case)
    return cases, interpreters


def plan_cases(
    cases: Sequence[Case],
    *,
    seed: int | None,
    max_time_s: float | None = None,
    precision: float | None = None,
) -> Plan:
    """Return the plan for these cases, with their loops; without a seed a fresh one is drawn."""
    return make_plan(
        cases,
        companions,
        seed=secrets.randbits(32) if seed is None else seed,
        max_time_s=max_time_s,
        precision=precision,
    )
