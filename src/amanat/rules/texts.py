"""Every free text that people wrote into a catalog, or that a scan copied there, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from amanat.lint.rule import keys
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source
from amanat.model.resources import Retention, RetentionRule
from amanat.model.snapshot import Snapshot
from amanat.model.values import Extras, Text
from amanat.text import Path, Place


class Written(NamedTuple):
    """A text, the entry it belongs to, and where it stands: the entry's place and the path below it.
    `contact` marks keys that are meant to hold a mailbox."""

    subject: str
    entry: Place
    path: Path
    text: str
    contact: bool = False

    @property
    def place(self) -> Place:
        """Where the text stands."""
        return Place(self.entry.file, self.entry.path + self.path)


COMPARED = keys("label", "definition", "subject", "sources", "status", "narrative", "derived_from")
"""Keys of fields on which rests what is found by holding labels and definitions against each other."""

# Attributes of a resource by kind of text. Their names are the same in YAML and in the model.
_TEXTS = ("label", "definition", "description", "reason", "benefit", "handling")
_WORDS = ("lead", "deputy", "contract", "evidence", "assessment", "dpia")
_CONTACTS = ("contact", "admin")
_TEXT_FACETS = ("definition", "default", "empty")
_WITH_TEXT = frozenset(_TEXT_FACETS)
_RESOURCES = (
    "teams",
    "subjects",
    "classifications",
    "categories",
    "systems",
    "recipients",
    "transfers",
    "roles",
    "purposes",
    "retention",
    "holds",
    "stages",
    "discrepancies",
    "denials",
    "expectations",
)


def written(catalog: Catalog) -> Iterator[Written]:
    """All texts outside fields, section by section; inherited ones only where they are written."""
    yield from _of_root(catalog)
    for section in _RESOURCES:
        for entry in getattr(catalog, section).values():
            if entry.place is not None and not entry.place.file.startswith("<"):
                yield from _of_resource(entry, catalog.language)
    for snapshot in catalog.snapshots.values():
        yield from _of_snapshot(snapshot)


def words_of_field(field: Field) -> list[str]:
    """The texts of a field alone, without their places: the same as in `written_in_field`, but fast."""
    if field.codes or field.extras or field.logic:
        return [item.text for item in written_in_field(field, "")]
    for source in field.sources.values():
        if source.extras or (source.facets and not _WITH_TEXT.isdisjoint(source.facets)):
            return [item.text for item in written_in_field(field, "")]
    if field.caveats:
        return [*field.label.values(), *field.definition.values(), *field.caveats.values()]
    return [*field.label.values(), *field.definition.values()]


def _has_texts(source: Source) -> bool:
    return bool(source.extras) or not _WITH_TEXT.isdisjoint(source.facets)


def text_path(attribute: Path, text: Text, language: str, first: str) -> Path:
    """The path of one language of a text: a plain string stands at the attribute itself."""
    return attribute if language == first and len(text) == 1 else (*attribute, language)


def _of_root(catalog: Catalog) -> Iterator[Written]:
    name = catalog.place.file
    root = Place(name)
    for language, text in catalog.name.items():
        yield Written(
            name, root, text_path(("catalog", "name"), catalog.name, language, catalog.language), text
        )
    for key, who in (("controller", catalog.controller), ("dpo", catalog.dpo)):
        if who is not None:
            yield Written(name, root, ("catalog", key, "name"), who.name)
            yield Written(name, root, ("catalog", key, "contact"), who.contact, True)
    if catalog.controller is not None and catalog.controller.representative:
        yield Written(
            name, root, ("catalog", "controller", "representative"), catalog.controller.representative, True
        )
    for suppression in catalog.settings.ignore:
        for language, text in suppression.reason.items():
            path = text_path(("reason",), suppression.reason, language, catalog.language)
            yield Written(name, suppression.place, path, text)
    yield from _of_extras(name, catalog.place, (), catalog.extras)


def _of_resource(entry: Any, first: str) -> Iterator[Written]:  # noqa: PLR0912 - one short branch a kind
    subject: str = entry.id
    place: Place = entry.place
    inherited: Mapping[str, Place] = getattr(entry, "inherited", {})
    for attribute in _TEXTS:
        text: Text = getattr(entry, attribute, {})
        if text and attribute not in inherited:
            for language, words in text.items():
                yield Written(subject, place, text_path((attribute,), text, language, first), words)
    for attribute in _WORDS:
        value = getattr(entry, attribute, None)
        if value and attribute not in inherited:
            yield Written(subject, place, (attribute,), value)
    for attribute in _CONTACTS:
        value = getattr(entry, attribute, None)
        if value:
            yield Written(subject, place, (attribute,), value, True)
    for language, words in getattr(entry, "no_customer_id", {}).items():
        yield Written(subject, place, ("customer_id", "none", language), words)
    for language, words in getattr(entry, "no_global_id", {}).items():
        yield Written(subject, place, ("global_id", "none", language), words)
    for ignored in (*getattr(entry, "ignore", ()), *getattr(entry, "links", ())):
        for language, words in ignored.reason.items():
            path = text_path(("reason",), ignored.reason, language, first)
            yield Written(subject, ignored.place, path, words)
    profiling = getattr(entry, "profiling", None)
    if profiling is not None and "profiling" not in inherited:
        for key, text in (("logic", profiling.logic), ("human_review", profiling.human_review)):
            for language, words in text.items():
                yield Written(subject, place, text_path(("profiling", key), text, language, first), words)
    if isinstance(entry, Retention):
        yield from _of_retention(entry, first)
    yield from _of_extras(subject, place, (), entry.extras)


def _of_retention(entry: Retention, first: str) -> Iterator[Written]:
    yield from _of_basis(entry, entry.rule, (), first)
    for jurisdiction, rule in entry.where.items():
        if rule.basis is not entry.rule.basis:
            yield from _of_basis(entry, rule, ("where", jurisdiction), first)


def _of_basis(entry: Retention, rule: RetentionRule, path: Path, first: str) -> Iterator[Written]:
    if rule.basis is None:
        return
    if rule.basis.law:
        yield Written(entry.id, entry.place, (*path, "basis", "law"), rule.basis.law)
    for language, words in rule.basis.why.items():
        below = text_path((*path, "basis", "why"), rule.basis.why, language, first)
        yield Written(entry.id, entry.place, below, words)


def written_in_field(field: Field, first: str) -> Iterator[Written]:
    """All texts of a field; `first` is the catalog's first language."""
    subject, place = field.id, field.place
    for attribute, text in (
        ("label", field.label),
        ("definition", field.definition),
        ("caveats", field.caveats),
        ("logic", field.logic),
    ):
        if text:
            for language, words in text.items():
                yield Written(subject, place, text_path((attribute,), text, language, first), words)
    for code, text in field.codes.items():
        for language, words in text.items():
            yield Written(subject, place, text_path(("codes", code), text, language, first), words)
    if field.extras:
        yield from _of_extras(subject, place, (), field.extras)
    for source in field.sources.values():
        if _has_texts(source):
            yield from _of_source(field, source)


