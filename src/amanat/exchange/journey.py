"""The customer's journey as a map: at each stage where customers are met, which data arises there and how,
what they have to give, and what it is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field
from amanat.model.resources import Purpose, Stage, System
from amanat.model.values import PurposeId, StageId, Status, SystemId

ORIGINS = ("given", "observed", "inferred", "staff", "third_party")
"""How data arises, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A field at a touchpoint: how it arises there (None: nobody said; of several ways the first of
    `ORIGINS`), and the live purposes it is for."""

    field: Field
    origin: str | None
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A system in which data of a stage is kept; `system` is None for fields that no system holds yet."""

    system: System | None
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A stage. `fields` arise there, `purposes` are live ones that name it. It is `heavy` where it asks for
    more compulsory fields than all other stages together."""

    stage: Stage
    fields: tuple[Field, ...]
    touchpoints: tuple[Touchpoint, ...]
    purposes: tuple[Purpose, ...]
    heavy: bool

    @property
    def compulsory(self) -> int:
        """How many fields customers have to give."""
        return sum(field.compulsory is True for field in self.fields)

    @property
    def beneficial(self) -> int:
        """How many of the purposes say what the customer gains."""
        return sum(bool(purpose.benefit) for purpose in self.purposes)

    @property
    def origins(self) -> Mapping[str | None, int]:
        """How many fields arise how; None: nobody said."""
        return Counter(field.origin for field in self.fields)


@dataclass(frozen=True, slots=True)
class Journey:
    """All stages in their order, and the live fields of no stage."""

    steps: tuple[Step, ...]
    unplaced: tuple[Field, ...]


def journey_of(catalog: Catalog) -> Journey:
    """The journey as the catalog tells it, of what is live."""
    fields = [one for one in catalog.fields.values() if one.status is Status.LIVE]
    live = {one.id: one for one in catalog.purposes.values() if one.status is Status.LIVE}
    by_stage = {stage: [one for one in fields if stage in one.stages] for stage in catalog.stages}
    burden = {stage: sum(one.compulsory is True for one in found) for stage, found in by_stage.items()}
    return Journey(
        steps=tuple(
            Step(
                stage=stage,
                fields=tuple(by_stage[stage.id]),
                touchpoints=_touchpoints(catalog, by_stage[stage.id], live),
                purposes=tuple(one for one in live.values() if stage.id in one.stages),
                heavy=is_heavy(burden, stage.id),
            )
            for stage in catalog.stages.values()
        ),
        unplaced=tuple(one for one in fields if not one.stages),
    )


def is_heavy(burden: Mapping[StageId, int], stage: StageId) -> bool:
    """Whether a stage asks for more compulsory fields than all others together. `burden` is how many each
    asks for."""
    return len(burden) > 1 and 2 * burden[stage] > sum(burden.values())


def _touchpoints(
    catalog: Catalog, fields: Sequence[Field], live: Mapping[PurposeId, Purpose]
) -> tuple[Touchpoint, ...]:
    found: dict[SystemId | None, list[Moment]] = {}
    for field in fields:
        listed = set(field.purposes)
        purposes = tuple(one for name, one in live.items() if not listed.isdisjoint(ancestors(name)))
        told: dict[SystemId | None, set[str | None]] = {}
        for source in field.sources.values():
            if source.parts.system in catalog.systems:
                own = source.facets.get("origin")
                told.setdefault(source.parts.system, set()).add(str(own) if own else field.origin)
        for system, origins in (told or {None: {field.origin}}).items():
            first = next((origin for origin in ORIGINS if origin in origins), None)
            found.setdefault(system, []).append(Moment(field, first, purposes))
    ordered = sorted(found, key=lambda name: (name is None, name or ""))
    return tuple(
        Touchpoint(None if name is None else catalog.systems[name], tuple(found[name])) for name in ordered
    )
