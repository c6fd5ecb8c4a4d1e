"""Two catalogs side by side: every difference with its class, and the cells of the access matrix it moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from amanat.diff.cells import attributed
from amanat.diff.change import Change, plain
from amanat.diff.classes import CLASSES
from amanat.diff.judges import Both, Told
from amanat.diff.tables import APPEARS, ATTRIBUTES, CATALOG, compared_of, entries_of
from amanat.load.builtin import BUILTIN_FILE
from amanat.model.catalog import Catalog
from amanat.policy.changed import Move, moved
from amanat.policy.matrix import Selection
from amanat.text import Place


@dataclass(frozen=True, slots=True)
class Compared:
    """All changes, worst first, and every cell that moved. `loose` are cells that no change has a part in."""

    changes: tuple[Change, ...]
    cells: tuple[Move, ...]
    loose: tuple[Move, ...]


def compare(
    old: Catalog, new: Catalog, as_of: date | None, names: Mapping[tuple[str, str], str] | None = None
) -> Compared:
    """What lies between two catalogs, both judged by the same day. Order, layout, comments and the file that
    an entry stands in are no change; an entry with another id is the same where `renamed_from` says so.
    `names` (kind and id to the id before) are those that the old catalog was brought to already."""
    found = list(_changes(old, new, names or {}))
    cells = moved(old, new, as_of, Selection())
    changes, loose = attributed(found, cells, old, new)
    return Compared(tuple(sorted(changes, key=lambda change: change.order)), cells, loose)


def _changes(old: Catalog, new: Catalog, names: Mapping[tuple[str, str], str]) -> Iterator[Change]:
    for attribute, judge in CATALOG.items():
        before, after = getattr(old, attribute), getattr(new, attribute)
        if _plain(before) != _plain(after):
            both = Both(old, new, old, new)
            places = (old.place.at("catalog", attribute), new.place.at("catalog", attribute))
            for told in judge(both, before, after):
                yield _change(told, "catalog", "catalog", attribute, places)
    yield from _order(old, new)
    for kind in ATTRIBUTES:
        yield from _of_kind(old, new, kind, names)


def _order(old: Catalog, new: Catalog) -> Iterator[Change]:
    """The order of the classifications that both have."""
    was = [name for name in old.classifications if name in new.classifications]
    now = [name for name in new.classifications if name in old.classifications]
    if was != now:
        places = (old.classifications[was[0]].place, new.classifications[now[0]].place)
        yield _change(Told("class-order-changed", "", was, now), "classifications", now[0], "", places)


def _of_kind(old: Catalog, new: Catalog, kind: str, names: Mapping[tuple[str, str], str]) -> Iterator[Change]:
    before, after = entries_of(old, kind), entries_of(new, kind)
    came, went = APPEARS[kind]
    renamed = _renamed(before, after)
    for name, entry in after.items():
        was = renamed.get(name, name)
        if was in before:
            called = names.get((kind, name), was)
            if called != name:
                places = (before[was].place, entry.place)
                yield _change(Told("renamed", "", called, name), kind, name, "", places)
            yield from _of_entry(Both(old, new, before[was], entry), kind, name)
        elif _declared(entry):
            yield _change(Told(came, "", None, _summary(entry)), kind, name, "", (None, entry.place))
    gone = before.keys() - after.keys() - set(renamed.values())
    for name in sorted(gone):
        if _declared(before[name]):
            told = Told(went, "", _summary(before[name]), None)
            yield _change(told, kind, name, "", (before[name].place, None))


def _declared(entry: Any) -> bool:
    """Whether the catalog itself declares the entry; what is built in comes with the tool."""
    return entry.place is not None and entry.place.file != BUILTIN_FILE


def _renamed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """New ids to the old ones that `renamed_from` names."""
    found: dict[str, str] = {}
    for name, entry in after.items():
        was = getattr(entry, "renamed_from", None)
        if was is not None and was in before and was not in after and name not in before:
            found[name] = was
    return found


def _of_entry(both: Both, kind: str, name: str) -> Iterator[Change]:
    before, after = both.before, both.after
    for attribute in compared_of(after):
        was, now = getattr(before, attribute), getattr(after, attribute)
        if was is now or _plain(was) == _plain(now):
            continue
        for told in ATTRIBUTES[kind][attribute](both, was, now):
            places = (_place(before, attribute, told.key), _place(after, attribute, told.key))
            yield _change(told, kind, name, attribute, places)


def _plain(value: object) -> object:
    """A value to compare by: as it is written, so that 1 and true differ, and without places."""
    return repr(plain(value)) if not isinstance(value, str) else value


def _place(entry: Any, attribute: str, key: str) -> Place | None:
    """Where an attribute is written; of facets, and of sources with what they claim, where that part is."""
    if entry.place is None:
        return None
    if attribute in ("facets", "sources"):
        source, _, facet = (key if attribute == "sources" else f"/{key}").partition("/")
        steps = [*(["sources", source] if source else []), *([facet.partition(".")[0]] if facet else [])]
        part: Place = entry.place.at(*steps)
        return part
    found: Place = entry.place_of(attribute) if hasattr(entry, "place_of") else entry.place.at(attribute)
    return found


def _summary(entry: Any) -> object:
    """What an entry says that comes or goes: what is set, so that an approval dies when that changes."""
    said = {name: plain(getattr(entry, name)) for name in compared_of(entry)}
    return {name: value for name, value in said.items() if value not in (None, [], {}, False, "")}


def _change(
    told: Told, kind: str, name: str, attribute: str, places: tuple[Place | None, Place | None]
) -> Change:
    before, after = plain(told.before), plain(told.after)
    return Change(CLASSES[told.name], kind, name, attribute, told.key, before, after, *places)
