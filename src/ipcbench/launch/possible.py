"""Whether a case can be: its channel carries it, its workload can do with that, its settings exist."""

from __future__ import annotations

from ipcbench.errors import UsageError
from ipcbench.launch.catalogue import (
    channel_traits,
    check_setting,
    missing,
    name_of,
    payload_traits,
    setting_traits,
    workload_traits,
)
from ipcbench.plan import defaults
from ipcbench.plan.case import Case
from ipcbench.plan.units import MAX_BYTES


def check_case(case: Case) -> None:
    """Raise UsageError, with what is accepted, for a case that its channel cannot carry, or no setting."""
    _check_settings(case)
    _check_start(case)
    _check_workload(case)
    _check_size(case)
    _check_payload(case)


def may_lose(case: Case) -> bool:
    """Whether a case's time is no comparison: of what came, whatever was lost beside it."""
    return channel_traits(case.channel).is_lossy and workload_traits(case.workload).overlapping


def check_comparable(case: Case) -> None:
    """Raise UsageError for a case whose time is no comparison."""
    if may_lose(case):
        raise UsageError(
            f"{case.channel}: loses messages that follow one another: its time is no comparison; "
            f"accepted: {defaults.WORKLOAD_OF_PERCENTILES}, for one"
        )


def _check_settings(case: Case) -> None:
    workload = workload_traits(case.workload)
    for text in case.settings:
        check_setting(text)
        if (name := name_of(text)) in workload.sets:
            raise UsageError(f"{case.workload} sets {name} itself, so that {text!r} would say nothing there")
        if (buffer := setting_traits(text).kernel_buffer) and workload.plain_ends:
            raise UsageError(f"{case.workload} leaves its ends as they are; accepted: no {name} of theirs")
        if not suits(text, case.channel):
            raise UsageError(f"{case.channel}: has no {buffer} that {name} could size; accepted: no {name}")


def _check_start(case: Case) -> None:
    """Raise UsageError where the channel cannot be had here, or not be handed over."""
    if lacks := missing(case.channel, case.python):
        raise UsageError(f"{case.channel}: {lacks}")
    methods = channel_traits(case.channel).start_methods
    if case.start_method not in methods:
        raise UsageError(
            f"{case.channel}: is not handed over by {case.start_method}; accepted: {', '.join(methods)}"
        )


def _check_workload(case: Case) -> None:
    traits, workload = channel_traits(case.channel), workload_traits(case.workload)
    if not traits.delivers and workload.needs_delivery:
        raise UsageError(f"{case.channel}: delivers nothing, which {case.workload} would wait for")
    if traits.owns_receiver and not workload.two_way:
        raise UsageError(
            f"{case.channel}: who sends starts who answers, which {case.workload} does not wait for; "
            f"accepted: {defaults.PRIORITIES['latency']}, for one"
        )
    if traits.is_lossy and not workload.bears_loss:
        accepted = ", ".join(dict.fromkeys(defaults.PRIORITIES.values()))
        raise UsageError(
            f"{case.channel}: loses messages, which {case.workload} would wait for; accepted: {accepted}"
        )


def _check_size(case: Case) -> None:
    traits = channel_traits(case.channel)
    if traits.fixed_size and not case.payload_bytes:
        raise UsageError(f"{case.channel}: a raw loop cannot carry 0 B; accepted: 1 B or more")
    if not case.payload_bytes and not traits.zero_byte:
        raise UsageError(f"{case.channel}: carries no message of 0 B; accepted: 1 B or more")
    if traits.limit_bytes is not None and case.payload_bytes > traits.limit_bytes:
        raise UsageError(
            f"{case.channel}: size {case.payload_bytes} B is above its limit; "
            f"accepted: up to {traits.limit_bytes} B"
        )


def _check_payload(case: Case) -> None:
    traits, payload = channel_traits(case.channel), payload_traits(case.payload_kind)
    if not carries(case.channel, case.payload_kind):
        what = (
            "sends no data beside a pickle, as" if payload.out_of_band else f"carries {traits.carries}, not"
        )
        raise UsageError(f"{case.channel}: {what} {case.payload_kind}; accepted: {defaults.PAYLOAD}, for one")
    if workload_traits(case.workload).plain_ends and payload.out_of_band:
        raise UsageError(
            f"{case.workload} leaves its ends as they are, and {case.payload_kind} needs more of them; "
            f"accepted: {defaults.PAYLOAD}, for one"
        )
    if (whole := bytes_a_send(case)) > MAX_BYTES:
        raise UsageError(
            f"{case.payload_kind} of {case.payload_bytes} B each has {whole:,} B; "
            f"accepted: up to {MAX_BYTES:,} B"
        )


def carries(channel: str, payload: str) -> bool:
    """Whether messages of this kind can go through the channel: all carry buffers, some carry objects."""
    kind = payload_traits(payload)
    if kind.out_of_band and not channel_traits(channel).out_of_band:
        return False
    return kind.is_buffer or channel_traits(channel).carries == "objects"


def suits(setting: str, channel: str) -> bool:
    """Whether a channel has what a setting sets: only some have a buffer of the kernel that can be sized."""
    return setting_traits(setting).kernel_buffer in ("", channel_traits(channel).kernel_buffer)


def bytes_a_send(case: Case) -> int:
    """Return how many bytes of messages go with each send."""
    return case.payload_bytes * payload_traits(case.payload_kind).messages
