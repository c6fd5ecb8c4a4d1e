"""What `amanat log` and `amanat blame` put together from a catalog and its git history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from amanat.cli.session import open_catalog, undeclared
from amanat.errors import UsageError
from amanat.history import History, opened
from amanat.history.git import git
from amanat.load import Loaded
from amanat.report import entry

if TYPE_CHECKING:
    from amanat.diff.timeline import Moment, Subject
    from amanat.history.trees import Trees
    from amanat.report.history import Blame, Log
    from amanat.report.history.blame import Row

ENTRIES = 2
"""The length of a path that leads to an entry."""


def log_of(
    catalog: Path | None, identifier: str, kind: str | None, limit: int, since: str | None
) -> list[Log]:
    """The history of each entry of that id, also of one that is gone. `limit` is the most commits that are
    told (0: all); `since` is a revision or a day. Raises `UsageError` for an id that never was, and
    `EnvironmentFault` where there is no history."""
    from amanat.diff.timeline import timeline
    from amanat.report.history import Log

    _known_kind(kind)
    loaded = open_catalog(catalog)
    with opened(loaded.root, loaded.catalog.settings.out) as (history, trees):
        chosen = _since(loaded.root, history, since)
        logs = []
        for subject in _subjects(loaded, history, identifier, kind):
            moments: list[Moment] = []
            more = False
            for moment in timeline(history, trees, subject):
                if moment.commit is not None and chosen is not None and moment.commit.id not in chosen:
                    continue
                if limit and len(moments) == limit:
                    more = True
                    break
                moments.append(moment)
            logs.append(Log(subject.kind, subject.id, tuple(moments), history.begins, more))
    return logs


def blame_of(catalog: Path | None, identifier: str, kind: str | None) -> list[Blame]:
    """Which commit set each value of each entry of that id. Raises as `log_of`."""
    from amanat.report.history import Blame

    _known_kind(kind)
    loaded = open_catalog(catalog)
    found = entry.find(loaded.catalog, identifier, kind)
    if not found:
        raise undeclared(loaded, identifier, kind)
    with opened(loaded.root, loaded.catalog.settings.out) as (history, trees):
        return [
            Blame(shown.kind, shown.id, tuple(_rows(shown, loaded, history, trees)), history.begins)
            for shown in found
        ]


def _known_kind(kind: str | None) -> None:
    if kind is not None and kind not in entry.KINDS:
        raise UsageError(f"there is no kind `{kind}`", hint=f"one of {', '.join(entry.KINDS)}")


def _subjects(loaded: Loaded, history: History, identifier: str, kind: str | None) -> list[Subject]:
    """The entries of that id that are declared; if there is none, those that once were."""
    from amanat.diff.timeline import SECTIONS, Subject

    found = [Subject(one.kind, one.id) for one in entry.find(loaded.catalog, identifier, kind)]
    if not found:
        known = {key.section for key in history.events if key.id == identifier}
        kinds = (kind,) if kind else entry.KINDS
        found = [Subject(one, identifier) for one in kinds if SECTIONS.get(one, one) in known]
    if not found:
        raise undeclared(loaded, identifier, kind)
    return found


def _since(root: Path, history: History, since: str | None) -> frozenset[str] | None:
    """The commits that are wanted; None for all."""
    if since is None:
        return None
    try:
        day = date.fromisoformat(since).isoformat()
    except ValueError:
        pass
    else:
        return frozenset(commit.id for commit in history.order if commit.day >= day)
    if git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{since}^{{commit}}") is None:
        raise UsageError(f"`{since}` is neither a revision nor a day", hint="a day is written as 2026-01-31")
    listed = git(root, "rev-list", "--end-of-options", f"{since}..HEAD") or b""
    return frozenset(listed.decode().split())


def _rows(shown: entry.Shown, loaded: Loaded, history: History, trees: Trees) -> Iterator[Row]:
    from amanat.history.blame import origin
    from amanat.load.builtin import BUILTIN_FILE
    from amanat.report.history.blame import Row

    for value in _values(shown):
        place = value.place
        if place is None or place.file == BUILTIN_FILE or not _written(loaded, value):
            yield Row(value.key, value.value, None, None, value.inherited, None)
            continue
        span = loaded.spans.span(place)
        line = None if span is None else span.line
        made = origin(history, trees, place)
        yield Row(value.key, value.value, place.file, line, value.inherited, made)


def _written(loaded: Loaded, value: entry.Value) -> bool:
    """Whether somebody wrote the value, or what it is made from; else it is a default of the tool's own."""
    place = value.place
    if place is None:
        return False
    if loaded.spans.exists(place):
        return True
    above = place._replace(path=place.path[:-1])
    return len(above.path) > ENTRIES and loaded.spans.exists(above)


def _values(shown: entry.Shown) -> Iterator[entry.Value]:
    """The values, each part of a map by itself, and each facet of a source."""
    for value in shown.values:
        yield from _parts(value, 2 if value.key == "sources" else 1)


def _parts(value: entry.Value, depth: int) -> Iterator[entry.Value]:
    if not depth or not isinstance(value.value, dict) or not value.value:
        yield value
        return
    for name, part in value.value.items():
        place = None if value.place is None else value.place.at(name)
        yield from _parts(entry.Value(f"{value.key}.{name}", part, place, value.inherited), depth - 1)
