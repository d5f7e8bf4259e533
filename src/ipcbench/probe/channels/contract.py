"""What a channel promises: the whole contract that a new one has to fulfil.

A channel is made once, in the process that starts the peers, and handed to them as an argument of their
`Process` (so it must pickle where the start method is not fork). Each end then asks for its endpoint. The
creator keeps the channel meanwhile: it calls `close` once every end has said that it has its endpoint, and
`remove` once the last of them has ended, however it ended.
`ipcbench.testing.conformance` runs a channel through everything that is promised here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.context import BaseContext
from typing import Any, Callable, ClassVar

#: What `kernel_buffer` may be: the kinds of buffers whose size can be set.
PIPE_BUFFER, SOCKET_BUFFER = "pipe", "socket"


@dataclass(frozen=True)
class Traits:
    """What differs between channels and must be known to compare them fairly."""

    #: The kernel object that carries the bytes.
    transport: str
    #: True: one channel carries both directions. False: a round trip takes two channels.
    duplex: bool
    #: "objects" (pickled on the way) or "bytes" (sent as they are).
    carries: str
    #: How often the bytes of a large message are copied between `send` and the return of `receive`.
    copies: int
    #: How a receiver waits for a message.
    wait: str
    #: The raw loop over the same kernel object, which is measured beside it; None for such a loop itself.
    reference_loop: str | None = None
    #: The channel that this one adds something to, and what: a step of the ladder that `explain` climbs.
    below: str | None = None
    adds: str = ""
    #: The largest message in bytes; None where only memory limits it.
    limit_bytes: int | None = None
    #: True: every message has the size that the channel was made for, at least one byte.
    fixed_size: bool = False
    #: False only for `null`, which hands nothing over.
    delivers: bool = True
    #: True where messages that were accepted may be lost when the receiver dies, and `close` says so.
    loses_on_death: bool = False
    #: The kernel's buffer that the bytes wait in, where its size can be set: "pipe" or "socket".
    kernel_buffer: str = ""
    #: True where ends can `send_buffer` and `receive_into` besides: for payloads that go out of band.
    out_of_band: bool = False
    #: True where several processes may use either end at once.
    shareable: bool = False
    #: True where a receiver burns a core while it waits.
    spins: bool = False
    #: Whether a thread of the sending process writes, so that it wants the GIL when it is to write.
    feeder: bool = False
    #: Channels that do the same in another way, by how: what a program could change to.
    variants: Mapping[str, str] = field(default_factory=dict)


def _cannot(*_: Any) -> Any:
    raise TypeError("this end of a one-way channel cannot do that")


@dataclass(frozen=True)
class Endpoint:
    """One end of a channel, in the process that uses it.

    `send` and `receive` are called in timed loops: bind the fastest callable there is, without a wrapper.
    """

    #: Hand one message over; blocks while the channel is full; raises OSError when the receiver is gone.
    send: Callable[[Any], Any] = _cannot
    #: Return the next message; raises EOFError or OSError when all senders are gone.
    receive: Callable[[], Any] = _cannot
    #: Raise OSError if messages that were accepted are known to be lost; returns at once.
    check: Callable[[], Any] = lambda: None
    #: Deliver what was accepted, then let go of the channel; raises OSError if messages were lost.
    close: Callable[[], Any] = lambda: None
    #: Not the channel's: how many messages were sent and received so far, in memory that both ends see, for
    #: workloads that need to know it without sending anything back.
    progress: Any = None
    #: Where the traits name a `kernel_buffer`: the descriptors of this end.
    descriptors: tuple[int, ...] = ()
    #: Where the traits say `out_of_band`: hand over the bytes of a buffer as they are; fill a buffer of just
    #: that size with the next ones.
    send_buffer: Callable[[Any], Any] = _cannot
    receive_into: Callable[[Any], Any] = _cannot


class Channel(ABC):
    """A way to carry messages, in order and whole, from senders to receivers: in a pair from one to one."""

    traits: ClassVar[Traits]

    @abstractmethod
    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        """Create what the kernel must hold, using the start method of `context`.

        `message_bytes` is the size of the largest message to come (of every message, where the traits say
        `fixed_size`), for channels that must size a buffer of their own.
        """

    @abstractmethod
    def sender(self) -> Endpoint:
        """Become one of the sending ends; called once in each process that sends."""

    @abstractmethod
    def receiver(self) -> Endpoint:
        """Become one of the receiving ends; called once in each process that receives."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the creator's copies, once every end has its endpoint. Twice is harmless."""

    def remove(self) -> None:  # noqa: B027  (most channels have nothing to remove)
        """Remove what the kernel or the file system keeps: segments, queues, files, sockets, servers.

        Called in the creator when both ends are gone, killed ones included, and after `close`. A channel that
        consists of descriptors has nothing to remove. Twice is harmless.
        """
