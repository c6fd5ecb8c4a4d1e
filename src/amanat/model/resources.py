"""Everything a catalog declares beside fields: teams, systems, roles, purposes, retention and the rest.

Every resource has `id`, `place`, `extras` (the team's `x_…` keys) and `broken` (attributes whose written
value was refused when loading). Dates are ISO 8601 texts as written and checked, durations likewise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from amanat.model.values import (
    Action,
    ApprovalId,
    CategoryId,
    ClassificationId,
    DenialId,
    DiscrepancyId,
    ExpectationId,
    Extras,
    FieldId,
    HoldId,
    Mask,
    PurposeId,
    RecipientId,
    RetentionId,
    RoleId,
    Scalar,
    SourceId,
    StageId,
    Status,
    SubjectId,
    SystemId,
    TeamId,
    Text,
    TransferId,
)
from amanat.text import Place


@dataclass(frozen=True, slots=True)
class Team:
    """A team that owns fields and systems. `handle` is its name where the repository is reviewed."""

    id: TeamId
    place: Place
    label: Text
    contact: str | None
    lead: str | None
    deputy: str | None
    handle: str | None
    renamed_from: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of data subject (GDPR Art. 30(1)(c)). `global_id` is the field that identifies the person in
    every system; without one, `no_global_id` says why."""

    id: SubjectId
    place: Place
    label: Text
    definition: Text
    global_id: FieldId | None
    no_global_id: Text
    minors: bool | None
    renamed_from: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Classification:
    """A class of sensitivity; `rank` is its position, 0 for the least sensitive."""

    id: ClassificationId
    place: Place
    label: Text
    definition: Text
    rank: int
    requires: tuple[str, ...]
    mask: Mask | None
    roles_max: int | None
    """How many roles may read a field of the class unmasked at most; None where nobody said."""
    renamed_from: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Category:
    """A category of personal data; `place` is None for the built-in ones that the catalog leaves alone."""

    id: CategoryId
    place: Place | None
    label: Text
    definition: Text
    special: bool
    classification: ClassificationId | None
    owner: TeamId | None
    retention: RetentionId | None
    mask: Mask | None
    maps: Mapping[str, object]
    renamed_from: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class IgnoredColumns:
    """Columns of a system that hold no customer data: globs over `table.column`, and why."""

    columns: tuple[str, ...]
    reason: Text
    place: Place


@dataclass(frozen=True, slots=True)
class KeyLink:
    """A key that no snapshot shows: rows of `start` belong to the row whose `end` has the same value, in this
    system or in another. `where` maps further columns of the starting table to the value that they have then.
    `other`: the key names somebody else than the person whose row it is; a snapshot's key is so set aside."""

    start: SourceId
    end: SourceId
    where: Mapping[str, Scalar]
    other: bool
    reason: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Erasure:
    """How one person's data is erased in a system; `backups` is the lag until the last copy is gone."""

    method: str | None
    backups: str | None


@dataclass(frozen=True, slots=True)
class System:
    """A source system. `customer_id` is the source that holds the global customer id; without one,
    `no_customer_id` says why."""

    id: SystemId
    place: Place
    label: Text
    description: Text
    kind: str | None
    owner: TeamId | None
    country: str | None
    engine: str | None
    admin: str | None
    recipient: RecipientId | None
    customer_id: SourceId | None
    no_customer_id: Text
    users: int | None
    users_max: int | None
    security: tuple[str, ...]
    assessed: str | None
    erase: Erasure | None
    ignore: tuple[IgnoredColumns, ...]
    links: tuple[KeyLink, ...]
    url_env: str | None
    status: Status
    renamed_from: str | None
    extras: Extras
    inherited: Mapping[str, Place]
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who outside the company receives data (GDPR Art. 4(9))."""

    id: RecipientId
    place: Place
    label: Text
    role: str | None
    contract: str | None
    contact: str | None
    country: str | None
    renamed_from: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer to a third country (GDPR Art. 44-49), to a recipient or a system there."""

    id: TransferId
    place: Place
    label: Text
    recipient: RecipientId | None
    system: SystemId | None
    country: str | None
    mechanism: str | None
    evidence: str | None
    purposes: tuple[PurposeId, ...]
    renamed_from: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Training:
    """What a role has to learn, how often, and when everybody in it last did."""

    course: str
    every: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Role:
    """A role of people or services; `principals` maps an engine to the role's name there."""

    id: RoleId
    place: Place
    label: Text
    definition: Text
    clearance: ClassificationId | None
    people: int | None
    training: Training | None
    principals: Mapping[str, str]
    renamed_from: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Consent:
    """How consent is asked and where it is recorded (GDPR Art. 7(1)). `has_granted` tells a `granted`
    of null from one that was not written."""

    mode: str | None
    recorded_in: SourceId | None
    granted: Scalar
    has_granted: bool


