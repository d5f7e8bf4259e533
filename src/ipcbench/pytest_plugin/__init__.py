"""The pytest door: a marker declares cases, the `ipcbench` fixture replays their samples.

    @pytest.mark.ipcbench(workload="stream", channel="pipe,queue", size="64..1MiB")
    def test_stream(ipcbench):
        ipcbench()

This module is imported by every pytest session of an environment that has ipcbench: keep it light.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ipcbench.plan.case import Case
    from ipcbench.pytest_plugin.suite import Replay, Suite

MARKER = "ipcbench"
_CASE = "_ipcbench_case"
_SUITE = pytest.StashKey["Suite"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a session."""
    group = parser.getgroup("ipcbench", "inter-process communication benchmarks")
    group.addoption(
        "--ipcbench-results",
        metavar="DIR",
        default=None,
        help="Where runs are stored (default: $IPCBENCH_RESULTS, else results below the root folder).",
    )
    group.addoption(
        "--ipcbench-max-time",
        metavar="TIME",
        default=None,
        help="How long to measure at most: 60, 90s, 2min.",
    )
    group.addoption(
        "--ipcbench-precision",
        metavar="SHARE",
        default=None,
        help="Stop early where the ratios' intervals are as narrow as this: 2%%, 0.02.",
    )
    group.addoption(
        "--ipcbench-seed", metavar="N", type=int, default=None, help="Repeats a run's plan and order."
    )
    group.addoption(
        "--ipcbench-baseline",
        metavar="RUN",
        default=None,
        help="A stored run (latest, a number, a file, a git revision): what is slower than there fails.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register marker and suite."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(channel=..., workload=..., size=..., ...): the cases that the test's `ipcbench` "
        "fixture replays, written as on the command line of `ipcbench run`.",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each case that a marker declares."""
    if _CASE not in metafunc.fixturenames:
        return
    from ipcbench.pytest_plugin import suite

    marker, where = metafunc.definition.get_closest_marker(MARKER), metafunc.definition.nodeid
    cases, refused = suite.cases_of(marker, where)
    params = [pytest.param(case, id=name) for case, name in zip(cases, suite.case_ids(cases), strict=True)]
    params += [
        pytest.param(None, id="-".join(name.split()), marks=pytest.mark.skip(reason=f"left out: {why}"))
        for name, why in refused.items()
    ]
    metafunc.parametrize(_CASE, params, indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if any(_CASE in getattr(item, "fixturenames", ()) for item in items):
        from ipcbench.pytest_plugin.suite import Suite

        config.stash[_SUITE] = Suite(config)
        for item in items:
            if _CASE in getattr(item, "fixturenames", ()):
                config.stash[_SUITE].give_clock(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure all cases before the first test that needs them."""
    # Outermost, so that no time limit for one test ends the run of all.
    if suite := _suite(item.config):
        suite.measure_before(item)
    return (yield)


@pytest.fixture(name=_CASE)
def _ipcbench_case(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def ipcbench(request: pytest.FixtureRequest, _ipcbench_case: Case, benchmark: Any) -> Replay:
    """Call it once: it replays the samples of the test's case, or fails with the case's own error.

    Under `--benchmark-disable` it sends one verified message instead.
    """
    return request.config.stash[_SUITE].replay(request.node, _ipcbench_case, benchmark)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End what is left of the suite."""
    if suite := _suite(session.config):
        suite.close()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Add our table to pytest's summary."""
    if suite := _suite(config):
        suite.summarise(terminalreporter)


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    # Asked before collection, so for every session: the momentary clock rate makes each run look like
    # another machine's, and `--benchmark-compare` warns of it.
    from ipcbench.machine.facts import steady_cpu

    machine_info["cpu"] = steady_cpu(machine_info["cpu"])


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    if (suite := _suite(config)) and suite.run_record:
        output_json["ipcbench"] = suite.run_record


def _suite(config: pytest.Config) -> Suite | None:
    return config.stash.get(_SUITE, None)
