"""The arms of an `ab`: what differs between the sides that are compared, as a user writes it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ipcbench.errors import UsageError
from ipcbench.plan.case import HEAPS, HOLDS, START_METHODS
from ipcbench.plan.units import parse_names

ACCEPTED = (
    "accepted: python=python3.13, path=../old/src, channel=pipe, start-method=spawn, "
    "switch-interval=0.0005, heap=kept, holds=0, env:NAME=VALUE"
)
#: Environment variables that a launcher sets for its probes, whatever an arm says.
OURS = ("TMPDIR", "PYTHONSAFEPATH", "IPCBENCH_OWN_PATH")
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a comparison; None where it is as the command's options say."""

    #: `a`, `b` and so on; the first is what the others are compared with.
    label: str
    python: str | None = None
    #: Folders that come before all others that a probe imports from.
    paths: tuple[str, ...] = ()
    #: What they are called, where that is not their own name: a revision.
    path_name: str = ""
    channel: str | None = None
    start_method: str | None = None
    switch_interval_s: float | None = None
    heap: str | None = None
    holds: bool | None = None
    environment: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        told = [
            ("python", self.python),
            ("path", None if self.path_name or not self.paths else os.pathsep.join(self.paths)),
            ("git", self.path_name or None),
            ("channel", self.channel),
            ("start-method", self.start_method),
            ("switch-interval", None if self.switch_interval_s is None else f"{self.switch_interval_s:g}"),
            ("heap", self.heap),
            ("holds", None if self.holds is None else str(int(self.holds))),
            *((f"env:{name}", value) for name, value in self.environment),
        ]
        return " ".join(f"{key}={value}" for key, value in told if value is not None) or "as it is"


def parse_arms(texts: Mapping[str, Sequence[str]]) -> list[Arm]:
    """Return the arms of `key=value` texts by label, in order; raise UsageError for anything else."""
    arms = [_parse_arm(label, parts) for label, parts in texts.items() if parts]
    if len(arms) < 2 or arms[0].label != "a":
        raise UsageError(f"an ab takes two arms or more, --a and --b; {ACCEPTED}")
    return arms


def of_checkouts(
    texts: Mapping[str, Sequence[str]], found_at: Sequence[tuple[Sequence[str], str]]
) -> list[Arm]:
    """Return arms whose paths are these checkouts (paths and name), with what the texts say besides."""
    labels = list(texts)[: len(found_at)]
    if any(texts[label] for label in list(texts)[len(found_at) :]):
        raise UsageError("git revisions are the arms a and b; accepted: no third arm")
    arms = [_parse_arm(label, texts[label]) for label in labels]
    if any(arm.paths for arm in arms):
        raise UsageError("path= and git revisions exclude one another; accepted: one of them")
    return [
        replace(arm, paths=tuple(paths), path_name=name)
        for arm, (paths, name) in zip(arms, found_at, strict=True)
    ]


def _parse_arm(label: str, parts: Sequence[str]) -> Arm:
    fields: dict[str, str] = {}
    environment: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        where = environment if key.startswith("env:") else fields
        name = key.removeprefix("env:")
        if (
            not equals
            or not value
            or (where is fields and name not in _FIELDS)
            or not _is_name(where, fields, name)
        ):
            raise UsageError(f"arm {label}: {part!r} is not understood; {ACCEPTED}")
        if name in where:
            raise UsageError(f"arm {label}: {key} is given twice; accepted: once an arm")
        where[name] = value
    for name in set(environment) & set(OURS):
        raise UsageError(f"arm {label}: env:{name} is set by ipcbench itself; accepted: any other name")
    return Arm(
        label,
        python=fields.get("python"),
        paths=(_folder(label, fields["path"]),) if "path" in fields else (),
        channel=fields.get("channel"),
        start_method=_one_of(label, fields.get("start-method"), "start method", START_METHODS),
        heap=_one_of(label, fields.get("heap"), "heap", HEAPS),
        holds={None: None, "1": True, "0": False}[_one_of(label, fields.get("holds"), "holds", HOLDS)],
        switch_interval_s=_interval(label, fields.get("switch-interval")),
        environment=tuple(environment.items()),
    )


_FIELDS = ("python", "path", "channel", "start-method", "switch-interval", "heap", "holds")


def _is_name(where: object, fields: object, name: str) -> bool:
    return where is fields or bool(_NAME.fullmatch(name))


def _folder(label: str, path: str) -> str:
    if not Path(path).is_dir():
        raise UsageError(f"arm {label}: path {path!r} is no folder; accepted: what stands on sys.path")
    return str(Path(path).resolve())


def _one_of(label: str, text: str | None, what: str, accepted: Sequence[str]) -> str | None:
    if text is None:
        return None
    one, *more = parse_names(text, what, accepted)
    if more:
        raise UsageError(f"arm {label}: several values of {what}; accepted: one an arm")
    return one


def _interval(label: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1e-6 <= seconds <= 10:
        raise UsageError(f"arm {label}: switch-interval={text!r}; accepted: seconds from 1e-6 to 10")
    return seconds
