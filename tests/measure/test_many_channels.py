"""Runs of channels that are unlike: some lose messages, start who answers, take a hundred times as long."""

from __future__ import annotations

from importlib.metadata import version as version_of
from pathlib import Path

import pytest
from tests.support.commands import ipcbench
from tests.support.passes import measured

from ipcbench.analysis.groups import GroupResult, read_groups
from ipcbench.launch.catalogue import missing
from ipcbench.record.run import read_run
from ipcbench.report.tables.run import run_table

DROPS = "tests.support.channels:DropsAnEighth"


def groups(folder: Path, **asked: str) -> list[GroupResult]:
    return read_groups(read_run(measured(folder, asked, launches=1).path))


def test_what_a_channel_lost_stands_beside_its_rate_and_it_is_compared_with_nothing(
    tmp_path: Path,
) -> None:
    (group,) = groups(tmp_path, channel="udp,pipe", workload="stream", size="64")
    udp = group.cases["udp (lossy)"]
    assert udp.is_lossy
    assert group.find("udp") is group.find("udp (lossy)") is udp
    assert group.find("queue") is None
    assert 0 <= udp.lost < 1
    assert group.reference.case.channel == "pipe"
    assert group.ratio(udp) is None
    row = next(line for line in run_table([group]).splitlines() if "udp (lossy)" in line)
    assert "lost" in row
    assert "×" not in row


def test_what_is_lost_is_counted_and_what_came_is_the_rate(tmp_path: Path) -> None:
    """A channel that drops every eighth message, whatever it is called elsewhere."""
    (group,) = groups(tmp_path, channel=f"{DROPS},pipe", workload="stream", size="64")
    lossy = group.cases[f"{DROPS} (lossy)"]
    assert lossy.lost == pytest.approx(1 / 8, abs=0.01)
    (launch,) = lossy.record.launches
    assert launch.lost == pytest.approx(launch.trials * launch.messages / 8, rel=0.05)
    row = next(line for line in run_table([group]).splitlines() if DROPS in line)
    assert "lost 12." in row
    # Beside its loop it is as little an equal as beside a channel that loses nothing.
    assert group.loop(lossy)
    assert group.share_of_loop(lossy) is None
    assert not group.beats_loop(lossy)


def test_a_trial_of_which_nothing_came_says_nothing_and_a_longer_one_does(tmp_path: Path) -> None:
    (group,) = groups(
        tmp_path, channel="pipe,tests.support.channels:DropsTheFirst", workload="stream", size="64"
    )
    lossy = group.cases["tests.support.channels:DropsTheFirst (lossy)"]
    (launch,) = lossy.record.launches
    assert launch.messages > 4
    assert launch.lost == launch.trials


def test_a_trial_of_which_nothing_came_has_no_time_and_counts_as_lost(tmp_path: Path) -> None:
    name = "tests.support.channels:DropsWholeTrials"
    found = measured(tmp_path, {"channel": f"pipe,{name}", "workload": "stream", "size": "64"}, launches=2)
    assert not found.failures
    (group,) = read_groups(read_run(found.path))
    lossy = group.cases[f"{name} (lossy)"]
    blank, timed = (
        sum(getattr(launch, what) for launch in lossy.record.launches) for what in ("blank_trials", "trials")
    )
    assert blank / (blank + timed) == pytest.approx(1 / 3, abs=0.05)
    assert lossy.lost == pytest.approx(blank / (blank + timed))


def test_what_delivers_nothing_any_more_fails_with_the_count(tmp_path: Path) -> None:
    asked = {"channel": "pipe,tests.support.channels:DropsAll", "workload": "stream", "size": "64"}
    (why,) = measured(tmp_path, asked, launches=1).failures.values()
    assert "all of 1024 messages were lost" in why


