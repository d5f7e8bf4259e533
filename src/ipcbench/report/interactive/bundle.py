"""What `vl-convert-python`, the extra `report`, gives: pictures of specifications, JavaScript for browsers.

None of that JavaScript is kept here: it comes out of the package when a page is made, and stays in the user's
cache, since putting it together takes seconds.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from importlib.metadata import version

from ipcbench.record.store import write_whole

PACKAGE = "vl-convert-python"
#: What is said on a page without it.
MISSING = "These are pictures: with `pip install 'ipcbench[report]'` charts are hovered and chosen from."


def is_installed() -> bool:
    """Whether charts can be drawn for browsers."""
    return importlib.util.find_spec("vl_convert") is not None


def picture(specification: str) -> bytes:
    """Return a specification of Vega-Lite, as JSON, as SVG."""
    import vl_convert

    return vl_convert.vegalite_to_svg(specification).encode()


@lru_cache
def javascript() -> str:
    """Return Vega, Vega-Lite and Vega-Embed for a page, as one script that defines `vegaEmbed`."""
    import vl_convert
    from platformdirs import user_cache_path

    kept = user_cache_path("ipcbench", appauthor=False) / f"{PACKAGE}-{version(PACKAGE)}.js"
    try:
        return kept.read_text(encoding="utf-8")
    except (OSError, ValueError):
        script: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, script.encode())
    except OSError:
        # It takes some seconds the next time, too.
        pass
    return script
