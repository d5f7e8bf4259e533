"""What a run found, in sentences."""

from __future__ import annotations

from tests.support.runs import case, document

from ipcbench.analysis.groups import by_size, read_groups
from ipcbench.report.findings import findings, headline


def test_each_sentence_says_what_the_workload_was_given() -> None:
    found = document(
        case("pipe", "burst:16", seconds=1e-5),
        case("queue", "burst:16", seconds=2e-5),
        case("pipe", "burst:400", seconds=4e-4),
        case("queue", "burst:400", seconds=2e-4),
    )
    (family,) = by_size(read_groups(found)).values()
    told = findings(family)
    assert [each.partition(",")[0] for each in told] == ["64B 16: pipe", "64B 400: queue"]
    # No message size tells from where on the other one is better.
    assert headline(family, "Time").startswith("Time: pipe at 64B 16 (then queue")
