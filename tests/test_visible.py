"""Texts from elsewhere, shown."""

from __future__ import annotations

import io
import sys
import unicodedata
from typing import TextIO, cast

import pytest

from ipcbench.streams import Visible
from ipcbench.visible import one_line, spelt, visible, visible_lines


def test_all_that_unicode_calls_a_control_a_format_or_a_separator_of_lines_is_spelt_out() -> None:
    unseen = {
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }
    assert unseen <= spelt().keys()
    assert all(text.isascii() and text.isprintable() for text in spelt().values())
    # What a later Unicode may call so is as good as that; nothing else is touched.
    assert {unicodedata.category(chr(code)) for code in spelt().keys() - unseen} <= {"Cn"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error title=a::b", ": :error title=a::b"),
        ("a ::set-env name=X::y\n::warning::z", "a : :set-env name=X::y : :warning::z"),
        ("tests/test_a.py::test_b", "tests/test_a.py::test_b"),
    ],
)
def test_a_text_from_elsewhere_orders_nothing_where_a_line_of_output_may_be_an_order(
    text: str, shown: str
) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jred", "\\u001b[2Jred"),
        ("a\r\nb\tc", "a\\u000d\\u000ab\\u0009c"),
        ("right \u202e left", "right \\u202e left"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("µs × größer 漢字 😀", "µs × größer 漢字 😀"),
    ],
)
def test_what_cannot_be_seen_is_spelt_out_and_the_rest_stays(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_lines_of_ours_stay_lines() -> None:
    assert visible_lines("a\n\tb\x07\n") == "a\n\tb\\u0007\n"


def test_what_somebody_else_wrote_is_one_line() -> None:
    assert one_line(" first\n  second\x00\r\n") == "first second\\u0000"


def test_a_stream_shows_what_is_in_the_texts_that_are_written_to_it() -> None:
    out = io.StringIO()
    stream = Visible(out)
    print("channel \x1b]0;title\x07 failed", file=cast(TextIO, stream))
    assert out.getvalue() == "channel \\u001b]0;title\\u0007 failed\n"
    stream.as_it_is.write("\x1b[1m")
    assert out.getvalue().endswith("\x1b[1m")
