"""Which policy is the rule for which copies of a field: that of the field, or one of a copy's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from amanat.conflicts.governance import has_reason
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source
from amanat.model.resources import Retention, RetentionRule
from amanat.model.values import RetentionId
from amanat.retention.terms import MAXIMUM, MINIMUM


def policies_of(catalog: Catalog, field: Field) -> Mapping[RetentionId, tuple[Source, ...]]:
    """The declared policies of a field, its own first, and the copies that each holds for. A copy whose own
    policy has a law or a contract behind it is not bound by what the field says, unless that is a law (see
    `Effective.replaced`); else both hold for it."""
    found: dict[RetentionId, list[Source]] = {}
    base = catalog.retention.get(field.retention) if field.retention is not None else None
    if base is not None:
        found[base.id] = []
    for source in field.sources.values():
        own = own_policy(catalog, source)
        if base is not None and not (own is not None and _replaces(own, base)):
            found[base.id].append(source)
        if own is not None and own is not base:
            found.setdefault(own.id, []).append(source)
    return {name: tuple(sources) for name, sources in found.items()}


def fields_by_policy(catalog: Catalog, fields: Iterable[Field]) -> Mapping[RetentionId, tuple[Field, ...]]:
    """The fields that each policy holds for, of which it may be some copies only."""
    found: dict[RetentionId, list[Field]] = {}
    for field in fields:
        for name in policies_of(catalog, field):
            found.setdefault(name, []).append(field)
    return {name: tuple(its) for name, its in found.items()}


def own_policy(catalog: Catalog, source: Source) -> Retention | None:
    """The policy that a copy names for itself, where it is declared."""
    name = source.facets.get("retention")
    return catalog.retention.get(RetentionId(name)) if isinstance(name, str) else None


def _replaces(own: Retention, base: Retention) -> bool:
    return has_reason(own) and MINIMUM not in _kinds(own) and not {MINIMUM, MAXIMUM} & _kinds(base)


def _kinds(policy: Retention) -> set[str]:
    return {rule.basis.kind for rule in _rules(policy) if rule.basis is not None}


def _rules(policy: Retention) -> Iterator[RetentionRule]:
    yield policy.rule
    yield from policy.where.values()
