r"""Texts from elsewhere, shown: what cannot be seen is spelt out, as in `\u001b`.

A channel's error, a document, a file's name may hold anything: an escape that moves a terminal's cursor, a
line's end behind which another program takes commands, a mark that turns the direction of what follows.
"""

from __future__ import annotations

from functools import lru_cache

#: Controls, format characters, surrogates, separators of lines and paragraphs (Cc, Cf, Cs, Zl, Zp).
_RANGES = (
    *((0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD)),
    *((0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x180E, 0x180E), (0x200B, 0x200F), (0x2028, 0x202E)),
    *((0x2060, 0x206F), (0xD800, 0xDFFF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0x110BD, 0x110BD)),
    *((0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)),
    *((0xE0001, 0xE0001), (0xE0020, 0xE007F)),
)


#: What a line of output may order where GitHub reads it, behind any white space; tables wrap their cells.
_ORDERS = (
    *("error", "warning", "notice", "debug", "group", "endgroup", "echo", "stop-commands", "save-state"),
    *("add-mask", "add-matcher", "remove-matcher", "add-path", "set-env", "set-output"),
)


def harmless(text: str) -> str:
    """Return a text that orders nothing, on whichever line it ends up: `::error` becomes `: :error`."""
    if "::" in text:
        for order in _ORDERS:
            text = text.replace(f"::{order}", f": :{order}")
    return text


@lru_cache
def spelt() -> dict[int, str]:
    """Return by code point how it is spelt; made when it is needed: a probe measures its own heap."""
    return {
        code: f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
        for low, high in _RANGES
        for code in range(low, high + 1)
    }


def visible(text: str) -> str:
    """Return a text of one line: ends of lines and tabs are spelt out too."""
    return text if text.isprintable() else text.translate(spelt())


def replaced(text: str) -> str:
    """Return a text in which what cannot be seen is U+FFFD: for what no XML holds, spelt out or not."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def visible_lines(text: str) -> str:
    """Return a text of ours, whose lines and tabs are meant."""
    lines = ("\t".join(map(visible, line.split("\t"))) for line in text.split("\n"))
    return "\n".join(lines)


def one_line(text: str) -> str:
    """Return a text that somebody else wrote in a line: white space is one space, the rest visible."""
    return harmless(visible(" ".join(text.split())))
