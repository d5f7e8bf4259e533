"""What a setting promises: something that both ends of a channel set before their first message."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from ipcbench.probe.loading import Parametrised


class Setting(Parametrised):
    """Written `name=value`, or `name:parameter=value`."""

    summary: ClassVar[str]
    #: What shows, in a table or an explanation, that it may matter.
    symptom: ClassVar[str]
    #: What values there are, for errors.
    values: ClassVar[str]
    #: Values that are worth trying.
    examples: ClassVar[tuple[str, ...]]

    @classmethod
    @abstractmethod
    def accepts(cls, value: str) -> bool:
        """Whether this is a value of it."""

    @classmethod
    @abstractmethod
    def apply(cls, value: str) -> None:
        """Set it in this process, which is about to become an end."""

    @classmethod
    @abstractmethod
    def lines(cls, value: str) -> str:
        """Return what a program has to have to be set so: lines of Python, or of a shell."""
