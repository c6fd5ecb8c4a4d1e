"""The plan of an erasure as a sheet, as a script of its statements, and as data for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from amanat.model.resources import Purpose, System
from amanat.model.values import Action, RoleId
from amanat.policy.targets.quoting import comment
from amanat.rights import beside
from amanat.rights.document import at, head, problems, query
from amanat.rights.erasure import ColumnErasure, Do, ErasurePlan, Fate, SystemErasure, TableErasure
from amanat.rights.keeping import Reason
from amanat.rights.telling import Teller
from amanat.sheet import At, Cell, Code, Section, Sheet, Spans, Thing


def erasure_sheet(plan: ErasurePlan, lang: str) -> Sheet:
    """The plan, to read."""
    return _Told(plan, lang).whole()


class _Told(Teller):
    def __init__(self, plan: ErasurePlan, lang: str) -> None:
        super().__init__(plan.catalog, lang)
        self._plan = plan

    def whole(self) -> Sheet:
        plan = self._plan
        lead: list[Cell] = [(Thing("subjects", plan.subject.id, plan.subject.label), At(plan.subject.place))]
        if plan.systems:
            tables = sum(len(one.tables) for one in plan.systems)
            lead.append(self.t("lead.erasure", n=len(plan.systems), tables=tables))
        lead += [self._complete(), self.t("lead.never_runs")]
        return self.sheet(
            self.t("title.erasure", name=self.text(plan.subject.label, plan.subject.id)),
            lead,
            (
                self.problems(plan.problems),
                self._order(),
                self._steps(),
                self._kept(),
                self._shared(),
                self._backups(),
                self._recipients(),
                self._copies(),
            ),
        )

    def _complete(self) -> str:
        plan = self._plan
        if plan.on is None:
            return self.t("complete.no_day")
        if plan.complete is None:
            return self.t("complete.unknown")
        key = "complete.kept" if any(one.kept for one in plan.systems) else "complete.all"
        return self.t(key, on=plan.on.isoformat(), day=plan.complete.isoformat())

    def _order(self) -> Section:
        rows = [
            (
                self.speech.number(number),
                Thing("systems", one.system.id, one.system.label),
                self.word("method", one.system.erase.method if one.system.erase else None),
                Code(one.read.anchor.column),
                self.speech.number(len(one.tables)),
                At(one.system.place.at("erase")),
            )
            for number, one in enumerate(self._plan.systems, 1)
        ]
        headings = ("number", "system", "method", "known_by", "tables", "at")
        return self.section("erasure_order", (self.t("order.why"),), headings, rows)

    def _steps(self) -> Section:
        rows = [
            (
                Code(f"{system.system.id}.{table.rows.table}"),
                self.t(f"do.{table.do.value}"),
                self._columns(table, Fate.ROW, Fate.EMPTIED),
                self._columns(table, Fate.KEPT),
                self.codes(table.keys),
            )
            for system in self._plan.systems
            for table in system.tables
        ]
        headings = ("table", "do", "erased", "kept", "keys")
        return self._or_by_hand("steps", (self.t("steps.how"),), headings, rows)

    def _or_by_hand(
        self, key: str, lines: Iterable[Cell], headings: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]
    ) -> Section:
        """A section. Where it is empty and all is left to people, it says so: nothing is certain of that."""
        made = self.section(key, lines, headings, rows)
        if made.table is None and self._is_by_hand:
            return self.section(key, (self.t(f"by_hand.{key}"),))
        return made

    @property
    def _is_by_hand(self) -> bool:
        """Whether all of the plan is left to people."""
        return not self._plan.systems and bool(self._plan.by_hand)

    def _columns(self, table: TableErasure, *fates: Fate) -> Cell:
        return self.codes(one.name for one in table.columns if one.fate in fates)

    def _kept(self) -> Section:
        grouped: dict[tuple[str, ...], tuple[Reason, list[str]]] = {}
        for system in self._plan.systems:
            for table, column in system.kept:
                for reason in column.reasons:
                    name = f"{system.system.id}.{table.rows.table}.{column.name}"
                    grouped.setdefault(_key(reason), (reason, []))[1].append(name)
        for one in self._plan.by_hand:
            for reason in one.reasons:
                grouped.setdefault(_key(reason), (reason, []))[1].extend(one.columns)
        rows = [
            (
                self._why(reason),
                self.t("article", number=reason.article),
                self._until(reason),
                (*(Code(one) for one in names[:_MOST]), *self._rest(names)),
                At(reason.place),
            )
            for reason, names in grouped.values()
        ]
        lines: list[Cell] = [self.t("kept.restricted")] if rows else []
        return self._or_by_hand("kept", lines, ("why", "article", "until", "columns", "at"), rows)

    def _rest(self, names: list[str]) -> Iterator[str]:
        if len(names) > _MOST:
            yield self.t("more", n=len(names) - _MOST)

    def _why(self, reason: Reason) -> Cell:
        if reason.hold is not None:
            return (Code(reason.hold.id), self.text(reason.hold.reason))
        if reason.missing is not None:
            return (Code(reason.name), self.t("why.undeclared"))
        law = reason.rule.basis.law if reason.rule and reason.rule.basis else None
        return (Code(str(reason.policy.id if reason.policy else "")), law or self.t("unsaid"))

    def _until(self, reason: Reason) -> Cell:
        if reason.hold is not None:
            return self.t("until.hold", day=reason.hold.review or self.t("unsaid"))
        rule = reason.rule
        if rule is None:
            return self.t("unsaid")
        keep = (rule.keep and self.speech.duration(rule.keep)) or rule.keep or self.t("unsaid")
        rest = "everywhere" if reason.policy is not None and reason.policy.where else "everywhere_all"
        where = self.t("comma").join(self.t(rest) if one == "*" else one for one in reason.where)
        words = self.t("until.rule", keep=keep, event=self.word("trigger", rule.trigger), where=where)
        return (words, *(Code(one) for one in rule.proved_by))

    def _shared(self) -> Section:
        names = [
            Code(f"{system.system.id}.{table.rows.table}")
            for system in self._plan.systems
            for table in system.tables
            if table.disputed is not None
        ]
        if not names and self._is_by_hand:
            return self.section("shared", (self.t("by_hand.shared"),))
        told: list[Cell] = [self.t("shared.how"), tuple(names)] if names else [self.t("empty.shared")]
        return self.section("shared", told)

    def _backups(self) -> Section:
        days = {one.system.id: one.complete for one in self._plan.systems if one.complete is not None}
        rows = [
            (
                Thing("systems", one.id, one.label),
                self._lag(one),
                days[one.id].isoformat() if one.id in days else self.t("unsaid"),
                At(one.place.at("erase")),
            )
            for one in self._plan.holders
        ]
        return self.section("backups", (), ("system", "lag", "complete", "at"), rows)

    def _lag(self, one: System) -> str:
        backups = one.erase.backups if one.erase else None
        return (backups and self.speech.duration(backups)) or backups or self.t("unsaid")

    def _recipients(self) -> Section:
        systems = [one.id for one in self._plan.holders]
        rows = [
            (
                Thing("recipients", one.recipient.id, one.recipient.label),
                self.word("recipient_role", one.recipient.role),
                one.recipient.contact or self.t("unsaid"),
                self.things("systems", one.runs),
                self.things("purposes", one.purposes),
                self.speech.number(len(one.fields)),
            )
            for one in beside.recipients(self._plan.catalog, self._plan.told, systems)
        ]
        headings = ("recipient", "recipient_role", "contact", "runs", "purposes", "fields")
        return self.section("notify", (self.t("notify.how"),), headings, rows)

    def _copies(self) -> Section:
        rows: list[tuple[Cell, ...]] = [
            (
                Thing("purposes", purpose.id, purpose.label),
                self.things("roles", roles),
                At(purpose.place),
            )
            for purpose, roles in _taken(self._plan)
        ]
        return self.section("copies", (self.t("copies.how"),), ("purpose", "roles", "at"), rows)


_MOST = 8


def _taken(plan: ErasurePlan) -> Iterator[tuple[Purpose, list[RoleId]]]:
    """Purposes for which roles may have taken files out, with these roles."""
    for told in beside.purposes(plan.catalog, plan.told):
        purpose = told.purpose
        roles = sorted(r for r, acts in purpose.roles.items() if {Action.EXPORT, Action.SHARE} & set(acts))
        if roles:
            yield purpose, roles


def _key(reason: Reason) -> tuple[str, ...]:
    rule = reason.rule
    return (
        str(reason.hold.id if reason.hold else ""),
        "" if reason.hold else reason.name,
        str(rule.keep if rule else ""),
        str(rule.basis.law if rule and rule.basis else ""),
    )


def erasure_script(plan: ErasurePlan) -> str:
    """The statements in order, for a person to run: the parameters are the value by which the system knows
    the person. Every system ends with proofs, and with what to do when they are 0."""
    lines = [
        comment(
            f"Erasure of one {plan.subject.id}, system after system. Made by amanat, which runs nothing."
        ),
        comment("Run the counts of shared rows first; where one is not 0, decide about those rows by hand."),
        *(
            comment(f"cannot: {one.key} {one.about} {' '.join(v for _, v in one.values)}")
            for one in plan.problems
        ),
    ]
    for system in plan.systems:
        if system.read.find is not None and system.read.found_in is not None:
            lines += ["", comment(f"first, in {system.read.found_in.id}, the value for {system.system.id}:")]
            lines += [f"{system.read.find.text};"]
    for number, system in enumerate(plan.systems, 1):
        lines += ["", comment(f"== {number}. {system.system.id}, known by {system.read.anchor.column}")]
        lines += list(_of_system(system))
    return "\n".join(lines) + "\n"


def _of_system(system: SystemErasure) -> Iterator[str]:
    able = [table for table in system.tables if table.do is not Do.NOTHING]
    if not able:
        yield comment("no statement: see what the plan cannot do")
        return
    for table in able:
        if table.disputed is not None:
            yield comment(f"shared rows of {table.rows.table}: more than 0, decide first")
            yield f"{table.disputed.text};"
    yield comment("set down whose rows they are, before the ways to them go")
    for table in able:
        if table.collect is not None:
            yield from (f"{table.make};", f"{table.collect.text};")
    for statement in system.cut:
        yield from (comment("a key that leads in a circle"), f"{statement};")
    for table in able:
        yield comment(f"{table.rows.table}: {table.do.value}")
        yield from (f"{statement};" for statement in table.erase)
    yield comment("proofs: each gives 0")
    yield from (f"{table.proof};" for table in able if table.proof)
    yield from (f"{statement};" for statement in system.drop)


def erasure_document(plan: ErasurePlan, spans: Spans) -> dict[str, Any]:
    """The contract of `amanat erasure --format json`."""
    systems = [one.id for one in plan.holders]
    return {
        **head(plan.catalog),
        "subject": plan.subject.id,
        "on": plan.on.isoformat() if plan.on else None,
        "jurisdiction": plan.jurisdiction,
        "complete": plan.complete.isoformat() if plan.complete else None,
        "kept": any(one.kept for one in plan.systems) or any(one.reasons for one in plan.by_hand),
        "systems": [_system(one, spans) for one in plan.systems],
        "by_hand": [
            {
                "system": one.system,
                "field": one.field.id,
                "columns": list(one.columns),
                "because": [_reason(reason, spans) for reason in one.reasons],
            }
            for one in plan.by_hand
        ],
        "notify": [
            {
                "id": one.recipient.id,
                "role": one.recipient.role,
                "contact": one.recipient.contact,
                "runs": list(one.runs),
                "purposes": list(one.purposes),
                "fields": [field.id for field in one.fields],
                **at(one.recipient.place, spans),
            }
            for one in beside.recipients(plan.catalog, plan.told, systems)
        ],
        "copies": [
            {"purpose": purpose.id, "roles": list(roles), **at(purpose.place, spans)}
            for purpose, roles in _taken(plan)
        ],
        "backups": {one.id: one.erase.backups if one.erase is not None else None for one in plan.holders},
        "problems": problems(plan.problems, spans),
    }


def _system(one: SystemErasure, spans: Spans) -> dict[str, Any]:
    read = one.read
    find = query(read.find)
    return {
        "system": one.system.id,
        "method": one.system.erase.method if one.system.erase else None,
        "dialect": read.dialect.name if read.dialect else None,
        "known_by": read.anchor.column,
        "value": read.anchor.start.value,
        "found_in": read.anchor.source,
        "find": None if find is None or read.found_in is None else {"system": read.found_in.id, **find},
        "backups": one.system.erase.backups if one.system.erase else None,
        "complete": one.complete.isoformat() if one.complete else None,
        "cut": list(one.cut),
        "tables": [_table(table, spans) for table in one.tables],
        "drop": list(one.drop),
    }


def _table(table: TableErasure, spans: Spans) -> dict[str, Any]:
    return {
        "table": table.rows.table,
        "do": table.do.value,
        "columns": [_column(one, spans) for one in table.columns],
        "keys": list(table.keys),
        "make": table.make or None,
        "collect": query(table.collect),
        "erase": list(table.erase),
        "proof": table.proof or None,
        "disputed": query(table.disputed),
    }


def _column(one: ColumnErasure, spans: Spans) -> dict[str, Any]:
    return {
        "column": one.name,
        "fields": [field.id for field in one.fields],
        "fate": one.fate.value,
        "set": one.neutral.value if one.neutral else None,
        "because": [_reason(reason, spans) for reason in one.reasons],
    }


def _reason(reason: Reason, spans: Spans) -> dict[str, Any]:
    rule = reason.rule
    return {
        "article": reason.article,
        "hold": reason.hold.id if reason.hold else None,
        "review": reason.hold.review if reason.hold else None,
        "retention": None if reason.hold else reason.name,
        "jurisdictions": list(reason.where),
        "law": rule.basis.law if rule and rule.basis else None,
        "keep": rule.keep if rule else None,
        "from": rule.trigger if rule else None,
        "proved_by": list(rule.proved_by) if rule else [],
        **at(reason.place, spans),
    }
