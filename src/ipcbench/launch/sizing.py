"""How many messages a trial has, when a launch is warm, and how many blocks it runs.

From measurements on shared machines (docs/method.md): a trial that describes a channel lasts at least 5 ms
and has at least 4 messages (fewer where they are slow); one that only compares may be brief, since its bias
is the same in all arms; a fresh probe's first 10 trials, or first 30 ms (60 ms where processes are fresh
interpreters), are discarded; more than 40 blocks in one launch buy little.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

TRIAL_S = 5e-3
#: Where single messages are timed, one after the other, it is longer: how often an end falls asleep depends
#: on how long it has been busy, and traffic that goes on is what is asked for (docs/method.md).
SINGLE_TRIAL_S = 20e-3
#: A slow channel in a group of fast ones must not take all the time of a block.
LONGEST_TRIAL_S = 40e-3
WARMUP_TRIAL_S = BRIEF_TRIAL_S = 1.5e-3
#: A brief trial of a stream is half as long again as what a pipe holds, up to `LONGEST_BRIEF_S`: what fits
#: into the buffer is faster or slower by half, as the scheduler lets the receiver run meanwhile or not.
STREAM_BYTES, FRAME_BYTES, LONGEST_BRIEF_S = 96 << 10, 24, 6e-3
#: A launch has as many blocks of brief trials as take `BRIEF_BLOCKS_S` for each arm, within these bounds.
FEWEST_BRIEF_BLOCKS, MOST_BRIEF_BLOCKS, BRIEF_BLOCKS_S = 10, 30, 70e-3
#: Where one trial takes `LONG_BRIEF_S` or longer, fewer blocks do.
FEWEST_LONG_BLOCKS, LONG_BRIEF_S = 4, 0.25
#: A brief trial that takes `MOST_ONCE` times what its messages take has a part that every trial takes once.
#: It is made longer until that part is a share of `LEAST_ONCE`, or it lasts `LONGEST_SUSTAINED_S`.
MOST_ONCE, LEAST_ONCE, LONGEST_SUSTAINED_S = 2.0, 0.05, 1.0
#: From here on a message's memory may be returned and taken anew, in cycles of 2 to 8 messages
#: (docs/method.md): a trial has `LARGE_MESSAGES`, a brief one `LARGE_BRIEF_MESSAGES`, unless they are slow.
LARGE_BYTES, LARGE_MESSAGES, LARGE_BRIEF_MESSAGES = 128 << 10, 16, 8
#: Messages that are sent before single ones are timed, or as many as take `LEAD_S`: of a pair that has paused
#: while others ran, the first 10 to 15 take longer, the very first twice to four times as long, at 1 MiB too.
MOST_LEAD_MESSAGES, LEAD_S = 20, 10e-3
#: In the first passes, and in every third later one, each launch has one trial that is 4 or 16 times as long,
#: up to `LONGEST_LONGER_S`: they tell what every trial takes once, whatever its length.
LONGER_BY, LONGER_EVERY, LONGEST_LONGER_S = (4, 16, 4, 4, 4), 3, 0.15
#: Paces are near one another up to this factor.
NEAR_PACES = 4.0
WARMUP_BLOCKS = 10
WARMUP_S = {"fork": 0.03, "spawn": 0.06, "forkserver": 0.06}
MOST_WARMUP_BLOCKS = 40
#: Where code is compiled while it runs, it is warm when times have stopped falling for `COMPILING_BLOCKS`
#: blocks and `COMPILING_S` seconds.
COMPILING_BLOCKS, COMPILING_S, MOST_COMPILING_BLOCKS = 30, 0.25, 1000
MIN_BLOCKS, MAX_BLOCKS = 4, 40
#: Where `MIN_BLOCKS` take longer than this, a launch has two or three: more launches tell more than blocks.
FEWEST_BLOCKS_S = 2.0
_FALLING_WINDOW = 5


def messages_per_trial(
    seconds_per_message: Sequence[float],
    payload_bytes: int,
    trial_s: float = TRIAL_S,
    *,
    overlapping: bool = True,
) -> int:
    """Return the one number of messages for all compared channels, given each one's rough speed.

    The fastest channel's trial lasts `trial_s`, unless the slowest one's would then be too long. Messages of
    a stream overlap, so one alone is no stream; a round trip or a handoff stands for itself.
    """
    fastest, slowest = min(seconds_per_message), max(seconds_per_message)
    wanted = max(math.ceil(trial_s / fastest), LARGE_MESSAGES if payload_bytes >= LARGE_BYTES else 1)
    affordable = int(LONGEST_TRIAL_S / slowest)
    fewest = 4 if slowest <= 2 * trial_s else 2 if overlapping else 1
    return max(fewest, min(wanted, affordable))


def brief_trial_messages(
    seconds_per_message: float, payload_bytes: int, *, overlapping: bool, single: bool = False
) -> int:
    """Return the messages of a trial that only compares, given what one takes in the slowest arm.

    Where `single` messages are what is compared, it is as long as one that describes: with its lead it costs
    little more than a brief one, and has more messages to take a percentile of.
    """
    if single:
        return max(1, round(TRIAL_S / seconds_per_message))
    brief = round(BRIEF_TRIAL_S / seconds_per_message)
    if payload_bytes >= LARGE_BYTES:
        brief = max(brief, min(LARGE_BRIEF_MESSAGES, round(LONGEST_TRIAL_S / seconds_per_message)))
    if not overlapping:
        return max(1, brief)
    more_than_held = STREAM_BYTES // (payload_bytes + FRAME_BYTES)
    affordable = min(more_than_held, round(LONGEST_BRIEF_S / seconds_per_message))
    # One message is no stream, unless it takes longer than a trial anyway.
    fewest = 2 if seconds_per_message < BRIEF_TRIAL_S else 1
    return max(fewest, brief, affordable)


def parts_of_a_trial(messages: int, trial_s: float, factor: int, longer_s: float) -> tuple[float, float]:
    """Return what a trial takes once and what each message takes, in seconds, given one `factor` as long.

    Nothing once where noise leaves the longer one no longer.
    """
    message_s = (longer_s - trial_s) / ((factor - 1) * messages)
    return (trial_s - messages * message_s, message_s) if message_s > 0 else (0.0, trial_s / messages)


def sustained_messages(messages: int, parts: Sequence[tuple[float, float]]) -> int:
    """Return how many messages a brief trial needs so that what it takes once counts little.

    `parts` has, for each arm, what a trial takes once and what each of its messages takes. Where the former
    is more than the latter together, as when TCP holds the last bytes of every trial back for 40 ms, arms of
    different speed would look alike.
    """
    wanted = [
        math.ceil(once_s / LEAST_ONCE / message_s)
        for once_s, message_s in parts
        if once_s > (MOST_ONCE - 1) * messages * message_s
    ]
    slowest_s = max((message_s for _, message_s in parts), default=0.0)
    longest = round(LONGEST_SUSTAINED_S / slowest_s) if slowest_s else messages
    return max(messages, min(max(wanted, default=messages), longest))


def brief_blocks(messages: int, seconds_per_message: float, fewest_messages: int = 1) -> int:
    """Return how many blocks of such trials a launch has, to have `fewest_messages` or more in all."""
    trial_s = messages * seconds_per_message
    affordable = round(BRIEF_BLOCKS_S / trial_s)
    fewest = FEWEST_BRIEF_BLOCKS if trial_s < LONG_BRIEF_S else FEWEST_LONG_BLOCKS
    blocks = max(fewest, min(MOST_BRIEF_BLOCKS, affordable))
    return max(blocks, math.ceil(fewest_messages / messages))


def loop_messages(seconds_per_message: float, group_messages: int, trial_s: float = TRIAL_S) -> int:
    """Return the messages of a reference loop's trial: it is faster, so it needs more to last as long."""
    return max(group_messages, math.ceil(trial_s / seconds_per_message))


