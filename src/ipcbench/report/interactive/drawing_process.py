"""A process that draws for a page, run by its path: what is drawn may end it, never the command that asks.

Reads {"specifications": [...], "script": bool} as JSON, writes {"pictures": [...], "script": "..."}.
"""

from __future__ import annotations

import json
import sys

import vl_convert

if __name__ == "__main__":
    asked = json.load(sys.stdin)
    told = {
        "pictures": [vl_convert.vegalite_to_svg(each) for each in asked["specifications"]],
        "script": vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;") if asked["script"] else "",
    }
    json.dump(told, sys.stdout)
