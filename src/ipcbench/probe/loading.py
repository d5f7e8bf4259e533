"""Importing a class that somebody names: by a catalogue's name, or `package.module:Class`."""

from __future__ import annotations

import importlib
import re
from abc import ABC
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from ipcbench.errors import UsageError


class Parametrised(ABC):  # noqa: B024  (what derives from it has abstract methods)
    """What may take a parameter behind a colon of its name, as in `burst:400`."""

    #: What the parameter is, in words, and the usual ones, for which the bare name stands.
    parameter_name: ClassVar[str] = ""
    sweep: ClassVar[tuple[str, ...]] = ()
    #: What may stand there, for errors; the usual ones where it is empty.
    accepted: ClassVar[str] = ""
    #: The one that this class was bound to.
    parameter: ClassVar[str] = ""

    @classmethod
    def takes(cls, parameter: str) -> bool:
        """Whether this may stand behind the colon; the words for errors are `accepted`."""
        return parameter in cls.sweep


Named = TypeVar("Named", bound=Parametrised)


def split_parameter(name: str, catalogue: Mapping[str, str]) -> tuple[str, str]:
    """Return a catalogue's name, or `package.module:Class`, and the parameter behind it, or ""."""
    parts = name.split(":")
    own = 1 if parts[0] in catalogue else 2
    return ":".join(parts[:own]), ":".join(parts[own:])


def load_named(what: str, name: str, catalogue: Mapping[str, str], base: type[Named]) -> type[Named]:
    """Return the class of a catalogue's name or `package.module:Class`, bound to its parameter if any."""
    own, parameter = split_parameter(name, catalogue)
    spec = catalogue.get(own, own)
    if ":" not in spec:
        raise UsageError(
            f"unknown {what} {name!r}; accepted: {', '.join(catalogue)}, package.module:Class, "
            "and lists by comma"
        )
    found: type[Named] = import_class(what, own, spec, base)
    if name == own:
        return found
    if not found.takes(parameter):
        usual = ", ".join(f"{own}:{each}" for each in found.sweep)
        raise UsageError(f"{what} {name!r} is not understood; accepted: {found.accepted or usual or own}")
    return type(found.__name__, (found,), {"parameter": parameter, "__module__": found.__module__})


def import_class(what: str, name: str, spec: str, *bases: type) -> Any:
    """Return the class of `spec`, derived from one of `bases`.

    Raises UsageError, with `what` it is and the `name` that a user gave, where there is none.
    """
    module_name, _, class_name = spec.partition(":")
    try:
        found = getattr(importlib.import_module(module_name), class_name)
    except (Exception, SystemExit) as error:
        # A module of a user's own may raise anything, a SyntaxError included.
        why = str(error) or type(error).__name__
        if missing := _missing_part(error, module_name.partition(".")[0]):
            why += f"; is {missing} built or generated? With ab --git: --build CMD"
        raise UsageError(f"{what} {name!r} cannot be imported: {why}") from error
    if not (isinstance(found, type) and issubclass(found, bases)):
        known = " or ".join(f"ipcbench.testing.{base.__name__}" for base in bases)
        raise UsageError(f"{what} {name!r} is not a class derived from {known}")
    return found


def _missing_part(error: BaseException, package: str) -> str | None:
    """Return the part of a package that an ImportError says is not there; None where it is something else."""
    if not isinstance(error, ImportError) or not error.name:
        return None
    if error.name.startswith(f"{package}."):
        name = error.name
    elif error.name == package and (found := re.match(r"cannot import name '(\w+)'", str(error))):
        name = f"{package}.{found[1]}"
    else:
        return None
    return name
