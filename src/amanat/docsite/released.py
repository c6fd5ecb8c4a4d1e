"""What changed in the catalog since the last release, all commits together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from amanat.docsite.paths import Kind, Ref
from amanat.history import Attribute, Event, History, Key, What

_KINDS = {kind.value: kind for kind in Kind} | {"journey": Kind.STAGE}


class Moved(NamedTuple):
    """An entry that is not what it was: it came, went, or changed in `names`. `latest` is the last event."""

    key: Key
    ref: Ref | None
    what: What
    names: tuple[str, ...]
    latest: Event


def moved_of(history: History) -> tuple[Moved, ...]:
    """The entries that changed since the release: new ones first, then those that went, then the others."""
    release = history.release
    if release is None:
        return ()
    found = [one for key, events in release.events.items() for one in _moved(key, events)]
    order = (What.CREATED, What.REMOVED, What.CHANGED)
    return tuple(sorted(found, key=lambda one: (order.index(one.what), one.key)))


def _moved(key: Key, events: tuple[Event, ...]) -> Iterator[Moved]:
    latest, first = events[0], events[-1]
    kind = _KINDS.get(key.section)
    ref = None if kind is None else Ref(kind, key.id)
    came = first.what in (What.CREATED, What.FOUND)
    went = latest.what is What.REMOVED
    if came and went:
        return
    if came or went:
        yield Moved(key, ref, What.CREATED if came else What.REMOVED, (), latest)
        return
    names = _names(events)
    if names or not all(event.readable for event in events):
        yield Moved(key, ref, What.CHANGED, names, latest)


def _names(events: tuple[Event, ...]) -> tuple[str, ...]:
    """The attributes that say something else than before all of these events."""
    net: dict[tuple[str, ...], Attribute] = {}
    for event in events:
        for change in event.changes:
            later = net.get(change.path)
            net[change.path] = change if later is None else Attribute(change.path, change.old, later.new)
    changed = (
        path for path, change in net.items() if change.old is not change.new and change.old != change.new
    )
    return tuple(sorted({path[0] if path else "" for path in changed}))
