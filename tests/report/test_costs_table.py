import msgspec
from tests.support.runs import case, document

from ipcbench.analysis.groups import read_groups
from ipcbench.record.run import Benchmark, CaseInfo
from ipcbench.record.schema import UsageRow
from ipcbench.report.tables.costs import costs_table

USAGE = UsageRow(
    user_s=0.0004,
    system_s=0.0008,
    voluntary_switches=40,
    involuntary_switches=0,
    minor_faults=4,
    major_faults=0,
    peak_rss_bytes=15 << 20,
)


def costly(
    channel: str, workload: str = "stream", copies: int = 5, reference_loop: str | None = "os-pipe"
) -> Benchmark:
    """Return a case whose launches have 400 messages each, at both ends the same."""
    made = case(channel, workload, size=1000, seconds=1e-5, reference_loop=reference_loop)
    record = made.extra_info.ipcbench
    assert record is not None
    launches = [
        msgspec.structs.replace(
            launch,
            costs={"sender": USAGE, "receiver": USAGE},
            also_s={"accepted": [5e-6] * launch.trials},
            backlog=7 + launch.pass_number,
        )
        for launch in record.launches
    ]
    record = msgspec.structs.replace(record, launches=launches, copies=copies)
    return msgspec.structs.replace(made, extra_info=CaseInfo(record))


def table_of(*cases: Benchmark) -> list[str]:
    return costs_table(read_groups(document(*cases))).splitlines()


def test_either_end_has_its_costs_of_a_message() -> None:
    rows = [line.split() for line in table_of(costly("pipe")) if "sender" in line or "receiver" in line]
    assert [row[2] for row in rows] == ["sender", "receiver"]
    assert rows[0][3:] == ["3.00", "µs", "±0.0%", "1.00", "µs", "2.00", "µs", "0.1", "0", "0.01", "15", "MiB"]


def test_below_the_costs_stands_what_slowed_the_messages() -> None:
    made = costly("pipe")
    record = made.extra_info.ipcbench
    assert record is not None
    launches = [msgspec.structs.replace(launch, slowdowns=["-X dev"]) for launch in record.launches]
    slowed = msgspec.structs.replace(record, launches=launches)
    lines = table_of(msgspec.structs.replace(made, extra_info=CaseInfo(slowed)))
    assert lines[-1] == "slowed by -X dev: every case"


def test_a_stream_says_what_is_accepted_delivered_and_copied() -> None:
    rows = [
        line.split() for line in table_of(costly("queue"), costly("os-pipe", copies=2, reference_loop=None))
    ]
    (queue,) = (row for row in rows if row[1:2] == ["queue"] and row[2] not in ("sender", "receiver"))
    assert queue[2] == "200k"
    assert queue[4] == "99.8k"
    # The largest of any launch; 1,000 B a message, copied five times.
    assert queue[6] == "11"
    assert queue[7] == "499"
    assert queue[8] == "250%"


def test_a_round_trip_has_no_acceptance() -> None:
    assert not any("accepted" in line for line in table_of(costly("pipe", "ping-pong")))


def test_a_run_that_recorded_no_costs_has_no_table() -> None:
    assert table_of(case("pipe")) == []
