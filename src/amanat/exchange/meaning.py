"""What figures and inferences about people rest on: words beside numbers, caveats, logic and confidence, how
much customers said themselves, and what is due for review (GDPR Art. 5(1)(d), 13(2)(f))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from amanat.exchange.journey import ORIGINS
from amanat.model.catalog import Catalog
from amanat.model.field import Field

SOON = 92
"""Days within which a review counts as coming: a quarter of a year."""


@dataclass(frozen=True, slots=True)
class Origins:
    """How many held fields arise how; None: nobody said. `category` is a top category, "" for all fields and
    None for those without one."""

    category: str | None
    counts: Mapping[str | None, int]

    @property
    def total(self) -> int:
        """How many fields there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Meaning:
    """The whole, of held fields. `figures` are metrics; `inferred` are fields that are computed about people;
    `overdue` are past their day of review on the judging day, `soon` reach it within `SOON` days, `undated`
    have no day. Without a judging day nothing is overdue or soon, and `dated` holds all that have a day."""

    figures: tuple[Field, ...]
    narratives: tuple[Field, ...]
    inferred: tuple[Field, ...]
    origins: tuple[Origins, ...]
    overdue: tuple[Field, ...]
    soon: tuple[Field, ...]
    dated: int
    undated: tuple[Field, ...]
    as_of: date | None

    @property
    def partnered(self) -> int:
        """How many figures name the words of people that go with them."""
        return sum(field.narrative is not None for field in self.figures)

    @property
    def warned(self) -> int:
        """How many figures have caveats."""
        return sum(bool(field.caveats) for field in self.figures)

    @property
    def explained(self) -> int:
        """How many inferred fields say from what and how."""
        return sum(bool(field.logic and field.derived_from) for field in self.inferred)

    @property
    def sure(self) -> int:
        """How many inferred fields say how often they are right."""
        return sum(field.confidence is not None for field in self.inferred)


def meaning_of(catalog: Catalog, as_of: date | None) -> Meaning:
    """Count what is held."""
    fields = [one for one in catalog.fields.values() if one.status.held]
    dated = [one for one in fields if one.review_by is not None]
    today = "" if as_of is None else as_of.isoformat()
    limit = "" if as_of is None else (as_of + timedelta(days=SOON)).isoformat()
    return Meaning(
        figures=tuple(one for one in fields if one.kind == "metric"),
        narratives=tuple(one for one in fields if one.kind == "narrative"),
        inferred=tuple(one for one in fields if one.origin == "inferred"),
        origins=_origins(fields),
        overdue=tuple(one for one in dated if today and str(one.review_by) < today),
        soon=tuple(one for one in dated if today and today <= str(one.review_by) <= limit),
        dated=len(dated),
        undated=tuple(one for one in fields if one.review_by is None),
        as_of=as_of,
    )


def _origins(fields: list[Field]) -> tuple[Origins, ...]:
    found: dict[str | None, dict[str | None, int]] = {}
    whole: dict[str | None, int] = dict.fromkeys((*ORIGINS, None), 0)
    for field in fields:
        top = field.category.partition(".")[0] if field.category else None
        counts = found.setdefault(top, dict.fromkeys((*ORIGINS, None), 0))
        counts[field.origin] = counts.get(field.origin, 0) + 1
        whole[field.origin] = whole.get(field.origin, 0) + 1
    ordered = sorted(found, key=lambda name: (name is None, name or ""))
    return (Origins("", whole), *(Origins(name, found[name]) for name in ordered))
