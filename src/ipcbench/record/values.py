"""Values that records may have: finite, within what clocks and kernels give, no longer than people write.

The types say so themselves, so that no record is read, and none stored, with a value beyond them.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from msgspec import Meta

from ipcbench.plan.coordinates import MOST_OF_A_NAME
from ipcbench.plan.defaults import LEAST_ALPHA

T = TypeVar("T")

#: What is called something: cases, channels, arms, facts.
Name = Annotated[str, Meta(max_length=MOST_OF_A_NAME)]
#: What is said of something.
Text = Annotated[str, Meta(max_length=10_000)]
#: What a message, or a part of its way, took.
Seconds = Annotated[float, Meta(ge=1e-15, le=1e6)]
#: What may take no time, and what a whole command took.
Duration = Annotated[float, Meta(ge=0, le=1e8)]
#: What is the difference of two times.
Difference = Annotated[float, Meta(ge=-1e8, le=1e8)]
Count = Annotated[int, Meta(ge=0, le=1 << 53)]
#: Of what is counted, by how much one thing takes more than another.
Change = Annotated[int, Meta(ge=-(1 << 53), le=1 << 53)]
Amount = Annotated[float, Meta(ge=-1e18, le=1e18)]
Share = Annotated[float, Meta(ge=0, le=1)]
#: How often a whole command may err; a share of less cannot be shared out among comparisons.
Alpha = Annotated[float, Meta(ge=LEAST_ALPHA, le=1)]
#: The log of a ratio of two times: beyond e to this they are none that a clock gave.
LogRatio = Annotated[float, Meta(ge=-100, le=100)]

#: Of what there is one a module, a process or a coordinate.
Few = Annotated[list[T], Meta(max_length=1_000)]
FewNamed = Annotated[dict[Name, T], Meta(max_length=1_000)]
Plain = str | int | float | bool | None
#: What is known of a machine or an interpreter: values, lists and groups of them.
Facts = FewNamed[Plain | Few[Plain] | FewNamed[Plain | Few[Plain]]]
