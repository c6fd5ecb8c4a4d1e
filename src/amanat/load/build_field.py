"""From checked entries to fields and their sources. Inheritance comes from `inherit`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

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
from amanat.model.field import Details, Field, Source, Sources, Survivorship, Valid
from amanat.model.values import FieldId, Mask, PurposeId, SourceId, SourceTable, Status
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
_NO_MASKS: Mapping[PurposeId, Mask] = {}


def field(entry: Entry) -> Field:
    """A field, with what it inherits filled in. Sources that cannot be taken apart are left out here;
    `references` reports them."""
    data, language, file = entry.data, entry.language, entry.place.file
    get = data.get
    survivorship = get("survivorship")
    keys = _kinds_of(tuple(data))
    made = _Field(
        id=entry.id,
        file=file,
        label=text(get("label"), language),
        definition=text(get("definition"), language),
        category=_name(get("category")),
        owner=_name(get("owner")),
        classification=_name(get("classification")),
        retention=_name(get("retention")),
        purposes=_one_list(words(get("purposes"))),
        subject=_name(get("subject")),
        sources=_sources(get("sources"), file, entry.id, language),
        master=get("master"),
        survivorship=_survivorship(survivorship) if survivorship and "strategy" in survivorship else None,
        facets=_shared({key: _facet(key, data[key], language) for key in keys.canonical}),
        origin=_name(get("origin")),
        kind=get("kind", "fact"),
        stages=words(get("stages")),
        mask=mask(data),
        status=Status(get("status", "live")),
        inherited=entry.inherited,
        details=_details(entry, keys.own) if keys.detailed or entry.broken else _NO_DETAILS,
    )
    made.__class__ = Field
    return made


class _Keys(NamedTuple):
    """Keys of a field: those that are canonical facets, the team's own, and whether it has details."""

    canonical: tuple[str, ...]
    own: tuple[str, ...]
    detailed: bool


@lru_cache(maxsize=4096)
def _kinds_of(keys: tuple[str, ...]) -> _Keys:
    """What these keys are; most fields of a catalog have the same."""
    own = tuple(key for key in keys if key[:2] == "x_")
    canonical = tuple(key for key in CANONICAL_FACETS if key in keys)
    return _Keys(canonical, own, bool(own) or not _DETAILS.isdisjoint(keys))


_DETAILS = frozenset(one.name for one in fields(Details))


def _details(entry: Entry, own: tuple[str, ...]) -> Details:
    data, language = entry.data, entry.language
    get = data.get
    masks = get("mask_for")
    return Details(
        codes=texts(get("codes"), language),
        narrative=get("narrative"),
        caveats=text(get("caveats"), language),
        derived_from=words(get("derived_from")),
        logic=text(get("logic"), language),
        confidence=get("confidence"),
        compulsory=get("compulsory"),
        critical=get("critical", False),
        quality=get("quality", NOTHING),
        mask_for={name: mask_of(value) for name, value in masks.items()} if masks else _NO_MASKS,
        review_by=get("review_by"),
        last_used=get("last_used"),
        renamed_from=get("renamed_from"),
        extras={key: data[key] for key in own} if own else NOTHING,
        broken=entry.broken,
    )


_NO_DETAILS = _details(Entry("", Place(""), NOTHING, NOTHING, frozenset(), ""), ())


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


def _name(written: str | None) -> Any:
    """An id or a word of the schema, as one text for all fields that name it."""
    return None if written is None else intern(written)


def _facet(key: str, value: Any, language: str) -> Any:
    if key == "definition":
        return text(value, language)
    if key in _LIST_FACETS:
        return words(value)
    return value
