"""How everything that is kept of a person is reached from the global id, system after system and table after
table: the graph as data and as a sheet. What no way reaches stands in it with what would mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from amanat.identity.person import Anchor, Lost, PersonWays, Rows, Start, SystemWays, way_of
from amanat.model.catalog import Catalog
from amanat.rights.access_told import way_shown
from amanat.rights.document import head, hops
from amanat.rights.held import About, held_about, held_columns
from amanat.rights.telling import Teller
from amanat.sheet import At, Cell, Code, Section, Sheet, Thing


def found_by(rows: Rows) -> str:
    """How rows of a table are found: `value` (it stands in them), `key`, or `disputed` (a row may lead to two
    people)."""
    if rows.disputable:
        return "disputed"
    return "value" if rows.anchored else "key"


def reach_document(catalog: Catalog, person: PersonWays) -> dict[str, Any]:
    """The graph of `reach.schema.json`: systems in the order in which they are found."""
    held = held_about(held_columns(catalog), person.subject)
    return {
        **head(catalog),
        "subject": person.subject,
        "global_id": person.field,
        "reason": person.reason or None,
        "mend": person.mend or None,
        "systems": [_system(one, held) for one in person.systems],
    }


def _system(one: SystemWays, held: About) -> dict[str, Any]:
    return {
        "system": one.system,
        "anchor": _anchor(one.anchor),
        "reason": one.reason or None,
        "mend": one.mend or None,
        "circles": [list(circle) for circle in one.circles],
        "tables": [
            {
                "table": rows.table,
                "found": found_by(rows),
                "anchored": list(rows.anchored),
                "key": list(rows.key),
                "mapped": rows.mapped,
                "fields": list(held.get((one.system, rows.table), ())),
                "way": hops(way_of(one, rows)),
                "edges": hops(rows.ways),
            }
            for rows in one.rows
        ],
        "lost": [
            {
                "table": lost.table,
                "fields": list(lost.fields),
                "reason": lost.reason,
                "mend": lost.mend or None,
            }
            for lost in one.lost
        ],
    }


def _anchor(anchor: Anchor | None) -> dict[str, Any] | None:
    if anchor is None:
        return None
    return {
        "column": anchor.column,
        "value": anchor.start.value,
        "found_in": anchor.source,
        "field": anchor.field,
    }


def reach_sheet(catalog: Catalog, person: PersonWays, lang: str) -> Sheet:
    """The graph, to read: the order of the systems, then a section for each of them."""
    return _Told(catalog, person, lang).whole()


class _Told(Teller):
    def __init__(self, catalog: Catalog, person: PersonWays, lang: str) -> None:
        super().__init__(catalog, lang)
        self._person = person
        self._held = held_about(held_columns(catalog), person.subject)

    def whole(self) -> Sheet:
        person = self._person
        subject = self.catalog.subjects[person.subject]
        lead: list[Cell] = [(Thing("subjects", subject.id, subject.label), At(subject.place))]
        title = self.t("title.reach", name=self.text(subject.label, subject.id))
        if person.field is None:
            lead.append((self.t("reach.no_global_id"), self.notes(person.reason, person.mend)))
            return self.sheet(title, lead, ())
        lead.append((self.t("lead.global_id"), self.thing("fields", person.field)))
        reached = sum(len(one.rows) for one in person.systems)
        lost = sum(len(one.lost) for one in person.systems)
        lead.append(self.t("lead.reach", n=reached, lost=self.speech.number(lost)))
        sections = [self._of_system(one) for one in person.systems]
        return self.sheet(title, lead, [self._order(), *sections])

    def _order(self) -> Section:
        rows = [
            (
                self.speech.number(number),
                self.thing("systems", one.system),
                Code(one.anchor.column) if one.anchor else self.t("way.none"),
                self._value(one.anchor) if one.anchor else self.notes(one.reason),
                self.speech.number(len(one.rows)),
                self.speech.number(len(one.lost)),
            )
            for number, one in enumerate(self._person.systems, 1)
        ]
        return self.section("order", (), ("number", "system", "known_by", "value", "tables", "lost"), rows)

    def _value(self, anchor: Anchor) -> Cell:
        if anchor.start is Start.GLOBAL:
            return self.t("value.global")
        if anchor.start is Start.FOUND and anchor.source is not None:
            return (self.t("value.found"), Code(anchor.source))
        return (self.t("value.made"), self.thing("fields", anchor.field))

    def _of_system(self, one: SystemWays) -> Section:
        lines: list[Cell] = [self.notes(one.reason, one.mend)] if one.anchor is None else []
        lines += [(self.t("reach.circle"), *(Code(name) for name in circle)) for circle in one.circles]
        rows = [*self._reached(one), *(self._lost(lost) for lost in one.lost)]
        made = self.section("reach", lines, ("table", "found", "way", "fields"), rows)
        entry = self.catalog.systems[one.system]
        title = self.text(entry.label, entry.id)
        return Section(f"system-{one.system}", title, made.lines, made.table)

    def _reached(self, one: SystemWays) -> Iterator[tuple[Cell, ...]]:
        for rows in one.rows:
            fields = self._held.get((one.system, rows.table), ())
            yield (
                Code(rows.table),
                self.t(f"found.{found_by(rows)}"),
                way_shown(way_of(one, rows)) or self.codes(rows.anchored),
                self.speech.number(len(fields)),
            )

    def _lost(self, lost: Lost) -> tuple[Cell, ...]:
        why = self.notes(lost.reason, lost.mend)
        return (Code(lost.table), self.t("found.lost"), why, self.speech.number(len(lost.fields)))
