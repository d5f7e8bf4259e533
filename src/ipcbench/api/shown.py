"""What a notebook shows of what was found, and frames of other packages, where these are installed."""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ipcbench.errors import IpcbenchError, UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ipcbench.report.tables.layout import Part

#: Dots an inch of pictures in notebooks, which are stored with them.
PICTURE_DPI = 72


@dataclass(frozen=True)
class Picture:
    """A chart that a notebook shows."""

    png: bytes = field(repr=False)

    @classmethod
    def of(cls, figure: Figure) -> Picture:
        """Return the picture of a matplotlib figure."""
        from ipcbench.report.charts.canvas import png

        return cls(png(figure, PICTURE_DPI))

    def _repr_png_(self) -> bytes:
        return self.png


class Displayed(ABC):
    """What a notebook shows as lines, tables and a chart."""

    @abstractmethod
    def _parts(self) -> Iterable[Part]:
        """Return lines and tables."""

    def _figure(self) -> Figure | None:
        """Return the chart that says most, if there is one."""
        return None

    def _repr_html_(self) -> str:
        from ipcbench.report.formats.html import as_html

        shown = as_html(self._parts())
        try:
            figure = self._figure()
        except IpcbenchError:
            # What is too much for one chart has its tables.
            figure = None
        if figure is None:
            return shown
        png = base64.b64encode(Picture.of(figure).png).decode("ascii")
        return f'{shown}\n<img alt="the same as a chart" src="data:image/png;base64,{png}">'


class Rows(ABC):
    """What has rows for data frames."""

    @abstractmethod
    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows."""

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame of `to_dicts`; raise UsageError where pandas is not installed."""
        return _installed("pandas").DataFrame(self.to_dicts())

    def to_polars(self) -> Any:
        """Return a polars DataFrame of `to_dicts`; raise UsageError where polars is not installed."""
        return _installed("polars").from_dicts(self.to_dicts(), infer_schema_length=None)


def _installed(package: str) -> Any:
    try:
        return import_module(package)
    except ImportError as error:
        raise UsageError(
            f"{package} is not installed; accepted: to_dicts(), or pip install {package}"
        ) from error
