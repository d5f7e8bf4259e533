"""What each thing that is found means, and what is advised."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.machines import machine

from ipcbench.doctor import cores, disturbances, settings
from ipcbench.doctor.examine import examine
from ipcbench.doctor.finding import Finding, Fitness, overall
from ipcbench.doctor.memory import memory
from ipcbench.machine.jitter import Jitter
from ipcbench.machine.kernel import Kernel

IDLE = [100, 0, 0, 100, 0, 0, 0, 0]


def jitter(lost_share: float = 0.0, longest_gap_s: float = 1e-4, clock_read_s: float = 5e-8) -> Jitter:
    return Jitter(0, lost_share, longest_gap_s, clock_step_s=2e-8, clock_read_s=clock_read_s)


def test_the_worst_finding_is_the_verdict() -> None:
    rows = [Finding("a", "", verdict) for verdict in (Fitness.FIT, Fitness.UNFIT, Fitness.DOUBTFUL)]
    assert overall(rows) is Fitness.UNFIT


def test_what_is_not_known_is_no_fault() -> None:
    assert overall([Finding("a", ""), Finding("b", "", Fitness.UNKNOWN)]) is Fitness.FIT


def test_every_fault_comes_with_advice_and_nothing_else_does(tmp_path: Path) -> None:
    faults = [
        cores.cores([3]),
        cores.quota(machine(tmp_path / "a", {"sys/fs/cgroup/cpu.max": "100000 100000"}), [0, 1]),
        cores.load(machine(tmp_path / "b", {"proc/loadavg": "3.0 2 1 1/1 1", "proc/pressure/cpu": None})),
        disturbances.steal(IDLE, [150, 0, 0, 150, 0, 0, 0, 50]),
        disturbances.jitter([jitter(lost_share=0.5)]),
        disturbances.clock([jitter(clock_read_s=5e-6)]),
        disturbances.swapping(machine(tmp_path / "c"), 10, 20),
        settings.frequency(
            machine(tmp_path / "d", {"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave"})
        ),
        settings.clock_source(
            machine(
                tmp_path / "e", {"sys/devices/system/clocksource/clocksource0/current_clocksource": "hpet"}
            )
        ),
        settings.pipes(machine(tmp_path / "f"), 4096),
        settings.sockets(machine(tmp_path / "g", {"proc/sys/net/core/wmem_default": "4096"})),
    ]
    assert all(fault.verdict.value >= Fitness.DOUBTFUL.value for fault in faults), faults
    assert all(fault.advice for fault in faults), faults
    quiet = examine(machine(tmp_path / "h"), with_probe=False)
    assert not [row for row in quiet if row.advice and row.verdict in (Fitness.FIT, Fitness.UNKNOWN)]


def test_two_cores_are_enough_and_one_leaves_a_placement() -> None:
    assert cores.cores([]).verdict is Fitness.DOUBTFUL
    one = cores.cores([0])
    assert (one.verdict, "--placement same" in one.advice) == (Fitness.DOUBTFUL, True)


@pytest.mark.parametrize(
    ("quota", "verdict"),
    [
        ("max 100000", Fitness.FIT),
        ("800000 100000", Fitness.FIT),
        ("200000 100000", Fitness.DOUBTFUL),
        ("150000 100000", Fitness.UNFIT),
    ],
)
def test_a_quota_below_a_pair_is_unfit_and_one_below_the_machine_doubtful(
    tmp_path: Path, quota: str, verdict: Fitness
) -> None:
    kernel = machine(tmp_path, {"sys/fs/cgroup/cpu.max": quota})
    assert cores.quota(kernel, [0, 1, 2, 3]).verdict is verdict


def test_a_load_that_is_over_by_now_is_fit(tmp_path: Path) -> None:
    kernel = machine(tmp_path, {"proc/loadavg": "3.00 2.00 1.00 1/100 1"})
    assert cores.load(kernel).verdict is Fitness.FIT


def test_steal_counts_while_this_looks_not_since_boot() -> None:
    boot = [1000, 0, 0, 1000, 0, 0, 0, 900]
    now = [1100, 0, 0, 1100, 0, 0, 0, 900]
    found = disturbances.steal(boot, now)
    assert found.verdict is Fitness.FIT
    assert found.found.startswith("29.0% since boot, 0.0% ")


@pytest.mark.parametrize(
    ("stolen", "verdict"), [(1, Fitness.FIT), (5, Fitness.DOUBTFUL), (40, Fitness.UNFIT)]
)
def test_more_steal_is_worse(stolen: int, verdict: Fitness) -> None:
    assert disturbances.steal(IDLE, [200 - stolen, 0, 0, 100, 0, 0, 0, stolen]).verdict is verdict


def test_one_gap_as_long_as_a_trial_is_doubtful() -> None:
    assert disturbances.jitter([jitter(), jitter(longest_gap_s=6e-3)]).verdict is Fitness.DOUBTFUL
    assert disturbances.jitter([jitter(), jitter()]).verdict is Fitness.FIT


def test_the_worst_core_is_told() -> None:
    found = disturbances.jitter([jitter(0.01), jitter(0.07, 2e-3), jitter(0.02)])
    assert found.found == "7.0% of a core's time taken, longest gap 2.00 ms (3 cores)"


def test_memory_that_was_swapped_out_once_is_no_fault(tmp_path: Path) -> None:
    swapped = machine(tmp_path, {"proc/meminfo": "SwapTotal: 4096 kB\nSwapFree: 1024 kB"})
    found = disturbances.swapping(swapped, 30, 30)
    assert (found.verdict, found.found) == (
        Fitness.FIT,
        "3 MiB in use, 0 pages moved while this looked",
    )


def test_a_machine_of_no_words_is_examined_all_the_same(tmp_path: Path) -> None:
    rows = examine(Kernel(tmp_path), with_probe=False)
    unknown = {row.name for row in rows if row.verdict is Fitness.UNKNOWN}
    assert {"load", "steal time", "clock source", "frequency", "socket buffers", "swap"} <= unknown


@pytest.mark.parametrize(
    ("environment", "says", "verdict"),
    [
        ({}, "may be returned each time", Fitness.FIT),
        ({"LD_PRELOAD": "/usr/lib/libjemalloc.so.2"}, "jemalloc (LD_PRELOAD) instead of", Fitness.FIT),
        ({"MALLOC_TRIM_THRESHOLD_": "9", "MALLOC_MMAP_THRESHOLD_": "9"}, "is decided by that", Fitness.FIT),
        ({"MALLOC_TOP_PAD_": "67108864"}, "MALLOC_TOP_PAD_=67108864: what large", Fitness.FIT),
        ({"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}, "GLIBC_TUNABLES=glibc.malloc.hugetlb=1", Fitness.FIT),
        ({"MALLOC_TRIM_THRESHOLD_": "9"}, "MALLOC_TRIM_THRESHOLD_=9", Fitness.DOUBTFUL),
        ({"MALLOC_MMAP_THRESHOLD_": "9"}, "MALLOC_MMAP_THRESHOLD_=9", Fitness.DOUBTFUL),
    ],
)
def test_what_decides_about_free_memory_is_named(
    environment: dict[str, str], says: str, verdict: Fitness
) -> None:
    found = memory(environment)
    assert says in found.found
    assert found.verdict is verdict
    assert ("freezes the other" in found.advice) is (verdict is Fitness.DOUBTFUL)


def test_an_allocator_that_the_interpreter_brings_is_named(tmp_path: Path) -> None:
    maps = tmp_path / "proc/self/maps"
    maps.parent.mkdir(parents=True)
    maps.write_text(
        "55d0-55e0 r-xp 00000000 fe:00 7 /home/mimalloc/bin/python3.13\n"
        "7f00-7f10 r-xp 00000000 fe:00 9 /usr/lib/libjemalloc.so.2\n7f20-7f30 rw-p 00000000 00:00 0\n"
    )
    found = memory({}, Kernel(tmp_path).mapped_files())
    assert found.found == "jemalloc (in this interpreter) instead of the C library's malloc"
    assert "may be returned each time" in memory({}, Kernel(tmp_path / "none").mapped_files()).found
