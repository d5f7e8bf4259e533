"""Suites as users write them, run by pytest in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SUITE = """
import pytest

@pytest.mark.ipcbench(workload="stream", channel="pipe,queue", size="64")
def test_stream(ipcbench):
    ipcbench()

@pytest.mark.ipcbench(workload="ping-pong", channel="pipe", size="64,1KiB")
def test_ping_pong(ipcbench):
    assert ipcbench().seconds.value > 0

def test_unrelated():
    pass

def test_other_benchmark(benchmark):
    benchmark(len, "abc")
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("IPCBENCH_RESULTS")
    pytester.makepyfile(test_suite=SUITE)
    return pytester


def run(suite: pytest.Pytester, *words: str) -> pytest.RunResult:
    # hypothesis takes a second to be imported, when such a session ends.
    lean = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    return suite.runpytest_subprocess(*lean, *words, timeout=100)


FAST = ("--benchmark-only", "--ipcbench-max-time", "2")


def test_samples_of_the_peers_become_pytest_benchmarks_own(suite: pytest.Pytester) -> None:
    result = run(suite, *FAST, "--ipcbench-seed", "5", "--benchmark-json", "out.json", "-k", "stream or ping")
    result.assert_outcomes(passed=4, deselected=2)
    theirs = json.loads((suite.path / "out.json").read_text())
    (stored,) = (suite.path / "results").glob("0001_*.json")
    ours = {row["name"]: row for row in json.loads(stored.read_text())["benchmarks"]}
    assert len(theirs["benchmarks"]) == 4
    for row in theirs["benchmarks"]:
        record = row["extra_info"]["ipcbench"]
        (same,) = (other for other in ours.values() if other["extra_info"]["ipcbench"] == record)
        assert row["stats"]["data"] == same["stats"]["data"]
        assert row["params"]["channel"] == record["case"]["channel"]
    assert theirs["ipcbench"]["seed"] == 5


def test_the_summary_shows_rates_ratios_and_loops_and_where_the_run_is(suite: pytest.Pytester) -> None:
    result = run(suite, *FAST)
    result.assert_outcomes(passed=5, skipped=1)
    result.stdout.fnmatch_lines(
        ["*ipcbench*", "stream, *", "*size*channel*messages/s*", "*64B*pipe*", "*64B*queue*×*", "*(os-pipe)*"]
    )
    result.stdout.fnmatch_lines(["ping-pong, *", "*p50*p90*p99*p99.9*", "stored: *0001_*.json"])


def test_pytest_benchmarks_own_options_work_on_replayed_samples(suite: pytest.Pytester) -> None:
    words = [*FAST, "-k", "stream", "--benchmark-autosave", "--benchmark-group-by", "param:channel"]
    run(suite, *words).assert_outcomes(passed=2, deselected=4)
    result = run(suite, *words, "--benchmark-compare", "--benchmark-histogram", "chart")
    result.assert_outcomes(passed=2, deselected=4)
    result.stdout.fnmatch_lines(["*benchmark 'channel=pipe': 2 tests*"])
    result.stderr.no_fnmatch_line("*machine_info is different*")
    assert "machine_info is different" not in result.stdout.str()


def test_only_what_is_selected_is_measured(suite: pytest.Pytester) -> None:
    run(suite, *FAST, "-k", "test_stream and queue").assert_outcomes(passed=1, deselected=5)
    (stored,) = (suite.path / "results").glob("0001_*.json")
    asked = [
        row["extra_info"]["ipcbench"]["case"]["channel"]
        for row in json.loads(stored.read_text())["benchmarks"]
        if row["extra_info"]["ipcbench"]["asked"]
    ]
    assert asked == ["queue"]


def test_disabled_benchmarks_send_one_verified_message_and_store_nothing(suite: pytest.Pytester) -> None:
    run(suite, "--benchmark-disable", "-k", "stream").assert_outcomes(passed=2, deselected=4)
    assert not list(suite.path.glob("results/*.json"))


def test_a_broken_channel_fails_even_as_a_smoke_test(pytester: pytest.Pytester) -> None:
    root = Path(__file__).parents[2]
    pytester.makepyfile(
        test_suite="""
        import pytest
        @pytest.mark.ipcbench(workload="stream", channel="tests.support.channels:Unwilling", size="64")
        def test_stream(ipcbench):
            ipcbench()
        """
    )
    result = run(pytester, "--benchmark-disable", "-o", f"pythonpath={root}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Unwilling stream 64B*not today*"])


def test_a_time_limit_for_tests_does_not_end_the_run_of_all(suite: pytest.Pytester) -> None:
    result = run(
        suite, "--benchmark-only", "--ipcbench-max-time", "4", "--timeout", "2", "-k", "stream or ping"
    )
    result.assert_outcomes(passed=4, deselected=2)


