"""From arms and options to the sides and cells of an `ab`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ipcbench.errors import UsageError
from ipcbench.launch.catalogue import check_case, check_setting, is_setting, learn
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.measure.arm_targets import ArmTarget
from ipcbench.measure.environment import host_line
from ipcbench.measure.request import default_start_method, resolve
from ipcbench.plan.arms import ACCEPTED, Arm
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import BY_NAME, COORDINATES
from ipcbench.probe.placement import separate_cores, usable_cores

#: Where no time is given: so much for each comparison; most are decided in a third of it.
SECONDS_A_COMPARISON = 15.0


@dataclass(frozen=True)
class AbRequest:
    """What an `ab` is to measure."""

    sides: Sequence[ArmTarget]
    cells: Sequence[Case]

    @property
    def comparisons(self) -> int:
        return len(self.cells) * (len(self.sides) - 1)

    @property
    def has_channel_arms(self) -> bool:
        """Whether the arms are channels, so that a cell has none of its own."""
        return any("channel" in side.arm.coordinates for side in self.sides)

    @property
    def conditions(self) -> str:
        """The machine, and the Pythons where the arms do not name them."""
        pythons = ", ".join(dict.fromkeys(side.interpreter.label for side in self.sides))
        return f"Python {pythons}, {host_line()}"

    def told(self, cell: Case) -> Case:
        """Return what of a cell its arms do not differ in."""
        return replace(cell, channel="") if self.has_channel_arms else cell

    def name(self, cell: Case) -> str:
        """Return a cell's name, without what differs between its arms."""
        cases = [side.case(cell) for side in self.sides]
        told = [{each.told(case) for case in cases} for each in COORDINATES if each.name != "python"]
        return " ".join(text for texts in told if len(texts) == 1 for text in texts if text)


def default_placements() -> str:
    """Return `same,split` where two cores can be bound to, because work shows in the one or the other."""
    cores = separate_cores(usable_cores())
    return "same,split" if len(cores) >= 2 else "same" if cores else "free"


def resolve_ab(arms: Sequence[Arm], options: Mapping[str, object]) -> AbRequest:
    """Return sides and cells, of coordinates by name; raise UsageError for what cannot be."""
    # Arms that are all alike ask for this machine's error rate: each is given a launcher of its own.
    alike = len({str(arm) for arm in arms}) == 1
    sides = [ArmTarget(arm, find_interpreter(arm.python), arm.label if alike else "") for arm in arms]
    for arm in arms:
        for text in arm.settings:
            if not is_setting(text):
                raise UsageError(f"arm {arm.label}: {text!r} is not understood; {ACCEPTED}")
    named = [arm for arm in arms if "channel" in arm.coordinates]
    if named and options.get("channel"):
        raise UsageError("--channel and an arm's channel= exclude one another; accepted: one of them")
    if named and len(named) < len(arms):
        missing = next(arm.label for arm in arms if arm not in named)
        raise UsageError(f"arm {missing} names no channel; accepted: all arms name one, or none")
    # What all arms name does not make more cells.
    shared = [name for name in arms[0].coordinates if all(name in arm.coordinates for arm in arms)]
    first = {name: BY_NAME[name].text(arms[0].coordinates[name]) for name in shared}
    given = {name: value for name, value in options.items() if value is not None}
    usual = {"start_method": default_start_method(), "placement": default_placements()}
    # What is one's own is described as the first arm has it, which is known to work, installed or not.
    folders = [folder for arm in arms for folder in arm.paths]
    launcher = partial(Launcher, sides[0].interpreter, first_path=folders)
    learn({"channel": [arm.coordinates["channel"] for arm in named]}, launcher)
    for arm in arms:
        _learn_settings(arm, launcher)
    cells, _ = resolve({**usual, **given, **first}, folders)
    for side in sides:
        for cell in cells:
            check_case(side.case(cell))
    return AbRequest(sides, cells)


def _learn_settings(arm: Arm, launcher: Callable[[], Launcher]) -> None:
    """Learn an arm's settings; raise UsageError for what is no value of one."""
    try:
        learn({"setting": arm.settings}, launcher)
        for text in arm.settings:
            check_setting(text)
    except UsageError as error:
        raise UsageError(f"arm {arm.label}: {error}") from error
