"""What a payload promises: how a message is made, recognised and read.

The sender makes its message once and sends it again and again. Before anything is timed, numbered messages
show that the channel delivers each once, in order and unharmed.
`ipcbench.testing` runs a payload through everything that is promised here.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.loading import Parametrised


class Payload(Parametrised):
    """A kind of message."""

    summary: ClassVar[str]
    #: Whether messages are buffers of exactly their size (bytes and the like), which every channel carries;
    #: else only channels do whose traits say that they carry objects.
    is_buffer: ClassVar[bool] = False
    #: Whether it goes partly by `send_buffer` and `receive_into`, which not every channel has.
    out_of_band: ClassVar[bool] = False
    #: How many messages of the case's size are sent at once.
    messages: ClassVar[int] = 1
    #: Kinds of message that carry the same in another way, by how: what a program could change to.
    variants: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def prepare(cls) -> None:
        """Import what its messages need; called before ends get their heaps, so that it counts for nothing.

        Raises CaseError, with what is accepted, where that is not there.
        """

    @classmethod
    @abstractmethod
    def make(cls, size: int, seed: int) -> Any:
        """Return a message of about `size` bytes: the same for the same seed, another for another."""

    @classmethod
    def check(cls, message: Any, size: int, seed: int) -> bool:
        """Whether this, which was received, is what `make` returns for the seed."""
        return bool(message == cls.make(size, seed))

    @classmethod
    def through(cls, end: Endpoint) -> Endpoint:
        """Return an end such that its messages go through it as this kind does."""
        return end

    @classmethod
    @abstractmethod
    def touch(cls, message: Any, every: int) -> None:
        """Read a received message: a byte of each `every` bytes, or all, as a program that uses it would."""
