"""Which cores there are, which of them are apart, and that a pinned process stays on its own."""

import os
import subprocess
import sys

import pytest

from ipcbench.probe.process import affinity
from ipcbench.probe.process.affinity import pin, separate_cores, usable_cores


def test_usable_cores_are_those_of_this_process_in_order() -> None:
    assert usable_cores() == sorted(os.sched_getaffinity(0))


def test_there_are_no_usable_cores_where_affinity_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    assert usable_cores() == []


@pytest.mark.parametrize(
    ("siblings", "cores", "separate"),
    [
        ({0: {0, 1}, 1: {0, 1}, 2: {2, 3}, 3: {2, 3}}, [0, 1, 2, 3], [0, 2]),
        ({0: {0, 2}, 1: {1, 3}, 2: {0, 2}, 3: {1, 3}}, [0, 1, 2, 3], [0, 1]),
        ({1: {0, 1}, 3: {2, 3}}, [1, 3], [1, 3]),
        ({5: {5}, 6: {6}}, [5, 6], [5, 6]),
        ({}, [], []),
    ],
)
def test_of_each_physical_core_one_is_separate(
    siblings: dict[int, set[int]], cores: list[int], separate: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(affinity, "_siblings", siblings.__getitem__)
    assert separate_cores(cores) == separate


def test_cores_whose_siblings_are_unknown_count_as_separate() -> None:
    unknown = [100_001, 100_002]
    assert separate_cores(unknown) == unknown


@pytest.mark.parametrize(("part", "numbers"), [("3", [3]), ("0-2", [0, 1, 2]), ("7\n", [7])])
def test_a_part_of_the_kernels_list_is_a_number_or_a_range(part: str, numbers: list[int]) -> None:
    assert list(affinity._range(part)) == numbers


def test_a_pinned_process_may_run_on_its_core_only() -> None:
    core = usable_cores()[-1]
    code = (
        f"import os; from ipcbench.probe.process.affinity import pin; pin({core}); "
        "print(os.sched_getaffinity(0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{ {core} }\n"


def test_pinning_to_no_core_leaves_the_choice_to_the_scheduler() -> None:
    before = os.sched_getaffinity(0)
    pin(None)
    assert os.sched_getaffinity(0) == before
