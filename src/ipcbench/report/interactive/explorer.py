"""What is looked at together in a browser: charts over the same rows, and what can be chosen of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ipcbench.visible import replaced, visible


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure that can be chosen."""

    key: str
    label: str
    unit: str
    #: Whether all its values are above 0, so that a logarithmic axis holds them.
    is_positive: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A coordinate of which one value is looked at at a time."""

    name: str
    label: str
    values: Sequence[str]


@dataclass(frozen=True)
class View:
    """A specification of Vega-Lite, whose parameters controls set; it draws what they begin with."""

    #: What it shows, for those who do not see it.
    title: str
    #: How it is read.
    reads: str
    spec: Mapping[str, Any]
    #: Which of the explorer's data it draws.
    data: str = "figures"
    #: What it leaves to be chosen: the names of its parameters.
    chooses: Sequence[str] = ()


@dataclass(frozen=True)
class Explorer:
    """Charts, the rows that they are drawn from, by name, and what can be chosen of these."""

    data: Mapping[str, Sequence[Mapping[str, Any]]]
    views: Sequence[View]
    #: All that is compared, by name: whether it is shown at first.
    series: Mapping[str, bool] = field(default_factory=dict)
    filters: Sequence[Filter] = ()
    quantities: Sequence[Quantity] = ()

    def specifications(self) -> list[Any]:
        """Return its charts with their data, as they are drawn with what the controls begin with."""
        return [
            without_controls({**view.spec, "datasets": {view.data: list(self.data[view.data])}})
            for view in self.views
        ]


def without_controls(value: Any) -> Any:
    """Return plain values in whose texts nothing is that cannot be seen: the drawing program would abort."""
    if isinstance(value, str):
        return replaced(visible(value))
    if isinstance(value, Mapping):
        return {name: without_controls(each) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [without_controls(each) for each in value]
    return value
