"""The comparison itself: one pass over the fields, one finding per field and facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from amanat.conflicts.building import Shared, authority, conflict_of, speaking_for
from amanat.conflicts.claims import (
    canonical_claim,
    declared_claims,
    declared_place,
    merged,
)
from amanat.conflicts.explains import ORDER, Outcome, Part, Told, explained, field_first, split, threads_of
from amanat.conflicts.facets import BY_FACET, Shape
from amanat.conflicts.governance import judge_authority
from amanat.conflicts.judging import Judgement, Situation
from amanat.conflicts.ledger import Ledger
from amanat.conflicts.observed import Columns
from amanat.conflicts.report import (
    CANONICAL,
    Conflict,
    Coverage,
    Drift,
    Report,
)
from amanat.conflicts.technical import differ_in_type, differ_in_zone, scheme
from amanat.conflicts.values import NOT_APPLICABLE, Claims
from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog
from amanat.model.field import Facet, Field, Source
from amanat.model.values import Status

_KEY_CATEGORIES = frozenset(("id", "id.internal", "id.device", "id.online"))
_ALWAYS_ASKED = ("type", "nullable", "definition", "owner", "classification", "purposes", "retention")
_NOT_DRIFTING = frozenset(("codes", "empty", "structure"))


def compare(catalog: Catalog, as_of: date | None) -> Report:
    """Compare all sources of all fields that are not retired. Pure: the same catalog and day give the same
    report. `as_of` None: no acceptance is known to have expired."""
    shared = Shared(
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


def _compare_field(field: Field, shared: Shared) -> Iterator[Conflict]:
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
    claimed = _Claimed(field, others, is_key, shaped)
    yield from _compare_facets(claimed, table, shared)
    judgement = judge_authority(shared.catalog, field)
    if judgement is not None:
        yield authority(field, judgement, shared)


class _Claimed(NamedTuple):
    """A field and what its sources claim. `shaped`: some of them say how they build a value."""

    field: Field
    others: Mapping[str, Claims]
    is_key: bool
    shaped: bool


def _compare_facets(
    claimed: _Claimed, table: Mapping[str, dict[str, Any]], shared: Shared
) -> Iterator[Conflict]:
    """Causes first, so that what they explain is not told again."""
    told: dict[str, Outcome] = {}
    found: dict[str, Conflict] = {}
    because: list[tuple[str, Part]] = []
    for facet in (
        *(cause for cause in ORDER if cause in table),
        *(other for other in table if other not in ORDER),
    ):
        conflict, outcome, parts = _compare_facet(claimed, facet, table[facet], told, shared)
        if conflict is not None:
            found[facet] = conflict
        if outcome is not None:
            told[facet] = outcome
        because.extend((facet, part) for part in parts)
    for cause, conflict in found.items():
        mine = [(facet, part) for facet, part in because if part.cause == cause]
        yield speaking_for(conflict, mine, told, shared.catalog) if mine else conflict


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
    field: Field, table: Mapping[str, Mapping[str, Any]], beside: Mapping[str, int], shared: Shared
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
    claimed: _Claimed, facet: str, row: dict[str, Any], told: Told, shared: Shared
) -> tuple[Conflict | None, Outcome | None, tuple[Part, ...]]:
    """The conflict, what the facet comes to for those that follow from it, and what others explain of it."""
    field, others = claimed.field, claimed.others
    canonical = _canonical(field, facet, row)
    rule = BY_FACET[facet]
    if canonical is None:
        if len(row) < 2 and not rule.always:
            return None, None, ()
        values = row
    else:
        values = {CANONICAL: canonical, **row}
    if not rule.always and _alike(values):
        return None, None, ()
    values = {key: values[key] for key in field_first(values)}
    shapes = _shapes(field, values, others, rule.shape) if claimed.shaped else {}
    threads = threads_of(facet, shapes, told)
    global_key = field.id in shared.global_keys

    def judge(group: Mapping[str, Any]) -> Judgement | None:
        if not rule.always and _alike(group):
            return None
        return rule.judge(Situation(shared.catalog, field, group, others, claimed.is_key, global_key))

    def severity(pair: Mapping[str, Any]) -> Severity | None:
        judgement = judge(pair)
        return judgement.severity if judgement is not None else None

    groups = split(values, threads)
    found = [(judgement, group) for group in groups if (judgement := judge(group)) is not None]
    parts = tuple(explained(values, threads, told, severity)) if len(groups) > 1 else ()
    if not found and not parts:
        return None, None, ()
    shown = frozenset(key for _, group in found for key in group)
    outcome = Outcome(
        {key: values[key] for key in values if key in shown.union(*(part.sources for part in parts))},
        shown,
        threads,
    )
    if not found:
        return None, outcome, parts
    together = {key: values[key] for key in values if key in shown}
    judgement = _joined([judgement for judgement, _ in found])
    return conflict_of(field, rule, judgement, together, others, shared), outcome, parts


def _joined(found: Sequence[Judgement]) -> Judgement:
    """The judgements about several groups of sources as one: those that are worst, each thing said once."""
    worst = min(found, key=lambda judgement: judgement.severity.rank)
    same = [one for one in found if one.severity is worst.severity and one.code == worst.code]
    if len(same) == 1:
        return worst

    def said(texts: Iterable[str | None]) -> str | None:
        return "; ".join(dict.fromkeys(text for text in texts if text is not None)) or None

    return worst._replace(
        why=said(one.why for one in same) or worst.why,
        odd=tuple(dict.fromkeys(key for one in same for key in one.odd)),
        align=said(one.align for one in same),
        translate=said(one.translate for one in same),
    )


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
    field: Field, values: Mapping[str, Any], others: Mapping[str, Claims], shape: Shape
) -> dict[str, str]:
    """How the claims of a facet are told apart by structure. Who says nothing builds values as the field
    does."""
    whole = str(field.facets.get("structure", "single"))
    return {
        key: shape.seen(whole if key == CANONICAL else str(others[key].get("structure", whole)))
        for key in values
    }


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
