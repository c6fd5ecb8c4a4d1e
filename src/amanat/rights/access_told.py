"""The plan of an access request as a sheet, and as a script of its queries."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.identity.keys import Step
from amanat.identity.person import Start
from amanat.model.resources import Purpose
from amanat.policy.targets.quoting import comment
from amanat.retention.governed import policies_of
from amanat.rights import beside
from amanat.rights.access import AccessPlan, Read, SystemRead, by_field, portability
from amanat.rights.telling import Teller
from amanat.sheet import At, Cell, Code, Section, Sheet, Thing


def access_sheet(plan: AccessPlan, lang: str) -> Sheet:
    """The plan, to read."""
    return _Told(plan, lang).whole()


def way_shown(way: tuple[Step, ...]) -> tuple[Code, ...]:
    """A way, hop by hop."""
    return tuple(
        Code(
            f"{hop.table}.{'+'.join(hop.columns)} = {hop.target}.{'+'.join(hop.keys)}"
            + "".join(f", {hop.holder}.{column} = {value}" for column, value in hop.where)
        )
        for hop in way
    )


class _Told(Teller):
    def __init__(self, plan: AccessPlan, lang: str) -> None:
        super().__init__(plan.catalog, lang)
        self._plan = plan

    def whole(self) -> Sheet:
        plan = self._plan
        tables = sum(len(system.reads) for system in plan.systems)
        lead: list[Cell] = [(Thing("subjects", plan.subject.id, plan.subject.label), At(plan.subject.place))]
        if plan.field is not None:
            lead.append((self.t("lead.global_id"), Thing("fields", plan.field.id, plan.field.label)))
            lead.append(self.t("lead.access", n=len(plan.systems), tables=tables, fields=len(plan.fields)))
        lead.append(self.t("lead.never_runs"))
        return self.sheet(
            self.t("title.access", name=self.text(plan.subject.label, plan.subject.id)),
            lead,
            (
                self.problems(plan.problems),
                self._order(),
                self._reads(),
                self._care(),
                *self._beside(),
                self._portable(),
            ),
        )

    def _order(self) -> Section:
        rows = [
            (
                self.speech.number(number),
                Thing("systems", one.system.id, one.system.label),
                Code(one.anchor.column),
                self._value(one),
                self.speech.number(len(one.reads)),
            )
            for number, one in enumerate(self._plan.systems, 1)
        ]
        return self.section("order", (), ("number", "system", "known_by", "value", "tables"), rows)

    def _value(self, one: SystemRead) -> Cell:
        anchor = one.anchor
        if anchor.start is Start.GLOBAL:
            return self.t("value.global")
        if anchor.start is Start.FOUND and anchor.source is not None:
            return (self.t("value.found"), Code(anchor.source))
        return (self.t("value.made"), self.thing("fields", anchor.field))

    def _reads(self) -> Section:
        rows = [
            (
                Code(f"{system.system.id}.{read.rows.table}"),
                way_shown(read.way) or self.t("way.here"),
                tuple(Code(one.name) for one in read.columns if not one.withheld) or self.t("none"),
            )
            for system in self._plan.systems
            for read in system.reads
        ]
        return self.section("reads", (self.t("reads.how"),), ("table", "way", "columns"), rows)

    def _care(self) -> Section:
        lines: list[Cell] = []
        for system in self._plan.systems:
            for read in system.reads:
                name = f"{system.system.id}.{read.rows.table}"
                lines += self._about(name, read)
        return self.section("care", lines or [self.t("empty.care")])

    def _about(self, name: str, read: Read) -> Iterator[Cell]:
        withheld = [f"{name}.{one.name}" for one in read.columns if one.withheld]
        others = [one for one in read.columns if one.others and not one.withheld]
        if withheld:
            yield (self.t("care.secret"), *(Code(one) for one in withheld))
        if others:
            kinds = sorted({str(field.subject) for one in others for field in one.fields})
            columns = tuple(Code(f"{name}.{one.name}") for one in others)
            yield (self.t("care.others", kinds=self.t("comma").join(kinds)), *columns)
        if read.disputed is not None:
            yield self.t("care.disputed", table=name)

    def _beside(self) -> Iterator[Section]:
        plan, catalog = self._plan, self._plan.catalog
        rows = [
            (
                self._purpose(one.purpose),
                self.text(one.purpose.reason),
                self.basis(one.purpose),
                tuple(self.t("article", number=number) for number in one.articles) or self.t("none"),
                self.speech.number(len(one.fields)),
                self._profiling(one),
            )
            for one in beside.purposes(catalog, plan.told)
        ]
        headings = ("purpose", "reason", "basis", "rights", "fields", "profiling")
        yield self.section("purposes", (self.t("rights.all"),), headings, rows)
        categories = sorted({one.category for one in plan.told if one.category is not None})
        yield self.section("categories", (self.things("categories", categories),))
        yield self._recipients()
        yield self._retention()
        yield self._origin()

    def _purpose(self, purpose: Purpose) -> Cell:
        thing = Thing("purposes", purpose.id, purpose.label)
        return (thing, self.t("purpose.until", day=purpose.until)) if purpose.until else thing

    def _profiling(self, one: beside.Told) -> Cell:
        profiling = one.purpose.profiling
        if profiling is None:
            return self.t("unsaid")
        return self.text(profiling.logic) if profiling.used else self.t("no")

    def _recipients(self) -> Section:
        rows = [
            (
                Thing("recipients", one.recipient.id, one.recipient.label),
                self.word("recipient_role", one.recipient.role),
                one.recipient.country or self.t("unsaid"),
                tuple(f"{t.country}: {t.mechanism or self.t('unsaid')}" for t in one.transfers)
                or self.t("none"),
                self.things("purposes", one.purposes),
                self.speech.number(len(one.fields)),
            )
            for one in beside.recipients(self._plan.catalog, self._plan.told, self._plan.holders)
        ]
        headings = ("recipient", "recipient_role", "country", "transfer", "purposes", "fields")
        return self.section("recipients", (), headings, rows)

    def _retention(self) -> Section:
        rows = [
            (
                Thing("retention", one.policy.id, one.policy.label),
                self.t("everywhere" if one.policy.where else "everywhere_all")
                if one.where == "*"
                else one.where,
                (one.rule.keep and self.speech.duration(one.rule.keep)) or one.rule.keep or self.t("unsaid"),
                self.word("trigger", one.rule.trigger),
                self.word("then", one.rule.then),
                self.speech.number(len(one.fields)),
                At(one.policy.place),
            )
            for one in beside.kept(self._plan.catalog, self._plan.told)
        ]
        unsaid = [one for one in self._plan.told if not policies_of(self._plan.catalog, one)]
        lines: list[Cell] = []
        if unsaid:
            lines.append((self.t("retention.unsaid"), *(Code(one.id) for one in unsaid)))
        headings = ("retention", "jurisdiction", "keep", "from", "then", "fields", "at")
        return self.section("retention", lines, headings, rows)

    def _origin(self) -> Section:
        sorted_by: dict[str | None, list[str]] = {}
        for one in self._plan.told:
            sorted_by.setdefault(one.origin, []).append(one.id)
        rows = [
            (self.word("origin", origin), self.speech.number(len(names)), self._some(names))
            for origin, names in sorted(sorted_by.items(), key=lambda pair: str(pair[0]))
        ]
        return self.section("origin", (), ("origin", "number_of", "fields"), rows)

    def _some(self, names: list[str]) -> Cell:
        if len(names) > _MOST:
            return (*(Code(one) for one in names[:_MOST]), self.t("more", n=len(names) - _MOST))
        return self.codes(names)

    def _portable(self) -> Section:
        held = by_field(self._plan.systems)
        found = list(portability(self._plan))
        rows: list[tuple[Cell, ...]] = [
            (
                Thing("fields", one.field.id, one.field.label),
                self.word("origin", one.field.origin),
                self.things("purposes", one.purposes),
                self._some(list(held.get(one.field.id, one.field.sources))),
            )
            for one in found
            if one.why == "yes"
        ]
        lines: list[Cell] = [self.t("portable.how")]
        for why in ("secret", "origin", "basis", "unsaid"):
            names = [str(one.field.id) for one in found if one.why == why]
            if names:
                lines.append((self.t(f"portable.{why}", n=len(names)), self._list(names)))
        return self.section("portable", lines, ("field", "origin", "purposes", "columns"), rows)

    def _list(self, names: list[str]) -> str:
        shown = self.t("comma").join(names[:_MOST])
        return (
            f"{shown}{self.t('comma')}{self.t('more', n=len(names) - _MOST)}" if len(names) > _MOST else shown
        )


_MOST = 8
"""How many ids a cell names."""


def access_script(plan: AccessPlan) -> str:
    """The queries in order, for a person to run: `$1` (MySQL: each `?`) is the value by which the system
    knows the person. Only reads."""
    lines = [
        comment(f"Access request of one {plan.subject.id}: reads, system after system. Made by amanat."),
        *(
            comment(f"cannot: {one.key} {one.about} {' '.join(value for _, value in one.values)}")
            for one in plan.problems
        ),
    ]
    for number, system in enumerate(plan.systems, 1):
        name = f"{number}. {system.system.id} ({system.dialect.name if system.dialect else 'no SQL'})"
        lines += ["", comment(f"== {name}, known by {system.anchor.column}")]
        if system.find is not None and system.found_in is not None:
            lines += [comment(f"first, in {system.found_in.id}, the value; once for each that is found:")]
            lines += [f"{system.find.text};"]
        for read in system.reads:
            if read.query is not None:
                lines += ["", comment(f"{system.system.id}.{read.rows.table}"), f"{read.query.text};"]
            if read.disputed is not None:
                told = "rows that lead to somebody else as well; more than 0: look at them"
                lines += [comment(f"{system.system.id}.{read.rows.table}: {told}"), f"{read.disputed.text};"]
    return "\n".join(lines) + "\n"