def _of_source(field: Field, source: Source) -> Iterator[Written]:
    below: Path = ("sources", source.id)
    for facet in _TEXT_FACETS:
        if facet in source.facets:
            yield from _of_value(field.id, field.place, (*below, facet), source.facets[facet])
    yield from _of_extras(field.id, field.place, below, source.extras)


def _of_snapshot(snapshot: Snapshot) -> Iterator[Written]:
    for column in snapshot.columns.values():
        if column.comment or column.default or column.values:
            texts: Iterable[str] = (
                column.comment,
                column.default or "",
                *column.values,
                *column.values.values(),
            )
            for text in texts:
                if text:
                    yield Written(snapshot.system, snapshot.place(column), (), text)


def _of_extras(subject: str, place: Place, path: Path, extras: Extras) -> Iterator[Written]:
    for key, value in extras.items():
        yield from _of_value(subject, place, (*path, key), value)


def _of_value(subject: str, place: Place, path: Path, value: object) -> Iterator[Written]:
    """The texts inside any YAML value, to any depth the loader allows; numbers as they are written."""
    if isinstance(value, str):
        yield Written(subject, place, path, value)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        yield Written(subject, place, path, str(value))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _of_value(subject, place, (*path, str(key)), item)
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            yield from _of_value(subject, place, (*path, position), item)
