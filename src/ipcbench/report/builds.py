"""How an interpreter was built, in a line: two builds of one version differ as much as two versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def build_text(facts: Mapping[str, Any]) -> str:
    """Return `GCC 12.2.0, PGO+LTO, glibc 2.36`; what an old document does not say is left out.

    `facts` are a target's, as the record has them.
    """
    told = [
        facts.get("compiler"),
        # Distributions may build with either without their configuration saying so.
        facts.get("optimised") or ("no PGO or LTO stated" if "optimised" in facts else None),
        facts.get("libc"),
        "JIT" if facts.get("jit_enabled") else None,
    ]
    return ", ".join(str(each) for each in told if each)
