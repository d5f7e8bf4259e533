"""Other C allocators, preloaded: for those who have one installed."""

from __future__ import annotations

import ctypes.util
from pathlib import Path
from typing import ClassVar

from ipcbench.errors import CaseError
from ipcbench.measure.tune.knobs.contract import InEnvironment, Seen

#: Where systems keep libraries that are not linked against.
_FOLDERS = ("/usr/lib", "/usr/local/lib", "/usr/lib64", "/opt/lib")


class _Preloaded(InEnvironment):
    library: ClassVar[str]

    def changes(self, seen: Seen) -> tuple[str, ...]:  # noqa: ARG002
        return (f"env:LD_PRELOAD={self._path()}",)

    def _path(self) -> str:
        for folder in map(Path, _FOLDERS):
            found = sorted([*folder.glob(f"lib{self.library}.so*"), *folder.glob(f"*/lib{self.library}.so*")])
            if found:
                return str(found[0])
        if found_name := ctypes.util.find_library(self.library):
            return found_name
        raise CaseError(f"lib{self.library} was not found; accepted: after it has been installed")


class Tcmalloc(_Preloaded):
    """Google's."""

    name, library, summary = "tcmalloc", "tcmalloc_minimal", "tcmalloc instead of the C library's malloc"


class Jemalloc(_Preloaded):
    """FreeBSD's."""

    name, library, summary = "jemalloc", "jemalloc", "jemalloc instead of the C library's malloc"


class Mimalloc(_Preloaded):
    """Microsoft's."""

    name, library, summary = "mimalloc", "mimalloc", "mimalloc instead of the C library's malloc"
