"""What the reports of this room say in the same way: shares, counts with what is unknown, sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amanat.model.field import Field
from amanat.model.resources import Purpose
from amanat.model.values import Text
from amanat.sheet import At, Cell, Piece, Section, Table, Thing
from amanat.speech import Speech

LISTED = 3
"""How many things a cell names; JSON has all."""


def share(part: int, whole: int, say: Speech) -> str:
    """How many of how many, and in per cent."""
    if not whole:
        return say.say("count.nothing")
    return say.say("count.of", part=part, all=whole, share=say.percent(part, whole))


def known(number: int, unsaid: int, say: Speech) -> str:
    """A number, with how many there are of which nobody said."""
    if not unsaid:
        return say.number(number)
    return say.say("count.unsaid", part=number, unsaid=unsaid)


def section(
    key: str, heads: Sequence[str], rows: Sequence[tuple[Cell, ...]], say: Speech, *lines: Cell
) -> Section:
    """A section; where nothing is of its kind, that is said."""
    title = say.say(f"section.{key}")
    if not rows:
        return Section(key, title, (*lines, say.say("none")))
    return Section(key, title, lines, table(heads, rows, say))


def table(heads: Sequence[str], rows: Sequence[tuple[Cell, ...]], say: Speech) -> Table:
    """A table by the keys of its headings."""
    return Table(tuple(say.say(f"head.{one}") for one in heads), tuple(rows))


def field_cell(one: Field) -> Cell:
    """A field and where it is written."""
    return (Thing("fields", one.id, one.label), At(one.place))


def purpose_thing(one: Purpose) -> Thing:
    """A purpose by its name."""
    return Thing("purposes", one.id, one.label)


def some(things: Sequence[Thing], say: Speech) -> Iterator[Piece]:
    """The first of several things, and how many more there are."""
    yield from things[:LISTED]
    if len(things) > LISTED:
        yield say.say("more", n=len(things) - LISTED)


def in_words(text: Text, say: Speech) -> str:
    """A text in the report's language, else in the first that it has; that nobody said it."""
    return text.get(say.tag) or next(iter(text.values()), say.say("unsaid"))
