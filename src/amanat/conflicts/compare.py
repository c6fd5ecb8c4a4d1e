"""The comparison itself: one pass over the fields, one finding per field and facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from amanat.conflicts.claims import (
    canonical_claim,
    canonical_place,
    declared_claims,
    declared_place,
    merged,
    where,
)
from amanat.conflicts.facets import BY_FACET, FacetRule, Shape
from amanat.conflicts.governance import MISSING_MASTER, judge_authority
from amanat.conflicts.judging import Judgement, Situation, grouped, named
from amanat.conflicts.ledger import Ledger, words
from amanat.conflicts.observed import Columns
from amanat.conflicts.report import (
    CANONICAL,
    Basis,
    Conflict,
    Coverage,
    Drift,
    Report,
)
from amanat.conflicts.technical import differ_in_type, differ_in_zone, scheme
from amanat.conflicts.values import NOT_APPLICABLE, Claims
from amanat.conflicts.ways import ways_out
from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog
from amanat.model.field import ConflictStatus, Facet, Field, Source
from amanat.model.values import SourceId, Status
from amanat.text import Place

_KEY_CATEGORIES = frozenset(("id", "id.internal", "id.device", "id.online"))
_ALWAYS_ASKED = ("type", "nullable", "definition", "owner", "classification", "purposes", "retention")
_NOT_DRIFTING = frozenset(("codes", "empty", "structure"))


class _Shared(NamedTuple):
    """What the comparison of every field needs."""

    catalog: Catalog
    columns: Columns
    ledger: Ledger
    global_keys: frozenset[str]
    known: Counter[str]
    asked: Counter[str]
    drift: list[Drift]


def compare(catalog: Catalog, as_of: date | None) -> Report:
    """Compare all sources of all fields that are not retired. Pure: the same catalog and day give the same
    report. `as_of` None: no acceptance is known to have expired."""
    shared = _Shared(
        catalog,
        Columns(catalog),
        Ledger(catalog, as_of),
        frozenset(
            subject.global_id for subject in catalog.subjects.values() if subject.global_id is not None
        ),
        Counter(),
        Counter(),
        [],
    )
    conflicts: list[Conflict] = []
    for field in catalog.fields.values():
        if field.status is not Status.RETIRED and field.sources:
            conflicts.extend(_compare_field(field, shared))
    conflicts.sort(key=lambda conflict: (conflict.field, conflict.facet.value))
    coverage = {
        facet: Coverage(shared.known[facet.value], shared.asked[facet.value] - shared.known[facet.value])
        for facet in Facet
        if shared.asked[facet.value]
    }
    ledger = shared.ledger
    return Report(
        tuple(conflicts),
        coverage,
        tuple(shared.drift),
        ledger.findings(conflicts),
        ledger.standings(conflicts),
    )


def _compare_field(field: Field, shared: _Shared) -> Iterator[Conflict]:
    table: dict[str, dict[str, Any]] = {}
    others: dict[str, Claims] = {}
    beside: dict[str, int] = {}
    shaped = False
    for key, source in field.sources.items():
        claims = shared.columns.claims(source)
        if source.facets:
            declared, observed = declared_claims(source), claims
            claims = merged(source, declared, observed)
            if observed and declared:
                shared.drift.extend(_drift(field, source, declared, observed, shared.columns))
            shaped = shaped or "structure" in claims
        others[key] = claims
        for facet, value in claims.items():
            if value is NOT_APPLICABLE:
                beside[facet] = beside.get(facet, 0) + 1
            elif facet in table:
                table[facet][key] = value
            else:
                table[facet] = {key: value}
    is_key = field.category in _KEY_CATEGORIES or field.id in shared.global_keys
    if is_key:
        _identifiers(field, table, others)
    _count(field, table, beside, shared)
    for facet, row in table.items():
        conflict = _compare_facet(field, facet, row, others, is_key, shaped, shared)
        if conflict is not None:
            yield conflict
    judgement = judge_authority(shared.catalog, field)
    if judgement is not None:
        yield _authority(field, judgement, shared)


def _identifiers(field: Field, table: dict[str, dict[str, Any]], others: Mapping[str, Claims]) -> None:
    """For a key, the format is the identifier scheme; it is compared as that, and not as a format too."""
    found = {
        key: known
        for key, claims in others.items()
        if (known := scheme(claims.get("format"), claims.get("type"))) is not None
    }
    table.pop("format", None)
    if found:
        table["identifier"] = found


def _count(
    field: Field, table: Mapping[str, Mapping[str, Any]], beside: Mapping[str, int], shared: _Shared
) -> None:
    """Coverage: which sources could say something about which facet, and which do."""
    total = len(field.sources)
    known, asked = shared.known, shared.asked
    for facet, row in table.items():
        known[facet] += len(row)
        asked[facet] += total - beside.get(facet, 0)
    for facet in (*_ALWAYS_ASKED, *field.facets, *(("codes",) if field.codes else ())):
        if facet not in table and not (facet == "format" and "identifier" in table):
            asked[facet] += total - beside.get(facet, 0)


def _compare_facet(
    field: Field,
    facet: str,
    row: dict[str, Any],
    others: Mapping[str, Claims],
    is_key: bool,
    shaped: bool,
    shared: _Shared,
) -> Conflict | None:
    canonical = _canonical(field, facet, row)
    rule = BY_FACET[facet]
    if canonical is None:
        if len(row) < 2 and not rule.always:
            return None
        values = row
    else:
        values = {CANONICAL: canonical, **row}
    if not rule.always and _alike(values):
        return None
    values = {key: values[key] for key in _ordered(values)}
    apart = shaped and rule.shape is not Shape.ANY
    groups = _shapes(field, values, others, rule.shape) if apart else (values,)
    global_key = field.id in shared.global_keys
    found: list[tuple[Judgement, dict[str, Any]]] = []
    for group in groups:
        if rule.always or not _alike(group):
            judgement = rule.judge(Situation(shared.catalog, field, group, others, is_key, global_key))
            if judgement is not None:
                found.append((judgement, group))
    if not found:
        return None
    worst = min((judgement for judgement, _ in found), key=lambda judgement: judgement.severity.rank)
    odd = tuple(key for judgement, _ in found for key in judgement.odd)
    together = {key: value for _, group in found for key, value in group.items()}
    return _conflict(field, rule, worst._replace(odd=odd), together, others, shared)


def _alike(values: Mapping[str, Any]) -> bool:
    rest = iter(values.values())
    first = next(rest)
    return all(value == first for value in rest)


def _canonical(field: Field, facet: str, row: Mapping[str, Any]) -> Any:
    """The field's own claim. Without one, a field means what it says (polarity is positive), and holds a
    single value as soon as some of its sources are declared to do otherwise and some are not."""
    if facet == "identifier":
        written = field.facets.get("format")
        return None if written is None else scheme(str(written).lower(), None)
    claim = canonical_claim(field, facet)
    if claim is None and facet == "polarity":
        return "positive"
    if claim is None and facet == "structure" and len(row) < len(field.sources):
        return "single"
    return claim


def _shapes(
    field: Field, values: Mapping[str, Any], others: Mapping[str, Claims], exact: Shape
) -> Iterator[dict[str, Any]]:
    """The claims in groups of one shape: whole values with the field's own, and parts with like parts."""
    whole = str(field.facets.get("structure", "single"))
    groups: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        shape = whole if key == CANONICAL else str(others[key].get("structure", whole))
        if exact is Shape.WHOLE and shape == "list":
            shape = "single"
        groups.setdefault(shape, {})[key] = value
    yield from groups.values()


