"""grpcio: one call that streams both ways, over a Unix socket; bytes as they are."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing.context import BaseContext
from typing import Any, Callable

from ipcbench.probe.channels.contract import (
    AT_CLOSE,
    UNBOUNDED,
    Endpoint,
    Requires,
    Traits,
)
from ipcbench.probe.channels.third_party.meeting import DEADLINE_S, LEFT, Meeting, Met

SERVICE, METHOD = "ipcbench.Messages", "Stream"
#: Its default refuses what is larger than 4 MiB.
OPTIONS = (("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1))
CLOSE_DEADLINE_S = 10.0


class GrpcStream(Met):
    """The receiver serves, the sender calls: what is sent waits in its memory until it is written."""

    traits = Traits(
        transport="Unix stream socket of a library's threads",
        duplex=True,
        carries="bytes",
        copies=6,
        wait="a thread of the library wakes",
        reference_loop="socketpair",
        delivery=UNBOUNDED,
        dead_receiver=AT_CLOSE,
        fork_after_use=False,
        requires=Requires("grpcio", "grpc", "grpc"),
        feeder=True,
        leaves="a socket and a file stay in the temporary folder",
        outlives_sender=False,
        suits="Services between languages and machines, with a schema, for hundreds of microseconds a call.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._meeting = Meeting("grpc")

    def sender(self) -> Endpoint:
        from queue import SimpleQueue

        import grpc

        channel = grpc.insecure_channel(self._meeting.hear(), options=OPTIONS)
        outgoing: SimpleQueue[Any] = SimpleQueue()
        call = channel.stream_stream(f"/{SERVICE}/{METHOD}")(iter(outgoing.get, None))

        def close() -> None:
            outgoing.put(None)
            # Once the receiver has had all, it ends the call; or it has left before.
            try:
                for _ in call:
                    pass
            except grpc.RpcError as error:
                if not self._meeting.is_marked(LEFT, 0):
                    raise OSError(f"the receiver is gone: {error.code()}") from None
            finally:
                channel.close()

        return Endpoint(send=outgoing.put, receive=_receiver(call, grpc.RpcError), close=close)

    def receiver(self) -> Endpoint:
        from concurrent.futures import ThreadPoolExecutor
        from queue import SimpleQueue

        import grpc

        calls: SimpleQueue[Any] = SimpleQueue()
        outgoing: SimpleQueue[Any] = SimpleQueue()

        def stream(requests: Iterator[bytes], _: Any) -> Iterator[bytes]:
            calls.put(requests)
            return iter(outgoing.get, None)

        server = grpc.server(ThreadPoolExecutor(1), options=OPTIONS)
        handler = grpc.stream_stream_rpc_method_handler(stream)
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, {METHOD: handler})])
        address = "unix:" + self._meeting.path("socket")
        server.add_insecure_port(address)
        server.start()
        self._meeting.tell(address)
        requests = calls.get(timeout=DEADLINE_S)

        def end() -> None:
            outgoing.put(None)

        def close() -> None:
            self._meeting.mark(LEFT)
            end()
            server.stop(CLOSE_DEADLINE_S).wait()

        return Endpoint(send=outgoing.put, receive=_receiver(requests, grpc.RpcError, end), close=close)


def _receiver(
    messages: Iterator[bytes], failure: type[Exception], at_end: Callable[[], None] = lambda: None
) -> Callable[[], bytes]:
    """Return what receives the next message; it raises EOFError once the other end has closed or died."""
    following = messages.__next__

    def receive() -> bytes:
        try:
            return following()
        except StopIteration:
            at_end()
            raise EOFError("the sender closed the channel") from None
        except failure as error:
            raise EOFError(f"the sender is gone: {error!r}"[:200]) from None

    return receive
