"""An objection to a purpose, or the withdrawal of consent (GDPR Art. 7(3), 21): what stops, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field, Source
from amanat.model.resources import Purpose
from amanat.model.values import Action, PurposeId, RoleId, SourceId
from amanat.rights import beside
from amanat.rights.correcting import notify_section, sent_document
from amanat.rights.document import at, head, problems
from amanat.rights.keeping import Keeping, Reason
from amanat.rights.problems import Problem, problem, unread
from amanat.rights.telling import Teller
from amanat.sheet import At, Cell, Code, Piece, Sheet, Spans, Thing


class Stop(NamedTuple):
    """A field that is not used for the purpose any more. `others` are purposes in use that it still serves,
    but for those that are over on the day of the plan. `columns` are those of systems in use; `kept` are
    those of them that a law or a hold keeps (Art. 17(3)), `records` those that have to say that use has
    stopped."""

    field: Field
    others: tuple[PurposeId, ...]
    columns: tuple[Source, ...]
    kept: Mapping[SourceId, tuple[Reason, ...]]
    records: frozenset[SourceId]

    @property
    def erased(self) -> tuple[SourceId, ...]:
        """The columns that nothing needs any more, so that they are erased (Art. 17(1)(b), (c))."""
        if self.others:
            return ()
        return tuple(one.id for one in self.columns if one.id not in self.kept and one.id not in self.records)


@dataclass(frozen=True, slots=True)
class ObjectionPlan:
    """The purposes that stop: the one asked, and those below it, but for those that rest on bases to which
    nobody can object. `rights` maps a jurisdiction to what holds there: `objection` (Art. 21(1)),
    `withdrawal` (Art. 7(3)), or `none`. `records` are the columns that have to say so. `on` is the day on
    which purposes are judged to be over; None: none is."""

    catalog: Catalog
    purpose: Purpose
    on: date | None
    stopped: tuple[Purpose, ...]
    rights: Mapping[str, str]
    fields: tuple[Stop, ...]
    roles: Mapping[RoleId, tuple[Action, ...]]
    records: tuple[SourceId, ...]
    sent: tuple[beside.Sent, ...]
    problems: tuple[Problem, ...]


_RIGHT = {"legitimate_interest": "objection", "public_task": "objection", "consent": "withdrawal"}


def objection_plan(
    catalog: Catalog, name: PurposeId, on: date | None = None, keeping: Keeping | None = None
) -> ObjectionPlan:
    """The plan for a purpose, on a day. `keeping` tells what is kept that day, where the caller has one."""
    purpose = catalog.purposes[name]
    below = tuple(p for p in catalog.purposes.values() if name in ancestors(p.id) and p.status.held)
    rights = _rights(purpose)
    firm = tuple(one for one in below if _is_firm(one)) if not _is_firm(purpose) else ()
    stopped = tuple(one for one in below if one not in firm)
    gone = {one.id for one in stopped}
    records = {one.consent.recorded_in for one in stopped if one.consent and one.consent.recorded_in}
    kept = Keeping(catalog, None, on) if keeping is None else keeping
    fields = tuple(_fields(catalog, gone, on, frozenset(records), kept))
    roles: dict[RoleId, set[Action]] = {}
    for one in stopped:
        for role, actions in one.roles.items():
            roles.setdefault(role, set()).update(actions)
    systems = sorted({one.system for stop in fields for one in stop.columns})
    sent = tuple(
        one
        for one in beside.recipients(catalog, [stop.field for stop in fields], systems)
        if one.runs or gone.intersection(one.purposes)
    )
    return ObjectionPlan(
        catalog,
        purpose,
        on,
        stopped,
        rights,
        fields,
        {role: tuple(sorted(actions)) for role, actions in sorted(roles.items())},
        tuple(sorted(records)),
        tuple(one._replace(purposes=tuple(p for p in one.purposes if p in gone)) for one in sent),
        (
            *unread(catalog),
            *_problems(purpose, on, rights, stopped, firm, records),
            *(
                problem("undeclared", reason.place, reason.name)
                for stop in fields
                for why in (() if stop.others else stop.kept.values())
                for reason in why
                if reason.missing is not None
            ),
        ),
    )


def _rights(purpose: Purpose) -> Mapping[str, str]:
    return {where: _RIGHT.get(basis, "none") for where, basis in sorted(purpose.basis.items())}


def _is_firm(purpose: Purpose) -> bool:
    """Whether nobody can object to it anywhere. Where nobody said the basis, somebody may."""
    return set(_rights(purpose).values()) == {"none"}


def _fields(
    catalog: Catalog, gone: set[PurposeId], on: date | None, records: frozenset[SourceId], keeping: Keeping
) -> Iterator[Stop]:
    held = [(p.id, frozenset(ancestors(p.id))) for p in catalog.purposes.values() if p.status.held]
    for field in catalog.fields.values():
        if not field.status.held:
            continue
        served = [name for name, above in held if not above.isdisjoint(field.purposes)]
        if not gone.isdisjoint(served):
            rest = (p for p in served if p not in gone and not catalog.purposes[p].over(on))
            columns = tuple(one for one in field.sources.values() if _is_in_use(catalog, one))
            kept = {one.id: keeping.reasons(field, one.system, one.id) for one in columns}
            kept = {name: reasons for name, reasons in kept.items() if reasons}
            yield Stop(field, tuple(rest), columns, kept, records.intersection(one.id for one in columns))


def _is_in_use(catalog: Catalog, source: Source) -> bool:
    system = catalog.systems.get(source.system)
    return system is None or system.status.held


def _problems(
    purpose: Purpose,
    on: date | None,
    rights: Mapping[str, str],
    stopped: tuple[Purpose, ...],
    firm: tuple[Purpose, ...],
    records: set[SourceId],
) -> Iterator[Problem]:
    if not rights:
        yield problem("no_basis", purpose.place, purpose.id)
    if not purpose.status.held:
        yield problem("not_in_use", purpose.place.at("status"), purpose.id)
    elif purpose.over(on) and purpose.until is not None:
        yield problem("over", purpose.place_of("until"), purpose.id, day=purpose.until)
    for one in firm:
        said = ", ".join(sorted(set(one.basis.values())))
        yield problem("goes_on", one.place_of("basis"), one.id, basis=said, above=purpose.id)
    for one in stopped:
        # What inherits its basis differs in the same way: told once.
        own = one.id == purpose.id or one.basis != purpose.basis
        if own and len(set(_rights(one).values())) > 1:
            said = ", ".join(f"{where} {basis}" for where, basis in sorted(one.basis.items()))
            yield problem("rights_differ", one.place_of("basis"), one.id, rules=said)
    if set(rights.values()) == {"none"}:
        said = ", ".join(sorted(set(purpose.basis.values())))
        yield problem("no_right", purpose.place_of("basis"), purpose.id, basis=said)
    if not records and stopped:
        yield problem("no_record", purpose.place, purpose.id)


def objection_sheet(plan: ObjectionPlan, lang: str) -> Sheet:
    """The plan, to read."""
    return _Told(plan.catalog, lang).whole(plan)


class _Told(Teller):
    def whole(self, plan: ObjectionPlan) -> Sheet:
        purpose = plan.purpose
        lead: list[Cell] = [(Thing("purposes", purpose.id, purpose.label), At(purpose.place))]
        for where, right in plan.rights.items():
            name = self.t("everywhere_all") if where == "*" else where
            lead.append(self.t(f"right.{right}", where=name, basis=self.word("basis", purpose.basis[where])))
        rows = [
            (
                Thing("fields", one.field.id, one.field.label),
                self._fate(one),
                self.things("purposes", one.others),
                self.codes(source.id for source in one.columns),
            )
            for one in plan.fields
        ]
        roles = [
            (self.thing("roles", role), tuple(Code(action.value) for action in actions))
            for role, actions in plan.roles.items()
        ]
        return self.sheet(
            self.t("title.objection", name=self.text(purpose.label, purpose.id)),
            lead,
            (
                self.problems(plan.problems),
                self.section("stopped", (self.things("purposes", [one.id for one in plan.stopped]),)),
                self.section("records", (self.t("records.how"), self.codes(plan.records))),
                self.section("stop_roles", (), ("role", "actions"), roles),
                self.section("stop_fields", (), ("field", "stops", "others", "columns"), rows),
                notify_section(self, plan.sent),
            ),
        )

    def _fate(self, one: Stop) -> Cell:
        if one.others:
            return self.t("stop.shared")
        told: list[Piece] = []
        if one.erased:
            told.append(self.t("stop.erase"))
            if len(one.erased) < len(one.columns):
                told += [self.t("stop.only"), *map(Code, one.erased)]
        if one.kept:
            why = dict.fromkeys(reason.name for reasons in one.kept.values() for reason in reasons)
            told += [self.t("stop.kept"), *map(Code, why)]
        if one.records:
            told.append(self.t("stop.record"))
        return tuple(told) or self.t("stop.nowhere")


def objection_document(plan: ObjectionPlan, spans: Spans) -> dict[str, Any]:
    """The contract of `amanat objection --format json`."""
    return {
        **head(plan.catalog),
        "on": plan.on.isoformat() if plan.on else None,
        "purpose": plan.purpose.id,
        "stopped": [one.id for one in plan.stopped],
        "rights": dict(plan.rights),
        "fields": [
            {
                "id": one.field.id,
                "erase": bool(one.columns) and len(one.erased) == len(one.columns),
                "erased": list(one.erased),
                "kept": {name: [reason.name for reason in why] for name, why in one.kept.items()},
                "others": list(one.others),
                "sources": [source.id for source in one.columns],
                **at(one.field.place, spans),
            }
            for one in plan.fields
        ],
        "roles": {role: [action.value for action in actions] for role, actions in plan.roles.items()},
        "records": list(plan.records),
        "notify": [sent_document(one, spans) for one in plan.sent],
        "problems": problems(plan.problems, spans),
    }
