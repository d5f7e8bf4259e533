"""What an end noted of a batch comes to the driver whole."""

from dataclasses import astuple

from ipcbench.probe.workloads.contract import Stamps


def test_nothing_that_an_end_noted_is_dropped_on_its_way() -> None:
    """The count of what was lost was: every field has a value of its own."""
    noted = Stamps(1, 2, b"\3" * 8, 4, 5, 6)
    assert len(set(astuple(noted))) == len(astuple(noted))
    assert Stamps.of_message(noted.as_message([7]), noted.each_ns) == noted
    assert noted.as_message([7]).first_ns == [7]
