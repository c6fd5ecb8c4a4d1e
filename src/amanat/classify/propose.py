"""Proposals for the unmapped columns of a system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from amanat.classify.context import Contexts
from amanat.classify.judge import LEAST, MOST, Weight, judge
from amanat.classify.matching import Matching
from amanat.classify.proposals import Proposal, state_of
from amanat.classify.values import FEW, RARE, SURE, Sighting
from amanat.classify.vocabulary import kinds
from amanat.model.catalog import Catalog
from amanat.model.resources import System
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.observe.coverage import coverage

Sightings = Mapping[str, Sequence[Sighting]]
"""What samples of columns hold, by `table.column`."""


def unmapped(catalog: Catalog, system: System) -> list[ObservedColumn]:
    """The observed columns of a system that no entry names or ignores."""
    snapshot = catalog.snapshots[system.id]
    (covered,) = (one for one in coverage(catalog) if one.system.id == system.id)
    return [snapshot.columns[path] for path in covered.unmapped]


def propose(
    catalog: Catalog, system: System, sightings: Sightings, least: float = LEAST
) -> Iterator[Proposal]:
    """A proposal for each unmapped column that enough speaks for, sorted."""
    snapshot = catalog.snapshots[system.id]
    weights = judged(snapshot, unmapped(catalog, system), sightings)
    matching = Matching(catalog)
    for column, weight in weights:
        if weight.confidence < least:
            continue
        category = kinds()[weight.kind]
        match = matching.field_for(column.column, category)
        known = catalog.categories.get(category)
        evidence = [*weight.evidence, *([match.evidence] if match else [])]
        yield Proposal(
            column.table,
            column.column,
            category,
            (known.classification or "") if known else "",
            match.field if match else "",
            f"{weight.confidence:.2f}",
            "; ".join(evidence),
            state=state_of(column),
        )


def judged(
    snapshot: Snapshot, columns: Sequence[ObservedColumn], sightings: Sightings
) -> Iterator[tuple[ObservedColumn, Weight]]:
    """The columns that something speaks for, with what it is."""
    tables = Contexts(snapshot)
    for column in columns:
        named = judge(column, tables.of(column.table), tables)
        seen = sightings.get(f"{column.table}.{column.column}", ())
        weight = _with_values(named, seen)
        if weight is not None:
            yield column, weight


def _with_values(named: Weight | None, seen: Sequence[Sighting]) -> Weight | None:
    """A weight with what a sample of the values says: for a kind, for another, or against it."""
    best = max(seen, key=lambda one: one.share, default=None)
    if best is None or best.looked_at < FEW:
        return named
    if best.share >= SURE:
        said = f"values: {best.found} of {best.looked_at} are of this kind"
        if named is not None and named.kind == best.kind:
            sure = 1 - (1 - named.confidence) * (1 - 0.9 * best.share)
            return named._replace(confidence=min(MOST, round(sure, 2)), evidence=(*named.evidence, said))
        return Weight(best.kind, round(0.9 * best.share, 2), (said,))
    own = next((one for one in seen if named is not None and one.kind == named.kind), None)
    if named is not None and own is not None and own.share < RARE:
        said = f"values: only {own.found} of {own.looked_at} are of this kind"
        lower = round(named.confidence / 2, 2)
        return named._replace(confidence=lower, evidence=(*named.evidence, said)) if lower >= LEAST else None
    return named
