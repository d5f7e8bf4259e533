"""Knobs that are other calls of the same channel, or another form of the same message."""

from __future__ import annotations

from typing import ClassVar

from ipcbench.errors import CaseError
from ipcbench.measure.tune.knobs.contract import Knob, Seen
from ipcbench.plan.units import format_size

_SMALL_BYTES, _LARGE_BYTES = 4 << 10, 32 << 10


class _OtherCalls(Knob):
    """Another channel, which the traits of this one name as a variant."""

    variant: ClassVar[str]
    lines: ClassVar[str]
    inherited = "in the code of both ends"

    def changes(self, seen: Seen) -> tuple[str, ...]:
        name = seen.channel.variants.get(self.variant)
        if name is None:
            raise CaseError(f"{seen.case.channel} has no variant {self.variant}")
        return (f"channel={name}",)

    def python(self, seen: Seen) -> str:  # noqa: ARG002
        return self.lines

    def has_variant(self, seen: Seen) -> bool:
        """Whether the channel names such a variant."""
        return self.variant in seen.channel.variants


class SendBytes(_OtherCalls):
    """Without pickling."""

    name = "send-bytes"
    summary = "send_bytes and recv_bytes instead of send and recv: bytes only"
    variant = "send-bytes"
    lines = "connection.send_bytes(data)  # in the sender\ndata = connection.recv_bytes()  # in the receiver"

    def symptom(self, seen: Seen) -> str:
        bytes_only = self.has_variant(seen) and seen.payload.is_buffer
        return "bytes are pickled, which they need not be" if bytes_only else ""


class Readv(_OtherCalls):
    """Received into memory that is there."""

    name = "readv"
    summary = "received into a buffer of one's own, which the next message overwrites: bytes only"
    variant = "readv"
    lines = (
        "connection.send_bytes(data)  # in the sender\n"
        "# In the receiver, for messages whose size it knows; from 2 GiB on the header is longer.\n"
        "os.readv(connection.fileno(), [memoryview(bytearray(4))])\n"
        "view = memoryview(buffer)\n"
        "while view:\n"
        "    view = view[os.readv(connection.fileno(), [view]):]"
    )

    def symptom(self, seen: Seen) -> str:
        large = self.has_variant(seen) and seen.payload.is_buffer and seen.size >= _LARGE_BYTES
        return f"every receive makes new memory for {format_size(seen.size)}" if large else ""


class PlainPickle(_OtherCalls):
    """Without what multiprocessing adds to pickle."""

    name = "plain-pickle"
    summary = "send_bytes(pickle.dumps(x)), received by recv: no locks or connections in messages"
    variant = "plain-pickle"
    lines = "connection.send_bytes(pickle.dumps(message))  # in the sender; recv() stays"

    def symptom(self, seen: Seen) -> str:
        small = self.has_variant(seen) and seen.size <= _SMALL_BYTES
        return "pickling a small message is mostly what multiprocessing adds to it" if small else ""


class Spin(_OtherCalls):
    """Never asleep."""

    name = "spin"
    summary = "a receiver that asks without a pause: burns its core"
    opt_in = True
    variant = "spin"
    lines = (
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


class OutOfBand(Knob):
    """Arrays beside their pickle."""

    name = "out-of-band"
    summary = "pickle protocol 5: the data of arrays beside the pickle, received into a ring"
    inherited = "in the code of both ends"
    variant = "out-of-band"

    def symptom(self, seen: Seen) -> str:
        can = self.variant in seen.payload.variants and seen.channel.out_of_band
        return f"{format_size(seen.size)} of data are copied into a pickle and out of it" if can else ""

    def changes(self, seen: Seen) -> tuple[str, ...]:
        name = seen.payload.variants.get(self.variant)
        if name is None:
            raise CaseError(f"{seen.case.payload_kind} has no variant {self.variant}")
        return (f"payload={name}",)

    def python(self, seen: Seen) -> str:  # noqa: ARG002
        return (
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


class InBatches(Knob):
    """Ten at once."""

    name = "batch"
    summary = "ten messages in a list: each waits for the others"
    inherited = "in the code of both ends"
    variant = "batch"

    def symptom(self, seen: Seen) -> str:
        follows = seen.workload.payloads_moved == 1 and seen.size <= _SMALL_BYTES
        can = follows and self.variant in seen.payload.variants and seen.channel.carries == "objects"
        return "small messages follow one another, each with a system call of its own" if can else ""

    def changes(self, seen: Seen) -> tuple[str, ...]:
        name = seen.payload.variants.get(self.variant)
        if name is None:
            raise CaseError(f"{seen.case.payload_kind} has no variant {self.variant}")
        return (f"payload={name}",)

    def python(self, seen: Seen) -> str:  # noqa: ARG002
        return (
            "connection.send(messages[:10])  # in the sender; queue.put of a queue\n"
            "for message in connection.recv():  # in the receiver\n"
            "    ..."
        )
