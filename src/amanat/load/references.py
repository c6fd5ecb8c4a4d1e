"""References between entries: every id that is used must be declared."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from amanat.diagnostic import Finding, Fix, Related
from amanat.load.build import Entry
from amanat.load.builtin import BUILTIN_FILE
from amanat.load.entries import split_source
from amanat.model.catalog import Catalog, selects
from amanat.model.field import Field
from amanat.text import Place

_KINDS = {
    "team": "teams",
    "subject": "subjects",
    "classification": "classifications",
    "category": "categories",
    "system": "systems",
    "recipient": "recipients",
    "role": "roles",
    "purpose": "purposes",
    "retention policy": "retention",
    "stage": "journey",
    "field": "fields",
}


class Problems:
    """Makes the findings, and keeps quiet about ids that an unreadable file seems to declare."""

    def __init__(self, catalog: Catalog, likely: frozenset[str]) -> None:
        self.known: dict[str, Mapping[Any, object]] = {
            "team": catalog.teams,
            "subject": catalog.subjects,
            "classification": catalog.classifications,
            "category": catalog.categories,
            "system": catalog.systems,
            "recipient": catalog.recipients,
            "role": catalog.roles,
            "purpose": catalog.purposes,
            "retention policy": catalog.retention,
            "stage": catalog.stages,
            "field": catalog.fields,
        }
        self._likely = likely

    def missing(self, kind: str, name: str | None) -> bool:
        """Whether an id is used that nobody declares."""
        return name is not None and name not in self.known[kind] and name not in self._likely

    def unknown(self, kind: str, name: str, place: Place, subject: str) -> Finding:
        """The finding about it, with the nearest declared id."""
        close = difflib.get_close_matches(name, list(self.known[kind]), n=1, cutoff=0.6)
        hint = f"did you mean `{close[0]}`?" if close else f"declare it under `{_KINDS[kind]}:`"
        return Finding(
            "ID101",
            f"there is no {kind} `{name}`",
            place,
            subject,
            fix=Fix(hint),
            detail=f"{'/'.join(map(str, place.path[2:]))}={name}",
        )

    def selector(self, kind: str, selector: str, extra: Iterable[str] = ()) -> bool:
        """Whether a selector (an id or `prefix.*`) matches nothing that is declared."""
        if selector in self._likely or selector == "*":
            return False
        return not any(selects(selector, name) for name in (*self.known[kind], *extra))


def check_references(catalog: Catalog, problems: Problems) -> Iterator[Finding]:
    """Findings of ID101 (and SC102 for sources that cannot be taken apart, ID104 for reused ids)."""
    reported: set[tuple[Place, str]] = set()
    for kind, name, place, subject in _uses(catalog):
        if problems.missing(kind, name) and name is not None and (place, name) not in reported:
            reported.add((place, name))
            yield problems.unknown(kind, name, place, subject)
    yield from _fields(catalog, problems)
    yield from _sources_elsewhere(catalog, problems)
    yield from _selectors(catalog, problems)
    yield from _jurisdictions(catalog)
    yield from _reused(catalog)


def _uses(catalog: Catalog) -> Iterator[tuple[str, str | None, Place, str]]:  # noqa: PLR0912 - a table in prose
    """(kind, id, place, subject) of every reference outside fields."""
    for subject in catalog.subjects.values():
        yield "field", subject.global_id, subject.place.at("global_id"), subject.id
    for category in catalog.categories.values():
        if category.place is not None and category.place.file != BUILTIN_FILE:
            place = category.place
            yield (
                "classification",
                _own(category.classification, catalog),
                place.at("classification"),
                category.id,
            )
            yield "team", category.owner, place.at("owner"), category.id
            yield "retention policy", category.retention, place.at("retention"), category.id
    for system in catalog.systems.values():
        yield "team", system.owner, system.inherited.get("owner") or system.place.at("owner"), system.id
        yield "recipient", system.recipient, system.place.at("recipient"), system.id
    for transfer in catalog.transfers.values():
        yield "recipient", transfer.recipient, transfer.place.at("recipient"), transfer.id
        yield "system", transfer.system, transfer.place.at("system"), transfer.id
        for n, name in enumerate(transfer.purposes):
            yield "purpose", name, transfer.place.at("purposes", n), transfer.id
    for role in catalog.roles.values():
        yield "classification", role.clearance, role.place.at("clearance"), role.id
    for purpose in catalog.purposes.values():
        for acting in purpose.roles:
            yield "role", acting, purpose.place_of("roles").at(acting), purpose.id
        for n, stage in enumerate(purpose.stages):
            yield "stage", stage, purpose.place_of("stages").at(n), purpose.id
        for n, recipient in enumerate(purpose.recipients):
            yield "recipient", recipient, purpose.place_of("recipients").at(n), purpose.id
    for hold in catalog.holds.values():
        yield "team", hold.by, hold.place.at("by"), hold.id
        for n, held in enumerate(hold.systems):
            yield "system", held, hold.place.at("systems", n), hold.id
    for entry in catalog.discrepancies.values():
        yield "field", entry.field, entry.place.at("field"), entry.id
        yield "team", entry.approved_by, entry.place.at("approved_by"), entry.id
    for approval in catalog.approvals.values():
        for team in approval.by:
            yield "team", team, approval.place.at("by"), approval.id
    for change, asked in (catalog.settings.approvals or {}).items():
        for who in asked:
            place = Place(catalog.place.file, ("approvals", change))
            yield "team", None if who == "owner" else who, place, "approvals"
    for suppression in catalog.settings.ignore:
        yield "team", suppression.by or None, suppression.place.at("by"), suppression.subject


def _own(classification: str | None, catalog: Catalog) -> str | None:
    """A built-in default that this catalog's classifications do not have is no reference of the catalog's."""
    return classification if classification in catalog.classifications else None


_FIELD_NAMES = (
    ("category", "category"),
    ("team", "owner"),
    ("classification", "classification"),
    ("retention policy", "retention"),
    ("subject", "subject"),
    ("field", "narrative"),
)
_FIELD_LISTS = (("purpose", "purposes"), ("stage", "stages"), ("field", "derived_from"))
_SOURCE_NAMES = (("team", "owner"), ("retention policy", "retention"), ("classification", "classification"))
_SOURCE_LISTS = (("purpose", "purposes"), ("stage", "stages"))
"""Attributes that hold ids, after the kind that they are of."""


def _uses_unknown(catalog: Catalog, problems: Problems) -> bool:
    """Whether fields use some id that nobody declares. Each id is asked about once, however many fields use
    it: hardly ever is one of them unknown."""
    fields = catalog.fields.values()
    sources = [source for field in fields for source in field.sources.values()]
    facets = {id(source.facets): source.facets for source in sources if source.facets}.values()
    used: dict[str, set[str | None]] = {kind: set() for kind in problems.known}
    for kind, attribute in _FIELD_NAMES:
        used[kind].update(map(attrgetter(attribute), fields))
    for kind, attribute in _FIELD_LISTS:
        used[kind].update(*set(map(attrgetter(attribute), fields)))
    used["purpose"].update(*(field.mask_for for field in fields if field.mask_for))
    used["system"].update(table.system for table in {source.table for source in sources})
    for one in facets:
        for kind, attribute in _SOURCE_NAMES:
            name = one.get(attribute)
            if isinstance(name, str):
                used[kind].add(name)
        for kind, attribute in _SOURCE_LISTS:
            names = one.get(attribute)
            if isinstance(names, tuple):
                used[kind].update(names)
    return any(problems.missing(kind, name) for kind, names in used.items() for name in names)


def _fields(catalog: Catalog, problems: Problems) -> Iterator[Finding]:
    for field in catalog.fields.values():
        yield from _priorities(field)
    if _uses_unknown(catalog, problems):
        yield from _unknown_to_fields(catalog, problems)


def _unknown_to_fields(catalog: Catalog, problems: Problems) -> Iterator[Finding]:
    missing = problems.missing
    reported: set[tuple[Place, str]] = set()
    for field in catalog.fields.values():
        for kind, attribute in _FIELD_NAMES:
            name = getattr(field, attribute)
            if name is not None and missing(kind, name):
                yield from _once(
                    problems.unknown(kind, name, field.place_of(attribute), field.id), name, reported
                )
        for kind, attribute in _FIELD_LISTS:
            for n, item in enumerate(getattr(field, attribute)):
                if missing(kind, item):
                    place = field.place_of(attribute).at(n)
                    yield from _once(problems.unknown(kind, item, place, field.id), item, reported)
        for masked in field.mask_for:
            if missing("purpose", masked):
                yield problems.unknown("purpose", masked, field.place.at("mask_for", masked), field.id)
        yield from _sources(field, problems)


def _once(finding: Finding, name: str, reported: set[tuple[Place, str]]) -> Iterator[Finding]:
    """An inherited reference is wrong in one place, however many fields inherit it."""
    if (finding.place, name) not in reported:
        reported.add((finding.place, name))
        yield finding


def _sources(field: Field, problems: Problems) -> Iterator[Finding]:
    missing = problems.missing
    for source in field.sources.values():
        if missing("system", source.system):
            yield problems.unknown("system", source.system, source.place, field.id)
        facets = source.facets
        if not facets:
            continue
        for kind, attribute in _SOURCE_NAMES:
            name = facets.get(attribute)
            if isinstance(name, str) and missing(kind, name):
                yield problems.unknown(kind, name, source.place.at(attribute), field.id)
        for kind, attribute in _SOURCE_LISTS:
            names = facets.get(attribute, ())
            for n, name in enumerate(names if isinstance(names, tuple) else ()):
                if missing(kind, name):
                    yield problems.unknown(kind, name, source.place.at(attribute, n), field.id)


def _priorities(field: Field) -> Iterator[Finding]:
    for n, priority in enumerate(field.survivorship.priority if field.survivorship else ()):
        if priority not in field.sources:
            yield Finding(
                "ID101",
                f"`{priority}` is not a source of this field",
                field.place.at("survivorship", "priority", n),
                field.id,
                fix=Fix("name one of its sources, or add it under `sources:`"),
                detail=f"survivorship={priority}",
            )


def _sources_elsewhere(catalog: Catalog, problems: Problems) -> Iterator[Finding]:
    """Sources named outside `sources:`, and those that are not `system.table.column`."""
    named: list[tuple[str, Place, str]] = []
    for system in catalog.systems.values():
        if system.customer_id is not None:
            place = system.place.at("customer_id")
            named.append((system.customer_id, place, system.id))
            parts = split_source(system.customer_id)
            if parts is not None and parts.system != system.id:
                yield _wrong_source(
                    system.customer_id,
                    place,
                    system.id,
                    f"is not a column of `{system.id}`",
                    "name a column of this system",
                )
        for link in system.links:
            named += [
                (link.start, link.place.at("from"), system.id),
                (link.end, link.place.at("to"), system.id),
            ]
            parts = split_source(link.start)
            if parts is not None and parts.system != system.id:
                yield _wrong_source(
                    link.start,
                    link.place.at("from"),
                    system.id,
                    f"is not a column of `{system.id}`",
                    "name a column of this system",
                )
    for purpose in catalog.purposes.values():
        if (
            purpose.consent is not None
            and purpose.consent.recorded_in is not None
            and "consent" not in purpose.inherited
        ):
            named.append(
                (purpose.consent.recorded_in, purpose.place.at("consent", "recorded_in"), purpose.id)
            )
    for retention in catalog.retention.values():
        for proof in retention.rule.proved_by:
            named.append((proof, retention.place.at("proved_by"), retention.id))
    for name, place, subject in named:
        parts = split_source(name)
        if parts is None:
            yield _malformed(name, place, subject)
        elif problems.missing("system", parts.system):
            yield problems.unknown("system", parts.system, place, subject)


def malformed_sources(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Findings about keys of `sources:` in entries of fields that are not `system.table.column`."""
    for entry in entries:
        for name in entry.data.get("sources") or ():
            plain = name.count(".") > 1 and ".." not in name and name[0] != "." and name[-1] != "."
            if not plain and split_source(name) is None:
                yield _malformed(name, entry.place.at("sources", name), entry.id)