def test_without_pytest_benchmark_the_missing_fixture_is_named(suite: pytest.Pytester) -> None:
    result = run(suite, "-p", "no:benchmark", "-k", "stream", "-o", "addopts=")
    result.assert_outcomes(errors=2, deselected=4)
    result.stdout.fnmatch_lines(["*fixture 'benchmark' not found*"])


def test_a_run_that_cannot_be_stored_fails_every_test_with_one_line(suite: pytest.Pytester) -> None:
    result = run(suite, *FAST, "-k", "stream", "--ipcbench-results", "/proc/nowhere")
    result.assert_outcomes(failed=2, deselected=4)
    result.stdout.fnmatch_lines(["*accepted: a writable folder*"])


def test_skipped_benchmarks_start_nothing(suite: pytest.Pytester) -> None:
    run(suite, "--benchmark-skip").assert_outcomes(passed=1, skipped=5)
    assert not list(suite.path.glob("results/*.json"))


def test_whatever_mark_skips_a_test_nothing_is_measured_for_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        declared = pytest.mark.ipcbench(workload="stream", channel="pipe", size="64")

        @pytest.mark.skip(reason="no")
        @declared
        def test_skip(ipcbench):
            ipcbench()

        @pytest.mark.skipif(True, reason="no")
        @declared
        def test_skipif_true(ipcbench):
            ipcbench()

        @pytest.mark.skipif("1 < 2", reason="no")
        @declared
        def test_skipif_text(ipcbench):
            ipcbench()

        @pytest.mark.xfail(run=False)
        @declared
        def test_xfail(ipcbench):
            ipcbench()
        """
    )
    assert run(pytester, *FAST).parseoutcomes() == {"skipped": 3, "xfailed": 1}
    assert not (pytester.path / "results").exists()


def test_where_another_plugin_times_the_tests_one_verified_message_is_sent(
    pytester: pytest.Pytester,
) -> None:
    # What pytest-codspeed does: it takes pytest-benchmark out and brings a fixture `benchmark` of its own.
    pytester.makeconftest(
        """
        import pytest

        def pytest_addoption(parser):
            parser.addoption("--codspeed", action="store_true")

        class Benchmark:
            def __call__(self, function, *arguments):
                return function(*arguments)

        @pytest.fixture
        def benchmark():
            return Benchmark()
        """
    )
    pytester.makepyfile(test_suite=SUITE)
    result = run(pytester, "--codspeed", "-p", "no:benchmark", "-k", "stream or unrelated or other")
    result.assert_outcomes(passed=4, deselected=2)
    assert not (pytester.path / "results").exists()


def run_streams(pytester: pytest.Pytester, channels: str) -> pytest.RunResult:
    """Run a suite of streams through channels of the tests' own."""
    pytester.makepyfile(
        test_suite=f"""
        import pytest
        @pytest.mark.ipcbench(workload="stream", channel="{channels}", size="64")
        def test_stream(ipcbench):
            ipcbench()
        """
    )
    return run(pytester, *FAST, "-o", f"pythonpath={Path(__file__).parents[2]}")


def test_what_may_lose_messages_is_named_so_in_pytest_benchmarks_own_table(pytester: pytest.Pytester) -> None:
    result = run_streams(pytester, "tests.support.channels:DropsAnEighth")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["test_stream*DropsAnEighth* (lossy), lost 12.*"])


def test_a_case_that_fails_fails_its_own_test_only(pytester: pytest.Pytester) -> None:
    result = run_streams(pytester, "pipe,tests.support.channels:FailsLater")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*FailsLater stream 64B*boom*"])


@pytest.mark.parametrize(
    ("marker", "says"),
    [
        ('@pytest.mark.ipcbench(size="0x")', "accepted: 64, 1KiB"),
        ('@pytest.mark.ipcbench(channel="telegraph")', "accepted: pipe"),
        ('@pytest.mark.ipcbench("pipe")', "keywords among channel"),
        ('@pytest.mark.ipcbench(colour="red")', "keywords among channel"),
        ("", "keywords among channel"),
    ],
)
def test_a_wrong_declaration_says_what_is_accepted(pytester: pytest.Pytester, marker: str, says: str) -> None:
    pytester.makepyfile(test_suite=f"import pytest\n{marker}\ndef test_it(ipcbench):\n    ipcbench()\n")
    result = run(pytester)
    assert result.ret != 0
    assert says in result.stdout.str() + result.stderr.str()
    assert "Traceback" not in result.stdout.str()


def test_a_case_that_cannot_be_is_skipped_with_its_reason(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_suite="""
import pytest

@pytest.mark.ipcbench(workload="ping-pong", channel="pipe,udp", size="1MiB")
def test_round_trip(ipcbench):
    ipcbench()
"""
    )
    result = run(suite, "--benchmark-disable", "-rs", "-v")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*left out: udp: size 1048576 B is above its limit*"])
