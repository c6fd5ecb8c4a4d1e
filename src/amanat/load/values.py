"""Values that a JSON Schema cannot judge: ids, sources, days that exist, durations, cycles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from amanat.diagnostic import Finding, Fix
from amanat.load.entries import DOTTED_ID, ID, is_date
from amanat.model.catalog import Catalog
from amanat.text import Place

_DOTTED_KINDS = frozenset(("fields", "purposes", "categories"))


def check_values(catalog: Catalog) -> Iterator[Finding]:
    """Findings of ID103 and SC102 over the whole catalog."""
    yield from _ids(catalog)
    yield from _dates(catalog)
    yield from _durations(catalog)
    yield from _derivations(catalog)


def _ids(catalog: Catalog) -> Iterator[Finding]:
    kinds = (
        ("teams", catalog.teams),
        ("subjects", catalog.subjects),
        ("classifications", catalog.classifications),
        ("categories", catalog.categories),
        ("systems", catalog.systems),
        ("recipients", catalog.recipients),
        ("transfers", catalog.transfers),
        ("roles", catalog.roles),
        ("purposes", catalog.purposes),
        ("retention", catalog.retention),
        ("holds", catalog.holds),
        ("journey", catalog.stages),
        ("fields", catalog.fields),
        ("discrepancies", catalog.discrepancies),
        ("denials", catalog.denials),
        ("expectations", catalog.expectations),
        ("approvals", catalog.approvals),
    )
    for kind, entries in kinds:
        dotted = kind in _DOTTED_KINDS
        form = DOTTED_ID if dotted else ID
        for name, entry in entries.items():
            if form.fullmatch(name) is None and entry.place is not None:
                rest = ", in parts joined by dots" if dotted else " and no dot"
                yield Finding(
                    "ID103",
                    f"`{name}` is not an id",
                    entry.place,
                    name,
                    fix=Fix(f"use lower-case letters, digits and `_`, beginning with a letter{rest}"),
                    at_key=True,
                    detail=kind,
                )


def _dated(catalog: Catalog) -> Iterator[tuple[str, Place, str | None]]:
    """(entry id, place, day) of every day in the catalog."""
    for field in catalog.fields.values():
        if field.review_by is not None:
            yield field.id, field.place_of("review_by"), field.review_by
        if field.last_used is not None:
            yield field.id, field.place.at("last_used"), field.last_used
    for purpose in catalog.purposes.values():
        yield purpose.id, purpose.place_of("until"), purpose.until
    for system in catalog.systems.values():
        yield system.id, system.place.at("assessed"), system.assessed
    for role in catalog.roles.values():
        if role.training is not None:
            yield role.id, role.place.at("training", "last"), role.training.last
    for hold in catalog.holds.values():
        yield hold.id, hold.place.at("from"), hold.start
        yield hold.id, hold.place.at("review"), hold.review
    for entry in catalog.discrepancies.values():
        yield entry.id, entry.place.at("approved_on"), entry.approved_on
        yield entry.id, entry.place.at("expires"), entry.expires
    for approval in catalog.approvals.values():
        yield approval.id, approval.place.at("on"), approval.on
    for suppression in catalog.settings.ignore:
        yield suppression.subject, suppression.place.at("expires"), suppression.expires or None


def _dates(catalog: Catalog) -> Iterator[Finding]:
    seen: set[Place] = set()
    for subject, place, day in _dated(catalog):
        if day is not None and not is_date(day) and place not in seen:
            seen.add(place)
            yield Finding(
                "SC102",
                f"`{day}` is not a day that exists",
                place,
                subject,
                fix=Fix("correct the date (year-month-day)"),
                detail="/".join(map(str, place.path[2:])),
            )


def _periods(catalog: Catalog) -> Iterator[tuple[str, Place, str | None]]:
    """(entry id, place, duration) of every duration that no rule of its own looks at."""
    for system in catalog.systems.values():
        if system.erase is not None:
            yield system.id, system.place.at("erase", "backups"), system.erase.backups
    for role in catalog.roles.values():
        if role.training is not None:
            yield role.id, role.place.at("training", "every"), role.training.every
    for field in catalog.fields.values():
        for source in field.sources.values():
            if not source.facets:
                continue
            fresh = source.facets.get("freshness")
            if fresh is not None:
                yield field.id, source.place.at("freshness"), str(fresh)
            recycled = source.facets.get("recycled")
            if isinstance(recycled, str):
                yield field.id, source.place.at("recycled"), recycled


def _durations(catalog: Catalog) -> Iterator[Finding]:
    for subject, place, period in _periods(catalog):
        if period is not None and not is_duration(period):
            yield Finding(
                "SC102",
                f"`{period}` is not an ISO 8601 duration",
                place,
                subject,
                fix=Fix("write it as `P3Y`, `P18M`, `P30D` or `PT12H`"),
                detail="/".join(map(str, place.path[2:])),
            )


def is_duration(text: str) -> bool:
    """Whether the text is an ISO 8601 duration (`PnYnMnWnDTnHnMnS`), and not an empty or negative one."""
    import isodate

    if text.startswith(("-", "+")):
        return False
    try:
        isodate.parse_duration(text)
    except (isodate.ISO8601Error, ValueError):
        return False
    return True


def _derivations(catalog: Catalog) -> Iterator[Finding]:
    """Fields that are derived from themselves, one finding for each circle."""
    edges = {str(f.id): [str(d) for d in f.derived_from] for f in catalog.fields.values() if f.derived_from}
    reported: set[frozenset[str]] = set()
    for start in sorted(edges):
        circle = _circle(start, edges)
        if circle is not None and frozenset(circle) not in reported:
            reported.add(frozenset(circle))
            field = next(f for f in catalog.fields.values() if f.id == start)
            yield Finding(
                "SC102",
                "is derived from itself: " + " ← ".join(f"`{name}`" for name in [*circle, circle[0]]),
                field.place.at("derived_from"),
                start,
                fix=Fix("take one step out of the circle"),
                detail="derived_from",
            )


def _circle(start: str, edges: dict[str, list[str]]) -> list[str] | None:
    """The shortest way from a field back to itself through `derived_from`."""
    ways: list[list[str]] = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for following in _following(way[-1], edges):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return None


def _following(name: str, edges: dict[str, list[str]]) -> Iterable[str]:
    return edges.get(name, ())
