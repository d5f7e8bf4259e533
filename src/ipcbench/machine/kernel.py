"""What the kernel says of this machine; None for whatever it does not say."""

from __future__ import annotations

import re
from pathlib import Path

_STEAL, _COUNTED = 7, 8
_CPUS = "sys/devices/system/cpu"


class Kernel:
    """Reads /proc and /sys below a root, so that tests can bring their own. Never raises."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def text(self, path: str) -> str | None:
        """Return a file's content without the white space around it."""
        try:
            return (self._root / path).read_text(errors="replace").strip()
        except OSError:
            return None

    def number(self, path: str) -> int | None:
        """Return the whole number that a file holds; None where it cannot be read."""
        return _number(self.text(path))

    def cpu_ticks(self) -> list[int] | None:
        """Return the ticks of all cores since boot by kind, steal the last of them."""
        first = (self.text("proc/stat") or "").partition("\n")[0].split()
        try:
            ticks = [int(field) for field in first[1 : _COUNTED + 1]]
        except ValueError:
            return None
        return ticks if len(ticks) == _COUNTED else None

    def quota_cores(self) -> float | None:
        """Return how many cores' time the control groups of this process may use; None if all."""
        quotas = [self._quota(folder) for folder in self._cgroups("cpu")]
        return min((quota for quota in quotas if quota is not None), default=None)

    def _quota(self, folder: str) -> float | None:
        quota, _, period = (self.text(f"{folder}/cpu.max") or "").partition(" ")
        if not quota:
            quota = self.text(f"{folder}/cpu.cfs_quota_us") or ""
            period = self.text(f"{folder}/cpu.cfs_period_us") or ""
        wanted, each = _number(quota), _number(period)
        return wanted / each if wanted and each and wanted > 0 else None

    def throttled_periods(self) -> int | None:
        """Return how often the control groups of this process were stopped for having used their time."""
        counts = [
            int(found[1])
            for folder in self._cgroups("cpu")
            if (found := re.search(r"^nr_throttled (\d+)$", self.text(f"{folder}/cpu.stat") or "", re.M))
        ]
        return max(counts, default=None)

    def _cgroups(self, controller: str) -> list[str]:
        """Return the folders of this process's control groups and of all that they are in."""
        folders = []
        for line in (self.text("proc/self/cgroup") or "").splitlines():
            _, controllers, path = [*line.split(":", 2), "", ""][:3]
            if controllers and controller not in controllers.split(","):
                continue
            # Mounted together, they have a folder by all their names and mostly one by each.
            mounts = {f"/{controllers}", f"/{controller}"} if controllers else {""}
            parts = [part for part in path.split("/") if part not in ("", "..")]
            for mount in sorted(mounts):
                base = f"sys/fs/cgroup{mount}"
                folders += ["/".join([base, *parts[:depth]]) for depth in range(len(parts), -1, -1)]
        return folders

    def pressure(self, what: str) -> float | None:
        """Return the share of the last 10 s in which something waited for `cpu`, `memory` or `io`."""
        found = re.search(r"some avg10=([\d.]+)", self.text(f"proc/pressure/{what}") or "")
        return float(found[1]) / 100 if found else None

    def governors(self) -> list[str]:
        """Return the frequency governors in use."""
        folder = self._root / _CPUS
        paths = sorted(folder.glob("cpu[0-9]*/cpufreq/scaling_governor"))
        found = (self.text(str(path.relative_to(self._root))) for path in paths)
        return sorted({governor for governor in found if governor})

    def boost(self) -> bool | None:
        """Whether cores may run above their nominal frequency."""
        if (no_turbo := self.number(f"{_CPUS}/intel_pstate/no_turbo")) is not None:
            return not no_turbo
        boost = self.number(f"{_CPUS}/cpufreq/boost")
        return None if boost is None else bool(boost)

    def clock_source(self) -> str | None:
        """Return the name of what the kernel reads the time from; None where it does not say."""
        return self.text("sys/devices/system/clocksource/clocksource0/current_clocksource")

    def swap_used_bytes(self) -> int | None:
        """Return how much memory is on disk; None where the kernel does not say."""
        found = dict(re.findall(r"^(SwapTotal|SwapFree):\s+(\d+) kB$", self.text("proc/meminfo") or "", re.M))
        return (int(found["SwapTotal"]) - int(found["SwapFree"])) * 1024 if len(found) == 2 else None

    def swapped_pages(self) -> int | None:
        """Return the pages that were swapped in or out since boot."""
        found = re.findall(r"^pswp(?:in|out) (\d+)$", self.text("proc/vmstat") or "", re.M)
        return sum(map(int, found)) if found else None

    def mapped_files(self) -> str:
        """Return the names of the libraries that are mapped into this process, one a line."""
        lines = (self.text("proc/self/maps") or "").splitlines()
        return "\n".join(dict.fromkeys(Path(line.split()[-1]).name for line in lines if ".so" in line))

    def huge_pages(self) -> str | None:
        """Return when memory comes in huge pages by itself: `always`, `madvise` or `never`."""
        found = re.search(r"\[(\w+)\]", self.text("sys/kernel/mm/transparent_hugepage/enabled") or "")
        return found[1] if found else None

    def virtualisation(self) -> str | None:
        """Return what this machine runs in, as far as it shows; None where nothing does."""
        signs = []
        if re.search(r"^flags\s*:.*\bhypervisor\b", self.text("proc/cpuinfo") or "", re.M):
            product = self.text("sys/class/dmi/id/product_name")
            signs.append(f"virtual machine ({product})" if product else "virtual machine")
        if self.text(".dockerenv") is not None or self.text("run/.containerenv") is not None:
            signs.append("container")
        return ", ".join(signs) or None


def steal_share(before: list[int] | None, after: list[int] | None) -> float | None:
    """Return the share of the time between two readings of ticks that the host gave to others."""
    if before is None or after is None:
        return None
    spent = [now - then for then, now in zip(before, after, strict=True)]
    return spent[_STEAL] / sum(spent) if sum(spent) > 0 else None


def _number(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None
