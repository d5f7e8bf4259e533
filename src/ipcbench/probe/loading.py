"""Importing a class that somebody names: `package.module:Class`."""

from __future__ import annotations

import importlib
from typing import Any

from ipcbench.errors import UsageError


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
        missing = getattr(error, "name", None) if isinstance(error, ImportError) else None
        own = module_name.partition(".")[0]
        if missing and missing != own and missing.partition(".")[0] == own:
            why += f"; is {missing} built or generated? With ab --git: --build CMD"
        raise UsageError(f"{what} {name!r} cannot be imported: {why}") from error
    if not (isinstance(found, type) and issubclass(found, bases)):
        known = " or ".join(f"ipcbench.testing.{base.__name__}" for base in bases)
        raise UsageError(f"{what} {name!r} is not a class derived from {known}")
    return found
