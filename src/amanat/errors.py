"""The few exceptions: usage, environment, interrupted writing. A problem in a catalog is a `Diagnostic`."""

from __future__ import annotations


class AmanatError(Exception):
    """Something the person at the keyboard can mend: says what is wrong, and what to do in `hint`."""

    exit_code = 2

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AmanatError):
    """The command was given something it cannot use: an unknown id, a missing option, a bad date."""


class EnvironmentFault(AmanatError):  # noqa: N818 - the fault is the machine's
    """The machine does not let us: no such folder, no permission, a full disk, no git."""