def _malformed(name: str, place: Place, subject: str) -> Finding:
    return _wrong_source(
        name, place, subject, "is not a source", "write it as `system.table.column`, as the system spells it"
    )


def _wrong_source(name: str, place: Place, subject: str, what: str, mend: str) -> Finding:
    return Finding(
        "SC102",
        f"`{name}` {what}",
        place,
        subject,
        fix=Fix(mend),
        detail=f"source={name}",
        at_key=place.path[-1] == name,
    )


def _selectors(catalog: Catalog, problems: Problems) -> Iterator[Finding]:
    uses: list[tuple[str, str | None, Place, str, tuple[str, ...]]] = []
    categories = tuple(map(str, catalog.categories))
    for denial in catalog.denials.values():
        for kind in ("role", "purpose", "field", "category", "classification"):
            uses.append((kind, getattr(denial, kind), denial.place.at(kind), denial.id, ()))
    for expectation in catalog.expectations.values():
        place = expectation.place.at(expectation.effect)
        for kind, selectors in (
            ("role", expectation.roles),
            ("purpose", expectation.purposes),
            ("field", expectation.fields),
            ("category", expectation.categories),
            ("classification", expectation.classifications),
        ):
            extra = categories if kind == "field" else ()
            uses.extend((kind, one, place.at(kind), expectation.id, extra) for one in selectors)
    for hold in catalog.holds.values():
        for n, name in enumerate(hold.fields):
            uses.append(("field", name, hold.place.at("fields", n), hold.id, ()))
    for kind, selector, place, subject, extra in uses:
        if selector is not None and problems.selector(kind, selector, extra):
            if selector.endswith(".*"):
                yield Finding(
                    "ID101",
                    f"`{selector}` matches no {kind}",
                    place,
                    subject,
                    fix=Fix("correct the prefix, or remove the selector"),
                    detail=f"{kind}={selector}",
                )
            else:
                yield problems.unknown(kind, selector, place, subject)


