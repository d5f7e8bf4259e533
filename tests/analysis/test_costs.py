from typing import Any

import msgspec
import pytest

from ipcbench.analysis.costs import read_costs
from ipcbench.record.schema import LaunchRow

USAGE = {
    "user_s": 0.2,
    "system_s": 0.1,
    "voluntary_switches": 50,
    "involuntary_switches": 5,
    "minor_faults": 20,
    "major_faults": 10,
    "peak_rss_bytes": 1000,
}


def launch(**used: float) -> LaunchRow:
    row: dict[str, Any] = {
        "pass_number": 0,
        "trials": 10,
        "messages": 10,
        "warmup_blocks": 1,
        "steady": True,
        "costs": {"sender": {**USAGE, **used}},
    }
    return msgspec.convert(row, LaunchRow)


def test_costs_are_those_of_one_message_over_all_launches() -> None:
    costs = read_costs([launch(), launch(user_s=0.4)])["sender"]
    assert costs.user_s == pytest.approx(0.6 / 200)
    assert costs.cpu_s == pytest.approx(0.8 / 200)
    assert costs.voluntary_switches == pytest.approx(0.5)
    assert costs.involuntary_switches == pytest.approx(0.05)
    assert costs.page_faults == pytest.approx(0.3)


def test_peak_memory_is_the_highest_of_any_launch() -> None:
    assert read_costs([launch(), launch(peak_rss_bytes=3000)])["sender"].peak_rss_bytes == 3000


def test_a_share_below_zero_is_the_kernels_rounding_and_the_sum_is_kept() -> None:
    costs = read_costs([launch(user_s=-0.1, system_s=0.3)])["sender"]
    assert costs.user_s == 0
    assert costs.cpu_s == pytest.approx(0.002)


def test_a_run_without_costs_has_none() -> None:
    assert read_costs([]) == {}
