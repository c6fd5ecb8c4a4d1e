"""What figures and inferences rest on, as a sheet in one language."""

from __future__ import annotations

from collections.abc import Sequence

from amanat.exchange.journey import ORIGINS
from amanat.exchange.meaning import Meaning, Origins
from amanat.exchange.words import words_for
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.values import CategoryId, FieldId, Text
from amanat.sheet import At, Cell, Code, Piece, Section, Sheet, Table, Thing
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
        (say.say("ask.partnered"), _share(found.partnered, len(found.figures), say)),
        (say.say("ask.warned"), _share(found.warned, len(found.figures), say)),
        (say.say("ask.explained"), _share(found.explained, len(found.inferred), say)),
        (say.say("ask.sure"), _share(found.sure, len(found.inferred), say)),
        (say.say("ask.given"), _share(everything.counts.get("given", 0), fields, say)),
        (say.say("ask.dated"), _share(found.dated, fields, say)),
    ]
    if found.as_of is not None:
        rows.append((say.say("ask.overdue"), _share(len(found.overdue), found.dated, say)))
    heads = tuple(say.say(f"head.{one}") for one in ("question", "counted"))
    return Section("overview", say.say("section.overview"), (), Table(heads, tuple(rows)))


def _share(part: int, whole: int, say: Speech) -> str:
    if not whole:
        return say.say("count.nothing")
    return say.say("count.of", part=part, all=whole, share=say.percent(part, whole))


def _figures(catalog: Catalog, found: Meaning, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            _field(one),
            _link(catalog, one.narrative, say),
            _text(one.caveats, say),
            one.review_by or say.say("unsaid"),
        )
        for one in found.figures
    ]
    return _section(
        "figures", ("field", "narrative", "caveats", "review"), rows, say, say.say("note.figures")
    )


def _inferred(catalog: Catalog, found: Meaning, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            _field(one),
            tuple(_thing(catalog, parent) for parent in one.derived_from) or say.say("unsaid"),
            _text(one.logic, say),
            one.confidence or say.say("unsaid"),
        )
        for one in found.inferred
    ]
    heads = ("field", "derived_from", "logic", "confidence")
    return _section("inferred", heads, rows, say, say.say("note.inferred"))


def _origins(catalog: Catalog, found: Meaning, say: Speech) -> Section:
    rows = [_origin(catalog, one, say) for one in found.origins]
    return _section("origins", ("category", "fields", *ORIGINS, "unsaid"), rows, say)


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
        (_field(one), str(one.review_by), Code(one.owner) if one.owner else say.say("unsaid"))
        for one in sorted(fields, key=lambda one: (str(one.review_by), one.id))
    ]
    return _section(key, ("field", "review", "owner"), rows, say)


def _field(one: Field) -> Cell:
    return (Thing("fields", one.id, one.label), At(one.place))


def _link(catalog: Catalog, identifier: FieldId | None, say: Speech) -> Cell:
    return say.say("unsaid") if identifier is None else _thing(catalog, identifier)


def _thing(catalog: Catalog, identifier: FieldId) -> Piece:
    known = catalog.fields.get(identifier)
    return Code(identifier) if known is None else Thing("fields", identifier, known.label)


def _text(text: Text, say: Speech) -> str:
    return text.get(say.tag) or next(iter(text.values()), say.say("unsaid"))


def _section(
    key: str, heads: Sequence[str], rows: Sequence[tuple[Cell, ...]], say: Speech, *lines: Cell
) -> Section:
    """A section; where nothing is of its kind, that is said."""
    title = say.say(f"section.{key}")
    if not rows:
        return Section(key, title, (*lines, say.say("none")))
    return Section(key, title, lines, Table(tuple(say.say(f"head.{one}") for one in heads), tuple(rows)))
