"""The correction of a field (GDPR Art. 16): where a value is corrected, and which copies it must reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from amanat.golden.plan import Authority, authority_of
from amanat.identity.keys import Step
from amanat.identity.person import PersonWays, person_ways, table_of, way_of
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source
from amanat.model.lineage import derived_from, feeds_of
from amanat.model.values import FieldId
from amanat.rights import beside
from amanat.rights.access_told import way_shown
from amanat.rights.document import at, head, hops, problems
from amanat.rights.problems import Problem, problem
from amanat.rights.telling import Teller
from amanat.sheet import At, Cell, Code, Section, Sheet, Spans, Thing


class Place(NamedTuple):
    """A column that holds the field. `way` leads from its rows to the person; None: no way does. `differs`
    names facets in which the column is declared to differ, so that the value is written otherwise there."""

    source: Source
    master: bool
    way: tuple[Step, ...] | None
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrectionPlan:
    """The columns in the order of correction, the master first where there is one; `derived` are fields that
    are made from this one, and have to be made anew."""

    catalog: Catalog
    field: Field
    authority: Authority
    places: tuple[Place, ...]
    derived: tuple[Field, ...]
    sent: tuple[beside.Sent, ...]
    problems: tuple[Problem, ...]


_FORMS = ("codes", "format", "length", "normal", "structure", "part", "unit", "currency", "zone", "calendar")


def correction_plans(catalog: Catalog, names: Iterable[FieldId]) -> Iterator[CorrectionPlan]:
    """The plans for fields, in their order."""
    fields = [catalog.fields[name] for name in names]
    subjects = {one.subject for one in fields if one.subject is not None}
    plans = Corrections(catalog, person_ways(catalog, subjects))
    return (plans.of(field) for field in fields)


class Corrections:
    """The plans for fields of a catalog one by one; `ways` are those of all kinds of people whom the fields
    are about."""

    def __init__(self, catalog: Catalog, ways: Iterable[PersonWays]) -> None:
        self._catalog = catalog
        self._ways = {one.subject: one for one in ways}
        self._feeds = feeds_of(catalog)

    def of(self, field: Field) -> CorrectionPlan:
        """The plan for a field."""
        found = self._ways.get(field.subject) if field.subject is not None else None
        return _plan(self._catalog, field, found, derived_from(self._feeds, (field.id,)))


def _plan(
    catalog: Catalog, field: Field, ways: PersonWays | None, derived: tuple[Field, ...]
) -> CorrectionPlan:
    authority = authority_of(field)
    places = tuple(_places(catalog, field, ways))
    systems = sorted({one.source.system for one in places})
    return CorrectionPlan(
        catalog,
        field,
        authority,
        places,
        derived,
        tuple(beside.recipients(catalog, (field,), systems)),
        tuple(_problems(catalog, field, authority, places, ways)),
    )


def _places(catalog: Catalog, field: Field, ways: PersonWays | None) -> Iterator[Place]:
    master = field.sources.get(field.master) if field.master is not None else None
    first = [master] if master is not None else []
    ranked = field.survivorship.priority if field.survivorship else ()
    first += [field.sources[one] for one in ranked if one in field.sources and one != field.master]
    for source in (*first, *(one for one in field.sources.values() if one not in first)):
        declared = catalog.systems.get(source.system)
        if declared is not None and not declared.status.held:
            continue  # a system that is gone has nothing to correct, as in a plan of access or erasure
        system = next((s for s in ways.systems if s.system == source.system), None) if ways else None
        rows = system.by_table.get(table_of(source.parts)) if system else None
        way = way_of(system, rows) if system is not None and rows is not None else None
        differs = tuple(one for one in _FORMS if one in source.facets)
        yield Place(source, source.id == field.master, way, differs)


def _problems(
    catalog: Catalog, field: Field, authority: Authority, places: tuple[Place, ...], ways: PersonWays | None
) -> Iterator[Problem]:
    if authority is Authority.UNDECIDED:
        yield problem("no_master", field.place, field.id)
    if not places:
        yield problem("no_source", field.place, field.id)
    if ways is not None and ways.field is None:
        place = catalog.subjects[ways.subject].place
        yield problem("no_global_id", place, ways.subject, reason=ways.reason, mend=ways.mend)
        return
    for one in places:
        if one.way is None:
            yield problem("copy_lost", one.source.place, one.source.id)


def correction_sheet(plan: CorrectionPlan, lang: str) -> Sheet:
    """The plan, to read."""
    return _Told(plan.catalog, lang).whole(plan)


class _Told(Teller):
    def whole(self, plan: CorrectionPlan) -> Sheet:
        field = plan.field
        lead: list[Cell] = [
            (Thing("fields", field.id, field.label), At(field.place)),
            self.t(f"authority.{plan.authority.value}"),
        ]
        rows = [
            (
                Code(one.source.id),
                self.t("place.master" if one.master else "place.copy"),
                self.t("way.none") if one.way is None else way_shown(one.way) or self.t("way.here"),
                self.codes(one.differs),
                At(one.source.place),
            )
            for one in plan.places
        ]
        title = self.t("title.correction", name=self.text(field.label, field.id))
        headings = ("column", "place", "way", "differs", "at")
        sections = (
            self.problems(plan.problems),
            self.section("places", (self.t("places.how"),), headings, rows),
            self.section("derived", (self.things("fields", [one.id for one in plan.derived]),)),
            self._notify(plan),
        )
        return self.sheet(title, lead, sections)

    def _notify(self, plan: CorrectionPlan) -> Section:
        return notify_section(self, plan.sent)


def notify_section(tell: Teller, sent: tuple[beside.Sent, ...]) -> Section:
    """Whom to tell."""
    rows = [
        (
            Thing("recipients", one.recipient.id, one.recipient.label),
            tell.word("recipient_role", one.recipient.role),
            one.recipient.contact or tell.t("unsaid"),
            tell.things("systems", one.runs),
            tell.things("purposes", one.purposes),
        )
        for one in sent
    ]
    return tell.section("notify", (), ("recipient", "recipient_role", "contact", "runs", "purposes"), rows)


def correction_document(plan: CorrectionPlan, spans: Spans) -> dict[str, Any]:
    """The contract of `amanat correction --format json`."""
    return {
        **head(plan.catalog),
        "field": plan.field.id,
        "authority": plan.authority.value,
        "columns": [
            {
                "source": one.source.id,
                "master": one.master,
                "reached": one.way is not None,
                "hops": hops(one.way or ()),
                "differs": list(one.differs),
                **at(one.source.place, spans),
            }
            for one in plan.places
        ],
        "derived": [one.id for one in plan.derived],
        "notify": [sent_document(one, spans) for one in plan.sent],
        "problems": problems(plan.problems, spans),
    }


def sent_document(one: beside.Sent, spans: Spans) -> dict[str, Any]:
    """A recipient to tell."""
    return {
        "id": one.recipient.id,
        "role": one.recipient.role,
        "contact": one.recipient.contact,
        "runs": list(one.runs),
        "purposes": list(one.purposes),
        **at(one.recipient.place, spans),
    }
