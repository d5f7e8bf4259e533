"""What all messages of the wire have in common: values that stay as they are, whose fields are annotated.

They are no dataclasses, each of which takes most of a millisecond to be made, since its methods are written
and compiled: for thirty of them that is a sixth of what a launcher or a spawned end needs to start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Callable, ClassVar

if TYPE_CHECKING:
    from typing import dataclass_transform
else:

    def dataclass_transform(**_: bool) -> Callable[[type], type]:  # Python 3.11 has it
        return lambda kind: kind


@dataclass_transform(frozen_default=True)
class Message:
    """A message: made of its fields in their order or by their names, equal to its like."""

    #: The text of each field's annotation, by name.
    fields: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        # A class without annotations has its base's in Python 3.9.
        cls.fields = {
            name: text for name, text in cls.__annotations__.items() if not text.startswith("ClassVar")
        }

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = type(self).fields
        if len(values) > len(fields):
            raise TypeError(f"{len(values)} values for {len(fields)} fields")
        given = dict(zip(fields, values))
        for name, value in named.items():
            if name not in fields or name in given:
                raise TypeError(f"{name} is given twice" if name in given else f"there is no field {name}")
            given[name] = value
        for name in fields:
            if name not in given and not hasattr(type(self), name):
                raise TypeError(f"{name} is missing")
        self.__dict__.update(given)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of a message stays as it is")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.values() == other.values()

    # What is in a message may be a list.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={it!r}' for name, it in self.values().items())})"

    def values(self) -> dict[str, Any]:
        """Return its fields by name."""
        return {name: getattr(self, name) for name in self.fields}
