"""The catalogue of channels: one file each, one line here."""

from __future__ import annotations

import importlib

from ipcbench.errors import UsageError
from ipcbench.probe.channels.contract import Channel

#: name -> where its class is. A channel of one's own is written `package.module:Class` instead of a name.
CHANNELS = {
    "pipe": "ipcbench.probe.channels.pipe:Pipe",
    "duplex-pipe": "ipcbench.probe.channels.duplex_pipe:DuplexPipe",
    "queue": "ipcbench.probe.channels.queue:Queue",
    "queue-1": "ipcbench.probe.channels.bounded_queue:Queue1",
    "queue-16": "ipcbench.probe.channels.bounded_queue:Queue16",
    "queue-1024": "ipcbench.probe.channels.bounded_queue:Queue1024",
    "queue-timeout": "ipcbench.probe.channels.timed_queue:TimedQueue",
    "simple-queue": "ipcbench.probe.channels.simple_queue:SimpleQueue",
    "joinable-queue": "ipcbench.probe.channels.joinable_queue:JoinableQueue",
    "bytes-pipe": "ipcbench.probe.channels.bytes_pipe:BytesPipe",
    "into-pipe": "ipcbench.probe.channels.into_pipe:IntoPipe",
    "large-pipe": "ipcbench.probe.channels.large_pipe:LargePipe",
    "framed-pipe": "ipcbench.probe.channels.framed_pipe:FramedPipe",
    "os-pipe": "ipcbench.probe.channels.os_pipe:OsPipe",
    "socketpair": "ipcbench.probe.channels.socketpair:SocketPair",
    "null": "ipcbench.probe.channels.null:Null",
}


def load_channel(name: str) -> type[Channel]:
    """Return the channel class for a catalogue name or `package.module:Class`."""
    module_name, _, class_name = CHANNELS.get(name, name).partition(":")
    if not class_name:
        known = ", ".join(CHANNELS)
        raise UsageError(f"unknown channel {name!r}; accepted: {known}, or package.module:Class")
    try:
        found = getattr(importlib.import_module(module_name), class_name)
    except (Exception, SystemExit) as error:
        # A module of a user's own may raise anything, a SyntaxError included.
        why = str(error) or type(error).__name__
        missing = getattr(error, "name", None) if isinstance(error, ImportError) else None
        own = module_name.partition(".")[0]
        if missing and missing != own and missing.partition(".")[0] == own:
            why += f"; is {missing} built or generated? With ab --git: --build CMD"
        raise UsageError(f"channel {name!r} cannot be imported: {why}") from error
    if not (isinstance(found, type) and issubclass(found, Channel)):
        raise UsageError(f"channel {name!r} is not a class derived from ipcbench.testing.Channel")
    return found
