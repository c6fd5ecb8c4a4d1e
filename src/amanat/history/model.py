"""What git knows about a catalog's entries: who changed what, when; and what it cannot know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from amanat.history.attributes import Attribute
from amanat.history.entries import DEFAULTS, Key
from amanat.history.log import Commit
from amanat.text import Place


class State(StrEnum):
    """Whether there is a history, and why not."""

    KNOWN = "known"
    NO_GIT = "no_git"
    NO_REPOSITORY = "no_repository"
    NO_COMMIT = "no_commit"
    """A repository in which nothing was committed yet."""
    NOT_COMMITTED = "not_committed"
    """No commit holds the catalog."""
    INCOMPLETE = "incomplete"
    """The clone lacks contents of its commits."""
    LEFT_OUT = "left_out"
    """The output is committed itself: it would be stale by every commit that holds it."""


class What(StrEnum):
    """What a commit did to an entry."""

    CREATED = "created"
    FOUND = "found"
    """It was there in the oldest commit of a shallow clone: who made it, and when, is unknown."""
    CHANGED = "changed"
    REMOVED = "removed"


class Event(NamedTuple):
    """A commit that changed what an entry says; `commit` is None for an edit that is not committed.

    `changes` is empty where the entry came or went, and where one of the versions cannot be read
    (`readable` is False then). `id` is the entry's id at that time.
    """

    commit: Commit | None
    what: What
    changes: tuple[Attribute, ...]
    id: str
    readable: bool = True


class Release(NamedTuple):
    """The nearest tag before HEAD, and the events since, by entry, newest first."""

    tag: str
    events: Mapping[Key, tuple[Event, ...]]


@dataclass(frozen=True, slots=True)
class History:
    """The history of a catalog. `events` is by entry, newest first. `begins` is the oldest commit of a
    shallow clone, None where the history is whole. `release` is None where no tag is in reach."""

    state: State
    events: Mapping[Key, tuple[Event, ...]] = field(default_factory=dict)
    commits: int = 0
    begins: Commit | None = None
    release: Release | None = None
    order: tuple[Commit, ...] = ()
    """Every commit that touched the catalog's files, newest first."""

    @property
    def known(self) -> bool:
        """Whether anything can be said at all."""
        return self.state is State.KNOWN

    def of(self, section: str, identifier: str, *earlier: str | None) -> tuple[Event, ...]:
        """The events of an entry, newest first, with those under earlier ids that it was renamed from."""
        found = list(self.events.get(Key(section, identifier), ()))
        for name in earlier:
            if name is not None and name != identifier:
                found += self.events.get(Key(section, name), ())
        return tuple(found)

    def last(self, place: Place) -> Event | None:
        """The latest event that changed what stands at a place, or made it; None where git does not say."""
        section, identifier, *path = (*place.path, "", "")[: max(2, len(place.path))]
        key = Key(str(section), str(identifier), place.file if section == DEFAULTS else "")
        for event in self.events.get(key, ()):
            if event.what is not What.CHANGED or not event.readable or _touches(event, path):
                return event
        return None


def _touches(event: Event, path: list[str | int]) -> bool:
    wanted = tuple(str(step) for step in path)
    return any(
        change.path[: len(wanted)] == wanted or wanted[: len(change.path)] == change.path
        for change in event.changes
    )
