"""A judgement as a conflict: its values and places, what the ledger says, the ways out, what it
explains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from amanat.conflicts.claims import canonical_place, where
from amanat.conflicts.explains import Part, Told, field_first
from amanat.conflicts.facets import BY_FACET, FacetRule
from amanat.conflicts.governance import MISSING_MASTER
from amanat.conflicts.judging import Judgement, grouped, named
from amanat.conflicts.ledger import Ledger, words
from amanat.conflicts.observed import Columns
from amanat.conflicts.report import CANONICAL, Basis, Conflict, Drift, Explained
from amanat.conflicts.values import NOT_APPLICABLE, Claims
from amanat.conflicts.ways import ways_out
from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog
from amanat.model.field import ConflictStatus, Facet, Field
from amanat.model.values import SourceId
from amanat.text import Place


class Shared(NamedTuple):
    """What the comparison of every field needs."""

    catalog: Catalog
    columns: Columns
    ledger: Ledger
    global_keys: frozenset[str]
    known: Counter[str]
    asked: Counter[str]
    drift: list[Drift]


def conflict_of(
    field: Field,
    rule: FacetRule,
    judgement: Judgement,
    group: Mapping[str, Any],
    others: Mapping[str, Claims],
    shared: Shared,
) -> Conflict:
    facet = rule.facet
    values = {key: rule.show(shared.catalog, group[key]) for key in field_first(group)}
    places = {key: _where(field, key, facet, shared.columns) for key in values}
    silent = [
        key
        for key, claims in others.items()
        if key not in group and claims.get(facet.value) is not NOT_APPLICABLE and facet.value not in claims
    ]
    if facet is Facet.IDENTIFIER:
        silent = [key for key in others if key not in group]
    message = f"{rule.noun} of `{field.id}` {_verb(facet)}: {_listing(values)}"
    return _build(
        field, facet, judgement.code or rule.code, judgement, values, places, silent, message, shared
    )


def authority(field: Field, judgement: Judgement, shared: Shared) -> Conflict:
    """Nobody, or the wrong one, decides between sources: their claims are that they exist."""
    values: dict[str, object] = {}
    if field.master is not None:
        values[CANONICAL] = field.master
    for key in sorted(field.sources):
        values[key] = str(field.sources[SourceId(key)].facets.get("origin", "source"))
    places = {key: _where(field, key, Facet.AUTHORITY, shared.columns) for key in values}
    missing = judgement.code == MISSING_MASTER
    message = f"authority over `{field.id}` is {'missing' if missing else 'contradictory'}"
    code = judgement.code or BY_FACET[Facet.AUTHORITY.value].code
    return _build(field, Facet.AUTHORITY, code, judgement, values, places, [], message, shared)


def _build(
    field: Field,
    facet: Facet,
    code: str,
    judgement: Judgement,
    values: Mapping[str, object],
    places: Mapping[str, tuple[Place, Basis]],
    silent: list[str],
    message: str,
    shared: Shared,
) -> Conflict:
    entry = shared.ledger.entry(field.id, facet.value)
    status = shared.ledger.status(entry, values)
    accepted = status is ConflictStatus.ACCEPTED
    return Conflict(
        field=field.id,
        facet=facet,
        code=code,
        severity=Severity.INFO if accepted else judgement.severity,
        judged=judgement.severity,
        status=status,
        values=values,
        unknown=tuple(SourceId(key) for key in sorted(silent)),
        where={key: place for key, (place, _) in places.items()},
        basis={key: basis for key, (_, basis) in places.items()},
        odd=tuple(sorted(judgement.odd)),
        message=f"{message}; {judgement.why}",
        why=judgement.why,
        ways_out=ways_out(judgement, field, facet, values, entry),
        place=field.place,
        entry=entry,
    )


def _where(field: Field, key: str, facet: Facet, columns: Columns) -> tuple[Place, Basis]:
    if key == CANONICAL:
        return canonical_place(field, facet), Basis.DECLARED
    if facet is Facet.AUTHORITY:
        return field.sources[SourceId(key)].place, Basis.DECLARED
    return where(field.sources[SourceId(key)], facet, columns)


def _verb(facet: Facet) -> str:
    return "differ" if facet is Facet.PURPOSES else "differs"


def _listing(values: Mapping[str, object]) -> str:
    """Each distinct value with the sources that hold it."""
    groups = list(grouped({key: words(value) for key, value in values.items()}).items())
    shown = ", ".join(f"`{value}` in {named(keys)}" for value, keys in groups[:5])
    return shown + (f", and {len(groups) - 5} more" if len(groups) > 5 else "")


def speaking_for(
    conflict: Conflict, parts: Iterable[tuple[str, Part]], told: Told, catalog: Catalog
) -> Conflict:
    """A conflict with what it explains: as severe as the worst of that, where that has a weight."""
    by_facet: dict[str, list[Part]] = {}
    for facet, part in parts:
        by_facet.setdefault(facet, []).append(part)
    explains = tuple(
        Explained(
            Facet(facet),
            min((part.severity for part in those), key=lambda severity: severity.rank),
            {
                source: BY_FACET[facet].show(catalog, told[facet].claims[source])
                for source in field_first(frozenset[str]().union(*(part.sources for part in those)))
            },
        )
        for facet, those in sorted(by_facet.items())
    )
    heavy = [part.severity for those in by_facet.values() for part in those if part.weighs]
    judged = min((conflict.judged, *heavy), key=lambda severity: severity.rank)
    accepted = conflict.status is ConflictStatus.ACCEPTED
    return replace(
        conflict,
        judged=judged,
        severity=conflict.severity if accepted else judged,
        message=f"{conflict.message}; because of this also: {', '.join(one.facet.value for one in explains)}",
        explains=explains,
    )
