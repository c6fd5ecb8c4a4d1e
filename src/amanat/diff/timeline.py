"""An entry's history in meanings: each commit that changed it, compared with the commit before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from amanat.diff.change import Change
from amanat.diff.compare import compare
from amanat.diff.renamed import under_new_names
from amanat.history.blame import sides
from amanat.history.entries import DEFAULTS, Key
from amanat.history.log import Commit
from amanat.history.model import Event, History, What
from amanat.history.trees import Trees
from amanat.load import Loaded, load_catalog
from amanat.load.discover import ROOT_FILE
from amanat.model.catalog import ancestors
from amanat.model.field import Field

SECTIONS = {"stages": "journey"}
"""Kinds whose map in YAML has another name."""
_BORROWED = {"retention": "retention", "classifications": "classification"}
"""What a field refers to and is governed by: kind to the attribute that names it."""


class Told(NamedTuple):
    """A change with the file and the line where it is written, after it or, if it is gone, before."""

    change: Change
    file: str
    line: int | None


class Moment(NamedTuple):
    """What a commit did to an entry; `commit` is None for what is not committed. `found` says that the
    history of a shallow clone begins here, so that what is told is where it stood, not what was done.
    `readable` is False where a version of the entry cannot be read."""

    commit: Commit | None
    changes: tuple[Told, ...]
    found: bool
    readable: bool


class Subject(NamedTuple):
    """The entry whose history is asked for."""

    kind: str
    id: str

    @property
    def section(self) -> str:
        """The map in YAML that holds it."""
        return SECTIONS.get(self.kind, self.kind)


def timeline(history: History, trees: Trees, subject: Subject) -> Iterator[Moment]:
    """The moments of an entry, newest first. Both sides of a commit are judged by its author's day.
    Raises `EnvironmentFault` where the clone lacks contents."""
    ids = {subject.id}
    for event in _relevant(history, subject, ids, trees):
        moment = _moment(
            event, trees, subject, ids, date.fromisoformat((event.commit or history.order[0]).day)
        )
        if moment.changes or moment.found or not moment.readable:
            yield moment


def _relevant(history: History, subject: Subject, ids: set[str], trees: Trees) -> Iterator[Event]:
    """The events that may bear on the entry, one a commit, newest first. `ids` grows by earlier names."""
    order: dict[Commit | None, list[tuple[Key, Event]]] = {}
    for key, events in history.events.items():
        if _may_bear(key, subject):
            for event in events:
                order.setdefault(event.commit, []).append((key, event))
    ranks = {commit: rank for rank, commit in enumerate(history.order)}
    for commit in sorted(order, key=lambda one: -1 if one is None else ranks[one]):
        chosen = [
            event
            for key, event in order[commit]
            if (key.section == subject.section and key.id in _names(subject, ids))
            or (key.section != subject.section and _bears(key, event, subject, ids, trees))
        ]
        own = [event for event in chosen if event.id in ids] or chosen
        if own:
            yield own[0]._replace(readable=all(event.readable for event in own))
            for event in own:
                ids.update(_earlier(event, subject, ids, trees))


def _names(subject: Subject, ids: set[str]) -> set[str]:
    return {name for one in ids for name in ancestors(one)} if subject.kind == "purposes" else ids


def _may_bear(key: Key, subject: Subject) -> bool:
    if key.section == subject.section:
        return True
    inherits = subject.kind in ("fields", "systems") and key[:2] == ("catalog", "defaults")
    return inherits or (
        subject.kind == "fields" and key.section in (DEFAULTS, "categories", "retention", "classifications")
    )


def _bears(key: Key, event: Event, subject: Subject, ids: set[str], trees: Trees) -> bool:
    """Whether defaults are those of the file in which the entry stood; others are told by comparing."""
    if key.section != DEFAULTS:
        return True
    return any(
        trees.file_of(side, Key(subject.section, one)) == key.file for side in sides(event) for one in ids
    )


def _earlier(event: Event, subject: Subject, ids: set[str], trees: Trees) -> Iterator[str]:
    if event.what is What.CREATED and event.id in ids:
        was = trees.value(sides(event)[1], Key(subject.section, event.id), ("renamed_from",))
        if isinstance(was, str):
            yield was


def _moment(event: Event, trees: Trees, subject: Subject, ids: set[str], day: date) -> Moment:
    found = event.what is What.FOUND and event.id in ids
    if found:
        return Moment(event.commit, (), True, event.readable)
    if not event.readable:  # what was there, or is, nobody knows
        return Moment(event.commit, (), False, False)
    old, new = sides(event)
    words = [one.encode() for one in (*ids, *_earlier(event, subject, ids, trees))]
    with tempfile.TemporaryDirectory(prefix="amanat-") as folder:
        before = _state(trees, old, Path(folder, "before"), words, subject)
        after = _state(trees, new, Path(folder, "after"), words, subject)
        if before is None or after is None:
            return Moment(event.commit, (), False, False)
        before, called = under_new_names(before, after)
        compared = compare(before.catalog, after.catalog, day, called)
        names = {*ids, *(word.decode() for word in words)}
        about = _about(before, after, subject, names)
        changes = [one for one in compared.changes if (one.kind, one.id) in about]
        for number, parent in enumerate(() if event.commit is None else trees.merged(new)):
            side = _state(trees, parent, Path(folder, f"side{number}"), words, subject)
            if side is not None:
                side, called = under_new_names(side, after)
                changed = {_what(one) for one in compare(side.catalog, after.catalog, day, called).changes}
                changes = [one for one in changes if _what(one) in changed]
        if subject.kind == "fields":
            changes = [_only_of(one, names) for one in changes]
        told = [_told(one, before, after) for one in changes]
    return Moment(event.commit, tuple(told), False, event.readable)


def _what(change: Change) -> tuple[str, ...]:
    return (change.kind, change.id, change.attribute, change.key)


def _state(
    trees: Trees, revision: str, there: Path, words: Sequence[bytes], subject: Subject
) -> Loaded | None:
    """The catalog of a revision without other fields' files, which have no part in what is asked. Of a
    commit without a catalog an empty one."""
    there.mkdir()
    whole = subject.kind != "fields"
    if not trees.write(revision, there, lambda raw: whole or any(word in raw for word in words)):
        (there / ROOT_FILE).write_text("catalog: {name: none, languages: [en]}\n", encoding="utf-8")
    return load_catalog(there)


def _about(before: Loaded, after: Loaded, subject: Subject, ids: set[str]) -> set[tuple[str, str]]:
    """The entries whose changes are the subject's own: itself, and what a field is governed by."""
    found = {(subject.kind, one) for one in ids}
    entries = getattr(after.catalog, subject.kind)
    found |= {(subject.kind, name) for name, one in entries.items() if _was(one) in ids}
    if subject.kind == "fields":
        was, now = (_field(loaded, ids) for loaded in (before, after))
        if was is not None and now is not None:
            found |= {(kind, getattr(one, name)) for kind, name in _BORROWED.items() for one in (was, now)}
    return found


def _field(loaded: Loaded, ids: set[str]) -> Field | None:
    return next((one for name, one in loaded.catalog.fields.items() if name in ids), None)


def _was(entry: object) -> object:
    return getattr(entry, "renamed_from", None)


def _only_of(change: Change, fields: set[str]) -> Change:
    """A change with only those cells that are about the field."""
    return replace(change, cells=tuple(cell for cell in change.cells if cell.field in fields))


def _told(change: Change, before: Loaded, after: Loaded) -> Told:
    place, loaded = change.after_place, after
    if place is None:
        place, loaded = change.before_place, before
    span = None if place is None else loaded.spans.span(place)
    return Told(change, "" if place is None else place.file, None if span is None else span.line)
