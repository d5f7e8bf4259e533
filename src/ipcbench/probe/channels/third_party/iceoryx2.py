"""iceoryx2: a publisher and a subscriber in shared memory, with an event for each message."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from multiprocessing.context import BaseContext
from typing import Any, Callable, ClassVar

from ipcbench.probe.channels.contract import (
    ACCEPTS,
    BLOCKS,
    DROPS_OLDEST,
    LOSSLESS,
    Endpoint,
    Requires,
    Traits,
)
from ipcbench.probe.channels.third_party.meeting import CONNECTED, PUBLISHING, Meeting, Met, remove_segments

#: Where there is no room, how long until the sender looks again.
PAUSE_S = 50e-6
#: What waits where nothing may be lost: so many messages, but not more bytes than these.
MOST_MESSAGES, MOST_BYTES = 64, 64 << 20


class Iceoryx2(Met):
    """As it comes: two messages may wait, and a new one takes the place of the oldest."""

    traits = Traits(
        transport="shared memory",
        duplex=False,
        carries="bytes",
        copies=2,
        wait="event",
        reference_loop="mapped-copy",
        delivery=DROPS_OLDEST,
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=ACCEPTS,
        fork_after_use=False,
        requires=Requires("iceoryx2", "iceoryx2", "iceoryx2"),
        leaves="segments stay in /dev/shm, files and a socket in the temporary folder",
        suits="The newest value (a frame, a pose): what is older is overwritten.",
    )
    overflows: ClassVar[bool] = True

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._meeting = Meeting("iox")
        self._prefix = f"ipcbench_{os.urandom(8).hex()}_"
        self._most_bytes = max(1, message_bytes)

    def sender(self) -> Endpoint:
        import iceoryx2

        self._meeting.hear()
        node, messages, events = self._services(iceoryx2)
        publisher = (
            messages.publisher_builder()
            .initial_max_slice_len(self._most_bytes)
            .backpressure_strategy(iceoryx2.BackpressureStrategy.DiscardData)
            .create()
        )
        notifier = events.notifier_builder().create()
        self._meeting.mark(PUBLISHING)
        self._meeting.await_mark(CONNECTED)
        send = self.sends(publisher.loan_slice_uninit, notifier.notify)
        return Endpoint(send=send, close=_keeping(node, publisher, notifier))

    @staticmethod
    def sends(loan: Callable[[int], Any], notify: Callable[[], Any]) -> Callable[[Any], None]:
        """Return what copies a message into memory that is lent, gives it away and wakes the receiver."""

        def send(message: Any) -> None:
            sample = loan(len(message))
            sample.payload().as_memory_view().cast("B")[:] = message
            sample.assume_init().send()
            notify()

        return send

    def receiver(self) -> Endpoint:
        import iceoryx2

        node, messages, events = self._services(iceoryx2)
        subscriber = messages.subscriber_builder().create()
        listener = events.listener_builder().create()
        self._meeting.tell(self._prefix)
        self._meeting.await_mark(PUBLISHING)
        # Who has never asked for a sample gets none of a publisher that has gone.
        next_sample, wait, taken = subscriber.receive, listener.blocking_wait, self.taken
        first = [next_sample()]
        self._meeting.mark(CONNECTED)

        def receive() -> bytes:
            while True:
                sample = first.pop() if first else next_sample()
                if sample is not None:
                    message = taken(sample)
                    sample.delete()
                    return message
                wait()

        return Endpoint(receive=receive, close=_keeping(node, subscriber, listener))

    @staticmethod
    def taken(sample: Any) -> bytes:
        """Return a copy of what is lent: it is given back at once."""
        return bytes(sample.payload().as_memory_view())

    def _services(self, iceoryx2: Any) -> tuple[Any, Any, Any]:
        import ctypes

        iceoryx2.set_log_level(iceoryx2.LogLevel.Fatal)
        config = iceoryx2.config.default()
        config.global_cfg.root_path = iceoryx2.Path.new(self._meeting.folder)
        config.global_cfg.prefix = iceoryx2.FileName.new(self._prefix)
        node = (
            iceoryx2.NodeBuilder.new()
            .config(config)
            .signal_handling_mode(iceoryx2.SignalHandlingMode.Disabled)
            .create(iceoryx2.ServiceType.Ipc)
        )
        name = iceoryx2.ServiceName.new("messages")
        messages = node.service_builder(name).publish_subscribe(iceoryx2.Slice[ctypes.c_uint8])
        events = node.service_builder(name).event().open_or_create()
        return node, self.quality(messages).open_or_create(), events

    def quality(self, messages: Any) -> Any:
        """Return the builder of a service with what is to become of messages without room."""
        return messages.enable_safe_overflow(True)

    def remove(self) -> None:
        remove_segments(self._prefix)
        super().remove()


class Iceoryx2Lossless(Iceoryx2):
    """Without overflow: a sender looks again until there is room. Its own waiting would hold the GIL."""

    traits = replace(
        Iceoryx2.traits,
        delivery=LOSSLESS,
        dead_receiver=BLOCKS,
        suits="Large messages in shared memory that C++ and Rust have to read as well.",
    )
    overflows = False

    @staticmethod
    def sends(loan: Callable[[int], Any], notify: Callable[[], Any]) -> Callable[[Any], None]:
        def send(message: Any) -> None:
            while True:
                sample = loan(len(message))
                sample.payload().as_memory_view().cast("B")[:] = message
                received = sample.assume_init().send()
                notify()
                if received:
                    return
                time.sleep(PAUSE_S)

        return send

    def quality(self, messages: Any) -> Any:
        waiting = max(2, min(MOST_MESSAGES, MOST_BYTES // self._most_bytes))
        return messages.enable_safe_overflow(False).subscriber_max_buffer_size(waiting)


def _keeping(*parts: Any) -> Callable[[], None]:
    """Return a `close` that lets go of these: what is collected before takes its memory with it."""
    kept = list(parts)
    return kept.clear
