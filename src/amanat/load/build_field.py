"""From checked entries to fields and their sources. Inheritance comes from `inherit`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from amanat.load.build import Entry
from amanat.load.entries import (
    NOTHING,
    Data,
    extras,
    mask,
    mask_of,
    source_ids,
    split_source,
    text,
    texts,
    words,
)
from amanat.load.quickly import twin_of
from amanat.model.field import Field, Source, Survivorship, Valid
from amanat.model.values import SourceId, Status
from amanat.text import Place

CANONICAL_FACETS = (
    "type",
    "length",
    "precision",
    "scale",
    "format",
    "normal",
    "unit",
    "currency",
    "zone",
    "calendar",
    "nullable",
    "unique",
    "structure",
    "polarity",
    "grain",
)

_Field, _Source = twin_of(Field), twin_of(Source)


def field(entry: Entry) -> Field:
    """A field, with what it inherits filled in. Sources that cannot be taken apart are left out here;
    `references` reports them."""
    data, language, place = entry.data, entry.language, entry.place
    get = data.get
    survivorship = get("survivorship")
    canonical, own = _kinds_of(tuple(data))
    made = _Field(
        id=entry.id,
        place=place,
        label=text(get("label"), language),
        definition=text(get("definition"), language),
        category=get("category"),
        owner=get("owner"),
        classification=get("classification"),
        retention=get("retention"),
        purposes=words(get("purposes")),
        subject=get("subject"),
        sources=_sources(get("sources"), place, language),
        master=get("master"),
        survivorship=_survivorship(survivorship) if survivorship and "strategy" in survivorship else None,
        facets=_shared({key: _facet(key, data[key], language) for key in canonical}),
        codes=texts(get("codes"), language),
        origin=get("origin"),
        kind=get("kind", "fact"),
        narrative=get("narrative"),
        caveats=text(get("caveats"), language),
        derived_from=words(get("derived_from")),
        logic=text(get("logic"), language),
        confidence=get("confidence"),
        compulsory=get("compulsory"),
        stages=words(get("stages")),
        critical=get("critical", False),
        quality=get("quality", NOTHING),
        mask=mask(data),
        mask_for={name: mask_of(value) for name, value in get("mask_for", NOTHING).items()},
        status=Status(get("status", "live")),
        review_by=get("review_by"),
        last_used=get("last_used"),
        renamed_from=get("renamed_from"),
        extras={key: data[key] for key in own} if own else NOTHING,
        inherited=entry.inherited,
        broken=entry.broken,
    )
    made.__class__ = Field
    return made


@lru_cache(maxsize=4096)
def _kinds_of(keys: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys that are canonical facets, and the team's own; most fields of a catalog have the same."""
    return tuple(key for key in CANONICAL_FACETS if key in keys), tuple(k for k in keys if k[:2] == "x_")


def _survivorship(written: Data) -> Survivorship:
    get = written.get
    valid = get("valid")
    return Survivorship(
        written["strategy"],
        source_ids(get("priority")),
        get("tie_break"),
        get("function"),
        None if valid is None else _valid(valid),
    )


def _valid(written: Data) -> Valid:
    get = written.get
    allowed = get("in")
    return Valid(
        get("matches"),
        get("min_length"),
        get("max_length"),
        None if allowed is None or allowed == "codes" else words(allowed),
        allowed == "codes",
        get("not_older_than"),
    )


def _sources(value: Data | None, place: Place, language: str) -> Mapping[SourceId, Source]:
    found: dict[SourceId, Source] = {}
    if not value:
        return found
    columns: dict[str, str] = {}
    for name in sorted(value):
        parts = split_source(name, columns)
        if parts is None:
            continue
        written = value[name]
        facets: Data = NOTHING
        more: Data = NOTHING
        if written:
            facets = _shared(
                {key: _facet(key, item, language) for key, item in written.items() if key[:2] != "x_"}
            )
            more = extras(written)
        source: Any = name
        made = found[source] = _Source(source, parts, place, facets, more)
        made.__class__ = Source
    return found


_LIST_FACETS = frozenset(("normal", "empty", "purposes", "stages"))


def _shared(facets: Data) -> Data:
    """The facets, as one map for all that say the same in words and whole numbers: in a large catalog
    nearly all do. (True and 1.0 are equal to 1, so maps that hold other values are kept as they are.)"""
    if not facets:
        return NOTHING
    if _PLAIN.issuperset(map(type, facets.values())):
        return _one_map(tuple(facets.items()))
    return facets


_PLAIN = frozenset((str, int))


@lru_cache(maxsize=4096)
def _one_map(facets: tuple[tuple[str, Any], ...]) -> Data:
    return dict(facets)


def _facet(key: str, value: Any, language: str) -> Any:
    if key == "definition":
        return text(value, language)
    if key in _LIST_FACETS:
        return words(value)
    return value
