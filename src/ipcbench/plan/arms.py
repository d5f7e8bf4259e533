"""The arms of an `ab`: what differs between the sides that are compared, as a user writes it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NewType

from ipcbench.errors import UsageError
from ipcbench.plan.coordinates import BY_NAME, COORDINATES, Coordinate

#: An interpreter is found before it has a label.
_COORDINATES = [each for each in COORDINATES if each.is_arm and each.name not in ("python", "setting")]
_FIELDS = ("python", "path", *(each.key for each in _COORDINATES))
ACCEPTED = (
    f"accepted: {', '.join(f'{name}=' for name in _FIELDS)} and settings, as python=python3.13, "
    "path=../old/src, heap=kept, switch-interval=0.0005, env:NAME=VALUE"
)

#: `a`, `b` and so on.
ArmLabel = NewType("ArmLabel", str)


@dataclass(frozen=True)
class Arm:
    """One side of a comparison; what it does not name is as the command's options say."""

    #: The first is what the others are compared with.
    label: ArmLabel
    python: str | None = None
    #: Folders that come before all others that a probe imports from.
    paths: tuple[str, ...] = ()
    #: What they are called, where that is not their own name: a revision.
    path_name: str = ""
    #: The repository of which they are another revision; empty where they are not.
    origin: str = ""
    #: Values of the case's coordinates, by name.
    coordinates: Mapping[str, Any] = field(default_factory=dict)
    #: What its ends set, `name=value` each; it comes before what the command's options say.
    settings: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = [
            ("python", self.python),
            ("path", None if self.path_name or not self.paths else os.pathsep.join(self.paths)),
            ("git", self.path_name or None),
            *((BY_NAME[name].key, BY_NAME[name].text(value)) for name, value in self.coordinates.items()),
        ]
        texts = [f"{key}={value}" for key, value in told if value is not None]
        return " ".join([*texts, *self.settings]) or "as it is"


def parse_arms(texts: Mapping[str, Sequence[str]]) -> list[Arm]:
    """Return the arms of `key=value` texts by label, in order; raise UsageError for anything else."""
    arms = [_parse_arm(ArmLabel(label), parts) for label, parts in texts.items() if parts]
    if len(arms) < 2 or arms[0].label != "a":
        raise UsageError(f"an ab takes two arms or more, --a and --b; {ACCEPTED}")
    return arms


def of_checkouts(
    texts: Mapping[str, Sequence[str]], found_at: Sequence[tuple[Sequence[str], str, str]]
) -> list[Arm]:
    """Return arms whose paths are these checkouts (paths, name, origin), with what the texts say besides."""
    labels = list(texts)[: len(found_at)]
    if any(texts[label] for label in list(texts)[len(found_at) :]):
        raise UsageError("git revisions are the arms a and b; accepted: no third arm")
    arms = [_parse_arm(ArmLabel(label), texts[label]) for label in labels]
    if any(arm.paths for arm in arms):
        raise UsageError("path= and git revisions exclude one another; accepted: one of them")
    return [
        replace(arm, paths=tuple(paths), path_name=name, origin=origin)
        for arm, (paths, name, origin) in zip(arms, found_at, strict=True)
    ]


def _parse_arm(label: ArmLabel, parts: Sequence[str]) -> Arm:
    fields: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        # What is no field is a setting; whether there is one of this name is found out where it is used.
        if not equals or not key or (key in _FIELDS and not value):
            raise UsageError(f"arm {label}: {part!r} is not understood; {ACCEPTED}")
        if key in fields:
            raise UsageError(f"arm {label}: {key} is given twice; accepted: once an arm")
        fields[key] = value
    return Arm(
        label,
        python=fields.get("python"),
        paths=(_folder(label, fields["path"]),) if "path" in fields else (),
        coordinates={
            each.name: _one(label, each, fields[each.key]) for each in _COORDINATES if each.key in fields
        },
        settings=tuple(f"{key}={fields[key]}" for key in sorted(fields.keys() - {*_FIELDS})),
    )


def _folder(label: str, path: str) -> str:
    if not Path(path).is_dir():
        raise UsageError(f"arm {label}: path {path!r} is no folder; accepted: what stands on sys.path")
    return str(Path(path).resolve())


def _one(label: str, coordinate: Coordinate, text: str) -> Any:
    one, *more = coordinate.parse(text)
    if more:
        raise UsageError(f"arm {label}: several values of {coordinate.key}; accepted: one an arm")
    return one