def test_what_comes_twice_is_no_loss_but_a_fault(tmp_path: Path) -> None:
    name = "tests.support.channels:DropsAndRepeats"
    done = ipcbench(
        "run", "--channel", name, "--size", "64", "--workload", "stream", "--max-time", "0.1s",
        "--results", str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 4
    assert "duplicated" in done.stderr


def test_a_message_that_is_alone_on_its_way_is_not_lost_and_is_compared(tmp_path: Path) -> None:
    (group,) = groups(tmp_path, channel="udp,pipe", workload="ping-pong", size="64")
    assert not group.cases["udp"].is_lossy
    assert group.ratio(group.cases["udp"]) is not None


def test_a_task_has_one_peer_and_its_round_trip_is_compared(tmp_path: Path) -> None:
    (group,) = groups(tmp_path, channel="pipe,pool", workload="ping-pong", size="64")
    pool = group.cases["pool"]
    assert set(pool.costs) == {"sender"}
    assert group.ratio(pool) is not None


def test_what_is_far_slower_does_not_make_the_others_trials_short(tmp_path: Path) -> None:
    sleeps = "tests.support.channels:Sleeps"
    (group,) = groups(tmp_path, channel=f"pipe,{sleeps}", workload="stream", size="64")
    messages = {name: group.cases[name].record.launches[0].messages for name in ("pipe", sleeps)}
    assert messages["pipe"] > 4 * messages[sleeps]


def test_what_may_be_lost_is_never_waited_for(tmp_path: Path) -> None:
    """How far a sender gets ahead is asked of other channels, by messages that are counted."""
    found = measured(tmp_path, {"channel": "udp", "workload": "stream", "size": "64"}, launches=1)
    assert not found.failures
    (group,) = read_groups(read_run(found.path))
    assert group.cases["udp (lossy)"].largest_backlog is None


def test_what_loses_messages_is_not_tuned_by_the_time_of_what_came() -> None:
    done = ipcbench("tune", "--channel", "udp", "--size", "64", "--workload", "stream", "--max-time", "1s")
    assert done.returncode == 2
    assert "udp: loses messages that follow one another: its time is no comparison" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--channel pool --workload stream", "pool: who sends starts who answers, which stream does not"),
        ("--channel udp --workload burst:4", "udp: loses messages, which burst:4 would wait for; accepted: "),
        ("--channel udp --size 1MiB", "udp: size 1048576 B is above its limit; accepted: up to 65507 B"),
        ("--channel seqpacket --size 0", "seqpacket: carries no message of 0 B; accepted: 1 B or more"),
    ],
)
def test_what_a_channel_cannot_is_a_line_and_status_2(words: str, says: str) -> None:
    done = ipcbench("run", *words.split(), "--max-time", "1s")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert says in line


def test_of_a_list_the_rest_is_measured_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    done = ipcbench(
        "run", "--channel", "pipe,udp", "--size", "64,1MiB", "--workload", "stream", "--max-time", "0.2s",
        "--results", str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 4
    assert "ipcbench: left out: udp: size 1048576 B is above its limit" in done.stderr
    (stored,) = tmp_path.glob("0001_*.json")
    found = {
        (case.case.channel, case.case.payload_bytes)
        for group in read_groups(read_run(stored))
        for case in group.asked
    }
    assert found == {("pipe", 64), ("udp", 64), ("pipe", 1 << 20)}
    # Who reads the record later has no standard error.
    assert "\nleft out: udp: size 1048576 B is above its limit" in ipcbench("show", str(stored)).stdout


def test_the_record_has_the_version_of_a_package_that_a_channel_needs(tmp_path: Path) -> None:
    if lacks := missing("zmq-push"):
        pytest.skip(lacks)
    done = ipcbench(
        "run --channel zmq-push --size 64 --workload ping-pong --max-time 0.1 --results", str(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    told = [each for each in read_run(next(tmp_path.glob("*.json"))).benchmarks if "zmq" in each.name]
    record = told[0].extra_info.ipcbench
    assert record is not None
    assert record.modules["zmq"].version == version_of("pyzmq")
