"""Knobs that are other calls of the same channel, or another form of the same message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ipcbench.errors import CaseError
from ipcbench.measure.tune.knobs.contract import Knob, Seen
from ipcbench.plan.units import format_size
from ipcbench.probe.channels.contract import Traits
from ipcbench.probe.traits import PayloadTraits

_SMALL_BYTES, _LARGE_BYTES = 4 << 10, 32 << 10


class _Variant(Knob):
    """What the traits of the channel, or of the payload, name as another way to do the same."""

    variant: ClassVar[str]
    lines: ClassVar[str]
    #: The coordinate whose traits name it.
    of: ClassVar[str] = "channel"
    inherited = "in the code of both ends"

    def variants(self, seen: Seen) -> Mapping[str, str]:
        """Return the other ways that there are, by what they are called."""
        traits: Traits | PayloadTraits = getattr(seen, self.of)
        return traits.variants

    def has_variant(self, seen: Seen) -> bool:
        """Whether there is this one."""
        return self.variant in self.variants(seen)

    def changes(self, seen: Seen) -> tuple[str, ...]:
        if not self.has_variant(seen):
            raise CaseError(
                f"{seen.case.channel} with {seen.case.payload_kind} has no variant {self.variant}"
            )
        return (f"{self.of}={self.variants(seen)[self.variant]}",)

    def python(self, seen: Seen) -> str:  # noqa: ARG002
        return self.lines


class SendBytes(_Variant):
    """Without pickling."""

    name = "send-bytes"
    summary = "send_bytes and recv_bytes instead of send and recv: bytes only"
    variant = "send-bytes"
    lines = "connection.send_bytes(data)  # in the sender\ndata = connection.recv_bytes()  # in the receiver"

    def symptom(self, seen: Seen) -> str:
        bytes_only = self.has_variant(seen) and seen.payload.is_buffer
        return "bytes are pickled, which they need not be" if bytes_only else ""


class Readv(_Variant):
    """Received into memory that is there."""

    name = "readv"
    summary = "received into a buffer of one's own, which the next message overwrites: bytes only"
    variant = "readv"
    lines = (
        "connection.send_bytes(data)  # in the sender\n"
        "# In the receiver, for messages whose size it knows; from 2 GiB on the header is longer.\n"
        "import os\n"
        "buffer = bytearray(size)  # once\n"
        "for view in (memoryview(bytearray(4)), memoryview(buffer)):\n"
        "    while view:\n"
        "        count = os.readv(connection.fileno(), [view])\n"
        "        if not count:\n"
        "            raise EOFError\n"
        "        view = view[count:]"
    )

    def symptom(self, seen: Seen) -> str:
        large = self.has_variant(seen) and seen.payload.is_buffer and seen.size >= _LARGE_BYTES
        return f"every receive makes new memory for {format_size(seen.size)}" if large else ""


class PlainPickle(_Variant):
    """Without what multiprocessing adds to pickle."""

    name = "plain-pickle"
    summary = "send_bytes(pickle.dumps(x)), received by recv: no locks or connections in messages"
    variant = "plain-pickle"
    inherited = "in the code of the sender"
    lines = "import pickle\nconnection.send_bytes(pickle.dumps(message))  # in the sender; recv() stays"

    def symptom(self, seen: Seen) -> str:
        small = self.has_variant(seen) and seen.size <= _SMALL_BYTES
        return "pickling a small message is mostly what multiprocessing adds to it" if small else ""


class Spin(_Variant):
    """Never asleep."""

    name = "spin"
    summary = "a receiver that asks without a pause: burns its core"
    opt_in = True
    variant = "spin"
    inherited = "in the code of the receiver"
    lines = (
        "import select\n"
        "poller = select.poll()\n"
        "poller.register(connection.fileno(), select.POLLIN)\n"
        "while not poller.poll(0):\n"
        "    pass\n"
        "message = connection.recv()"
    )

    def symptom(self, seen: Seen) -> str:
        return "each message wakes a sleeping receiver" if self.has_variant(seen) else ""

    def changes(self, seen: Seen) -> tuple[str, ...]:
        if seen.case.placement != "split":
            raise CaseError("a receiver that spins needs a core of its own; accepted: --placement split")
        return super().changes(seen)


class OutOfBand(_Variant):
    """Arrays beside their pickle."""

    name = "out-of-band"
    summary = "pickle protocol 5: the data of arrays beside the pickle, received into a ring"
    variant = "out-of-band"
    of = "payload"
    lines = (
        "import pickle\n"
        "buffers = []  # in the sender\n"
        "head = pickle.dumps(array, protocol=5, buffer_callback=buffers.append)\n"
        "connection.send((head, [buffer.raw().nbytes for buffer in buffers]))\n"
        "for buffer in buffers:\n"
        "    connection.send_bytes(buffer.raw())\n"
        "head, sizes = connection.recv()  # in the receiver; `ring` has buffers that are used in turn\n"
        "views = [memoryview(next(ring))[:size] for size in sizes]\n"
        "for view in views:\n"
        "    connection.recv_bytes_into(view)  # or os.readv, which copies once less\n"
        "array = pickle.loads(head, buffers=views)"
    )

    def symptom(self, seen: Seen) -> str:
        can = self.has_variant(seen) and seen.channel.out_of_band
        return f"{format_size(seen.size)} of data are copied into a pickle and out of it" if can else ""


class InBatches(_Variant):
    """Ten at once."""

    name = "batch"
    summary = "ten messages in a list: each waits for the others"
    variant = "batch"
    of = "payload"
    lines = (
        "connection.send(messages[:10])  # in the sender; queue.put of a queue\n"
        "for message in connection.recv():  # in the receiver\n"
        "    ..."
    )

    def symptom(self, seen: Seen) -> str:
        follows = seen.workload.payloads_moved == 1 and seen.size <= _SMALL_BYTES
        can = follows and self.has_variant(seen) and seen.channel.carries == "objects"
        return "small messages follow one another, each with a system call of its own" if can else ""
