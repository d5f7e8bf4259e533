"""The kernel's message queues: POSIX's of posix-ipc, System V's of sysv-ipc."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import BLOCKS, COMPETING, Channel, Endpoint, Ends, Requires, Traits

#: Linux's default for both: of one message, in bytes.
LIMIT_BYTES = 8192
#: Linux's default for a POSIX queue.
MOST_MESSAGES = 10


class PosixMessageQueue(Channel):
    """`posix_ipc.MessageQueue`: at most ten messages of 8 KiB by default, all of them the kernel's."""

    traits = Traits(
        transport="POSIX message queue",
        duplex=False,
        carries="bytes",
        copies=2,
        wait="blocking receive",
        reference_loop="os-pipe",
        limit_bytes=LIMIT_BYTES,
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=BLOCKS,
        ends=Ends(None, None),
        fan_out=COMPETING,
        requires=Requires("posix-ipc", "posix_ipc", "posix-ipc"),
        leaves="a queue stays in /dev/mqueue",
        suits="Messages of up to 8 KiB, with any number of ends, as fast as a kernel can.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        import posix_ipc

        self._name = f"/ipcbench-{os.urandom(8).hex()}"
        # As small as it can be: all queues of a user share 800 KiB by default.
        posix_ipc.MessageQueue(
            self._name, posix_ipc.O_CREX,
            mode=0o600, max_messages=MOST_MESSAGES, max_message_size=max(1, message_bytes),
        ).close()  # fmt: skip

    def sender(self) -> Endpoint:
        queue = self._open()
        return Endpoint(send=queue.send, close=queue.close)

    def receiver(self) -> Endpoint:
        queue = self._open()
        receive_with_priority = queue.receive
        return Endpoint(receive=lambda: receive_with_priority()[0], close=queue.close)

    def _open(self) -> Any:
        import posix_ipc

        return posix_ipc.MessageQueue(self._name)

    def close(self) -> None:
        """There are no copies to let go of: an end opens the queue by its name."""

    def remove(self) -> None:
        import posix_ipc

        with suppress(posix_ipc.ExistentialError):
            posix_ipc.unlink_message_queue(self._name)


class SysvMessageQueue(Channel):
    """`sysv_ipc.MessageQueue`: 16 KiB in all by default; it outlives every process until it is removed."""

    traits = replace(
        PosixMessageQueue.traits,
        transport="System V message queue",
        requires=Requires("sysv-ipc", "sysv_ipc", "sysv-ipc"),
        leaves="a queue stays: ipcs -q",
        suits="What speaks System V already: messages of up to 8 KiB.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        import sysv_ipc

        self._most_bytes = max(1, message_bytes)
        # Without a key it looks for one that nobody uses.
        self._key = sysv_ipc.MessageQueue(None, sysv_ipc.IPC_CREX, mode=0o600).key

    def sender(self) -> Endpoint:
        return Endpoint(send=self._open().send)

    def receiver(self) -> Endpoint:
        receive_with_type = self._open().receive
        return Endpoint(receive=lambda: receive_with_type()[0])

    def _open(self) -> Any:
        import sysv_ipc

        return sysv_ipc.MessageQueue(self._key, max_message_size=self._most_bytes)

    def close(self) -> None:
        """There is nothing to let go of: no process holds such a queue."""

    def remove(self) -> None:
        import sysv_ipc

        with suppress(sysv_ipc.ExistentialError):
            self._open().remove()
