"""The benefit report as a sheet in one language."""

from __future__ import annotations

from amanat.exchange.benefit import Benefit, Use
from amanat.exchange.sections import field_cell, in_words, known, purpose_thing, section, share, some
from amanat.exchange.words import words_for
from amanat.model.catalog import Catalog
from amanat.model.values import PurposeId
from amanat.rules.gate import Planned
from amanat.sheet import At, Cell, Code, Section, Sheet, Thing
from amanat.speech import Speech


def benefit_sheet(catalog: Catalog, found: Benefit, lang: str) -> Sheet:
    """What was counted, purpose by purpose, then what serves nobody."""
    say = words_for(lang)
    counts = say.say(
        "lead.counts",
        live=len(found.uses),
        purposes=found.purposes,
        fields=found.fields,
        held=found.held,
    )
    return Sheet(
        lang,
        say.say("title.benefit"),
        (say.say("lead.benefit"), say.say("lead.counted"), counts),
        (
            _overview(found, say),
            _purposes(found, say),
            _widening(found, say),
            _unread(found, say),
            _twice(found, say),
            _identifiers(catalog, found, say),
            _planned(found, say),
        ),
        say.say("comma"),
    )


def _overview(found: Benefit, say: Speech) -> Section:
    purposes = len(found.uses)
    rows: list[tuple[Cell, ...]] = [
        (say.say("ask.benefit"), share(found.beneficial, purposes, say)),
        (say.say("ask.expected"), share(found.expected(True), purposes, say)),
        (say.say("ask.unexpected"), share(found.expected(False), purposes, say)),
        (say.say("ask.expected_unknown"), share(found.expected(None), purposes, say)),
        (say.say("ask.unread"), share(len(found.unread), found.fields, say)),
        (say.say("ask.identifiers"), share(len(found.spread), found.identifiers, say)),
    ]
    return section("overview", ("question", "counted"), rows, say)


def _purposes(found: Benefit, say: Speech) -> Section:
    heads = ("purpose", "benefit", "expected", "fields", "plain", "masked", "own", "compulsory", "special")
    rows = [_purpose(use, say) for use in found.uses]
    return section("purposes", heads, rows, say, say.say("note.purposes"))


def _purpose(use: Use, say: Speech) -> tuple[Cell, ...]:
    one = use.purpose
    return (
        (purpose_thing(one), At(one.place)),
        in_words(one.benefit, say),
        say.say("unsaid" if one.expected is None else "yes" if one.expected else "no"),
        *(say.number(number) for number in (len(use.fields), use.plain, use.masked, len(use.own))),
        known(use.compulsory, use.unsaid, say),
        say.number(use.special),
    )


def _widening(found: Benefit, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            purpose_thing(use.purpose),
            say.say("count.plain", part=len(use.unseen), all=len(use.fields)),
            tuple(some([Thing("fields", one.id, one.label) for one in use.unseen], say)),
        )
        for use in found.uses
        if use.unseen
    ]
    return section("widening", ("purpose", "fields", "such_as"), rows, say, say.say("note.widening"))


def _unread(found: Benefit, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (field_cell(one), tuple(Code(name) for name in one.purposes) or say.say("unsaid"))
        for one in found.unread
    ]
    return section("unread", ("field", "listed"), rows, say, say.say("note.unread"))


def _twice(found: Benefit, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            (Thing("fields", one.field.id, one.field.label), *((Code(one.part),) if one.part else ())),
            tuple(piece for source in one.sources for piece in (Code(source.id), At(source.place))),
        )
        for one in found.twice
    ]
    return section("twice", ("field", "asked_at"), rows, say, say.say("note.twice"))


def _identifiers(catalog: Catalog, found: Benefit, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            field_cell(one.field),
            say.number(len(one.roots)),
            tuple(purpose_thing(catalog.purposes[PurposeId(root)]) for root in one.roots),
        )
        for one in found.spread
    ]
    return section("identifiers", ("field", "count", "purposes"), rows, say, say.say("note.identifiers"))


def _planned(found: Benefit, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        ((Thing(one.kind, one.id, one.label), At(one.place)), say.say(f"kind.{one.kind}"), _missing(one, say))
        for one in found.planned
    ]
    return section("planned", ("entry", "kind", "missing"), rows, say, say.say("note.planned"))


def _missing(one: Planned, say: Speech) -> Cell:
    if not one.missing:
        return say.say("missing.nothing")
    return tuple(dict.fromkeys(Code(f"{what.code} {what.name}") for what in one.missing))
