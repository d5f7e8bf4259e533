"""Everything that slows the messages of a process is told by that process, whichever interpreter it is."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from tests.conformance.interpreters import on_every_interpreter

import ipcbench
from ipcbench.launch.interpreter import Interpreter
from ipcbench.probe.process import facts
from ipcbench.probe.process.slowdowns import slowdowns
from ipcbench.report.builds import build_text

SOURCE = Path(ipcbench.__file__).parents[1]


class Cause(NamedTuple):
    """What is done to a process, and what it then says; `needs` is what the interpreter must have for it."""

    says: str
    code: str = ""
    environment: tuple[str, str] | None = None
    options: tuple[str, ...] = ()
    needs: str = "True"


HOOK = "import sys, threading\ndef hook(*_): pass\n"
CAUSES = {
    "trace": Cause("a trace hook (__main__.hook)", f"{HOOK}sys.settrace(hook)"),
    "trace in threads to come": Cause("a trace hook (__main__.hook)", f"{HOOK}threading.settrace(hook)"),
    "profile": Cause("a profile hook (__main__.hook)", f"{HOOK}sys.setprofile(hook)"),
    "profile in threads": Cause("a profile hook (__main__.hook)", f"{HOOK}threading.setprofile(hook)"),
    "monitoring": Cause(
        "sys.monitoring tool mine",
        "import sys; sys.monitoring.use_tool_id(3, 'mine')",
        needs="hasattr(sys, 'monitoring')",
    ),
    "perf trampolines": Cause(
        "perf trampolines (-X perf)",
        "import sys; sys.activate_stack_trampoline('perf')",
        needs="sys.platform == 'linux' and hasattr(sys, 'activate_stack_trampoline')",
    ),
    "development mode": Cause("-X dev", options=("-X", "dev"), needs="sys.implementation.name == 'cpython'"),
    "warnings": Cause("warnings filters (error)", options=("-W", "error")),
    "all warnings": Cause("warnings filters (always)", "import warnings; warnings.simplefilter('always')"),
    "collector's flags": Cause(
        "gc debug flags",
        "import gc; gc.set_debug(gc.DEBUG_UNCOLLECTABLE)",
        needs="hasattr(__import__('gc'), 'set_debug')",
    ),
    "collector's callbacks": Cause(
        "gc callbacks (builtins.print)",
        "import gc; gc.callbacks.append(print)",
        needs="hasattr(__import__('gc'), 'callbacks')",
    ),
    "no collector": Cause("gc disabled", "import gc; gc.disable()"),
    "tracemalloc": Cause(
        "tracemalloc",
        "import tracemalloc; tracemalloc.start()",
        needs="sys.implementation.name == 'cpython'",
    ),
    "allocator": Cause("PYTHONMALLOC=malloc_debug", environment=("PYTHONMALLOC", "malloc_debug")),
    "C library": Cause("MALLOC_CHECK_=3", environment=("MALLOC_CHECK_", "3")),
    "tunables": Cause(
        "GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.check=0",
        environment=("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0:glibc.malloc.check=0"),
    ),
    "preloaded": Cause(
        "LD_PRELOAD=libone.so libtwo.so",
        environment=("LD_PRELOAD", "/home/ada/libone.so:/opt/x/libtwo.so"),
    ),
    "auditing library": Cause("LD_AUDIT=libthree.so", environment=("LD_AUDIT", "/home/ada/libthree.so")),
    "a timer's thread": Cause(
        "threads that Python did not start (a faulthandler timer, a library's pool)",
        "import faulthandler; faulthandler.dump_traceback_later(600)",
        needs="sys.platform == 'linux' and sys.implementation.name == 'cpython'",
    ),
}


def told(interpreter: Interpreter, cause: Cause) -> list[str] | None:
    """Return what such a process says of itself; None where this interpreter has nothing of the kind."""
    program = (
        f"import sys; sys.path.insert(0, {str(SOURCE)!r})\n"
        f"if not ({cause.needs}): sys.exit(77)\n"
        "from ipcbench.probe.process.slowdowns import slowdowns\n"
        f"{cause.code}\n"
        "found = slowdowns()\n"
        "sys.settrace(None); sys.setprofile(None)\n"
        "print(*found, sep='\\n')\n"
        "sys.stdout.flush(); import os; os._exit(0)\n"
    )
    done = subprocess.run(
        [interpreter.executable, *cause.options, "-c", program],
        env={**os.environ, **dict([cause.environment] if cause.environment else [])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode == 77:
        return None
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


@pytest.mark.parametrize("name", CAUSES)
@on_every_interpreter
def test_what_slows_a_process_is_named(interpreter: Interpreter, name: str) -> None:
    found = told(interpreter, CAUSES[name])
    if found is None:
        pytest.skip("has nothing of the kind")
    assert found == [CAUSES[name].says]


@on_every_interpreter
def test_a_process_as_it_comes_says_nothing(interpreter: Interpreter) -> None:
    assert told(interpreter, Cause("")) == []


def test_the_gil_where_it_could_be_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "abiflags", "t")
    assert "the GIL, in a build that can do without" in slowdowns()
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    assert not any("GIL" in what for what in slowdowns())


def configured(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Let the build say so of itself, and nothing else."""
    monkeypatch.setattr(sysconfig, "get_config_var", variables.get)


