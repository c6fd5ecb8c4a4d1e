"""The customer's journey as a map: at each stage where customers are met, which data arises there and how,
what they have to give, and what it is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from amanat.lint.rule import Context
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import Purpose, Stage, System
from amanat.model.values import SystemId
from amanat.rules.journey import used_stages
from amanat.rules.usage import live_purposes, serving

ORIGINS = ("given", "observed", "inferred", "staff", "third_party")
"""How data arises, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A field in a system: how it arises there (None: nobody said), whether customers have to give it there
    (None: nobody said, or they do not give it there), and the live purposes it is for."""

    field: Field
    origin: str | None
    compulsory: bool | None
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A system that holds data of a stage; `system` is None for fields that no system holds yet."""

    system: System | None
    moments: tuple[Moment, ...]

    @property
    def origins(self) -> Mapping[str | None, int]:
        """How many fields arise how there; None: nobody said."""
        return Counter(moment.origin for moment in self.moments)


@dataclass(frozen=True, slots=True)
class Step:
    """A stage. `fields` arise there, `purposes` are live ones that name it. It is `empty` where neither it
    nor a purpose of it has a field (as rule QU103 judges), and `heavy` where it asks for more compulsory
    fields than all other stages together."""

    stage: Stage
    fields: tuple[Field, ...]
    touchpoints: tuple[Touchpoint, ...]
    purposes: tuple[Purpose, ...]
    empty: bool
    heavy: bool

    @property
    def compulsory(self) -> int:
        """How many fields customers have to give."""
        return sum(field.compulsory is True for field in self.fields)

    @property
    def unsaid(self) -> int:
        """Of how many fields nobody said whether customers have to give them."""
        return sum(field.compulsory is None for field in self.fields)

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
    """All stages in their order, the held fields of no stage, and how many held fields there are."""

    steps: tuple[Step, ...]
    unplaced: tuple[Field, ...]
    fields: int

    @property
    def compulsory(self) -> int:
        """How many compulsory fields the stages ask for, each stage counted by itself."""
        return sum(step.compulsory for step in self.steps)


def journey_of(catalog: Catalog, as_of: date | None) -> Journey:
    """The journey as the catalog tells it: of fields that are held, and purposes that are live on the day."""
    context = Context(catalog, as_of)
    names = live_purposes(context)
    live = {name: one for name, one in catalog.purposes.items() if name in names}
    used = used_stages(context).stages
    fields = [one for one in catalog.fields.values() if one.status.held]
    by_stage = {stage: [one for one in fields if stage in one.stages] for stage in catalog.stages}
    burden = {stage: sum(one.compulsory is True for one in found) for stage, found in by_stage.items()}
    return Journey(
        steps=tuple(
            Step(
                stage=stage,
                fields=tuple(by_stage[stage.id]),
                touchpoints=_touchpoints(context, by_stage[stage.id]),
                purposes=tuple(one for one in live.values() if stage.id in one.stages),
                empty=stage.id not in used,
                heavy=len(burden) > 1 and 2 * burden[stage.id] > sum(burden.values()),
            )
            for stage in catalog.stages.values()
        ),
        unplaced=tuple(one for one in fields if not one.stages),
        fields=len(fields),
    )


def _touchpoints(context: Context, fields: Sequence[Field]) -> tuple[Touchpoint, ...]:
    catalog = context.catalog
    found: dict[SystemId | None, list[Moment]] = {}
    for field in fields:
        names = serving(context, field)
        purposes = tuple(one for name, one in catalog.purposes.items() if name in names)
        for system, origin in _arising(catalog, field).items():
            compulsory = field.compulsory if origin == "given" else None
            found.setdefault(system, []).append(Moment(field, origin, compulsory, purposes))
    ordered = sorted(found, key=lambda name: (name is None, name or ""))
    return tuple(
        Touchpoint(None if name is None else catalog.systems[name], tuple(found[name])) for name in ordered
    )


def _arising(catalog: Catalog, field: Field) -> Mapping[SystemId | None, str | None]:
    """How a field arises in each system that holds it: as its source there says (of several ways the first of
    `ORIGINS`). A source that says nothing may be a copy; what the field says holds for its master, or where
    one system alone holds it."""
    told: dict[SystemId | None, set[object]] = {}
    for source in field.sources.values():
        if source.system in catalog.systems:
            own = told.setdefault(source.system, set())
            if "origin" in source.facets:
                own.add(source.facets["origin"])
            elif source.id == field.master:
                own.add(field.origin)
    if not told:
        return {None: field.origin}
    if len(told) == 1:
        told = {system: own or {field.origin} for system, own in told.items()}
    return {
        system: next((origin for origin in ORIGINS if origin in own), None) for system, own in told.items()
    }
