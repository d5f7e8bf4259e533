"""Stored runs made up in code, for tests of tables and charts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from ipcbench.plan.coordinates import UNNAMED_HEAP
from ipcbench.record.histogram import empty_histogram, encode, record_all
from ipcbench.record.run import Benchmark, CaseInfo, RunDocument, RunRecord, Samples
from ipcbench.record.schema import SCHEMA, CaseRecord, CaseRow, LaunchRow, UsageRow, WorkloadRow
from ipcbench.record.upgrade import upgraded_case

UNITS = {"stream": "message", "ping-pong": "round trip", "handoff": "handoff", "burst": "burst"}
PARAMETERS = {"busy-producer": "switch interval", "burst": "messages a burst"}
#: Further durations of each workload, as shares of the whole.
ALSO = {
    "handoff": {"create": 0.1, "start": 0.5, "message": 0.1, "end": 0.3},
    "busy-producer": {"accepted": 0.01},
    "burst": {"accepted": 0.1},
    "close": {"last received": 0.0},
    "first-put": {"accepted": 0.6, "second message": 0.2, "second accepted": 0.05},
}
TRIALS = 4


def case(
    channel: str,
    workload: str = "stream",
    size: int = 64,
    seconds: float = 1e-5,
    *,
    asked: bool = True,
    reference_loop: str | None = None,
    launches: int = 5,
    start_method: str = "fork",
    round_trips: int = 2000,
    backlog: int | None = None,
    python: str = "3.11.7",
    failure: str | None = None,
    heap: str = UNNAMED_HEAP,
    holds: bool = False,
    faults: float | None = None,
    after_pause_s: float | None = None,
    longer: tuple[int, float] | None = None,
    slowdowns: Sequence[str] = (),
) -> Benchmark:
    """Return one case whose launches differ by a tenth of a per cent each.

    `faults` are the receiver's a message; `longer` is a longer trial of each launch: messages, and seconds
    a message.
    """
    rows = [
        LaunchRow(
            pass_number=number,
            trials=TRIALS,
            messages=100,
            warmup_blocks=10,
            steady=True,
            also_s=_also(workload, seconds),
            backlog=backlog,
            round_trips_hdr=_histogram(seconds, round_trips) if workload == "ping-pong" else None,
            after_pause_s=[] if after_pause_s is None else [after_pause_s] * TRIALS,
            longer=[] if longer is None else [longer],
            slowdowns=list(slowdowns),
            costs={} if faults is None else {"sender": _usage(0), "receiver": _usage(faults * 100 * TRIALS)},
        )
        for number in range(launches)
    ]
    row = CaseRow(
        channel=channel,
        workload=workload,
        payload_kind="bytes",
        payload_bytes=size,
        start_method=start_method,
        placement="split",
        python=python,
        heap=heap,
        holds=holds,
    )
    name = workload.partition(":")[0]
    traits = {"unit": UNITS.get(name, "message"), "parameter_name": PARAMETERS.get(name, "")}
    upgraded = upgraded_case({"case": msgspec.to_builtins(row), **traits})
    record = CaseRecord(
        schema=SCHEMA,
        case=row,
        workload=msgspec.convert(upgraded["workload"], WorkloadRow),
        delivers=upgraded["delivers"],
        asked=asked,
        reference_loop=reference_loop,
        launches=rows,
        failure=failure,
    )
    data = [seconds * (1 + number / 1000) for number in range(launches) for _ in range(TRIALS)]
    return Benchmark(f"{channel} {workload} {size}", CaseInfo(record), Samples(data))


def _usage(faults: float) -> UsageRow:
    return UsageRow(
        user_s=0.01,
        system_s=0.01,
        voluntary_switches=0,
        involuntary_switches=0,
        minor_faults=faults,
        major_faults=0,
        peak_rss_bytes=1 << 24,
    )


def _also(workload: str, seconds: float) -> dict[str, list[float]]:
    shares = ALSO.get(workload.partition(":")[0], {})
    return {name: [share * seconds] * TRIALS for name, share in shares.items()}


def _histogram(seconds: float, count: int) -> str:
    histogram = empty_histogram()
    values = (seconds * 1e9 * np.linspace(0.9, 1.5, count)).astype(np.int64)
    record_all(histogram, values.tobytes())
    return encode(histogram)


def document(*cases: Benchmark, failures: dict[str, str] | None = None) -> RunDocument:
    """Return a run of these cases on a made-up machine; `failures` are of cases that gave nothing."""
    records = [one.extra_info.ipcbench for one in cases]
    run = RunRecord(
        schema=SCHEMA,
        seed=1,
        passes=5,
        max_time_s=5.0,
        elapsed_s=5.0,
        stopped_by="planned passes done",
        targets={record.case.python: {} for record in records if record} or {"3.11.7": {}},
        failures=failures or {},
        host={"cpu": "Imaginary 9000", "cores": 2, "kernel": "6.1"},
    )
    return RunDocument("2026-11-23T12:00:00+00:00", {}, {}, list(cases), run)


def small_run(sizes: tuple[int, ...] = (64, 1024, 65536), launches: int = 5) -> RunDocument:
    """Return pipe and queue with their loop in both workloads."""
    cases = []
    for workload in ("stream", "ping-pong"):
        for size in sizes:
            seconds = 1e-6 + size * 1e-9
            cases.append(
                case("pipe", workload, size, 2 * seconds, reference_loop="os-pipe", launches=launches)
            )
            cases.append(
                case("queue", workload, size, 3 * seconds, reference_loop="os-pipe", launches=launches)
            )
            cases.append(case("os-pipe", workload, size, seconds, asked=False, launches=launches))
            cases.append(case("null", workload, size, 1e-8, asked=False, launches=launches))
    return document(*cases)


def varied(run: RunDocument, *, day: int = 1, commit: str = "", **host: object) -> RunDocument:
    """Return the same run at another time, of another commit or with other facts of the machine."""
    assert run.ipcbench is not None
    return msgspec.structs.replace(
        run,
        datetime=f"2026-11-{day:02}T12:00:00+00:00",
        commit_info={"id": commit or f"{day:02x}" * 20, "dirty": False},
        ipcbench=msgspec.structs.replace(run.ipcbench, host={**run.ipcbench.host, **host}),
    )
