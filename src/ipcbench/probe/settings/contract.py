"""What a setting promises: something that the ends of a channel set before their first message."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.loading import Parametrised


class Setting(Parametrised):
    """Written `name=value`, or `name:parameter=value`; `name@receiver=value` for one end alone.

    A setting is made in a process (`apply`), or at the end of a channel that it holds (`adjust`). Both raise
    CaseError, with what is accepted, where this machine or interpreter has no such thing.
    """

    summary: ClassVar[str]
    #: What shows, in a table or an explanation, that it may matter.
    symptom: ClassVar[str]
    #: What values there are, for errors.
    values: ClassVar[str]
    #: Values that are worth trying.
    examples: ClassVar[tuple[str, ...]]
    #: Which buffer of the kernel it sizes, so that only channels that have one can be set so (their traits).
    kernel_buffer: ClassVar[str] = ""
    #: Whether the system may refuse it to a process, by who that is.
    needs_leave: ClassVar[bool] = False
    #: Whether one end alone can be set so.
    one_end: ClassVar[bool] = True

    @classmethod
    @abstractmethod
    def accepts(cls, value: str) -> bool:
        """Whether this is a value of it."""

    @classmethod
    def apply(cls, value: str) -> None:
        """Set it in this process, which is about to become an end."""

    @classmethod
    def adjust(cls, value: str, end: Endpoint) -> None:
        """Set it at this end, which has had no message yet."""

    @classmethod
    @abstractmethod
    def lines(cls, value: str) -> str:
        """Return what a program has to have to be set so: lines of Python, or of a shell."""
