"""What customers have of what is done with their data: purposes with a benefit, and data that serves nobody
(GDPR Art. 5(1)(b), 5(1)(c), 25).

Everything is counted from the catalog. What nobody said is told apart from what was said to be so or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field, Source
from amanat.model.resources import Purpose, System
from amanat.model.values import FieldId, PurposeId, Status, Text
from amanat.policy.cover import is_special
from amanat.policy.readings import Reading
from amanat.rules.journey import asked_twice
from amanat.text import Place

Readings = Mapping[FieldId, Sequence[Reading]]


@dataclass(frozen=True, slots=True)
class Use:
    """A live purpose and the fields it may use. `plain` are fields that some role sees unmasked for it,
    `masked` those that roles see masked only, `unseen` those that no role may read for it: they only widen
    it. `own` are fields that no other live purpose uses: they would go with it."""

    purpose: Purpose
    fields: tuple[Field, ...]
    plain: int
    masked: int
    unseen: tuple[Field, ...]
    own: tuple[Field, ...]
    compulsory: int
    special: int


@dataclass(frozen=True, slots=True)
class Twice:
    """A fact (a field, or a `part` of one) that several systems say they ask customers for."""

    field: Field
    part: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """An identifier that serves purposes which have nothing above them in common."""

    field: Field
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry that waits at the gate, and the attributes that have to be settled before it goes live."""

    kind: str
    id: str
    label: Text
    place: Place
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Benefit:
    """The whole. `unread` are live fields that no role may read for any purpose; `fields` is how many live
    fields there are."""

    uses: tuple[Use, ...]
    fields: int
    unread: tuple[Field, ...]
    twice: tuple[Twice, ...]
    spread: tuple[Spread, ...]
    planned: tuple[Planned, ...]

    @property
    def beneficial(self) -> int:
        """How many live purposes say what the customer gains."""
        return sum(bool(use.purpose.benefit) for use in self.uses)

    def expected(self, answer: bool | None) -> int:
        """How many live purposes customers expect (True), do not expect (False), or of which nobody said."""
        return sum(use.purpose.expected is answer for use in self.uses)


def benefit_of(catalog: Catalog, readings: Readings) -> Benefit:
    """Count. `readings` are the policy's decisions for every field (see `policy.readings`)."""
    live = {one.id: one for one in catalog.purposes.values() if one.status is Status.LIVE}
    fields = [one for one in catalog.fields.values() if one.status is Status.LIVE]
    serving = {one.id: _serving(one, live) for one in fields}
    return Benefit(
        uses=tuple(_use(catalog, one, fields, serving, readings) for one in live.values()),
        fields=len(fields),
        unread=tuple(one for one in fields if all(r.effect == "deny" for r in readings.get(one.id, ()))),
        twice=tuple(Twice(field, str(part or ""), sources) for field, part, sources in asked_twice(catalog)),
        spread=tuple(_spread(fields, serving, live)),
        planned=tuple(_planned(catalog)),
    )


def _serving(field: Field, live: Mapping[PurposeId, Purpose]) -> frozenset[PurposeId]:
    """The live purposes that may use a field: those it lists, and those below them."""
    listed = set(field.purposes)
    return frozenset(name for name in live if not listed.isdisjoint(ancestors(name)))


def _use(
    catalog: Catalog,
    purpose: Purpose,
    fields: Sequence[Field],
    serving: Mapping[FieldId, frozenset[PurposeId]],
    readings: Readings,
) -> Use:
    used = tuple(one for one in fields if purpose.id in serving[one.id])
    effects = {
        one.id: {reading.effect for reading in readings.get(one.id, ()) if reading.purpose == purpose.id}
        for one in used
    }
    return Use(
        purpose=purpose,
        fields=used,
        plain=sum("allow" in effects[one.id] for one in used),
        masked=sum("mask" in effects[one.id] and "allow" not in effects[one.id] for one in used),
        unseen=tuple(one for one in used if effects[one.id] <= {"deny"}),
        own=tuple(one for one in used if serving[one.id] == {purpose.id}),
        compulsory=sum(one.compulsory is True for one in used),
        special=sum(is_special(catalog, one) is True for one in used),
    )


def _spread(
    fields: Sequence[Field],
    serving: Mapping[FieldId, frozenset[PurposeId]],
    live: Mapping[PurposeId, Purpose],
) -> Iterator[Spread]:
    for field in fields:
        if (field.category or "").partition(".")[0] == "id":
            roots = {str(name).partition(".")[0] for name in serving[field.id]}
            if len(roots) > 1:
                yield Spread(field, tuple(live[name] for name in sorted(serving[field.id])))


def _planned(catalog: Catalog) -> Iterator[Planned]:
    for field in catalog.fields.values():
        if field.status is Status.PLANNED:
            asked = ("definition", "category", "subject", "owner", "classification", "retention", "purposes")
            yield _waiting("fields", field, [name for name in asked if not getattr(field, name)])
    for purpose in catalog.purposes.values():
        if purpose.status is Status.PLANNED:
            lacking = [name for name in ("reason", "benefit", "roles") if not getattr(purpose, name)]
            lacking += ["expected"] if purpose.expected is None else []
            places = catalog.jurisdictions
            unfounded = any(not purpose.basis_in(one) for one in places) if places else not purpose.basis
            yield _waiting("purposes", purpose, lacking + (["basis"] if unfounded else []))
    for system in catalog.systems.values():
        if system.status is Status.PLANNED:
            lacking = [name for name in ("owner", "country", "erase") if not getattr(system, name)]
            yield _waiting("systems", system, lacking)


def _waiting(kind: str, entry: Field | Purpose | System, missing: Sequence[str]) -> Planned:
    return Planned(kind, str(entry.id), entry.label, entry.place, tuple(sorted(missing)))