def test_debug_builds_and_sanitizers_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    configured(monkeypatch, CONFIG_ARGS="'--with-address-sanitizer' '--with-undefined-behavior-sanitizer'")
    assert facts.build_slowdowns() == ["the address sanitizer", "the undefined-behavior sanitizer"]
    configured(monkeypatch, CONFIG_ARGS="", PY_CFLAGS="-O1 -fsanitize=address,undefined -g")
    assert facts.build_slowdowns() == ["the address sanitizer", "the undefined-behavior sanitizer"]
    monkeypatch.setattr(sys, "gettotalrefcount", lambda: 0, raising=False)
    assert facts.build_slowdowns()[0] == "a debug build"


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"CONFIG_ARGS": "--enable-optimizations --with-lto", "CFLAGS": "-O3"}, "PGO+LTO"),
        ({"CONFIG_ARGS": "", "PY_CFLAGS_NODIST": "-O3 -fprofile-use"}, "PGO"),
        ({"CONFIG_ARGS": "", "PY_LDFLAGS_NODIST": "-flto=8"}, "LTO"),
        ({"CONFIG_ARGS": "--prefix=/usr"}, "no PGO or LTO stated"),
        # An installer of Windows has no such variables.
        ({}, "no PGO or LTO stated"),
    ],
)
def test_how_a_build_was_optimised_stands_in_record_and_table(
    variables: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(monkeypatch, **variables)
    found = facts.target_facts()
    assert found["compiler_flags"] == variables.get("CFLAGS", "")
    assert says in build_text(found)


def test_an_old_document_that_says_nothing_of_its_build_shows_nothing_of_it() -> None:
    assert build_text({"compiler": "GCC 12.2.0"}) == "GCC 12.2.0"


def test_the_jit_stands_among_a_builds_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    for is_on in (True, False):
        monkeypatch.setattr(sys, "_jit", SimpleNamespace(is_enabled=lambda is_on=is_on: is_on), raising=False)
        found = facts.target_facts()
        assert found["jit_enabled"] is is_on
        assert ("JIT" in build_text(found)) is is_on


#: As it is for a moment: Python has forgotten a thread, the kernel has not.
ENDING = """
import threading
ended, count = threading.Event(), threading.active_count
ending = threading.Thread(target=ended.wait)
ending.start()
threading.active_count = lambda: (ended.set(), count() - ending.is_alive())[1]
"""


@on_every_interpreter
def test_a_thread_that_is_just_ending_is_none_that_python_did_not_start(interpreter: Interpreter) -> None:
    assert told(interpreter, Cause("", code=ENDING)) == []
