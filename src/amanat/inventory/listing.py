"""Lists of one kind of entry, as rows: what `amanat list` shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from amanat.errors import UsageError
from amanat.inventory.cells import flag
from amanat.inventory.columns import Absent, Cell, Column
from amanat.inventory.select import Filter
from amanat.inventory.tables import Table
from amanat.model.catalog import Catalog
from amanat.model.values import Text, in_language
from amanat.retention.governed import fields_by_policy

UNKNOWN, NOT_APPLICABLE = Absent.UNKNOWN, Absent.NOT_APPLICABLE
Row = tuple[Cell, ...]


class Listing(NamedTuple):
    """A kind of entry: its columns, what makes its rows, and the filters that mean something for it."""

    columns: tuple[str, ...]
    rows: Callable[[Catalog, Filter], Iterator[Row]]
    filters: tuple[str, ...] = ()


def list_entries(catalog: Catalog, kind: str, filters: Filter) -> tuple[tuple[str, ...], list[Row]]:
    """The columns and rows of a kind in `LISTINGS`, sorted by id, or in their declared order.

    Raises `UsageError` for a filter that means nothing for the kind, or for an id that the catalog lacks.
    """
    listing = LISTINGS[kind]
    for name in filters.given():
        if name not in listing.filters:
            allowed = ", ".join(f"`--{one}`" for one in listing.filters)
            way_out = f"{kind} can be filtered by {allowed}" if allowed else f"{kind} are listed whole"
            raise UsageError(f"`--{name}` means nothing for {kind}", hint=way_out)
    filters.check(catalog)
    return listing.columns, list(listing.rows(catalog, filters))


def as_table(catalog: Catalog, kind: str) -> Table:
    """All entries of a kind as a register."""
    columns, rows = list_entries(catalog, kind, Filter())
    described = tuple(Column(name, "scalar", f"{name} of the entry.") for name in columns)
    return Table(kind, catalog, described, tuple(dict(zip(columns, row, strict=True)) for row in rows))


def _passing(entries: Iterable[Any], filters: Filter) -> Iterator[Any]:
    """The entries whose attributes are what the filters ask for."""
    given = filters.given()
    return (one for one in entries if all(getattr(one, name) == value for name, value in given.items()))


def _text(catalog: Catalog, text: Text) -> Cell:
    return in_language(text, catalog.language) or UNKNOWN


def _fields(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    for one in filters.fields(catalog):
        yield (
            *(one.id, _text(catalog, one.label), one.status.value, one.category or UNKNOWN),
            *(one.classification or UNKNOWN, one.owner or UNKNOWN, one.retention or UNKNOWN),
            *(tuple(one.purposes) or UNKNOWN, len(one.sources)),
        )


def _sources(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    for field in filters.fields(catalog):
        for source in sorted(field.sources.values(), key=lambda one: one.id):
            if filters.system in (None, source.system):
                master = source.id == field.master if field.master else UNKNOWN
                yield (source.id, field.id, source.system, master, field.owner or UNKNOWN)


def _systems(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    fields = catalog.fields.values()
    held = Counter(system for field in fields for system in {one.system for one in field.sources.values()})
    for one in _passing(catalog.systems.values(), filters):
        about = (one.kind or UNKNOWN, one.status.value, one.owner or UNKNOWN, one.country or UNKNOWN)
        yield (one.id, _text(catalog, one.label), *about, held[one.id])


def _teams(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    owned = Counter(field.owner for field in catalog.fields.values())
    run = Counter(system.owner for system in catalog.systems.values())
    for one in _passing(catalog.teams.values(), filters):
        yield (one.id, _text(catalog, one.label), one.contact or UNKNOWN, owned[one.id], run[one.id])


def _subjects(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    held = Counter(field.subject for field in catalog.fields.values())
    for one in _passing(catalog.subjects.values(), filters):
        minors = flag(one.minors, UNKNOWN)
        yield (one.id, _text(catalog, one.label), one.global_id or UNKNOWN, minors, held[one.id])


def _purposes(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    named = Counter(purpose for field in catalog.fields.values() for purpose in field.purposes)
    for one in _passing(catalog.purposes.values(), filters):
        bases = tuple(
            basis if where == "*" else f"{where}={basis}" for where, basis in sorted(one.basis.items())
        )
        about = (one.status.value, bases or UNKNOWN, tuple(sorted(one.roles)))
        yield (one.id, _text(catalog, one.label), *about, named[one.id])


def _roles(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    for one in _passing(catalog.roles.values(), filters):
        purposes = tuple(purpose.id for purpose in catalog.purposes.values() if one.id in purpose.roles)
        people = UNKNOWN if one.people is None else one.people
        yield (one.id, _text(catalog, one.label), one.clearance or UNKNOWN, people, purposes)


def _retention(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    kept = fields_by_policy(catalog, catalog.fields.values())
    for one in _passing(catalog.retention.values(), filters):
        rule = one.rule
        when = (rule.keep or UNKNOWN, rule.trigger or UNKNOWN, rule.then or UNKNOWN)
        basis = rule.basis.kind if rule.basis else UNKNOWN
        yield (
            one.id,
            _text(catalog, one.label),
            *when,
            basis,
            tuple(sorted(one.where)),
            len(kept.get(one.id, ())),
        )


def _categories(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    held = Counter(field.category for field in catalog.fields.values())
    for one in _passing(catalog.categories.values(), filters):
        yield (one.id, _text(catalog, one.label), one.special, one.classification or UNKNOWN, held[one.id])


def _classifications(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    held = Counter(field.classification for field in catalog.fields.values())
    for one in _passing(catalog.classifications.values(), filters):
        mask = str(one.mask) if one.mask else UNKNOWN
        yield (one.id, one.rank, _text(catalog, one.label), tuple(one.requires), mask, held[one.id])


def _recipients(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    for one in _passing(catalog.recipients.values(), filters):
        about = (one.role or UNKNOWN, one.country or UNKNOWN, one.contract or UNKNOWN)
        yield (one.id, _text(catalog, one.label), *about)


def _transfers(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    for one in _passing(catalog.transfers.values(), filters):
        to = (one.recipient or NOT_APPLICABLE, one.system or NOT_APPLICABLE, one.country or UNKNOWN)
        yield (one.id, *to, one.mechanism or UNKNOWN, one.evidence or UNKNOWN)


def _holds(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    for one in _passing(catalog.holds.values(), filters):
        scope = (one.fields or NOT_APPLICABLE, tuple(one.systems) or NOT_APPLICABLE)
        yield (one.id, *scope, one.by or UNKNOWN, one.start or UNKNOWN, one.review or UNKNOWN)


def _stages(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    held = Counter(stage for field in catalog.fields.values() for stage in field.stages)
    for one in _passing(catalog.stages.values(), filters):
        yield (one.id, _text(catalog, one.label), held[one.id])


def _discrepancies(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    for one in _passing(catalog.discrepancies.values(), filters):
        about = (one.field or UNKNOWN, one.facet or UNKNOWN, one.decision or UNKNOWN)
        yield (one.id, *about, one.approved_by or UNKNOWN, one.expires or UNKNOWN)


def _denials(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    for one in _passing(catalog.denials.values(), filters):
        what = (one.role, one.purpose, one.field, one.category, one.classification)
        yield (one.id, *(selector or "*" for selector in what), _text(catalog, one.reason))


def _expectations(catalog: Catalog, filters: Filter) -> Iterator[Row]:
    for one in _passing(catalog.expectations.values(), filters):
        actions = tuple(action.value for action in one.actions)
        what = (one.roles, one.purposes, actions, (*one.fields, *one.categories, *one.classifications))
        yield (one.id, one.effect, *(tuple(selectors) or "*" for selectors in what))


LISTINGS = {
    "fields": Listing(
        (
            "field",
            "label",
            "status",
            "category",
            "classification",
            "owner",
            "retention",
            "purposes",
            "sources",
        ),
        _fields,
        ("owner", "system", "category", "purpose", "classification", "status"),
    ),
    "sources": Listing(
        ("source", "field", "system", "is_master", "owner"),
        _sources,
        ("owner", "system", "category", "purpose", "classification", "status"),
    ),
    "systems": Listing(
        ("system", "label", "kind", "status", "owner", "country", "fields"), _systems, ("owner", "status")
    ),
    "teams": Listing(("team", "label", "contact", "fields", "systems"), _teams),
    "subjects": Listing(("subject", "label", "global_id", "minors", "fields"), _subjects),
    "purposes": Listing(("purpose", "label", "status", "basis", "roles", "fields"), _purposes, ("status",)),
    "roles": Listing(("role", "label", "clearance", "people", "purposes"), _roles),
    "retention": Listing(
        ("retention", "label", "keep", "from", "then", "basis", "where", "fields"), _retention
    ),
    "categories": Listing(
        ("category", "label", "special", "classification", "fields"), _categories, ("classification",)
    ),
    "classifications": Listing(
        ("classification", "rank", "label", "requires", "mask", "fields"), _classifications
    ),
    "recipients": Listing(("recipient", "label", "role", "country", "contract"), _recipients),
    "transfers": Listing(("transfer", "recipient", "system", "country", "mechanism", "evidence"), _transfers),
    "holds": Listing(("hold", "fields", "systems", "by", "from", "review"), _holds),
    "stages": Listing(("stage", "label", "fields"), _stages),
    "discrepancies": Listing(
        ("discrepancy", "field", "facet", "decision", "approved_by", "expires"), _discrepancies
    ),
    "denials": Listing(
        ("denial", "role", "purpose", "field", "category", "classification", "reason"), _denials
    ),
    "expectations": Listing(
        ("expectation", "effect", "roles", "purposes", "actions", "fields"), _expectations
    ),
}
"""Kind to listing, in the order of the help."""
