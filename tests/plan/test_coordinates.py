"""The table of coordinates: what is written is read again, and names tell what does not go without saying."""

from dataclasses import fields

import pytest
from tests.support.cases import USUAL

from ipcbench.errors import UsageError
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import BY_NAME, COORDINATES, UNNAMED_HEAP, given, name_parts
from ipcbench.record.schema import CaseRow


def test_every_field_of_a_case_and_of_its_record_is_a_coordinate() -> None:
    names = [each.field for each in COORDINATES]
    assert sorted(names) == sorted(each.name for each in fields(Case))
    assert sorted(names) == sorted(CaseRow.__struct_fields__)


@pytest.mark.parametrize("coordinate", COORDINATES, ids=lambda each: each.name)
def test_what_is_written_is_read_again(coordinate: object) -> None:
    each = BY_NAME[coordinate.name]  # type: ignore[attr-defined]
    assert each.parse(each.text(each.of(USUAL))) == [each.of(USUAL)]


def test_a_name_leaves_out_what_goes_without_saying() -> None:
    assert USUAL.name == "pipe stream 64B fork split 3.13.0"
    assert USUAL.group_name == "stream 64B fork split 3.13.0"


def test_a_name_tells_all_else_with_what_it_is() -> None:
    changed = {"payload_kind": "ndarray", "heap": "kept", "holds": False, "touch": "all"}
    case = Case(**{**USUAL.as_record(), **changed})
    assert case.name == "pipe stream ndarray 64B fork split heap=kept holds=0 touch=all 3.13.0"
    assert case.group_name == "stream ndarray 64B fork split holds=0 touch=all 3.13.0"


def test_a_heap_that_old_documents_do_not_name_is_not_told_nor_is_what_was_held() -> None:
    case = Case(**{**USUAL.as_record(), "heap": UNNAMED_HEAP, "holds": False})
    assert name_parts(case) == name_parts(USUAL)


def test_an_unknown_coordinate_is_refused_with_what_is_accepted() -> None:
    with pytest.raises(UsageError, match="unknown colour; accepted: channel, workload, payload, size"):
        given({"channel": "pipe", "colour": "red"})


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("channel", "module:" + "C" * 200),
        ("python", ["/bin/" + "p" * 200]),
        ("setting", [f"env:X={'v' * 200}"]),
    ],
)
def test_what_is_longer_than_a_record_holds_is_refused_before_anything_is_measured(
    name: str, asked: object
) -> None:
    with pytest.raises(UsageError, match=f"{name} .* characters; accepted: up to 200"):
        BY_NAME[name].values(asked)


def test_settings_stand_in_a_name_as_they_are_written() -> None:
    case = Case(**{**USUAL.as_record(), "settings": ("env:X=1", "switch-interval=0.0005")})
    assert case.name == "pipe stream 64B fork split env:X=1 switch-interval=0.0005 3.13.0"
    assert BY_NAME["setting"].label(()) == "as it is"
