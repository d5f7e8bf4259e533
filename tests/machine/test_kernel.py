"""What is read from /proc and /sys, on machines of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.machines import machine

from ipcbench.machine.kernel import Kernel, steal_share

V1 = {"proc/self/cgroup": "3:cpu,cpuacct:/docker/abc\n1:name=systemd:/\n0::/"}
V2 = {"proc/self/cgroup": "0::/user.slice/job"}


def test_a_quota_of_a_control_group_is_in_cores(tmp_path: Path) -> None:
    kernel = machine(tmp_path, {**V2, "sys/fs/cgroup/user.slice/job/cpu.max": "150000 100000"})
    assert kernel.quota_cores() == 1.5


def test_the_tightest_of_nested_quotas_counts(tmp_path: Path) -> None:
    quotas = {
        "sys/fs/cgroup/user.slice/job/cpu.max": "max 100000",
        "sys/fs/cgroup/user.slice/cpu.max": "50000 100000",
    }
    assert machine(tmp_path, {**V2, **quotas}).quota_cores() == 0.5


def test_an_old_control_group_has_a_quota_too(tmp_path: Path) -> None:
    folder = "sys/fs/cgroup/cpu,cpuacct/docker/abc"
    quota = {f"{folder}/cpu.cfs_quota_us": "400000", f"{folder}/cpu.cfs_period_us": "100000"}
    assert machine(tmp_path, {**V1, **quota}).quota_cores() == 4


def test_inside_a_container_the_group_is_the_root_of_what_is_seen(tmp_path: Path) -> None:
    quota = {"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"}
    assert machine(tmp_path, {**V1, **quota}).quota_cores() == 0.5


def test_no_limit_is_no_quota(tmp_path: Path) -> None:
    unlimited = {"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"}
    assert machine(tmp_path, {**V1, **unlimited}).quota_cores() is None


def test_a_group_tells_how_often_it_was_stopped(tmp_path: Path) -> None:
    stat = {"sys/fs/cgroup/user.slice/cpu.stat": "usage_usec 5\nnr_periods 90\nnr_throttled 17"}
    assert machine(tmp_path, {**V2, **stat}).throttled_periods() == 17


def test_steal_is_a_share_of_the_time_between_two_readings() -> None:
    assert steal_share([10, 0, 0, 10, 0, 0, 0, 0], [50, 0, 0, 60, 0, 0, 0, 10]) == 0.1


@pytest.mark.parametrize("before", [None, [10, 0, 0, 10, 0, 0, 0, 0]])
def test_without_two_different_readings_there_is_no_share(before: list[int] | None) -> None:
    assert steal_share(before, [10, 0, 0, 10, 0, 0, 0, 0]) is None


def test_governors_are_told_once(tmp_path: Path) -> None:
    assert machine(tmp_path).governors() == ["performance"]


@pytest.mark.parametrize(
    ("path", "content", "boost"),
    [
        ("intel_pstate/no_turbo", "1", False),
        ("intel_pstate/no_turbo", "0", True),
        ("cpufreq/boost", "1", True),
    ],
)
def test_boost_has_two_names(tmp_path: Path, path: str, content: str, boost: bool) -> None:
    assert machine(tmp_path, {f"sys/devices/system/cpu/{path}": content}).boost() is boost


def test_a_guest_in_a_container_is_known(tmp_path: Path) -> None:
    signs = {
        "proc/cpuinfo": "flags\t\t: fpu hypervisor",
        "sys/class/dmi/id/product_name": "KVM",
        ".dockerenv": "",
    }
    assert machine(tmp_path, signs).virtualisation() == "virtual machine (KVM), container"


def test_a_system_that_says_nothing_is_no_error(tmp_path: Path) -> None:
    silent = Kernel(tmp_path / "nothing")
    asked = [
        silent.cpu_ticks,
        silent.quota_cores,
        silent.throttled_periods,
        silent.boost,
        silent.clock_source,
        silent.swap_used_bytes,
        silent.swapped_pages,
        silent.huge_pages,
        silent.virtualisation,
    ]
    assert [answer() for answer in asked] == [None] * len(asked)
    assert silent.governors() == []
    assert silent.pressure("cpu") is None


def test_nonsense_in_a_file_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    nonsense = machine(
        tmp_path,
        {
            "proc/stat": "cpu one two",
            "proc/sys/fs/pipe-max-size": "large",
            "proc/pressure/cpu": "full",
            "sys/fs/cgroup/cpu.max": "soon 0",
        },
    )
    assert nonsense.cpu_ticks() is None
    assert nonsense.number("proc/sys/fs/pipe-max-size") is None
    assert nonsense.pressure("cpu") is None
    assert nonsense.quota_cores() is None
