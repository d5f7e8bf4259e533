"""What the measuring side and the probes must call alike. Standard library only, importable by Python 3.9."""

from __future__ import annotations

#: What a peer does: messages go from senders to receivers.
SENDER, RECEIVER = "sender", "receiver"
ROLES = (SENDER, RECEIVER)
#: The thread of a Queue's sender that writes.
FEEDER = "feeder"

#: What follows timed messages that have a lead: a receiver that has no more to receive replies to its driver
#: at once, and a queue's feeder thread would have to wait for the GIL with the last echo.
TRAIL_MESSAGES = 1

#: What is kept of a moment: the clock; where stamps are detailed also the thread's CPU time and its wait
#: for a core.
WALL, CPU, DELAY = "wall", "cpu", "delay"
CLOCKS = (WALL, CPU, DELAY)

#: The moments of a message's way, in their order.
CALLED = "send called"
AWAKE = "feeder awake"
TAKEN = "taken from the buffer"
PICKLED = "pickled"
WRITE_LOCKED = "write lock held"
WRITTEN = "written"
RETURNED = "send returned"
READ_LOCKED = "read lock held"
HEADER = "header read"
BODY = "body read"
LOADING = "unpickling begun"
LOADED = "unpickled"
RECEIVED = "receive returned"
#: By thread; a channel without a feeder does the feeder's part in the sender.
MOMENTS = {
    SENDER: (CALLED, RETURNED),
    FEEDER: (AWAKE, TAKEN, PICKLED, WRITE_LOCKED, WRITTEN),
    RECEIVER: (READ_LOCKED, HEADER, BODY, LOADING, LOADED, RECEIVED),
}
#: The moments that follow one another for certain: the time between neighbours adds up to the whole way.
#: The others overlap: the send call returns before or after the message has arrived, a receiver that waits
#: holds its lock since long ago.
PATH = (CALLED, AWAKE, TAKEN, PICKLED, WRITE_LOCKED, HEADER, BODY, LOADING, LOADED, RECEIVED)

#: What ended a group of a run or a whole one, the gravest first; a comparison is decided instead of precise.
INTERRUPTED, OUT_OF_TIME, MOST_LAUNCHED = "interrupted", "time", "launches"
PRECISE, ALL_FAILED = "precision", "failures"
RUN_STOPPED_BY = (INTERRUPTED, OUT_OF_TIME, MOST_LAUNCHED, PRECISE, ALL_FAILED)
DECIDED = "decided"
#: It was cut off, and said nothing.
UNKNOWN = "unknown"
