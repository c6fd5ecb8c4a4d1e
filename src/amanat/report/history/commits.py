"""How commits are told in every format."""

from __future__ import annotations

from typing import Any

from amanat.history import Commit

UNCOMMITTED = "not committed"


def data(commit: Commit | None) -> dict[str, Any] | None:
    """A commit as JSON; null for an edit that is not committed."""
    if commit is None:
        return None
    return {"id": commit.id, "author": commit.author, "date": commit.day, "subject": commit.subject}


def cut(begins: Commit) -> str:
    """What has to be said of a shallow clone."""
    return (
        f"the clone is shallow: its history is cut at {begins.short} ({begins.day}), "
        "and what happened before is not known; git fetch --unshallow brings it"
    )
