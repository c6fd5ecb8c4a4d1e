"""What figures and inferences rest on, as a sheet in one language."""

from __future__ import annotations

from collections.abc import Sequence

from amanat.exchange.journey import ORIGINS
from amanat.exchange.meaning import Meaning, Origins
from amanat.exchange.sections import field_cell, in_words, section, share
from amanat.exchange.words import words_for
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.values import CategoryId, FieldId
from amanat.sheet import Cell, Code, Piece, Section, Sheet, Thing
from amanat.speech import Speech


def meaning_sheet(catalog: Catalog, found: Meaning, lang: str) -> Sheet:
    """The shares, then figures with their words and caveats, inferences, origins and reviews."""
    say = words_for(lang)
    sections = (
        _overview(found, say),
        _figures(catalog, found, say),
        _inferred(catalog, found, say),
        _origins(catalog, found, say),
        _reviews("overdue", found.overdue, found, say),
        _reviews("soon", found.soon, found, say),
    )
    leads = (say.say("lead.meaning"), say.say("lead.counted"))
    return Sheet(lang, say.say("title.meaning"), leads, sections, say.say("comma"))


def _overview(found: Meaning, say: Speech) -> Section:
    everything = found.origins[0]
    fields = everything.total
    rows: list[tuple[Cell, ...]] = [
        (say.say("ask.partnered"), share(found.partnered, len(found.figures), say)),
        (say.say("ask.warned"), share(found.warned, len(found.figures), say)),
        (say.say("ask.explained"), share(found.explained, len(found.inferred), say)),
        (say.say("ask.sure"), share(found.sure, len(found.inferred), say)),
        (say.say("ask.given"), share(everything.counts.get("given", 0), fields, say)),
        (say.say("ask.dated"), share(found.dated, fields, say)),
    ]
    if found.as_of is not None:
        rows.append((say.say("ask.overdue"), share(len(found.overdue), found.dated, say)))
    return section("overview", ("question", "counted"), rows, say)


def _figures(catalog: Catalog, found: Meaning, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            field_cell(one),
            _link(catalog, one.narrative, say),
            in_words(one.caveats, say),
            one.review_by or say.say("unsaid"),
        )
        for one in found.figures
    ]
    return section("figures", ("field", "narrative", "caveats", "review"), rows, say, say.say("note.figures"))


def _inferred(catalog: Catalog, found: Meaning, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            field_cell(one),
            tuple(_thing(catalog, parent) for parent in one.derived_from) or say.say("unsaid"),
            in_words(one.logic, say),
            one.confidence or say.say("unsaid"),
        )
        for one in found.inferred
    ]
    heads = ("field", "derived_from", "logic", "confidence")
    return section("inferred", heads, rows, say, say.say("note.inferred"))


def _origins(catalog: Catalog, found: Meaning, say: Speech) -> Section:
    rows = [_origin(catalog, one, say) for one in found.origins]
    return section("origins", ("category", "fields", *ORIGINS, "unsaid"), rows, say)


def _origin(catalog: Catalog, one: Origins, say: Speech) -> tuple[Cell, ...]:
    name: Cell
    if one.category == "":
        name = say.say("all")
    elif one.category is None:
        name = say.say("no_category")
    else:
        known = catalog.categories.get(CategoryId(one.category))
        name = Code(one.category) if known is None else Thing("categories", known.id, known.label)
    numbers = (one.total, *(one.counts.get(origin, 0) for origin in ORIGINS), one.counts.get(None, 0))
    return (name, *(say.number(number) for number in numbers))


def _reviews(key: str, fields: Sequence[Field], found: Meaning, say: Speech) -> Section:
    if found.as_of is None:
        return Section(key, say.say(f"section.{key}"), (say.say("no_day"),))
    rows: list[tuple[Cell, ...]] = [
        (field_cell(one), str(one.review_by), Code(one.owner) if one.owner else say.say("unsaid"))
        for one in sorted(fields, key=lambda one: (str(one.review_by), one.id))
    ]
    return section(key, ("field", "review", "owner"), rows, say)


def _link(catalog: Catalog, identifier: FieldId | None, say: Speech) -> Cell:
    return say.say("unsaid") if identifier is None else _thing(catalog, identifier)


def _thing(catalog: Catalog, identifier: FieldId) -> Piece:
    known = catalog.fields.get(identifier)
    return Code(identifier) if known is None else Thing("fields", identifier, known.label)
