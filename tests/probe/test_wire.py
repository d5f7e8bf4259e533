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


@pytest.mark.parametrize("words", [b"", b"\0\0", b"\0\0\1\0{"], ids=["nothing", "two bytes", "a beginning"])
def test_strangers_who_say_nothing_whole_keep_nobody_out_however_many(
    listener: Listener, words: bytes
) -> None:
    strangers = [socket.socket(socket.AF_UNIX) for _ in range(20)]
    for stranger in strangers:
        stranger.connect(listener.address)
        stranger.sendall(words)
    friend = connect(listener.address, listener.key, {"role": "friend"})
    accepted, hello = listener.accept(wire_module.HELLO_DEADLINE_S / 2)
    assert hello == {"role": "friend"}
    for stranger in strangers:
        stranger.close()
    friend.close()
    accepted.close()


def test_a_stranger_who_says_nothing_is_let_go_after_a_while(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire_module, "HELLO_DEADLINE_S", 0.05)
    stranger = socket.socket(socket.AF_UNIX)
    stranger.connect(listener.address)
    with pytest.raises(WireTimeout):
        listener.accept(0.3)
    assert stranger.recv(1) == b""
    stranger.close()


@pytest.mark.parametrize("begun", [b"\0", b"\0\0\0\x20", b'\0\0\0\x20{"type":'])
def test_a_message_that_goes_on_no_more_ends_at_the_deadline_and_whole_it_arrives(begun: bytes) -> None:
    ours, theirs = socket.socketpair()
    wire = Wire(Connection(ours.detach()))
    whole = b"\0\0\0\x20" + b'{"type":"Done","blob_bytes":0}'.ljust(32)
    theirs.sendall(whole[: len(begun)])
    with pytest.raises(WireTimeout):
        wire.receive(0.05)
    theirs.sendall(whole[len(begun) :])
    assert wire.receive(5)[0] == {"type": "Done"}
    theirs.sendall(begun)
    theirs.close()
    with pytest.raises(WireClosed):
        wire.receive(5)
    wire.close()


@pytest.mark.parametrize(
    "frame",
    [
        b"\xff\xff\xff\xff",
        b"\x7f\xff\xff\xff",
        b"\0\0\0\0",
        b"\0\0\0\2[]",
        b"\0\0\0\4\xff\xff\xff\xff",
        b"\0\1\0\0" + b"[" * 65536,
    ],
    ids=["below zero", "two GiB", "nothing", "a list", "bytes", "deep"],
)
def test_what_is_no_message_is_the_end_of_that_connection(frame: bytes) -> None:
    ours, theirs = socket.socketpair()
    wire = Wire(Connection(ours.detach()))
    theirs.sendall(frame)
    with pytest.raises(WireClosed):
        wire.receive(5)
    wire.close()
    theirs.close()


def test_nobody_connecting_ends_at_the_deadline(listener: Listener) -> None:
    with pytest.raises(WireTimeout, match="nobody connected"):
        listener.accept(0.01)


def test_nobody_connects_to_a_closed_listener(listener: Listener) -> None:
    address = listener.address
    listener.close()
    with pytest.raises(OSError):
        connect(address, listener.key, {})
