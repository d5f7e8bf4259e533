"""Two sockets that are connected with one another, and with nobody else."""

from __future__ import annotations

import socket

#: The largest datagram: what is left of an IP packet.
UDP_LIMIT_BYTES = 65507


def unix_pair(kind: int = socket.SOCK_STREAM) -> tuple[socket.socket, socket.socket]:
    """Return a pair of Unix sockets; on Windows, of stream sockets only, TCP's."""
    if hasattr(socket, "AF_UNIX"):
        return socket.socketpair(socket.AF_UNIX, kind)
    return socket.socketpair()


def tcp_pair() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a connection over the loopback, which sends without waiting for more to send."""
    with socket.create_server(("127.0.0.1", 0), backlog=1) as server:
        near = socket.create_connection(server.getsockname())
        while True:
            far, address = server.accept()
            # Anybody on this machine could have come in between.
            if address == near.getsockname():
                break
            far.close()
    for end in (near, far):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return near, far


def udp_pair() -> tuple[socket.socket, socket.socket]:
    """Return two sockets of UDP on the loopback, each of which takes datagrams of the other only."""
    ends = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for end in ends:
        end.bind(("127.0.0.1", 0))
    near, far = ends
    near.connect(far.getsockname())
    far.connect(near.getsockname())
    return near, far
