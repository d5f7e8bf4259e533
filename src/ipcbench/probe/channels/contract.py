"""What a channel promises: the whole contract that a new one has to fulfil.

A channel is made once, in the process that starts the peers, and handed to them as an argument of their
`Process` (so it must pickle where the start method is not fork). Each end then asks for its endpoint. The
creator keeps the channel meanwhile: it calls `close` once every end has said that it has its endpoint, and
`remove` once the last of them has ended, however it ended.
`ipcbench.testing.conformance` runs a channel through everything that is promised here.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from multiprocessing.context import BaseContext
from typing import Any, Callable, ClassVar, NamedTuple

#: What `kernel_buffer` may be: the kinds of buffers whose size can be set.
PIPE_BUFFER, SOCKET_BUFFER = "pipe", "socket"
#: What becomes of a message for which there is no room: `send` waits; there is always room, in the memory of
#: whoever keeps it; it is lost; the oldest one that nobody has received yet is lost.
LOSSLESS, UNBOUNDED, DROPS_NEWEST, DROPS_OLDEST = "lossless", "unbounded", "drops_newest", "drops_oldest"
#: What an end makes of the end of the others. `receive` raises or waits for ever; `send` raises, raises with
#: `close` only, waits once the channel is full, or accepts what nobody will receive.
RAISES, AT_CLOSE, BLOCKS, ACCEPTS = "raises", "at_close", "blocks", "accepts"
#: Of several receivers: one of them gets each message, all of them do, or there is one only.
COMPETING, BROADCAST, NO_FAN_OUT = "competing", "broadcast", "none"


class Ends(NamedTuple):
    """How many processes may use an end at once; None where any number may."""

    senders: int | None = 1
    receivers: int | None = 1


ONE_TO_ONE = Ends()


class Requires(NamedTuple):
    """What a channel needs that Python has not: a package, how it is imported, a server's program."""

    package: str
    module: str
    #: The extra of ipcbench that installs the package.
    extra: str
    #: The name of a program that has to be there, and how it is installed.
    server: str = ""
    server_from: str = ""


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
    #: The raw loop over the same kernel object, which is measured beside it; None for such a loop itself, and
    #: where there is none. A stream that has lost some is not compared with it.
    reference_loop: str | None = None
    #: When one takes it, in a sentence.
    suits: str = ""
    #: Whether it is a way that one would choose, and no loop, no step and no other form of one.
    of_its_own: bool = True
    #: The channel that this one adds something to, and what: a step of the ladder that `explain` climbs.
    below: str | None = None
    adds: str = ""
    #: The largest message in bytes; None where only memory limits it.
    limit_bytes: int | None = None
    #: True: every message has the size that the channel was made for, at least one byte.
    fixed_size: bool = False
    #: True where a message may have no bytes.
    zero_byte: bool = True
    #: False only for `null`, which hands nothing over.
    delivers: bool = True
    #: What becomes of a message for which there is no room.
    delivery: str = LOSSLESS
    #: Whether `receive` raises (or waits for ever) after the last message of a sender that has closed, and
    #: once all senders have died; what `send` does once the receivers have died.
    eof: str = RAISES
    dead_sender: str = RAISES
    dead_receiver: str = RAISES
    #: Whether what was accepted comes though its sender is killed: it waits in no memory of that process.
    outlives_sender: bool = True
    #: How peers may be started that are handed the channel.
    start_methods: tuple[str, ...] = ("fork", "spawn", "forkserver")
    #: Whether a child that is forked by an end that has been used can use it as well. False promises nothing:
    #: it may hang, be killed, or go well by luck.
    fork_after_use: bool = True
    #: How many processes may use either end at once, and who of several receivers gets a message.
    ends: Ends = ONE_TO_ONE
    fan_out: str = NO_FAN_OUT
    #: What has to be installed; None where Python has it all.
    requires: Requires | None = None
    #: What stays where all its processes are killed at once, so that nobody calls `remove`.
    leaves: str = ""
    #: True where `sender()` itself starts who receives, and `receive` there returns the answer: round trips.
    owns_receiver: bool = False
    #: The kernel's buffer that the bytes wait in, where its size can be set: "pipe" or "socket".
    kernel_buffer: str = ""
    #: True where ends can `send_buffer` and `receive_into` besides: for payloads that go out of band.
    out_of_band: bool = False
    #: True where a receiver burns a core while it waits.
    spins: bool = False
    #: Whether a thread of the sending process writes, so that it wants the GIL when it is to write.
    feeder: bool = False
    #: Channels that do the same in another way, by how: what a program could change to.
    variants: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_lossy(self) -> bool:
        """Whether messages get lost where nobody has died."""
        return self.delivery in (DROPS_NEWEST, DROPS_OLDEST)


def lacking(requires: Requires | None) -> str:
    """Return what is not installed of what a channel requires, and how it comes."""
    if requires is None:
        return ""
    if find_spec(requires.module) is None:
        python = f"{sys.implementation.name} {sys.version.split()[0]}"
        return f"{requires.package} is not installed for {python}; pip install 'ipcbench[{requires.extra}]'"
    if requires.server:
        import shutil

        if shutil.which(requires.server) is None:
            return f"there is no {requires.server} here; {requires.server_from}"
    return ""


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
    #: Not the channel's either: which batch has been told to be at its end, and heard to be, where messages
    #: are lost.
    marks: Any = None
    #: Where the traits name a `kernel_buffer`: the descriptors of this end.
    descriptors: tuple[int, ...] = ()
    #: Where the traits say `out_of_band`: hand over the bytes of a buffer as they are; fill a buffer of just
    #: that size with the next ones.
    send_buffer: Callable[[Any], Any] = _cannot
    receive_into: Callable[[Any], Any] = _cannot


class Channel(ABC):
    """A way to carry messages, in order and whole, from senders to receivers: in a pair from one to one."""

    traits: ClassVar[Traits]

    @classmethod
    def missing(cls) -> str:
        """Return what it lacks here, with what to do, or nothing; imports no package for it."""
        return lacking(cls.traits.requires)

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