def _conflict(
    field: Field,
    rule: FacetRule,
    judgement: Judgement,
    group: Mapping[str, Any],
    others: Mapping[str, Claims],
    shared: _Shared,
) -> Conflict:
    facet = rule.facet
    values = {key: rule.show(shared.catalog, group[key]) for key in _ordered(group)}
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


def _authority(field: Field, judgement: Judgement, shared: _Shared) -> Conflict:
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
    shared: _Shared,
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


def _ordered(group: Mapping[str, Any]) -> list[str]:
    return sorted(group, key=lambda key: (key != CANONICAL, key))


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


def _drift(
    field: Field, source: Source, claims: Claims, observed: Claims, columns: Columns
) -> Iterator[Drift]:
    """Facets of a source that are declared one way and observed another."""
    for facet, declared in claims.items():
        seen = observed.get(facet)
        if seen is None or seen is NOT_APPLICABLE or facet in _NOT_DRIFTING or declared == seen:
            continue
        if facet == "type" and differ_in_type(declared, seen) is not True:
            continue
        if facet == "zone" and differ_in_zone(declared, seen) is not True:
            continue
        rule = BY_FACET[facet]
        show, nothing = rule.show, columns.column(source)
        if nothing is None or show(columns.catalog, declared) == show(columns.catalog, seen):
            continue
        column, snapshot = nothing
        yield Drift(
            field.id,
            source.id,
            rule.facet,
            show(columns.catalog, declared),
            show(columns.catalog, seen),
            declared_place(source, rule.facet),
            snapshot.place(column),
        )
