"""What in this process slows every message: hooks, debug modes, preloaded libraries.

Each peer reports it when it is ready, because a peer may have what its parent has not: a channel's own code
may start a tool. What the build, the interpreter's options and the environment bring is there before any of
that, and stands among the facts of the launcher.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

#: Environment variables that make allocation or loading slower, or merely different.
_VARIABLES = (
    *("LD_PRELOAD", "LD_AUDIT", "LD_DEBUG"),
    *("PYTHONMALLOC", "MALLOC_CHECK_", "MALLOC_PERTURB_", "GLIBC_TUNABLES"),
)

#: How long a thread may take to end that Python has forgotten.
THREAD_ENDS_S = 0.03


def slowdowns(*, has_library: bool = False) -> list[str]:
    """Return what was found, in words that fit a table's note; usually nothing.

    `has_library`: a channel's package has threads of its own, which are what is measured.
    """
    return [*_hooks(), *_modes(), *_memory(), *_from_outside(has_library)]


def _hooks() -> Iterator[str]:
    for kind, hook in (
        ("trace", sys.gettrace() or getattr(threading, "_trace_hook", None)),
        ("profile", sys.getprofile() or getattr(threading, "_profile_hook", None)),
    ):
        if hook is not None:
            yield f"a {kind} hook ({_named(hook)})"
    monitoring: Any = getattr(sys, "monitoring", None)
    if monitoring is not None:
        for number in range(6):
            tool = monitoring.get_tool(number)
            if tool is not None:
                yield f"sys.monitoring tool {tool}"
    if getattr(sys, "is_stack_trampoline_active", lambda: False)():
        yield "perf trampolines (-X perf)"


def _named(hook: Any) -> str:
    kind = hook if hasattr(hook, "__qualname__") else type(hook)
    return f"{getattr(kind, '__module__', '?')}.{kind.__qualname__}"


def _warns_of_all() -> str:
    """Return the action of a filter that lets every warning through, each time; empty where there is none."""
    for action, message, category, module, line in getattr(sys.modules.get("warnings"), "filters", ()):
        if category is Warning and not (message or module or line) and action in ("always", "all", "error"):
            return str(action)
    return ""


def _modes() -> Iterator[str]:
    if sys.flags.dev_mode:
        yield "-X dev"
    elif sys.warnoptions:
        yield f"warnings filters ({', '.join(sys.warnoptions)})"
    elif action := _warns_of_all():
        yield f"warnings filters ({action})"
    if "t" in getattr(sys, "abiflags", "") and getattr(sys, "_is_gil_enabled", lambda: True)():
        yield "the GIL, in a build that can do without"
    # PyPy's garbage collector has neither.
    if getattr(gc, "get_debug", bool)():
        yield "gc debug flags"
    if getattr(gc, "callbacks", None):
        yield f"gc callbacks ({_named(gc.callbacks[0])})"
    if not gc.isenabled():
        yield "gc disabled"


def _memory() -> Iterator[str]:
    try:
        import _tracemalloc
    except ImportError:
        pass
    else:
        if _tracemalloc.is_tracing():
            yield "tracemalloc"
    for name in _VARIABLES:
        value = os.environ.get(name)
        if value:
            yield f"{name}={_without_folders(value) if name.startswith('LD_') else value}"


def _without_folders(libraries: str) -> str:
    """Return the names of a list that spaces or colons separate: where they lie is private."""
    return " ".join(map(os.path.basename, libraries.replace(":", " ").split()))


def _from_outside(has_library: bool) -> Iterator[str]:
    """Linux only: who traces this process, and threads that Python did not start."""
    if _status().get("TracerPid", "0") != "0":
        yield "a debugger or strace"
    if not has_library and _has_foreign_threads():
        yield "threads that Python did not start (a faulthandler timer, a library's pool)"


def _has_foreign_threads() -> bool:
    """Return whether the kernel counts more threads than Python, and goes on to.

    A thread that ends (a Queue's feeder) is forgotten by Python before the kernel does so.
    """
    limit = time.monotonic() + THREAD_ENDS_S
    while int(_status().get("Threads", "1")) > threading.active_count():
        if time.monotonic() > limit:
            return True
        time.sleep(0.002)
    return False


def _status() -> dict[str, str]:
    try:
        with open("/proc/self/status") as status:
            return dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)
    except (OSError, ValueError):
        return {}
