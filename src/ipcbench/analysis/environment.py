"""What two stored runs were measured on and with, and where that differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ipcbench.record.run import RunDocument
from ipcbench.visible import replaced

#: What a figure depends on, as runs record it. Two that differ in one of `MACHINE` cannot be compared.
MACHINE = ("cpu", "cores", "machine", "system")
SETTINGS = (
    "usable_cores",
    "kernel",
    "libc",
    "virtualisation",
    "quota_cores",
    "governors",
    "boost",
    "huge_pages",
    "pipe_max_size_bytes",
    "pipe_user_pages_soft",
    "socket_wmem_default_bytes",
)
#: Facts of the target interpreters: how they were built; where this one differs nothing is decided either.
BUILDS, JIT = "builds of Python", "JIT"
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class FactDifference:
    """One fact that the two runs do not share."""

    fact: str
    base: str
    head: str

    @property
    def is_another_machine(self) -> bool:
        """Whether it makes another machine."""
        return self.fact in MACHINE

    @property
    def forbids(self) -> bool:
        """Whether figures of two runs that differ in this say nothing about each other."""
        return self.fact in (*MACHINE, JIT)

    def __str__(self) -> str:
        return f"{self.fact.replace('_', ' ')}: {self.base} -> {self.head}"


def kind(document: RunDocument) -> dict[str, str]:
    """Return what makes two runs comparable, as text: documents are untrusted, anything may stand there."""
    host = document.ipcbench.host if document.ipcbench else {}
    facts = {name: _text(host.get(name)) for name in (*MACHINE, *SETTINGS)}
    targets = list(document.ipcbench.targets.values()) if document.ipcbench else []
    builds = sorted({_text([target.get("compiler"), target.get("build")]) for target in targets})
    return {
        **facts,
        "Python's compiler": _text(document.machine_info.get("python_compiler")),
        BUILDS: "; ".join(builds),
        JIT: ", ".join(sorted({"on" if target.get("jit_enabled") else "off" for target in targets})),
    }


#: What a machine was like meanwhile, as records have it.
MOODS = ("load_average", "cpu_pressure", "clock_source", "clock_resolution_ns", "swap_used_bytes")


def mood(document: RunDocument) -> dict[str, str]:
    """Return what the machine was like as a run began: what was at work beside it, and its clock."""
    host = document.ipcbench.host if document.ipcbench else {}
    return {name: _text(host.get(name)) for name in MOODS}


def is_of(ours: Mapping[str, Any], host: Mapping[str, Any]) -> bool:
    """Whether a record's facts are of a machine with these: figures of another one say nothing about it."""
    return all(_text(ours.get(name)) == _text(host.get(name)) for name in (*MACHINE, *SETTINGS))


def machine(document: RunDocument) -> str:
    """Return the machine in a line, as `AMD EPYC, 2 cores, x86_64 Linux`."""
    facts = kind(document)
    return f"{facts['cpu']}, {facts['cores']} cores, {facts['machine']} {facts['system']}"


def environment(document: RunDocument) -> dict[str, str]:
    """Return what `kind` does, and the Pythons, of which a run may have several."""
    targets = document.ipcbench.targets if document.ipcbench else {}
    return {**kind(document), "Python": ", ".join(sorted(map(_text, targets)))}


def minor(python: str) -> str:
    """Return `3.13t` of `3.13.0t`: a build without the GIL is another interpreter."""
    return ".".join(python.split(".")[:2]) + ("t" if python.endswith("t") else "")


def differences(base: RunDocument, head: RunDocument) -> list[FactDifference]:
    """Return the facts in which two runs differ, the machine's first."""
    ours, theirs = environment(head), environment(base)
    return [FactDifference(fact, theirs[fact], ours[fact]) for fact in ours if ours[fact] != theirs[fact]]


def _text(value: Any) -> str:
    text = "unknown" if value is None else " ".join(str(value).split())
    return replaced(text[:_LONGEST])
