"""Documents on the disk: read with suspicion, older schemas upgraded."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ipcbench.errors import DocumentError
from ipcbench.record.files import read_bytes, read_json
from ipcbench.record.schema import SCHEMA
from ipcbench.record.upgrade import upgraded

#: What a document is a record of where it does not say.
RUN = "run"

#: What decoding, upgrading and converting raise of what is no document, or one that was edited to nonsense.
DAMAGED = (msgspec.MsgspecError, LookupError, TypeError, AttributeError, ValueError, RecursionError)

T = TypeVar("T")


class _Tag(msgspec.Struct, frozen=True):
    kind: str = RUN
    schema: int | None = None


class _Tagged(msgspec.Struct, frozen=True):
    ipcbench: _Tag | None = None


class _Committed(msgspec.Struct, frozen=True):
    commit_info: dict[str, Any] = {}


def kind_of(path: Path) -> str:
    """Return what a stored document is a record of; that of a run where it does not say."""
    try:
        return _tag_of(read_bytes(path)).kind
    except DocumentError:
        return RUN


def _tag_of(content: str | bytes) -> _Tag:
    return _decode_if_possible(content, _Tagged()).ipcbench or _Tag()


def commit_info(path: Path) -> dict[str, Any]:
    """Return what a document says of its commit; nothing where it cannot be read."""
    try:
        return _decode_if_possible(read_bytes(path), _Committed()).commit_info
    except DocumentError:
        return {}


def _decode_if_possible(content: str | bytes, otherwise: T) -> T:
    try:
        return msgspec.json.decode(content, type=type(otherwise))
    except DAMAGED:
        return otherwise


def decode_document(path: Path, kind: str, schema: type[T]) -> T:
    """Return a stored document of this kind; raise DocumentError, with file and reason, where it is none."""
    content = read_json(path)
    tag = _tag_of(content)
    if tag.kind != kind:
        shown = f"accepted: ipcbench show {path.name}"
        raise DocumentError(f"{path}: the record of a {tag.kind}, not of a {kind}; {shown}")
    oldest = 1 if kind == RUN else SCHEMA
    if tag.schema is not None and not oldest <= tag.schema <= SCHEMA:
        raise DocumentError(f"{path}: schema {tag.schema}; this version reads schemas {oldest} to {SCHEMA}")
    try:
        if tag.schema is None or tag.schema == SCHEMA:
            return msgspec.json.decode(content, type=schema)
        return msgspec.convert(upgraded(msgspec.json.decode(content)), schema)
    except RecursionError as error:
        raise DocumentError(f"{path}: nested too deeply, so not a {kind} document") from error
    except DAMAGED as error:
        raise DocumentError(f"{path}: not a {kind} document, or a truncated one: {error}") from error