def _jurisdictions(catalog: Catalog) -> Iterator[Finding]:
    if not catalog.jurisdictions:
        return
    uses: list[tuple[str, Place, str]] = []
    for purpose in catalog.purposes.values():
        if "basis" not in purpose.inherited:
            uses.extend(
                (name, purpose.place.at("basis", name), purpose.id) for name in purpose.basis if name != "*"
            )
    for retention in catalog.retention.values():
        uses.extend((name, retention.place.at("where", name), retention.id) for name in retention.where)
    known = ", ".join(f"`{name}`" for name in catalog.jurisdictions)
    for name, place, subject in uses:
        if name not in catalog.jurisdictions:
            yield Finding(
                "ID101",
                f"`{name}` is not a jurisdiction of this catalog",
                place,
                subject,
                fix=Fix(f"add it to `catalog.jurisdictions`, or use one of {known}"),
                detail=f"jurisdiction={name}",
            )


def _reused(catalog: Catalog) -> Iterator[Finding]:
    """An id that was renamed away and is declared again."""
    declared: tuple[Mapping[Any, Any], ...] = (
        catalog.teams,
        catalog.subjects,
        catalog.systems,
        catalog.recipients,
        catalog.roles,
        catalog.purposes,
        catalog.retention,
        catalog.fields,
    )
    for entries in declared:
        for entry in entries.values():
            if entry.renamed_from is not None and entry.renamed_from in entries:
                other: Place = entries[entry.renamed_from].place
                yield Finding(
                    "ID104",
                    f"`{entry.renamed_from}` was renamed to `{entry.id}` and is declared again",
                    other,
                    entry.renamed_from,
                    related=(Related("renamed here", entry.place.at("renamed_from")),),
                    fix=Fix("give the new entry another id; ids are never reused"),
                    at_key=True,
                )
