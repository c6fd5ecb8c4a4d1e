"""Which commit set each value of an entry, also of values that the entry inherits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from amanat.history.entries import ABSENT, DEFAULTS, UNREADABLE, Key
from amanat.history.model import Event, History, What
from amanat.history.trees import WORKING, Trees
from amanat.text import Place


class Origin(NamedTuple):
    """The event that gave a value what it says; None where git does not say. `id` is what the entry was
    called then, `certain` is False where a version could not be read or the clone is cut there."""

    event: Event | None
    id: str
    certain: bool


def origin(history: History, trees: Trees, place: Place) -> Origin:
    """Where the value at a place comes from. An entry keeps its history when it moves between files, is
    renamed with `renamed_from`, and when the file of its defaults is renamed."""
    section, identifier, *rest = (str(step) for step in (*place.path, "", "")[: max(2, len(place.path))])
    key = Key(section, identifier, place.file if section == DEFAULTS else "")
    path = tuple(rest)
    events = list(history.events.get(key, ()))
    seen = {key}
    while True:
        event = next((one for one in events if _gives(one, path)), None)
        if event is None:
            return Origin(None, key.id, False)
        if event.what is not What.CREATED:
            return Origin(event, key.id, event.readable and event.what is not What.FOUND)
        earlier = _earlier(history, trees, key, event, path)
        if earlier is None or earlier in seen:
            return Origin(event, key.id, True)
        seen.add(earlier)
        before = _before(history.events.get(earlier, ()), event)
        if not before:
            return Origin(event, key.id, True)
        key, events = earlier, before


def _gives(event: Event, path: tuple[str, ...]) -> bool:
    """Whether an event may have given the value at a path. Where the value is a map, so does any of its
    parts."""
    if event.what is not What.CHANGED or not event.readable:
        return event.what is not What.REMOVED
    return any(
        change.path[: len(path)] == path or path[: len(change.path)] == change.path
        for change in event.changes
    )


def sides(event: Event) -> tuple[str, str]:
    """The revisions before and after an event."""
    return ("HEAD", WORKING) if event.commit is None else (f"{event.commit.id}^", event.commit.id)


def _earlier(history: History, trees: Trees, key: Key, event: Event, path: tuple[str, ...]) -> Key | None:
    """What an entry that appeared was before, where it said the same at the path."""
    old, new = sides(event)
    now = trees.value(new, key, path)
    for was in _candidates(history, trees, key, event, new):
        then = trees.value(old, was, path)
        if then is not ABSENT and then is not UNREADABLE and type(then) is type(now) and then == now:
            return was
    return None


def _candidates(history: History, trees: Trees, key: Key, event: Event, new: str) -> Iterator[Key]:
    if key.section == DEFAULTS:
        for other, events in history.events.items():
            if other[:2] == key[:2] and any(
                one.what is What.REMOVED and one.commit == event.commit for one in events
            ):
                yield other
        return
    name = trees.value(new, key, ("renamed_from",))
    if isinstance(name, str):
        yield Key(key.section, name)


def _before(events: tuple[Event, ...], event: Event) -> list[Event]:
    """The events that are older than one; all of them where it has no commit."""
    if event.commit is None:
        return [one for one in events if one.commit is not None]
    for position, one in enumerate(events):
        if one.commit == event.commit:
            return list(events[position + 1 :])
    return list(events)
