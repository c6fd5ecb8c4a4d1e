"""What is made from what: fields that are derived from others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.values import FieldId

Feeds = Mapping[FieldId, tuple[Field, ...]]
"""For a field the fields that are made from it directly, in the catalog's order; none: no entry."""


def feeds_of(catalog: Catalog) -> Feeds:
    """What is made from each field, directly."""
    made: dict[FieldId, list[Field]] = {}
    for one in catalog.fields.values():
        for parent in one.derived_from:
            made.setdefault(parent, []).append(one)
    return {parent: tuple(children) for parent, children in made.items()}


def derived_from(feeds: Feeds, names: Iterable[FieldId]) -> tuple[Field, ...]:
    """The held fields that are derived from these, in one step or more, without themselves; sorted by id. A
    circle is walked once, and a field that is not held is walked through."""
    start = set(names)
    seen = set(start)
    waiting = sorted(start)
    found: dict[FieldId, Field] = {}
    while waiting:
        for child in feeds.get(waiting.pop(), ()):
            if child.id not in seen:
                seen.add(child.id)
                waiting.append(child.id)
                if child.status.held:
                    found[child.id] = child
    return tuple(found[name] for name in sorted(found))
