"""What a case is measured beside, whether somebody asked for it or not."""

from __future__ import annotations

import os
from dataclasses import replace

from ipcbench.launch.catalogue import channel_traits, workload_traits
from ipcbench.launch.possible import suits
from ipcbench.plan import defaults
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import KEPT

#: The sizes for which it makes a difference whether memory is kept (`heap`), and up to which it is kept.
SMALLEST_KEPT_BYTES, LARGEST_KEPT_BYTES = 32 << 10, 16 << 20


def companions(case: Case) -> list[Case]:
    """Return what a case must be measured beside: its loop, `null`, itself where memory is kept."""
    traits, workload = channel_traits(case.channel), workload_traits(case.workload)
    loop = loop_of(case)
    found = [loop] if loop else []
    if not workload.needs_delivery:
        found.append(_through(case, defaults.NULL))
    matters = SMALLEST_KEPT_BYTES <= case.payload_bytes <= LARGEST_KEPT_BYTES and traits.delivers
    if matters and case.heap != KEPT and not workload.whole_lives:
        found.append(replace(case, heap=KEPT))
    return found


def loop_of(case: Case) -> Case | None:
    """Return the case of the raw loop over the same kernel object; None where there is none."""
    name = channel_traits(case.channel).reference_loop
    return _through(case, name) if name and case.payload_bytes and os.name == "posix" else None


def _through(case: Case, channel: str) -> Case:
    """Return a case through a channel beside it, with those of its settings that this one has."""
    settings = tuple(text for text in case.settings if suits(text, channel))
    return replace(case, channel=channel, settings=settings)
