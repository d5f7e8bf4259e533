"""The one way in which stored files are read: regular files of a bounded size, their texts made visible.

What stands in a file may have been written by anybody. Nothing that comes from one moves a cursor, begins a
line of its own or turns the direction of a text, in whichever table, chart or page it ends up.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from ipcbench.errors import DocumentError
from ipcbench.visible import harmless, spelt

#: The largest records that we write have a few MB.
MOST_BYTES = 64 << 20
#: Each value takes a hundred bytes of memory and more once it is read; hardly any text has an escape.
MOST_VALUES, MOST_ESCAPES = 4_000_000, 200_000
#: Behind each of these bytes one begins.
LIMITS = {"values": ((b",", b"[", b"{"), MOST_VALUES), "escapes": ((b"\\",), MOST_ESCAPES)}
#: Opening a FIFO or a device must not wait for anybody.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
#: A pair of surrogates, another character, a short escape, what stands for itself.
_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][\da-fA-F]{2})\\u([dD][c-fC-F][\da-fA-F]{2})|u([\da-fA-F]{4})|([bfnrt])|.)",
    re.DOTALL | re.ASCII,
)
_COLON = 0x3A
_SHORT = {"b": 0x08, "t": 0x09, "n": 0x0A, "f": 0x0C, "r": 0x0D}
#: How what cannot be seen is spelt in JSON; lines and tabs between its values are no texts.
_IN_JSON = {code: f"\\{text}" for code, text in spelt().items()}
_BEYOND_ASCII = {code: text for code, text in _IN_JSON.items() if code >= 0x7F}


def read_bytes(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Return a file's content; raise DocumentError for what is no regular file or larger than any of ours."""
    try:
        with open(os.open(path, _FLAGS), "rb") as file:  # noqa: PTH123  (a descriptor)
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise DocumentError(f"{path}: cannot be read: not a regular file")
            content = file.read(found.st_size) if found.st_size <= most_bytes else b""
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # a null character in the path
        raise DocumentError(f"{path}: cannot be read: {error}") from error
    if found.st_size > most_bytes:
        raise DocumentError(f"{path}: larger than {most_bytes >> 20} MiB, so no record")
    return content


def read_json(path: Path) -> str:
    """Return the JSON of a file, its texts made visible.

    Raises DocumentError for what cannot be read, is no UTF-8, or has more in it than any of ours.
    """
    return texts_of(path, read_bytes(path))


def texts_of(path: Path, content: bytes) -> str:
    """Return the same of what was read of a file."""
    for what, (signs, most) in LIMITS.items():
        if sum(map(content.count, signs)) > most:
            raise DocumentError(f"{path}: more than {most:,} {what}, so no record")
    try:
        return with_visible_texts(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: not UTF-8 at byte {error.start}, so no record") from error


def with_visible_texts(json: str) -> str:
    r"""Return the same JSON with its texts as they are shown: what cannot be seen is spelt out.

    An escape of JSON, as `\u001b` or `\n`, becomes a text of six characters.
    """
    json = harmless(_ESCAPE.sub(_spelt_out, json))
    return json if json.isascii() and "\x7f" not in json else json.translate(_BEYOND_ASCII)


def _spelt_out(escape: re.Match[str]) -> str:
    high, low, alone, short = escape.groups()
    if high:
        code = 0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00
        return _IN_JSON.get(code, escape[0])
    if short:
        return _IN_JSON[_SHORT[short]]
    if alone and int(alone, 16) == _COLON:
        return ":"
    return _IN_JSON.get(int(alone, 16), escape[0]) if alone else escape[0]
