"""A customer data field and the sources that hold it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import fields as attributes
from enum import StrEnum
from operator import attrgetter
from typing import Any

from amanat.model.values import (
    CategoryId,
    ClassificationId,
    Extras,
    FieldId,
    Mask,
    PurposeId,
    RetentionId,
    Scalar,
    SourceId,
    SourceParts,
    SourceTable,
    StageId,
    Status,
    SubjectId,
    SystemId,
    TeamId,
    Text,
)
from amanat.text import Place


class Facet(StrEnum):
    """What sources can agree or disagree in (see the conflict engine)."""

    TYPE = "type"
    IDENTIFIER = "identifier"
    LENGTH = "length"
    PRECISION = "precision"
    SCALE = "scale"
    NULLABLE = "nullable"
    EMPTY = "empty"
    DEFAULT = "default"
    UNIQUE = "unique"
    GRAIN = "grain"
    FORMAT = "format"
    STRUCTURE = "structure"
    POLARITY = "polarity"
    NORMAL = "normal"
    CODES = "codes"
    UNIT = "unit"
    CURRENCY = "currency"
    ZONE = "zone"
    CALENDAR = "calendar"
    DEFINITION = "definition"
    OWNER = "owner"
    CLASSIFICATION = "classification"
    PURPOSES = "purposes"
    RETENTION = "retention"
    AUTHORITY = "authority"


class ConflictStatus(StrEnum):
    """What the ledger says about a conflict."""

    OPEN = "open"
    ACCEPTED = "accepted"
    FIXING = "fixing"
    DISPUTED = "disputed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Source:
    """A source system's column that holds a field.

    `facets` maps a key of the YAML facet map (`length`, `format`, `part`, `freshness` …) to its value as
    written: text facets are `Text`, `normal` and `purposes` and `empty` are tuples, `codes` is a mapping
    source code → canonical code. A key that is absent was not claimed. `file` and `field` tell whose
    `sources` name it. What follows from these is worked out when it is asked for: a large catalog has very
    many sources, and most of its memory would hold what they repeat.
    """

    table: SourceTable
    column: str
    file: str
    field: FieldId
    facets: Mapping[str, object]
    extras: Extras

    @property
    def id(self) -> SourceId:
        """`system.table.column` or `system.schema.table.column`."""
        return SourceId(self.table.start + self.column)

    @property
    def system(self) -> SystemId:
        """The system whose column it is."""
        return self.table.system

    @property
    def parts(self) -> SourceParts:
        """The id taken apart."""
        system, schema, table, _ = self.table
        return SourceParts(system, schema, table, self.column)

    @property
    def path(self) -> str:
        """`table.column` or `schema.table.column`: the key of the column in a snapshot."""
        _, schema, table, _ = self.table
        return f"{schema}.{table}.{self.column}" if schema else f"{table}.{self.column}"

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.file, ("fields", self.field, "sources", self.id))


_id_of = attrgetter("id")


class Sources(Mapping[SourceId, Source]):
    """The sources of a field by id, given in the order of their ids; in less memory than a dict."""

    __slots__ = ("_all",)

    def __init__(self, ordered: Iterable[Source]) -> None:
        self._all = tuple(ordered)

    def __getitem__(self, name: SourceId) -> Source:
        at = bisect_left(self._all, name, key=_id_of)
        if at < len(self._all) and self._all[at].id == name:
            return self._all[at]
        raise KeyError(name)

    def __iter__(self) -> Iterator[SourceId]:
        return map(_id_of, self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __repr__(self) -> str:
        return repr(dict(self.items()))

    def items(self) -> Any:
        """All of them, with their ids."""
        return [(source.id, source) for source in self._all]

    def values(self) -> Any:
        """All of them."""
        return self._all


@dataclass(frozen=True, slots=True)
class Valid:
    """What a value must meet to win. `one_of` None: any value; with `codes`, the codes of the field.
    `not_older_than` is a period (ISO 8601) back from the day on which the golden record is built."""

    matches: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    one_of: tuple[Scalar, ...] | None = None
    codes: bool = False
    not_older_than: str | None = None


@dataclass(frozen=True, slots=True)
class Survivorship:
    """How the winning value is found where no source is the master. `function` is that of `aggregate`."""

    strategy: str
    priority: tuple[SourceId, ...] = ()
    tie_break: str | None = None
    function: str | None = None
    valid: Valid | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What only some fields say of themselves; those that say none of it share one. See `Field` for each."""

    codes: Mapping[str, Text]
    narrative: FieldId | None
    caveats: Text
    derived_from: tuple[FieldId, ...]
    logic: Text
    confidence: str | None
    compulsory: bool | None
    critical: bool
    quality: Mapping[str, Scalar]
    mask_for: Mapping[PurposeId, Mask]
    review_by: str | None
    last_used: str | None
    renamed_from: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Field:
    """A customer data field after inheritance. `None` and empty mean: nobody said.

    `inherited` maps an attribute that the entry does not set itself to the place its value came from.
    `file` is where it is written. What is in `details` is read like any other attribute: only some fields
    have it, and a large catalog would hold room for it in each.
    """

    id: FieldId
    file: str
    label: Text
    definition: Text
    category: CategoryId | None
    owner: TeamId | None
    classification: ClassificationId | None
    retention: RetentionId | None
    purposes: tuple[PurposeId, ...]
    subject: SubjectId | None
    sources: Mapping[SourceId, Source]
    master: SourceId | None
    survivorship: Survivorship | None
    facets: Mapping[str, object]
    """Canonical facets: type, length, precision, scale, format, normal, unit, currency, zone, calendar,
    nullable, unique, structure, polarity, grain (as in `Source.facets`)."""
    origin: str | None
    kind: str
    stages: tuple[StageId, ...]
    mask: Mask | None
    status: Status
    inherited: Mapping[str, Place]
    details: Details

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.file, ("fields", self.id))

    def place_of(self, attribute: str) -> Place:
        """Where the attribute's value is written: here, or where it was inherited from."""
        return self.inherited.get(attribute) or self.place.at(attribute)

    @property
    def codes(self) -> Mapping[str, Text]:
        """Canonical codes and their meanings."""
        return self.details.codes

    @property
    def narrative(self) -> FieldId | None:
        """The field with the customer's own words beside this metric."""
        return self.details.narrative

    @property
    def caveats(self) -> Text:
        """What a reader must know before using it."""
        return self.details.caveats

    @property
    def derived_from(self) -> tuple[FieldId, ...]:
        """Fields it is computed from."""
        return self.details.derived_from

    @property
    def logic(self) -> Text:
        """How it is computed."""
        return self.details.logic

    @property
    def confidence(self) -> str | None:
        """How often an inferred value is right, such as `85%`."""
        return self.details.confidence

    @property
    def compulsory(self) -> bool | None:
        """Whether the customer has to give it."""
        return self.details.compulsory

    @property
    def critical(self) -> bool:
        """Whether a wrong value harms customers or the company."""
        return self.details.critical

    @property
    def quality(self) -> Mapping[str, Scalar]:
        """Quality expectations by dimension."""
        return self.details.quality

    @property
    def mask_for(self) -> Mapping[PurposeId, Mask]:
        """Masks that always apply for a purpose."""
        return self.details.mask_for

    @property
    def review_by(self) -> str | None:
        """Day by which the definition is looked at again."""
        return self.details.review_by

    @property
    def last_used(self) -> str | None:
        """Day on which it was last used."""
        return self.details.last_used

    @property
    def renamed_from(self) -> str | None:
        """The id it had before."""
        return self.details.renamed_from

    @property
    def extras(self) -> Extras:
        """The team's own `x_…` keys."""
        return self.details.extras

    @property
    def broken(self) -> frozenset[str]:
        """Attributes whose written value was refused when loading; a check for what is missing passes over
        them, because they have a diagnostic of their own."""
        return self.details.broken


FIELD_ATTRIBUTES: tuple[str, ...] = (
    *("id", "file", "label", "definition", "category", "owner", "classification", "retention", "purposes"),
    *("subject", "sources", "master", "survivorship", "facets", "codes", "origin", "kind", "narrative"),
    *("caveats", "derived_from", "logic", "confidence", "compulsory", "stages", "critical", "quality"),
    *("mask", "mask_for", "status", "review_by", "last_used", "renamed_from", "extras", "inherited"),
    "broken",
)
"""What a field says, in the order in which it is shown and compared; those of its `details` among them."""


def attributes_of(entry: Any) -> tuple[str, ...]:
    """The names of what an entry of the model says, in order."""
    return FIELD_ATTRIBUTES if isinstance(entry, Field) else tuple(one.name for one in attributes(entry))
