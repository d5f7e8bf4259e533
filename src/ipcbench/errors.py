"""The errors that reach a user: one clear line each, and an exit status."""

from __future__ import annotations

from ipcbench.exit_status import FAILED, USAGE


def with_notes(error: BaseException, text: str | None = None) -> str:
    """Return an error's text, or what is said in its stead, with what was noted since: one line."""
    return "; ".join([str(error) if text is None else text, *getattr(error, "__notes__", [])])


class IpcbenchError(Exception):
    """Base of all our errors. Its text is one line for the user; it pickles across processes."""

    exit_status = FAILED
    #: What else there is to read, in lines of its own: what a command said that failed.
    details = ""


class UsageError(IpcbenchError):
    """What was asked for cannot be done; the text says what is accepted."""

    exit_status = USAGE


class CaseError(IpcbenchError):
    """One case could not be measured; the others can go on."""


class DocumentError(IpcbenchError):
    """A stored document is truncated, foreign or of an unknown schema; the text names the file."""

    exit_status = USAGE
