"""Stored files, read: what is none of ours is one line."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcbench.errors import DocumentError
from ipcbench.record import files
from ipcbench.record.files import read_bytes, read_json, with_visible_texts
from ipcbench.visible import spelt, visible


@given(
    st.recursive(st.text() | st.integers() | st.none(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_texts_of_any_json_come_out_as_they_are_shown(value: object) -> None:
    def shown(value: object) -> object:
        if isinstance(value, dict):
            return {visible(key): shown(each) for key, each in value.items()}
        if isinstance(value, list):
            return [shown(each) for each in value]
        return visible(value) if isinstance(value, str) else value

    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only, indent=1).encode("utf-8", "surrogatepass")
        if ascii_only or b"\xed" not in text:
            assert json.loads(with_visible_texts(text.decode("utf-8"))) == shown(value)


@pytest.mark.parametrize(
    "text", ['"\\\\u001b"', '"\\\\n"', '"\\\\\\\\"', '"\\/ \\" \\\\"', '"\\ud83d\\ude00"', '"\\u00e4"']
)
def test_what_only_looks_like_an_escape_stays(text: str) -> None:
    assert with_visible_texts(text) == text


@pytest.mark.parametrize(
    "text", ['"\\u001b[2J"', '"\\u202e"', '"\\n"', '"\\ud800"', '"\u2028"', '"\x7f"', '"\\udb40\\udc41"']
)
def test_no_text_of_a_document_has_what_cannot_be_seen(text: str) -> None:
    found = msgspec.json.decode(with_visible_texts(text), type=str)
    assert found.startswith("\\")
    assert not any(ord(sign) in spelt() for sign in found)


def _fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("written", ["::error::a", "\\u003a:error::a", ":\\u003Aerror::a"])
def test_a_text_of_a_document_orders_nothing_however_it_is_written(written: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(f'["{written}"]')
    assert json.loads(read_json(path)) == [": :error::a"]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path, "cannot be read: No such file"),
        (lambda path: path.mkdir() or path, "cannot be read: "),
        (_fifo, "not a regular file"),
        (lambda _path: Path("/dev/zero"), "not a regular file"),
        (lambda path: path.symlink_to("/dev/zero") or path, "not a regular file"),
        (lambda path: path.symlink_to(path) or path, "cannot be read: Too many levels"),
        (lambda path: path.with_name("a\0b"), "cannot be read: "),
    ],
    ids=["nothing", "a folder", "a FIFO", "a device", "a link to one", "a circle", "no name"],
)
def test_what_is_no_file_is_one_line_at_once(make: Callable[[Path], Path], why: str, tmp_path: Path) -> None:
    raised: list[BaseException] = []

    def read() -> None:
        try:
            read_json(make(tmp_path / "x.json"))
        except BaseException as error:
            raised.append(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(10)
    (error,) = raised
    assert isinstance(error, DocumentError)
    assert why in str(error)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"a": "\xff"}', "not UTF-8 at byte 7"),
        (b"[" + b"1," * 20 + b"1]", "more than 10 values"),
        (b"[" * 20 + b"]" * 20, "more than 10 values"),
        (b'{"":' * 20 + b"1" + b"}" * 20, "more than 10 values"),
        (b'"' + b"\\n" * 20 + b'"', "more than 10 escapes"),
        (b" " * 2000, "larger than 0 MiB"),
    ],
    ids=["bytes", "values", "lists", "objects", "escapes", "size"],
)
def test_what_is_more_than_any_of_ours_is_one_line(
    content: bytes, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LIMITS", {what: (signs, 10) for what, (signs, _) in files.LIMITS.items()})
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(DocumentError, match=why):
        files.texts_of(tmp_path / "x.json", read_bytes(tmp_path / "x.json", 1000))
