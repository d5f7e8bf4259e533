"""The state of an end's heap, made on purpose: what the C library keeps decides what a large message costs.

glibc gives blocks from 128 KiB on pages of their own, which it returns when they are freed, and it returns
what lies free at the top of the heap beyond 128 KiB. Both limits rise with the largest block of own pages
that was ever freed, up to 32 and 64 MiB. So from some 32 KiB a message on, times depend on what a process
freed before: a probe's own imports would decide them. `reserve`, called before they are imported, and `seal`,
called after, let them leave no trace; then one declared act makes the state that a case asks for:

- `fresh`: none. The limits stand where a process starts, and no hole in the heap is free. Between trials some
  data go and others come (`Churn`).
- `used`: as after importing something of numpy's size, in a program with some data of its own. The limits
  have risen once (to 250 kB), and up to 600 blocks of up to 60 kB were made, half of which are free again.
  A thread has run, and copyreg knows more types, as after such an import (`_become_large`).
- `kept`: as `used`, and `bytes(33_000_000)` was made and dropped, so that nothing is returned of messages up
  to 16 MiB.
- `returned`: as `used`, and both limits were fixed at the 128 KiB of the start, which some do to save memory.

How many blocks, how large and which are dropped is drawn anew for each launch: where they lie decides whether
a Queue takes 258, 530 or 750 faults for each MiB, and how the buffers that a message is copied through lie to
one another (a seventh of the time at 64 KiB), so one layout that is always the same would pass luck off as a
fact. In a fresh heap it is what happens between messages that decides: whether they give the top of the heap
back, every time or not at all, hangs on a few kB, and stays so until something else is made or dropped.

Elsewhere than in CPython on glibc none of this means anything, and nothing is done. Nothing is imported here
that is not there at start: it would be what it is to hide.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random

#: What this process holds on to: what fills holes, and what lies between them.
_held: list[object] = []
_reserved = _sealed = False

#: Below the limit at start (128 KiB), so from the heap itself; 4 MB of them are more than imports take.
_BLOCK_BYTES, _RESERVED_BLOCKS = 100_000, 40
#: More than any hole that imports leave: the last of so many blocks lie at the top of the heap.
_SEALING_BLOCKS = 100
#: How far apart neighbouring blocks of `_BLOCK_BYTES` lie at most: object header, chunk header, alignment.
_NEIGHBOUR_BYTES = _BLOCK_BYTES + 80
#: Holes are filled from the largest to the smallest size that the heap takes back at once (no tcache).
_LARGEST_FILL_BYTES, _SMALLEST_FILL_BYTES, _MOST_FILLS = 90_000, 1_400, 4_000
#: What the largest block is that a program of numpy's size has freed; then the blocks of its own.
_USED_BYTES, _MOST_OWN_BLOCKS, _SMALLEST_OWN_BYTES, _LARGEST_OWN_BYTES = 250_000, 600, 500, 60_000
_KEPT_BYTES, _LIMIT_AT_START_BYTES = 33_000_000, 128 << 10
#: How many types of others copyreg knows in a program that has imported numpy.
_REGISTERED_TYPES = 5
_THREAD_DEADLINE_S = 1.0
#: How many blocks of such sizes come between two trials at most, in place of those that came before.
_MOST_PASSING_BLOCKS = 20
#: A block of own pages begins 16 bytes after a page's start.
_PAGE_BYTES, _OWN_PAGES_OFFSET = 4096, 16
_MOST_TRIES = 40


def is_managed() -> bool:
    """Whether this interpreter's memory comes from glibc, so that states of its heap mean something."""
    if sys.implementation.name != "cpython" or not sys.platform.startswith("linux"):
        return False
    import os

    try:
        return bool(os.confstr("CS_GNU_LIBC_VERSION"))
    except (ValueError, OSError):
        return False


def reserve() -> None:
    """Leave a hole for the imports to come: what fits into it takes no pages of its own, so raises no limit.

    It is not returned, because a block in use lies above it.
    """
    global _reserved
    if _reserved or not is_managed():
        return
    _reserved = True
    blocks = [bytes(_BLOCK_BYTES) for _ in range(_RESERVED_BLOCKS)]
    _held.append(blocks[-1])