def lead_messages(seconds_per_message: float) -> int:
    """Return how many messages are sent before those that are timed one by one."""
    return max(1, min(MOST_LEAD_MESSAGES, round(LEAD_S / seconds_per_message)))


def shared_paces(seconds_per_message: Sequence[float]) -> list[float]:
    """Return rough seconds a message with one figure for those that are near one another: the fastest's.

    What is compared has to be warmed and led alike. A rough figure may be twice another one of the same
    thing, by luck, and the messages that follow from it are the same in every launch: where a trial of 1 MiB
    has two messages of lead on one side and three on the other, that side comes out 2 % faster.
    """
    fastest_s, shared = 0.0, {}
    for each_s in sorted(seconds_per_message):
        if each_s > NEAR_PACES * fastest_s:
            fastest_s = each_s
        shared[each_s] = fastest_s
    return [shared[each_s] for each_s in seconds_per_message]


def longer_by(factor: int, trial_s: float) -> int:
    """Return by what factor a trial of so many seconds is made longer: `factor`, or what time there is for.

    At least twice, where that takes no more than a second; 1: not at all.
    """
    while factor > 2 and factor * trial_s > LONGEST_LONGER_S:
        factor //= 2
    return factor if factor * trial_s <= 1 else 1


def warmup_messages(messages: int, seconds_per_message: float) -> int:
    """Return the messages of a warm-up trial, which may be shorter than a timed one."""
    return max(1, min(messages, round(WARMUP_TRIAL_S / seconds_per_message)))


def fewest_blocks(block_s: float) -> int:
    """Return how many blocks a launch has at least, if one takes so long."""
    return max(2, min(MIN_BLOCKS, int(FEWEST_BLOCKS_S / block_s)))


def is_warm(block_s: Mapping[str, Sequence[float]], start_method: str, *, compiles: bool = False) -> bool:
    """Whether every arm has run long enough and no arm's block times are still falling.

    Where an interpreter compiles what it runs often, its times fall in steps, with level stretches between.
    """
    for times in block_s.values():
        if compiles and (sum(times) < COMPILING_S or is_falling(times, COMPILING_BLOCKS)):
            return False
        long_enough = len(times) >= WARMUP_BLOCKS or (
            len(times) >= 2 and sum(times) >= WARMUP_S[start_method]
        )
        if not long_enough or is_falling(times):
            return False
    return True


def is_falling(times: Sequence[float], window: int = _FALLING_WINDOW) -> bool:
    """Whether the last five are all below the median of the five before: chance does that 1 time in 32.

    In a wider window it is nine in ten of the last that are.
    """
    if len(times) < 2 * window:
        return window > _FALLING_WINDOW
    before, last = times[-2 * window : -window], times[-window:]
    middle = statistics.median(before)
    return sum(each < middle for each in last) > 0.9 * window
