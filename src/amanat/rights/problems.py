"""What a plan cannot do, so that nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from amanat.identity.note import told
from amanat.identity.person import PersonWays, Start, second_ways
from amanat.model.catalog import Catalog
from amanat.model.values import SystemId
from amanat.rights.held import held_about, held_columns
from amanat.text import Place


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a plan cannot do. `key` names it in every language, `place` is where to look, `about`
    the entry, `values` fill the words; notes among them are told in the language of the rest."""

    key: str
    place: Place
    about: str
    values: tuple[tuple[str, str], ...] = ()

    def filled(self, lang: str) -> dict[str, str]:
        """The values for the words, in the language of a tag."""
        return {"about": self.about, **{name: told(one, lang) for name, one in self.values}}


def problem(key: str, place: Place, about: str, **values: str) -> Problem:
    """A problem with values for its words."""
    return Problem(key, place, about, tuple(values.items()))


def unread(catalog: Catalog) -> Iterator[Problem]:
    """Files that could not be read: fields, laws and holds may stand in them."""
    for file in catalog.unreadable:
        yield problem("unreadable", Place(file, ()), file)


def of_ways(catalog: Catalog, ways: PersonWays) -> Iterator[Problem]:
    """What no way reaches, or only with a person's help; and what could not be read."""
    yield from unread(catalog)
    subject = catalog.subjects[ways.subject]
    if ways.field is None:
        place = subject.place.at("global_id")
        yield problem("no_global_id", place, subject.id, reason=ways.reason, mend=ways.mend)
        yield from _by_hand(catalog, ways)
        return
    for one in ways.systems:
        place = catalog.systems[one.system].place
        if one.anchor is None:
            yield problem(
                "no_way",
                place.at("customer_id"),
                one.system,
                reason=one.reason,
                mend=one.mend,
                tables=", ".join(lost.table for lost in one.lost),
                fields=", ".join(sorted({name for lost in one.lost for name in lost.fields})),
            )
            continue
        if one.anchor.start is Start.MADE:
            yield problem("made_by_hand", place.at("customer_id"), one.system, field=str(one.anchor.field))
        if one.anchor.link is not None:
            link = one.anchor.link
            yield problem("by_link", link.place, one.system, start=link.start, end=link.end)
        for link in second_ways(catalog, one):
            yield problem(
                "second_way", link.place, one.system,
                column=one.anchor.column, start=link.start, end=link.end,
            )  # fmt: skip
        for lost in one.lost:
            fields = ", ".join(lost.fields)
            yield problem(
                "lost_table", place, one.system,
                table=lost.table, reason=lost.reason, mend=lost.mend, fields=fields,
            )  # fmt: skip
        for circle in one.circles:
            yield problem("circle", place, one.system, tables=", ".join(circle))


def _by_hand(catalog: Catalog, ways: PersonWays) -> Iterator[Problem]:
    """Systems that hold data about people without a global id."""
    tables: dict[SystemId, list[str]] = {}
    for system, table in held_about(held_columns(catalog), ways.subject):
        tables.setdefault(system, []).append(table)
    for system, names in tables.items():
        if system in catalog.systems:
            yield problem("look_by_hand", catalog.systems[system].place, system, tables=", ".join(names))
