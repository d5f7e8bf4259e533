"""How ends find one another: what is marked is seen, what was removed is not waited for."""

import pytest

from ipcbench.probe.channels.third_party.meeting import CONNECTED, LEFT, Meeting


def test_what_one_end_marks_the_other_sees_and_nothing_else() -> None:
    meeting = Meeting("test")
    meeting.mark(LEFT)
    assert meeting.is_marked(LEFT, 0)
    assert not meeting.is_marked(CONNECTED, 0)
    meeting.remove()


def test_nobody_waits_where_the_channel_was_removed() -> None:
    meeting = Meeting("test")
    meeting.remove()
    assert not meeting.is_marked(LEFT, 3600)
    with pytest.raises(TimeoutError, match=CONNECTED):
        meeting.await_mark(CONNECTED)
