"""The golden record of a field as a plan: who may win, in which order, by which way each source leads to the
customer, and who takes no part and why. The reference and the engines work from the same plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from amanat.identity import Step as Hop
from amanat.model.field import Field, Valid
from amanat.model.values import FieldId, SourceId, SubjectId, SystemId
from amanat.text import Place


class Authority(StrEnum):
    """What decides which value wins."""

    ONLY_SOURCE = "only_source"
    MASTER = "master"
    SURVIVORSHIP = "survivorship"
    UNDECIDED = "undecided"


class Step(StrEnum):
    """A step of the order in which values are compared; the first one that tells two values apart decides.
    `source_id` and `least_value` come last and only make sure that the same data gives the same winner."""

    SOURCE_PRIORITY = "source_priority"
    MOST_RECENT = "most_recent"
    MOST_FREQUENT = "most_frequent"
    LONGEST = "longest"
    SOURCE_ID = "source_id"
    LEAST_VALUE = "least_value"


class Way(NamedTuple):
    """How the rows of a source lead to the customer: from its table by hops to `customer_id`, a column of
    the last table. `normal` are the normal forms in which customer ids are compared, `empty` the ids that
    stand for nobody."""

    system: SystemId
    table: str
    hops: tuple[Hop, ...]
    customer_id: str
    normal: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that takes part. `rank` 1 is the most trusted; `number` is its place by id. `kind` is the type
    family of its column (None: unknown). `normal` are the forms that its values are brought into, `codes` its
    map to canonical codes (None: none declared; a code without a counterpart is None). `changed_at` is the
    column of its table that says when a value changed."""

    source: SourceId
    place: Place
    number: int
    rank: int
    way: Way
    column: str
    kind: str | None = None
    with_zone: bool = False
    empty: tuple[str, ...] = ()
    normal: tuple[str, ...] = ()
    codes: Mapping[str, str | None] | None = None
    changed_at: str | None = None
    changed_with_zone: bool = False
    cautions: tuple[str, ...] = ()


ANY = Valid()
"""Asks for nothing."""


class LeftOut(NamedTuple):
    """A source that takes no part, why, and what would change that ("" where it is meant so)."""

    source: SourceId
    place: Place
    reason: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the golden record of a field is built. `steps` compares two values; with `function`, nothing wins
    and all values are put together. `compared` are the normal forms in which values are equal. `allowed` are
    the only values that may win (None: any). `boolean`: spellings of true and false are one. `tie_break` is
    the step that the catalog declares for ties; `ranks` the number of ranks."""

    field: FieldId
    subject: SubjectId | None
    authority: Authority
    steps: tuple[Step, ...]
    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    ranks: int = 1
    tie_break: Step | None = None
    function: str | None = None
    valid: Valid = ANY
    allowed: tuple[str, ...] | None = None
    compared: tuple[str, ...] = ()
    boolean: bool = False
    date: bool = False
    master: SourceId | None = None

    @property
    def numeric(self) -> bool:
        """Whether all values are numbers, so that they are ordered and added as such. Truth values are none,
        also where a source holds them as 0 and 1."""
        numbers = all(one.kind in NUMBERS and one.codes is None for one in self.candidates)
        return numbers and bool(self.candidates) and not self.boolean


NUMBERS = frozenset(("integer", "decimal", "float"))
"""The type families that hold numbers."""

_LAST = (Step.SOURCE_PRIORITY, Step.SOURCE_ID, Step.MOST_RECENT, Step.LEAST_VALUE)


def authority_of(field: Field) -> Authority:
    """What decides in a field. A master without survivorship decides alone."""
    if field.survivorship is not None:
        return Authority.SURVIVORSHIP
    if field.master is not None:
        return Authority.MASTER
    return Authority.ONLY_SOURCE if len(field.sources) == 1 else Authority.UNDECIDED


def steps_of(field: Field) -> tuple[Step, ...]:
    """The total order: the strategy, the tie-break, the order of trust, the source's id; within one source
    the most recent value, and then the least."""
    how = field.survivorship
    first: tuple[Step, ...] = ()
    if how is not None and how.strategy != "aggregate":
        first = (Step(how.strategy), *((Step(how.tie_break),) if how.tie_break else ()))
    return tuple(dict.fromkeys((*first, *_LAST)))


def ranks_of(field: Field) -> tuple[Mapping[SourceId, int], int]:
    """The rank of each source, and how many ranks there are: the order of trust, then all others alike."""
    how = field.survivorship
    order = [source for source in (how.priority if how else ()) if source in field.sources]
    ranks = {source: at for at, source in enumerate(order, 1)}
    last = len(order) + 1
    others = len(order) < len(field.sources)
    return {source: ranks.get(source, last) for source in field.sources}, len(order) + others
