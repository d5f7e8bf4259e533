"""The moments of a message's way, in their order, and the threads that they happen in."""

from __future__ import annotations

CALLED = "send called"
RETURNED = "send returned"
AWAKE = "feeder awake"
TAKEN = "taken from the buffer"
PICKLED = "pickled"
WRITE_LOCKED = "write lock held"
WRITTEN = "written"
READ_LOCKED = "read lock held"
HEADER = "header read"
BODY = "body read"
LOADING = "unpickling begun"
LOADED = "unpickled"
RECEIVED = "receive returned"

#: Each moment's thread; a channel without a feeder does the feeder's part in the sender.
SENDER = (CALLED, RETURNED)
FEEDER = (AWAKE, TAKEN, PICKLED, WRITE_LOCKED, WRITTEN)
RECEIVER = (READ_LOCKED, HEADER, BODY, LOADING, LOADED, RECEIVED)
MOMENTS = (*SENDER[:1], *FEEDER, *SENDER[1:], *RECEIVER)

#: The moments that follow one another for certain: the time between neighbours adds up to the whole way.
#: The others overlap: the send call returns before or after the message has arrived, a receiver that waits
#: holds its lock since long ago.
PATH = (CALLED, AWAKE, TAKEN, PICKLED, WRITE_LOCKED, HEADER, BODY, LOADING, LOADED, RECEIVED)
