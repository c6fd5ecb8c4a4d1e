"""Fields made from others that are kept longer than what they were made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from amanat.conflicts.durations import order
from amanat.conflicts.governance import has_reason
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.lineage import Feeds


@dataclass(frozen=True, slots=True)
class Outliving:
    """A derived field and one of those it is made from. `longer` is True where it surely outlives it, None
    where nobody can say: the periods have no order, or count from different events."""

    derived: Field
    origin: Field
    jurisdiction: str
    longer: bool | None
    reasoned: bool
    """Whether the derived field's policy has a law, a contract or a consent to stand on."""


def outliving(catalog: Catalog, field: Field) -> Iterator[Outliving]:
    """How a derived field stands to each of its origins, in the first jurisdiction that shows it;
    origins that
    live as long or longer are left out."""
    policy = catalog.retention.get(field.retention) if field.retention else None
    if policy is None:
        return
    for name in field.derived_from:
        origin = catalog.fields.get(name)
        theirs = catalog.retention.get(origin.retention) if origin and origin.retention else None
        if origin is None or theirs is None or theirs.id == policy.id:
            continue
        unsure: str | None = None
        for where in catalog.jurisdictions or ("*",):
            mine, its = policy.where.get(where, policy.rule), theirs.where.get(where, theirs.rule)
            if mine.keep is None or its.keep is None:
                continue
            sign = order(mine.keep, its.keep) if mine.trigger == its.trigger else None
            if sign == 1:
                yield Outliving(field, origin, where, True, has_reason(policy))
                break
            unsure = unsure or (where if sign is None and mine.keep != its.keep else None)
        else:
            if unsure is not None:
                yield Outliving(field, origin, unsure, None, has_reason(policy))


def kept_longer(catalog: Catalog, field: Field, feeds: Feeds) -> tuple[Outliving, ...]:
    """How the field stands to its origins, and what is made from it to the field; `feeds` as `feeds_of`
    tells."""
    found = (pair for one in (field, *feeds.get(field.id, ())) for pair in outliving(catalog, one))
    return tuple(pair for pair in found if field in (pair.derived, pair.origin))
