"""What customers have of what is done with their data: purposes with a benefit, and data that serves nobody
(GDPR Art. 5(1)(b), 5(1)(c), 25).

Everything is counted from the catalog. What nobody said is told apart from what was said to be so or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from amanat.lint.rule import Context
from amanat.model.catalog import Catalog, ancestors
from amanat.model.field import Field, Source
from amanat.model.resources import Purpose
from amanat.model.values import FieldId, PurposeId, Status
from amanat.policy.cover import is_special
from amanat.policy.readers import unseen
from amanat.policy.readings import Access, Reading
from amanat.rules.benefit import Spread, is_identifier, spread
from amanat.rules.gate import Planned, Told, waiting
from amanat.rules.journey import asked_twice
from amanat.rules.usage import live_purposes, serving


@dataclass(frozen=True, slots=True)
class Use:
    """A live purpose and the live fields it may use. `plain` are fields that some role sees unmasked for it,
    `masked` those that roles see masked only, `unseen` those that no role may read for it: they only widen
    it. `own` are fields that no purpose outside it and those below it uses: they would go with it.
    `compulsory` are those that customers have to give, `unsaid` those of which nobody said."""

    purpose: Purpose
    fields: tuple[Field, ...]
    plain: int
    masked: int
    unseen: tuple[Field, ...]
    own: tuple[Field, ...]
    compulsory: int
    unsaid: int
    special: int


@dataclass(frozen=True, slots=True)
class Twice:
    """A fact (a field, or a `part` of one) that several systems say they ask customers for."""

    field: Field
    part: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Benefit:
    """The whole. `uses` are the purposes that are live on the day, of `purposes` declared. `unread` are the
    live fields, of `fields`, that no role may read for any purpose; `held` is how many fields there are in
    all systems. `identifiers` is how many fields are some."""

    uses: tuple[Use, ...]
    purposes: int
    fields: int
    held: int
    unread: tuple[Field, ...]
    twice: tuple[Twice, ...]
    spread: tuple[Spread, ...]
    identifiers: int
    planned: tuple[Planned, ...]

    @property
    def beneficial(self) -> int:
        """How many live purposes say what the customer gains."""
        return sum(bool(use.purpose.benefit) for use in self.uses)

    def expected(self, answer: bool | None) -> int:
        """How many live purposes customers expect (True), do not expect (False), or of which nobody said."""
        return sum(use.purpose.expected is answer for use in self.uses)


def benefit_of(catalog: Catalog, access: Access, as_of: date | None, told: Iterable[Told] = ()) -> Benefit:
    """Count. `access` holds the policy's decisions for every field, `told` is what was found when the catalog
    was loaded, or judged."""
    context = Context(catalog, as_of)
    names = live_purposes(context)
    live = {name: one for name, one in catalog.purposes.items() if name in names}
    fields = [one for one in catalog.fields.values() if one.status is Status.LIVE]
    readings = access.readings
    beyond = {name: frozenset(names) for name, names in unseen(access.table, live)}
    serves = {one.id: serving(context, one) for one in fields}
    return Benefit(
        uses=tuple(_use(catalog, one, fields, serves, readings, beyond[one.id]) for one in live.values()),
        purposes=len(catalog.purposes),
        fields=len(fields),
        held=sum(one.status.held for one in catalog.fields.values()),
        unread=tuple(one for one in fields if all(one.id in beyond[name] for name in serves[one.id])),
        twice=tuple(Twice(field, str(part or ""), sources) for field, part, sources in asked_twice(catalog)),
        spread=tuple(spread(fields, serves)),
        identifiers=sum(is_identifier(one) for one in fields),
        planned=waiting(catalog, as_of, told),
    )


def _use(
    catalog: Catalog,
    purpose: Purpose,
    fields: Sequence[Field],
    serves: Mapping[FieldId, frozenset[PurposeId]],
    readings: Mapping[FieldId, Sequence[Reading]],
    beyond: frozenset[FieldId],
) -> Use:
    used = tuple(one for one in fields if purpose.id in serves[one.id])
    effects = {
        one.id: {reading.effect for reading in readings.get(one.id, ()) if reading.purpose == purpose.id}
        for one in used
    }
    return Use(
        purpose=purpose,
        fields=used,
        plain=sum("allow" in effects[one.id] for one in used),
        masked=sum("mask" in effects[one.id] and "allow" not in effects[one.id] for one in used),
        unseen=tuple(one for one in used if one.id in beyond),
        own=tuple(one for one in used if all(purpose.id in ancestors(name) for name in serves[one.id])),
        compulsory=sum(one.compulsory is True for one in used),
        unsaid=sum(one.compulsory is None for one in used),
        special=sum(is_special(catalog, one) is True for one in used),
    )
