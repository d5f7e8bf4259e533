"""From a user's words to the cases that are meant and the interpreters they need: the same for all doors."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ipcbench.errors import UsageError
from ipcbench.launch.catalogue import every_channel, expand, learn, learn_missing, workload_traits
from ipcbench.launch.interpreter import Interpreter, find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.placement import default_placement
from ipcbench.launch.possible import check_case
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import BY_NAME, COORDINATES, given
from ipcbench.plan.matrix import combinations
from ipcbench.plan.units import parse_sizes
from ipcbench.probe.settings import environment_of


def default_start_method() -> str:
    """Return `fork` where it exists: what a benchmark compares must not change with CPython's default."""
    available = multiprocessing.get_all_start_methods()
    return "fork" if "fork" in available else available[0]


def find_interpreters(names: Sequence[str] | None) -> list[Interpreter]:
    """Return the interpreters of these names or paths, each once; None is the one that runs this."""
    found: dict[str, Interpreter] = {}
    for name in names or (None,):
        interpreter = find_interpreter(name)
        known = found.setdefault(interpreter.label, interpreter)
        if known != interpreter:
            raise UsageError(
                f"{known.executable} and {interpreter.executable} are both Python {known.label}, "
                "which one document cannot tell apart; accepted: one of each version in a run"
            )
    return list(found.values())


def resolve(
    asked: Mapping[str, object],
    launcher: Callable[[], Launcher] | None = None,
    usual: Mapping[str, object] | None = None,
    refused: dict[str, str] | None = None,
) -> tuple[list[Case], list[Interpreter]]:
    """Return the cases asked for, by coordinates as a user writes them, and the interpreters they run on.

    Values may be lists, too: `size="64,1KiB"`, `size=[64, 1024]`. What is not named, or None, is as `usual`
    has it, else as for every command. What is one's own is described by a `launcher`; unless given, by one of
    the first interpreter in the first environment.

    Raises UsageError for what cannot be; where `refused` is given, what its channel cannot carry is left out
    and told there, by its name, as long as anything is left.
    """
    defaults = {each.name: each.default for each in COORDINATES if each.default is not None}
    defaults |= {"start_method": default_start_method(), "placement": default_placement()}
    wanted = {**defaults, **(usual or {}), **given(asked)}
    values = {name: BY_NAME[name].values(value) for name, value in wanted.items()}
    interpreters = find_interpreters(values.get("python"))
    values["python"] = [interpreter.label for interpreter in interpreters]
    if launcher is None:
        launcher = partial(Launcher, interpreters[0], environment=environment_of(values["setting"][0]))
    values["channel"] = channels = every_channel(values["channel"], with_missing=refused is not None)
    learn_missing(channels, interpreters)
    learn({"channel": channels, "workload": values["workload"], "payload": values["payload"]}, launcher)
    for kind in ("workload", "payload"):
        values[kind] = expand(kind, values[kind])
    cases = combinations(values, lambda workload: parse_sizes(workload_traits(workload).default_sizes))
    learn({"setting": [text for case in cases for text in case.settings]}, launcher)
    return _possible(cases, refused), interpreters


def _possible(cases: Sequence[Case], refused: dict[str, str] | None) -> list[Case]:
    """Return the cases that can be; what cannot is told in `refused`, or is an error."""
    found = []
    for case in cases:
        try:
            check_case(case)
        except UsageError as error:
            if refused is None:
                raise
            refused[case.name] = str(error)
        else:
            found.append(case)
    if refused and not found:
        raise UsageError("; ".join(dict.fromkeys(refused.values())))
    return found
