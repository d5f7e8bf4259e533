"""What two records of counts differ in."""

from __future__ import annotations

from dataclasses import replace

from tests.support.cases import USUAL

from ipcbench.analysis.counts_comparison import CountsComparison, compare_counts
from ipcbench.plan.case import Case
from ipcbench.record.counts import COUNTED, CountsDocument, CountsRecord, CountsRow
from ipcbench.record.schema import SCHEMA, CaseRow
from ipcbench.report.tables.counts_comparison import counts_comparison_dicts, counts_comparison_text
from ipcbench.words import RECEIVER, ROLES, SENDER

PIPE = replace(USUAL, channel="pipe", python="3.13.0")


def row(
    case: Case = PIPE, reads: tuple[int, int] = (2, 2), calls: dict[str, tuple[int, int]] | None = None
) -> CountsRow:
    counts = {end: dict.fromkeys(COUNTED, (1, 1)) for end in ROLES}
    counts[RECEIVER]["reads"] = reads
    watched = None if calls is None else {SENDER: {}, RECEIVER: calls}
    return CountsRow(case=CaseRow.of(case), counts=counts, calls=watched)


def compared(base: list[CountsRow], head: list[CountsRow], **told: dict[str, str]) -> CountsComparison:
    before, after = (
        CountsDocument("2026", CountsRecord(schema=SCHEMA, rows=rows, host={}, **said))
        for rows, said in ((base, {}), (head, told))
    )
    return compare_counts(before, after, ("0001", "0002"))


def test_a_message_that_takes_more_of_something_is_exit_status_1_and_fewer_is_none() -> None:
    more, fewer = compared([row()], [row(reads=(3, 3))]), compared([row(reads=(3, 3))], [row()])
    assert (more.exit_status, fewer.exit_status) == (1, 0)
    (told,) = counts_comparison_dicts(more)
    assert (told["end"], told["what"], told["before"], told["after"]) == (RECEIVER, "reads", 2, 3)
    assert (told["verdict"], counts_comparison_dicts(fewer)[0]["verdict"]) == ("more", "fewer")
    assert "1 counts changed, 7 are the same" in counts_comparison_text(more)


def test_what_varies_from_message_to_message_in_either_record_decides_nothing() -> None:
    for base, head in (((2, 2), (3, 9)), ((1, 2), (3, 3)), ((1, 2), (1, 2))):
        found = compared([row(reads=base)], [row(reads=head)])
        assert (found.exit_status, found.changes, found.varying) == (0, [], 1)
        assert "1 vary from message to message" in counts_comparison_text(found)


def test_a_call_that_only_one_record_has_was_never_made_in_the_other() -> None:
    found = compared([row(calls={"poll": (1, 1)})], [row(calls={"futex": (2, 2)})])
    changed = [(each.what, each.before, each.after) for each in found.changes]
    assert changed == [("futex calls", 0, 2), ("poll calls", 1, 0)]
    assert found.exit_status == 1


def test_calls_that_one_record_did_not_watch_are_not_compared_and_that_is_said() -> None:
    found = compared([row(calls={"poll": (1, 1)})], [row()])
    assert (found.changes, found.exit_status) == ([], 0)
    assert "system calls are not compared, as one record has none: pipe" in counts_comparison_text(found)


def test_a_missing_case_never_passes_and_its_reason_is_told() -> None:
    queue = replace(PIPE, channel="queue")
    found = compared([row(), row(queue)], [row()], failures={queue.name: "queue: boom"})
    assert found.exit_status == 4
    assert "missing in the later record: queue" in counts_comparison_text(found)
    assert "queue: boom" in counts_comparison_text(found)
    assert compared([], []).exit_status == 4
    assert "only in the later record: queue" in counts_comparison_text(compared([row()], [row(), row(queue)]))


def test_records_of_one_python_each_are_compared_whatever_it_is_and_those_of_several_one_by_one() -> None:
    newer = replace(PIPE, python="3.14.0")
    assert compared([row()], [row(newer)]).same == 8
    found = compared([row(), row(newer, reads=(4, 4))], [row(), row(newer, reads=(5, 5))])
    assert [(each.case.python, each.before, each.after) for each in found.changes] == [("3.14.0", 4, 5)]
