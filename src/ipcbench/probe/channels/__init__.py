"""The catalogue of channels: one file each, one line here."""

from __future__ import annotations

from ipcbench.errors import UsageError
from ipcbench.probe.channels.contract import Channel
from ipcbench.probe.loading import import_class

#: name -> where its class is. A channel of one's own is written `package.module:Class` instead of a name.
CHANNELS = {
    "pipe": "ipcbench.probe.channels.stdlib.pipe:Pipe",
    "duplex-pipe": "ipcbench.probe.channels.stdlib.duplex_pipe:DuplexPipe",
    "queue": "ipcbench.probe.channels.stdlib.queue:Queue",
    "queue-1": "ipcbench.probe.channels.stdlib.bounded_queue:Queue1",
    "queue-16": "ipcbench.probe.channels.stdlib.bounded_queue:Queue16",
    "queue-1024": "ipcbench.probe.channels.stdlib.bounded_queue:Queue1024",
    "queue-timeout": "ipcbench.probe.channels.stdlib.timed_queue:TimedQueue",
    "simple-queue": "ipcbench.probe.channels.stdlib.simple_queue:SimpleQueue",
    "joinable-queue": "ipcbench.probe.channels.stdlib.joinable_queue:JoinableQueue",
    "bytes-pipe": "ipcbench.probe.channels.stdlib.bytes_pipe:BytesPipe",
    "into-pipe": "ipcbench.probe.channels.stdlib.into_pipe:IntoPipe",
    "readv-pipe": "ipcbench.probe.channels.stdlib.readv_pipes:ReadvPipe",
    "plain-pickle-pipe": "ipcbench.probe.channels.stdlib.plain_pickle_pipes:PlainPicklePipe",
    "spin-pipe": "ipcbench.probe.channels.stdlib.spinning_pipes:SpinningPipe",
    "bytes-duplex-pipe": "ipcbench.probe.channels.stdlib.bytes_duplex_pipe:BytesDuplexPipe",
    "readv-duplex-pipe": "ipcbench.probe.channels.stdlib.readv_pipes:ReadvDuplexPipe",
    "plain-pickle-duplex-pipe": "ipcbench.probe.channels.stdlib.plain_pickle_pipes:PlainPickleDuplexPipe",
    "spin-duplex-pipe": "ipcbench.probe.channels.stdlib.spinning_pipes:SpinningDuplexPipe",
    "large-pipe": "ipcbench.probe.channels.stdlib.large_pipe:LargePipe",
    "framed-pipe": "ipcbench.probe.channels.stdlib.framed_pipe:FramedPipe",
    "locked-pipe": "ipcbench.probe.channels.stdlib.locked_pipe:LockedPipe",
    "fifo": "ipcbench.probe.channels.stdlib.fifo:NamedPipe",
    "manager-queue": "ipcbench.probe.channels.stdlib.manager_queue:ManagerQueue",
    "unix-socket": "ipcbench.probe.channels.sockets.stream:UnixSocket",
    "tcp": "ipcbench.probe.channels.sockets.stream:Tcp",
    "unix-listener": "ipcbench.probe.channels.sockets.listeners:UnixListener",
    "tcp-listener": "ipcbench.probe.channels.sockets.listeners:TcpListener",
    "seqpacket": "ipcbench.probe.channels.sockets.datagrams:SeqPacket",
    "datagram": "ipcbench.probe.channels.sockets.datagrams:Datagram",
    "udp": "ipcbench.probe.channels.sockets.datagrams:Udp",
    "asyncio-streams": "ipcbench.probe.channels.sockets.asyncio_streams:AsyncioStreams",
    "shared-slot": "ipcbench.probe.channels.shared_memory.slots:SharedSlot",
    "shared-ring": "ipcbench.probe.channels.shared_memory.slots:SharedRing",
    "shared-ring-eventfd": "ipcbench.probe.channels.shared_memory.eventfd_ring:SharedRingEventfd",
    "pool": "ipcbench.probe.channels.workers.tasks:Pool",
    "executor": "ipcbench.probe.channels.workers.tasks:Executor",
    "subprocess-stdio": "ipcbench.probe.channels.workers.subprocess_stdio:SubprocessStdio",
    "zmq-push": "ipcbench.probe.channels.third_party.zeromq:ZmqPush",
    "zmq-push-tcp": "ipcbench.probe.channels.third_party.zeromq:ZmqPushTcp",
    "zmq-pair": "ipcbench.probe.channels.third_party.zeromq:ZmqPair",
    "zmq-pair-tcp": "ipcbench.probe.channels.third_party.zeromq:ZmqPairTcp",
    "posix-ipc": "ipcbench.probe.channels.third_party.message_queues:PosixMessageQueue",
    "sysv-ipc": "ipcbench.probe.channels.third_party.message_queues:SysvMessageQueue",
    "faster-fifo": "ipcbench.probe.channels.third_party.faster_fifo:FasterFifo",
    "py-sharedmemory": "ipcbench.probe.channels.third_party.py_sharedmemory:PySharedMemory",
    "dejaq": "ipcbench.probe.channels.third_party.dejaq:Dejaq",
    "iceoryx2": "ipcbench.probe.channels.third_party.iceoryx2:Iceoryx2",
    "iceoryx2-lossless": "ipcbench.probe.channels.third_party.iceoryx2:Iceoryx2Lossless",
    "pynng": "ipcbench.probe.channels.third_party.nng:Pynng",
    "zenoh": "ipcbench.probe.channels.third_party.zenoh:Zenoh",
    "redis-list": "ipcbench.probe.channels.third_party.redis:RedisList",
    "grpc": "ipcbench.probe.channels.third_party.grpc_stream:GrpcStream",
    "os-pipe": "ipcbench.probe.channels.loops.os_pipe:OsPipe",
    "socketpair": "ipcbench.probe.channels.loops.socketpair:SocketPair",
    "tcp-loop": "ipcbench.probe.channels.loops.tcp:TcpLoop",
    "udp-loop": "ipcbench.probe.channels.loops.udp:UdpLoop",
    "mapped-copy": "ipcbench.probe.channels.loops.mapped_copy:MappedCopy",
    "null": "ipcbench.probe.channels.loops.null:Null",
}


def load_channel(name: str) -> type[Channel]:
    """Return the channel class for a catalogue name or `package.module:Class`."""
    spec = CHANNELS.get(name, name)
    if ":" not in spec:
        known = ", ".join(CHANNELS)
        raise UsageError(f"unknown channel {name!r}; accepted: {known}, or package.module:Class")
    found: type[Channel] = import_class("channel", name, spec, Channel)
    return found