@dataclass(frozen=True, slots=True)
class Profiling:
    """Whether a purpose profiles or decides automatically (GDPR Art. 22), and how."""

    used: bool
    logic: Text
    human_review: Text


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose of processing after inheritance from its dotted ancestors.

    `basis` maps a jurisdiction to a lawful basis; the key `*` holds one that is the same everywhere.
    `inherited` maps an attribute to the place in the ancestor that it came from.
    """

    id: PurposeId
    place: Place
    label: Text
    reason: Text
    basis: Mapping[str, str]
    condition: str | None
    assessment: str | None
    consent: Consent | None
    benefit: Text
    roles: Mapping[RoleId, tuple[Action, ...]]
    stages: tuple[StageId, ...]
    expected: bool | None
    recipients: tuple[RecipientId, ...]
    profiling: Profiling | None
    dpia: str | None
    sold: bool | None
    shared: bool | None
    maps: Mapping[str, object]
    status: Status
    until: str | None
    renamed_from: str | None
    extras: Extras
    inherited: Mapping[str, Place]
    broken: frozenset[str]

    def basis_in(self, jurisdiction: str) -> str | None:
        """The lawful basis that holds in a jurisdiction, or None."""
        return self.basis.get(jurisdiction) or self.basis.get("*")

    def over(self, day: date | None) -> bool:
        """Whether the day is past the last valid one. Of a day that is not known nobody can say so."""
        return day is not None and self.until is not None and self.until < day.isoformat()

    def place_of(self, attribute: str) -> Place:
        """Where the attribute's value is written: here, or in the ancestor it was inherited from."""
        return self.inherited.get(attribute) or self.place.at(attribute)


@dataclass(frozen=True, slots=True)
class RetentionBasis:
    """Why data is kept this long."""

    kind: str
    law: str | None
    why: Text


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long (`keep`), from which event (`trigger`), proved by which sources, and what then."""

    keep: str | None
    trigger: str | None
    proved_by: tuple[SourceId, ...]
    then: str | None
    basis: RetentionBasis | None


@dataclass(frozen=True, slots=True)
class Retention:
    """A retention policy; `where` holds the whole rule of each jurisdiction that differs."""

    id: RetentionId
    place: Place
    label: Text
    rule: RetentionRule
    rolling: bool
    where: Mapping[str, RetentionRule]
    renamed_from: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold: suspends deletion of what it covers and grants no new use (GDPR Art. 17(3)(e)).

    `fields` holds field ids or `prefix.*`. Without fields it covers all fields of `systems`; without
    systems, its fields in every system.
    """

    id: HoldId
    place: Place
    reason: Text
    fields: tuple[str, ...]
    systems: tuple[SystemId, ...]
    by: TeamId | None
    start: str | None
    review: str | None
    renamed_from: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the customer journey; `place` is None for the built-in ones."""

    id: StageId
    place: Place | None
    label: Text
    definition: Text
    rank: int
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A ledger entry: a difference between sources that was looked at and decided."""

    id: DiscrepancyId
    place: Place
    field: FieldId | None
    facet: str | None
    values: Mapping[str, object]
    decision: str | None
    reason: Text
    handling: Text
    approved_by: TeamId | None
    approved_on: str | None
    expires: str | None
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Denial:
    """An explicit denial; a selector is an id, `prefix.*`, or None for all."""

    id: DenialId
    place: Place
    role: str | None
    purpose: str | None
    field: str | None
    category: str | None
    classification: str | None
    reason: Text
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Expectation:
    """A policy test: the `effect` (allow, mask, deny) expected of every cell that the selectors match.

    A selector of roles, purposes, fields, categories and classifications is an id or `prefix.*`; several of
    one kind select what any of them matches, and none selects all. `mask` is the one expected, None: any."""

    id: ExpectationId
    place: Place
    effect: str
    roles: tuple[str, ...]
    purposes: tuple[str, ...]
    actions: tuple[Action, ...]
    fields: tuple[str, ...]
    categories: tuple[str, ...]
    classifications: tuple[str, ...]
    mask: Mask | None
    reason: Text
    extras: Extras
    broken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Approval:
    """That a change of the catalog was approved. Its id is the change's fingerprint, so that it says nothing
    of any other; `change` tells the change in words."""

    id: ApprovalId
    place: Place
    change: str
    by: tuple[TeamId, ...]
    on: str | None
    reason: Text
    extras: Extras
    broken: frozenset[str]
