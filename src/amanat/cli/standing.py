"""`--as-of REV|DATE`: the catalog as it stood, for exports and for looking at things.

A revision is the catalog of that commit, judged on the commit's date, so that an export is the same as one
that was made then. A date is the catalog of the last commit on or before that day, judged on that day; a day
on or after the last commit is the working tree, judged on it.
"""

from __future__ import annotations

import atexit
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import NamedTuple

from amanat.cli.session import Judged, judge_loaded, judging_day, open_catalog, warn_of_faults
from amanat.errors import EnvironmentFault, UsageError
from amanat.history.git import git
from amanat.history.provenance import Provenance, provenance
from amanat.history.revision import catalog_at
from amanat.load import Loaded
from amanat.load.discover import find_root

_OPEN = ExitStack()
"""Earlier states that were opened: their files are read until the process ends."""
atexit.register(_OPEN.close)


class Stood(NamedTuple):
    """A catalog as it stood: the day that it is judged by, whether that day was asked for, where it stands in
    git, and the folder that it is (or was) in."""

    loaded: Loaded
    day: date | None
    day_given: bool
    stands: Provenance
    root: Path


def as_it_stood(given: Path | None, as_of: str | None, *, lazily: bool = False) -> Stood:
    """The catalog as it stood, `lazily` for who looks at few fields of many. Raises `UsageError` for an
    unknown revision, and a day before there was a catalog; `EnvironmentFault` for a revision outside git, and
    one that a shallow clone lacks."""
    root = find_root(given)
    if as_of is None:
        loaded = open_catalog(given, lazily=lazily)
        return Stood(loaded, judging_day(None, root), False, provenance(root), root)
    day = _date(as_of)
    if day is None:
        return _at(root, as_of, None)
    commit = _commit_of(root, day)
    if commit is None:
        loaded = open_catalog(given, lazily=lazily)
        return Stood(loaded, day, True, provenance(root), root)
    return _at(root, commit, day)


def judge_as_it_stood(given: Path | None, as_of: str | None) -> tuple[Judged, Stood]:
    """The catalog as it stood, judged by every active rule."""
    stood = as_it_stood(given, as_of)
    return judge_loaded(stood.loaded, stood.day, stood.day_given), stood


def opened(given: Path | None, as_of: str | None, *, lazily: bool = False) -> Stood:
    """The catalog as it stood, for looking at; an earlier state, and that something could not be read, are
    told on standard error. Of what stands now it is not asked where it stands in git."""
    if as_of is None:
        loaded = open_catalog(given, lazily=lazily)
        warn_of_faults(loaded)
        day = judging_day(None, loaded.root)
        return Stood(loaded, day, False, Provenance("", frozenset()), loaded.root)
    stood = as_it_stood(given, as_of, lazily=lazily)
    warn_of_faults(stood.loaded)
    told(stood)
    return stood


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _at(root: Path, revision: str, day: date | None) -> Stood:
    if git(root, "rev-parse", "--show-prefix") is None and _looks_like_a_day(revision):
        raise UsageError(f"`{revision}` is not a date", hint="write it as year-month-day, such as 2026-01-31")
    try:
        loaded, commit = _OPEN.enter_context(catalog_at(root, revision))
    except UsageError as error:
        raise UsageError(error.message, hint=f"{error.hint}; a day is written as 2026-01-31") from None
    told = git(root, "log", "-1", "--format=%cs", commit)
    judged = day or (_date(told.decode().strip()) if told else None)
    return Stood(loaded, judged, day is not None, Provenance(commit, frozenset()), root)


def _looks_like_a_day(text: str) -> bool:
    return text[:4].isdigit() and "-" in text


def _commit_of(root: Path, day: date) -> str | None:
    """The last commit on or before a day, by the committers' own dates along the first parents; None where
    that is what stands now, and outside git."""
    head = git(root, "log", "-1", "--format=%cs")
    if head is None or not head.strip():
        return None
    last = _date(head.decode().strip())
    if last is None or day >= last:
        return None
    listed = git(root, "log", "--first-parent", "--format=%H %cs", "--", ".") or b""
    for line in listed.decode().splitlines():
        commit, _, written = line.partition(" ")
        if (found := _date(written)) is not None and found <= day:
            return commit
    if (git(root, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true":
        raise EnvironmentFault(
            f"the clone is shallow and does not reach back to {day}",
            hint="fetch it in full: git fetch --unshallow",
        )
    raise UsageError(f"there was no catalog on {day}", hint=f"its first commit is of {_first(root)}")


def _first(root: Path) -> str:
    told = (git(root, "log", "--format=%cs", "--", ".") or b"").decode().split()
    return told[-1] if told else "no day"


def told(stood: Stood) -> None:
    """Say on standard error that an earlier state was read, so that nobody takes it for today's."""
    if stood.loaded.root.resolve() != stood.root.resolve():
        sys.stderr.write(f"as of commit {stood.stands.commit[:12]}, judged on {stood.day or 'no day'}\n")
