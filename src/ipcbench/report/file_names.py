"""Names of files that are written of what stands in documents, which are untrusted."""

from __future__ import annotations

import re
from collections.abc import Collection

#: Most file systems take 255 bytes; there is an ending to come.
LONGEST = 150


def file_name(text: str, taken: Collection[str] = ()) -> str:
    """Return a text as part of a file's name that is none of the `taken`: it leads out of no folder.

    Some file systems hold upper and lower case to be the same.
    """
    name = safe = re.sub(r"[^\w.+-]+", "_", text, flags=re.ASCII)[:LONGEST]
    number, held = 1, {each.lower() for each in taken}
    while name.lower() in held:
        number += 1
        name = f"{safe}-{number}"
    return name
