"""What can be found: every thing with a page, and the words it is found by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from typing import Any

from amanat.docsite.atlas import Atlas
from amanat.docsite.paths import Kind, Ref
from amanat.docsite.search.words import words_of_all, words_of_name
from amanat.model.field import Field
from amanat.model.values import Text


class Weight(IntEnum):
    """Where a word stands, the least telling first."""

    ABOUT = 0
    """In the name of something it belongs to: owner, category, purpose …"""
    MEANING = 1
    """In a definition, a description or a reason."""
    ID = 2
    """In an id or a column."""
    LABEL = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be found. `sources` are the columns of a field, `claims` what they say of its meaning
    themselves; `about` are things it belongs to."""

    ref: Ref
    label: Text
    meaning: Text
    sources: tuple[str, ...] = ()
    about: tuple[Ref, ...] = ()
    claims: tuple[Text, ...] = ()


def entries_of(atlas: Atlas) -> tuple[Entry, ...]:
    """Fields first, those that most columns hold before others, since of two that answer a query as well the
    widely held one is meant more often; then other things in the order of their kinds."""
    widely = sorted(atlas.catalog.fields.values(), key=lambda field: (-len(field.sources), field.id))
    fields = [_field(atlas, field) for field in widely]
    things = [
        Entry(ref, label, _meaning(atlas, ref))
        for ref, label in atlas.labels.items()
        if ref.kind is not Kind.FIELD
    ]
    return (*fields, *things)


Named = dict[Ref, dict[str, Weight]]
"""The words by which things are called that others belong to."""


def found_by(atlas: Atlas, entry: Entry, named: Named) -> Mapping[str, Weight]:
    """The words that lead to an entry, each with the most telling place it stands in. What `named` does not
    hold yet is added to it."""
    found: dict[str, Weight] = {}
    for ref in entry.about:
        words = named.get(ref)
        if words is None:
            names = atlas.labels.get(ref, {}).values()
            called = chain(words_of_name(ref.id), words_of_all(names))
            words = named[ref] = dict.fromkeys(called, Weight.ABOUT)
        found |= words
    for text in (entry.meaning, *entry.claims):
        for word in words_of_all(text.values()):
            found[word] = Weight.MEANING
    for name in (entry.ref.id, *entry.sources):
        for word in words_of_name(name):
            found[word] = Weight.ID
    for word in words_of_all(entry.label.values()):
        found[word] = Weight.LABEL
    return found


def _field(atlas: Atlas, field: Field) -> Entry:
    return Entry(
        Ref(Kind.FIELD, field.id),
        field.label,
        field.definition,
        tuple(field.sources),
        tuple(_about(atlas, field)),
        tuple(_claims(field)),
    )


def _claims(field: Field) -> Iterator[Text]:
    for source in field.sources.values():
        said = source.facets.get("definition")
        if isinstance(said, Mapping):
            yield said


def _about(atlas: Atlas, field: Field) -> Iterator[Ref]:
    singles = (
        (Kind.TEAM, field.owner),
        (Kind.CLASSIFICATION, field.classification),
        (Kind.CATEGORY, field.category),
        (Kind.SUBJECT, field.subject),
    )
    yield from (Ref(kind, identifier) for kind, identifier in singles if identifier is not None)
    yield from (Ref(Kind.PURPOSE, purpose) for purpose in field.purposes)
    yield from (Ref(Kind.STAGE, stage) for stage in field.stages)
    systems = dict.fromkeys(source.system for source in field.sources.values())
    yield from (Ref(Kind.SYSTEM, system) for system in systems)


def _meaning(atlas: Atlas, ref: Ref) -> Text:
    if ref.kind is Kind.RULE:
        rule = next(rule for rule in atlas.site.rules if rule.name == ref.id)
        return {"en": f"{rule.code} {rule.summary}"}
    catalog = atlas.catalog
    things: Mapping[Kind, Mapping[Any, Any]] = {
        Kind.SYSTEM: catalog.systems,
        Kind.PURPOSE: catalog.purposes,
        Kind.ROLE: catalog.roles,
        Kind.TEAM: catalog.teams,
        Kind.CATEGORY: catalog.categories,
        Kind.CLASSIFICATION: catalog.classifications,
        Kind.SUBJECT: catalog.subjects,
        Kind.STAGE: catalog.stages,
        Kind.RECIPIENT: catalog.recipients,
        Kind.RETENTION: catalog.retention,
    }
    thing = things[ref.kind][ref.id]
    for attribute in ("definition", "description", "reason"):
        text: Text = getattr(thing, attribute, None) or {}
        if text:
            return text
    return {}
