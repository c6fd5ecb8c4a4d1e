"""The registers of legal holds and of transfers to third countries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from amanat.inventory.cells import NOT_APPLICABLE, UNKNOWN
from amanat.inventory.columns import Cell, Column, texts
from amanat.inventory.register import Row, Spans
from amanat.inventory.tables import Table
from amanat.model.catalog import Catalog, ancestors, selects
from amanat.model.countries import ADEQUATE, CERTIFIED_ONLY, EEA
from amanat.model.field import Field
from amanat.model.resources import Hold, Recipient, System, Transfer
from amanat.retention.governed import fields_by_policy
from amanat.text import Place

_WHERE = (
    Column("file", "text", "File that declares it."),
    Column("line", "integer", "Line in that file, counted from 1."),
)

HOLDS = (
    Column("hold", "text", "Id of the hold."),
    Column("by", "text", "Team that ordered it."),
    Column("from", "text", "Day on which it began."),
    Column("review", "text", "Day on which it has to be looked at again."),
    Column("days_to_review", "integer", "Days from the judging day to it; negative when it is overdue."),
    Column("selectors", "list", "What it names: fields and systems; everything of what it does not name."),
    Column("fields", "list", "Fields whose deletion it suspends."),
    Column("systems", "list", "Systems in which it does."),
    Column("retention", "list", "Retention policies that it suspends for them."),
    *_WHERE,
)

TRANSFERS = (
    Column("transfer", "text", "Id of the declared transfer; n/a where none is declared."),
    Column("recipient", "text", "Who receives data; n/a for a system of our own."),
    Column("system", "text", "System that stands or is run there; n/a for a recipient without one."),
    Column("country", "text", "Country that data goes to (ISO 3166-1)."),
    Column("third_country", "flag", "Whether it is outside the European Economic Area."),
    Column("adequacy", "text", "Decision of the Commission on the country (GDPR Art. 45); n/a without."),
    Column("mechanism", "text", "What makes the transfer lawful, as declared."),
    Column("evidence", "text", "Where its papers are."),
    Column("state", "text", "not needed (inside the EEA), adequate, declared, or missing."),
    Column("purposes", "list", "Purposes that data goes there for."),
    Column("subjects", "list", "Whose data it is."),
    Column("categories", "list", "Categories of the data."),
    Column("special", "flag", "Whether special categories are among them (GDPR Art. 9)."),
    Column("fields", "integer", "How many fields."),
    *_WHERE,
)


def holds(catalog: Catalog, spans: Spans, as_of: date | None) -> Table:
    """The register of legal holds (GDPR Art. 17(3)(e)), sorted by id."""
    tags = catalog.languages
    columns = HOLDS[:1] + texts("reason", tags, "Why") + HOLDS[1:]
    rows = tuple(_hold(catalog, spans, as_of, hold, tags) for hold in catalog.holds.values())
    return Table("holds", catalog, columns, rows, as_of)


def _hold(catalog: Catalog, spans: Spans, as_of: date | None, hold: Hold, tags: tuple[str, ...]) -> Row:
    held = [field for field in catalog.fields.values() if _covers(hold, field)]
    systems = sorted({one.system for field in held for one in field.sources.values()})
    return {
        "hold": hold.id,
        **{f"reason_{tag}": hold.reason.get(tag) or UNKNOWN for tag in tags},
        "by": hold.by or UNKNOWN,
        "from": hold.start or UNKNOWN,
        "review": hold.review or UNKNOWN,
        "days_to_review": _days(as_of, hold.review),
        "selectors": (*hold.fields, *hold.systems),
        "fields": tuple(field.id for field in held),
        "systems": tuple(hold.systems) or tuple(systems),
        "retention": tuple(sorted(fields_by_policy(catalog, held))),
        **_at(spans, hold.place),
    }


def _covers(hold: Hold, field: Field) -> bool:
    systems = {one.system for one in field.sources.values()}
    named = not hold.fields or any(selects(one, field.id) for one in hold.fields)
    return named and (not hold.systems or bool(systems & set(hold.systems)))


def _days(as_of: date | None, day: str | None) -> Cell:
    if as_of is None or day is None:
        return UNKNOWN
    try:
        return (date.fromisoformat(day) - as_of).days
    except ValueError:
        return UNKNOWN


def transfers(catalog: Catalog, spans: Spans) -> Table:
    """The register of transfers (GDPR Art. 44-49): every recipient and system with a country, inside the EEA
    too, and what makes it lawful that data goes there. Sorted by country, recipient and system."""
    rows = sorted(_transfers(catalog, spans), key=lambda row: tuple(str(row[name]) for name in _ORDER))
    return Table("transfers", catalog, TRANSFERS, tuple(rows))


_ORDER = ("country", "recipient", "system", "transfer")


def _transfers(catalog: Catalog, spans: Spans) -> Iterator[Row]:
    for recipient in catalog.recipients.values():
        runs = [one for one in catalog.systems.values() if one.recipient == recipient.id]
        its = [one for one in catalog.transfers.values() if one.recipient == recipient.id]
        fields = _received(catalog, recipient, runs)
        for country, transfer in _targets(recipient.country, its):
            yield _row(catalog, spans, transfer, recipient, None, country, fields)
    for system in catalog.systems.values():
        its = [one for one in catalog.transfers.values() if one.system == system.id]
        held = [field for field in catalog.fields.values() if _holds(field, system)]
        for country, transfer in _targets(system.country, its):
            yield _row(catalog, spans, transfer, None, system, country, held)


def _holds(field: Field, system: System) -> bool:
    return any(one.system == system.id for one in field.sources.values())


def _targets(country: str | None, declared: list[Transfer]) -> Iterator[tuple[str | None, Transfer | None]]:
    """Every country that data goes to, with each transfer that is declared for it (None: there is none)."""
    named = {one.country for one in declared if one.country} | ({country} if country else set())
    if not named:
        yield None, None
    for one in sorted(named):
        yield from ((one, transfer) for transfer in declared if transfer.country == one)
        if not any(transfer.country == one for transfer in declared):
            yield one, None


def _received(catalog: Catalog, recipient: Recipient, runs: Iterable[System]) -> list[Field]:
    """What a recipient receives: the fields of the purposes that name it, and what the systems that it runs
    hold."""
    purposes = {purpose.id for purpose in catalog.purposes.values() if recipient.id in purpose.recipients}
    systems = {system.id for system in runs}
    return [
        field
        for field in catalog.fields.values()
        if any(purposes & {listed, *_below(catalog, listed)} for listed in field.purposes)
        or any(one.system in systems for one in field.sources.values())
    ]


def _below(catalog: Catalog, purpose: str) -> set[str]:
    return {str(one) for one in catalog.purposes if purpose in ancestors(one)}


def _row(
    catalog: Catalog,
    spans: Spans,
    transfer: Transfer | None,
    recipient: Recipient | None,
    system: System | None,
    country: str | None,
    fields: list[Field],
) -> Row:
    entry = transfer or recipient or system
    assert entry is not None
    inside = country in EEA
    purposes = _purposes(catalog, transfer, recipient, fields)
    return {
        "transfer": transfer.id if transfer else NOT_APPLICABLE,
        "recipient": recipient.id if recipient else NOT_APPLICABLE,
        "system": system.id if system else NOT_APPLICABLE,
        "country": country or UNKNOWN,
        "third_country": UNKNOWN if country is None else not inside,
        "adequacy": UNKNOWN if country is None else _decision(country),
        "mechanism": (transfer.mechanism if transfer else None) or (NOT_APPLICABLE if inside else UNKNOWN),
        "evidence": (transfer.evidence if transfer else None) or (NOT_APPLICABLE if inside else UNKNOWN),
        "state": _state(country, transfer),
        "purposes": purposes,
        "subjects": tuple(sorted({field.subject for field in fields if field.subject})),
        "categories": tuple(sorted({field.category for field in fields if field.category})),
        "special": any(_special(catalog, field) for field in fields),
        "fields": len(fields),
        **_at(spans, entry.place),
    }


def _purposes(
    catalog: Catalog, transfer: Transfer | None, recipient: Recipient | None, fields: list[Field]
) -> tuple[str, ...]:
    if transfer is not None and transfer.purposes:
        return tuple(transfer.purposes)
    if recipient is not None:
        named = sorted(p.id for p in catalog.purposes.values() if recipient.id in p.recipients)
        if named:
            return tuple(named)
    return tuple(sorted({purpose for field in fields for purpose in field.purposes}))


def _special(catalog: Catalog, field: Field) -> bool:
    category = catalog.categories.get(field.category) if field.category else None
    return category is not None and category.special


def _decision(country: str) -> Cell:
    return ADEQUATE.get(country) or CERTIFIED_ONLY.get(country) or NOT_APPLICABLE


def _state(country: str | None, transfer: Transfer | None) -> Cell:
    if country is None:
        return UNKNOWN
    if country in EEA:
        return "not needed"
    if transfer is not None and transfer.mechanism and transfer.evidence:
        return "declared"
    return "adequate" if country in ADEQUATE else "missing"


def _at(spans: Spans, place: Place) -> dict[str, Cell]:
    span = spans.span(place)
    return {"file": place.file, "line": span.line if span else UNKNOWN}
