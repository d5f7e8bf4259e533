"""The wire: JSON messages with deadlines between processes that know the key."""

import socket
import tempfile
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from ipcbench.probe.protocol import wire as wire_module
from ipcbench.probe.protocol.wire import Listener, Message, Wire, WireClosed, WireTimeout, connect


@pytest.fixture
def wires() -> Iterator[tuple[Wire, Wire]]:
    near, far = (Wire(end) for end in Pipe(duplex=True))
    yield near, far
    near.close()
    far.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    # The path of a Unix socket has to be short, which pytest's own folders are not.
    with tempfile.TemporaryDirectory(prefix="ipcbench-") as folder:
        listener = Listener(folder)
        yield listener
        listener.close()


@pytest.mark.parametrize("blob", [b"", b"\0", bytes(range(256)) * 400])
def test_a_message_arrives_with_its_blob(wires: tuple[Wire, Wire], blob: bytes) -> None:
    message: Message = {"text": "über", "number": 3.5, "nothing": None, "list": [1, {"deep": True}]}
    wires[0].send(message, blob)
    assert wires[1].receive(5) == (message, blob)


def test_messages_keep_their_own_blobs(wires: tuple[Wire, Wire]) -> None:
    for number in range(5):
        wires[0].send({"number": number}, b"x" * number)
    assert [wires[1].receive(5) for _ in range(5)] == [({"number": n}, b"x" * n) for n in range(5)]


def test_both_ends_may_speak(wires: tuple[Wire, Wire]) -> None:
    wires[0].send({"question": 1})
    wires[1].send({"answer": 2})
    assert wires[1].receive(5)[0] == {"question": 1}
    assert wires[0].receive(5)[0] == {"answer": 2}


def test_silence_ends_at_the_deadline(wires: tuple[Wire, Wire]) -> None:
    with pytest.raises(WireTimeout):
        wires[0].receive(0.01)


def test_a_deadline_in_the_past_still_takes_what_is_there(wires: tuple[Wire, Wire]) -> None:
    wires[0].send({"late": 1})
    assert wires[1].receive(0)[0] == {"late": 1}


def test_a_closed_peer_is_noticed_by_receive_and_send(wires: tuple[Wire, Wire]) -> None:
    wires[1].close()
    with pytest.raises(WireClosed):
        wires[0].receive(5)
    with pytest.raises(WireClosed):
        wires[0].send({"to": "nobody"})


def test_what_was_sent_before_a_close_still_arrives(wires: tuple[Wire, Wire]) -> None:
    wires[0].send({"last": "words"}, b"blob")
    wires[0].close()
    assert wires[1].receive(5) == ({"last": "words"}, b"blob")


def test_a_wrong_key_is_refused_and_the_next_right_one_accepted(listener: Listener) -> None:
    stranger = connect(listener.address, "wrong", {"role": "stranger"})
    friend = connect(listener.address, listener.key, {"role": "friend"})
    accepted, hello = listener.accept(5)
    assert hello == {"role": "friend"}
    with pytest.raises(WireClosed):
        stranger.receive(5)
    accepted.send({"welcome": True})
    assert friend.receive(5)[0] == {"welcome": True}
    for wire in (stranger, friend, accepted):
        wire.close()


@pytest.mark.parametrize("words", [b"GET /", b"\xff\xfe", b"{}"])
def test_a_stranger_who_speaks_otherwise_is_refused(listener: Listener, words: bytes) -> None:
    client = socket.socket(socket.AF_UNIX)
    client.connect(listener.address)
    stranger = Connection(client.detach())
    stranger.send_bytes(words)
    friend = connect(listener.address, listener.key, {"role": "friend"})
    accepted, hello = listener.accept(5)
    assert hello == {"role": "friend"}
    for connection in (stranger, friend, accepted):
        connection.close()


def test_a_stranger_who_says_nothing_does_not_keep_others_out(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire_module, "HELLO_DEADLINE_S", 0.05)
    client = socket.socket(socket.AF_UNIX)
    client.connect(listener.address)
    friend = connect(listener.address, listener.key, {"role": "friend"})
    accepted, hello = listener.accept(5)
    assert hello == {"role": "friend"}
    for connection in (client, friend, accepted):
        connection.close()


def test_nobody_connecting_ends_at_the_deadline(listener: Listener) -> None:
    with pytest.raises(WireTimeout, match="nobody connected"):
        listener.accept(0.01)


def test_nobody_connects_to_a_closed_listener(listener: Listener) -> None:
    address = listener.address
    listener.close()
    with pytest.raises(OSError):
        connect(address, listener.key, {})
