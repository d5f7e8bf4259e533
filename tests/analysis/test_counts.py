"""What interpreters differ in, as facts."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.support.cases import USUAL

from ipcbench.analysis.counts import CaseCounts, Count, differences
from ipcbench.record.counts import COUNTED
from ipcbench.report.tables.counts import counts_json, counts_text
from ipcbench.words import ROLES


def counted(python: str, reads: Count) -> CaseCounts:
    counts = {end: {what: Count(1, 1) for what in COUNTED} for end in ROLES}
    counts["receiver"]["reads"] = reads
    case = replace(USUAL, channel="queue", payload_bytes=1024, placement="same", python=python)
    return CaseCounts(case, counts)


def test_a_count_that_differs_between_interpreters_is_a_fact() -> None:
    found = [counted("3.13.0", Count(17, 17)), counted("3.14.0", Count(33, 33))]
    (difference,) = differences(found)
    assert (difference.end, difference.what) == ("receiver", "reads")
    assert "queue, 1KiB: reads of the receiver: 17 on 3.13.0, 33 on 3.14.0" in counts_text(found)


def test_a_count_that_varies_is_no_fact() -> None:
    assert differences([counted("3.13.0", Count(17, 17)), counted("3.14.0", Count(16, 18))]) == []


def test_interpreters_that_take_the_same_are_said_to() -> None:
    found = [counted("3.13.0", Count(2, 2)), counted("3.14.0", Count(2, 2))]
    assert "All interpreters take the same of the kernel." in counts_text(found)
    assert "All interpreters" not in counts_text(found[:1])


def test_what_varies_is_written_as_a_range() -> None:
    assert (str(Count(7, 7)), str(Count(7, 17))) == ("7", "7-17")
    assert "16-18" in counts_text([counted("3.13.0", Count(16, 18))])


def test_the_json_has_cases_and_differences() -> None:
    told = json.loads(counts_json([counted("3.13.0", Count(1, 1)), counted("3.14.0", Count(2, 2))]))
    assert len(told["cases"]) == 2
    assert told["differences"][0]["by_python"]["3.14.0"] == {"low": 2, "high": 2}
