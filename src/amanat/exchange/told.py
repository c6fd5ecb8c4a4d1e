"""The benefit report as a sheet in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from amanat.exchange.benefit import Benefit, Use
from amanat.exchange.words import words_for
from amanat.model.field import Field
from amanat.sheet import At, Cell, Code, Piece, Section, Sheet, Table, Thing
from amanat.speech import Speech

LISTED = 3
"""How many fields a cell names; JSON has all."""


def benefit_sheet(found: Benefit, lang: str) -> Sheet:
    """What was counted, purpose by purpose, then what serves nobody."""
    say = words_for(lang)
    return Sheet(
        lang,
        say.say("title.benefit"),
        (say.say("lead.benefit"), say.say("lead.counted")),
        (
            _overview(found, say),
            _purposes(found, say),
            _widening(found, say),
            _unread(found, say),
            _twice(found, say),
            _identifiers(found, say),
            _planned(found, say),
        ),
        say.say("comma"),
    )


def _overview(found: Benefit, say: Speech) -> Section:
    purposes = len(found.uses)
    rows: list[tuple[Cell, ...]] = [
        (say.say("ask.benefit"), _share(found.beneficial, purposes, say)),
        (say.say("ask.expected"), _share(found.expected(True), purposes, say)),
        (say.say("ask.unexpected"), _share(found.expected(False), purposes, say)),
        (say.say("ask.expected_unknown"), _share(found.expected(None), purposes, say)),
        (say.say("ask.unread"), _share(len(found.unread), found.fields, say)),
    ]
    return _section("overview", ("question", "counted"), rows, say)


def _share(part: int, whole: int, say: Speech) -> str:
    if not whole:
        return say.say("count.nothing")
    return say.say("count.of", part=part, all=whole, share=say.percent(part, whole))


def _purposes(found: Benefit, say: Speech) -> Section:
    heads = ("purpose", "benefit", "expected", "fields", "plain", "masked", "own", "compulsory", "special")
    rows = [_purpose(use, say) for use in found.uses]
    return _section("purposes", heads, rows, say, say.say("note.purposes"))


def _purpose(use: Use, say: Speech) -> tuple[Cell, ...]:
    one = use.purpose
    numbers = (len(use.fields), use.plain, use.masked, len(use.own), use.compulsory, use.special)
    return (
        (Thing("purposes", one.id, one.label), At(one.place)),
        say.say("yes" if one.benefit else "unsaid"),
        say.say("unsaid" if one.expected is None else "yes" if one.expected else "no"),
        *(say.number(number) for number in numbers),
    )


def _widening(found: Benefit, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            Thing("purposes", use.purpose.id, use.purpose.label),
            say.number(len(use.unseen)),
            tuple(_named(use.unseen, say)),
        )
        for use in found.uses
        if use.unseen
    ]
    return _section("widening", ("purpose", "fields", "such_as"), rows, say, say.say("note.widening"))


def _unread(found: Benefit, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        ((Thing("fields", one.id, one.label), At(one.place)), _codes(one.purposes, say))
        for one in found.unread
    ]
    return _section("unread", ("field", "listed"), rows, say, say.say("note.unread"))


def _twice(found: Benefit, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            (Thing("fields", one.field.id, one.field.label), *((Code(one.part),) if one.part else ())),
            tuple(piece for source in one.sources for piece in (Code(source.id), At(source.place))),
        )
        for one in found.twice
    ]
    return _section("twice", ("field", "asked_at"), rows, say, say.say("note.twice"))


def _identifiers(found: Benefit, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            (Thing("fields", one.field.id, one.field.label), At(one.field.place)),
            say.number(len(one.purposes)),
            tuple(Thing("purposes", purpose.id, purpose.label) for purpose in one.purposes),
        )
        for one in found.spread
    ]
    return _section("identifiers", ("field", "count", "purposes"), rows, say, say.say("note.identifiers"))


def _planned(found: Benefit, say: Speech) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (
            (Thing(one.kind, one.id, one.label), At(one.place)),
            say.say(f"kind.{one.kind}"),
            tuple(Code(name) for name in one.missing) or say.say("missing.nothing"),
        )
        for one in found.planned
    ]
    return _section("planned", ("entry", "kind", "missing"), rows, say, say.say("note.planned"))


def _section(
    key: str, heads: Sequence[str], rows: Sequence[tuple[Cell, ...]], say: Speech, *lines: Cell
) -> Section:
    """A section; where nothing is of its kind, that is said."""
    title = say.say(f"section.{key}")
    if not rows:
        return Section(key, title, (*lines, say.say("none")))
    return Section(key, title, lines, Table(tuple(say.say(f"head.{one}") for one in heads), tuple(rows)))


def _codes(ids: Iterable[str], say: Speech) -> Cell:
    return tuple(Code(one) for one in ids) or say.say("unsaid")


def _named(fields: Sequence[Field], say: Speech) -> Iterator[Piece]:
    for one in fields[:LISTED]:
        yield Thing("fields", one.id, one.label)
    if len(fields) > LISTED:
        yield say.say("more", n=len(fields) - LISTED)
