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
from amanat.model.field import Field, Source, Sources, Survivorship, Valid
from amanat.model.values import FieldId, Mask, PurposeId, SourceId, SourceTable, Status

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
_NO_MASKS: Mapping[PurposeId, Mask] = {}


def field(entry: Entry) -> Field:
    """A field, with what it inherits filled in. Sources that cannot be taken apart are left out here;
    `references` reports them."""
    data, language, file = entry.data, entry.language, entry.place.file
    get = data.get
    survivorship, masks = get("survivorship"), get("mask_for")
    canonical, own = _kinds_of(tuple(data))
    made = _Field(
        id=entry.id,
        file=file,
        label=text(get("label"), language),
        definition=text(get("definition"), language),
        category=get("category"),
        owner=get("owner"),
        classification=get("classification"),
        retention=get("retention"),
        purposes=_one_list(words(get("purposes"))),
        subject=get("subject"),
        sources=_sources(get("sources"), file, entry.id, language),
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
        mask_for={name: mask_of(value) for name, value in masks.items()} if masks else _NO_MASKS,
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


def _sources(value: Data | None, file: str, field: FieldId, language: str) -> Mapping[SourceId, Source]:
    if not value:
        return _NO_SOURCES
    found: list[Source] = []
    columns: dict[str, str] = {}
    for name in sorted(value):
        start, _, column = name.rpartition(".")
        table = _table(start) if column else None
        if table is None:
            continue
        written = value[name]
        facets: Data = NOTHING
        more: Data = NOTHING
        if written:
            facets = _shared(
                {key: _facet(key, item, language) for key, item in written.items() if key[:2] != "x_"}
            )
            more = extras(written)
        made = _Source(table, columns.setdefault(column, column), file, field, facets, more)
        made.__class__ = Source
        found.append(made)
    return Sources(found)


_NO_SOURCES = Sources(())


@lru_cache(maxsize=16384)
def _table(start: str) -> SourceTable | None:
    """The table that the ids of columns begin with; None where that is none. One for all its columns."""
    parts = split_source(f"{start}.column")
    return None if parts is None else SourceTable(parts.system, parts.schema, parts.table, f"{start}.")


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


@lru_cache(maxsize=4096)
def _one_list(ids: tuple[str, ...]) -> tuple[Any, ...]:
    """The same list for all fields that name the same."""
    return ids


def _facet(key: str, value: Any, language: str) -> Any:
    if key == "definition":
        return text(value, language)
    if key in _LIST_FACETS:
        return words(value)
    return value