def seal() -> None:
    """Fill the holes that the imports left, so that messages find the heap of a process that just started."""
    global _sealed
    if _sealed or not is_managed():
        return
    _sealed = True
    # Made before the blocks: a list that grows among them would keep the top of the heap from being returned.
    fills: list[object] = [None] * _MOST_FILLS
    _held.append(fills)
    blocks = [bytes(_BLOCK_BYTES) for _ in range(_SEALING_BLOCKS)]
    blocks.sort(key=id)
    edge = len(blocks) - 1
    while edge and id(blocks[edge]) - id(blocks[edge - 1]) <= _NEIGHBOUR_BYTES:
        edge -= 1
    fills[:edge] = blocks[:edge]
    top, count, size = id(blocks[edge]), edge, _LARGEST_FILL_BYTES
    while size > _SMALLEST_FILL_BYTES and count < _MOST_FILLS:
        block = bytes(size)
        if id(block) > top:
            size = size * 3 // 4
        else:
            fills[count] = block
            count += 1


def make(state: str, seed: int) -> None:
    """Do this state's act in this process, with what `seed` draws; its imports count for nothing."""
    from random import Random  # Long there, with multiprocessing.

    if state != "fresh":
        _become_large()
    seal()
    if state == "fresh":
        return
    _raise_limits(_USED_BYTES)
    _held.append(_own_data(Random(seed)))
    if state == "kept":
        _raise_limits(_KEPT_BYTES)
    elif state == "returned":
        from ipcbench.probe.process.malloc import set_limits

        set_limits(_LIMIT_AT_START_BYTES)


def _become_large() -> None:
    """Leave what an import of numpy's size leaves besides: a thread has run, and copyreg knows more types.

    Once there was a second thread, the C library takes locks at every block and call, and multiprocessing
    copies copyreg's table for every message: together 4 % of a message of 64 B.
    """
    if not is_managed():
        return
    import copyreg

    _have_had_a_thread()
    for number in range(_REGISTERED_TYPES - len(copyreg.dispatch_table)):
        copyreg.pickle(type(f"Registered{number}", (), {}), repr)


def _have_had_a_thread() -> None:
    import _thread
    import time
    from os import listdir

    threads, has_run = len(listdir("/proc/self/task")), _thread.allocate_lock()
    has_run.acquire()
    try:
        _thread.start_new_thread(has_run.release, ())
    except RuntimeError:
        # Where a limit forbids a thread, a program has had none either.
        return
    has_run.acquire()
    # It must have gone before anything is forked, which a process of several threads had better not do.
    limit = time.monotonic() + _THREAD_DEADLINE_S
    while len(listdir("/proc/self/task")) > threads and time.monotonic() < limit:
        time.sleep(1e-4)


class Churn:
    """A program's data that come and go between messages: in a fresh heap, where messages hang on them."""

    def __init__(self, state: str, seed: str) -> None:
        from random import Random

        self._rng = Random(seed) if state == "fresh" and is_managed() else None
        self.blocks: list[bytes] = []

    def turn(self) -> None:
        """Drop what came last and make something else; to be called between trials, never in one."""
        if self._rng:
            self.blocks[:] = _blocks(self._rng, _MOST_PASSING_BLOCKS)


def _own_data(rng: Random) -> list[bytes]:
    """Return blocks of any size that are still in use, between others that are free again."""
    blocks = _blocks(rng, _MOST_OWN_BLOCKS)
    rng.shuffle(blocks)
    del blocks[::2]
    return blocks


def _blocks(rng: Random, fewer_than: int) -> list[bytes]:
    spread = _LARGEST_OWN_BYTES / _SMALLEST_OWN_BYTES
    # Made at once: a list that grows among its blocks would leave holes, too.
    blocks = [b""] * rng.randrange(fewer_than)
    for place in range(len(blocks)):
        blocks[place] = bytes(int(_SMALLEST_OWN_BYTES * spread ** rng.random()))
    return blocks


def _raise_limits(size: int) -> None:
    """Free a block of own pages of this size: glibc then raises both limits above it, if they are not yet."""
    tried: list[bytes] = []
    while len(tried) < _MOST_TRIES:
        tried.append(bytes(size))
        if id(tried[-1]) % _PAGE_BYTES == _OWN_PAGES_OFFSET:
            return
