"""The whole catalog, after inheritance, in an order that does not depend on files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from amanat.model.field import Field
from amanat.model.measures import Measures
from amanat.model.resources import (
    Approval,
    Category,
    Classification,
    Denial,
    Discrepancy,
    Expectation,
    Hold,
    Purpose,
    Recipient,
    Retention,
    Role,
    Stage,
    Subject,
    System,
    Team,
    Transfer,
)
from amanat.model.snapshot import Snapshot
from amanat.model.values import (
    ApprovalId,
    CategoryId,
    ClassificationId,
    DenialId,
    DiscrepancyId,
    ExpectationId,
    Extras,
    FieldId,
    HoldId,
    PurposeId,
    RecipientId,
    RetentionId,
    RoleId,
    StageId,
    SubjectId,
    SystemId,
    TeamId,
    Text,
    TransferId,
)
from amanat.text import Place


@dataclass(frozen=True, slots=True)
class Controller:
    """The controller (GDPR Art. 4(7)) and how to reach it."""

    name: str
    contact: str
    country: str
    representative: str | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """The data protection officer's office (GDPR Art. 37)."""

    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Suppression:
    """A finding that a team decided to live with: `subject` is an id or `prefix.*`."""

    rule: str
    subject: str
    reason: Text
    by: str
    expires: str
    place: Place


@dataclass(frozen=True, slots=True)
class Settings:
    """What `amanat.yaml` says beside who is responsible: rules and build."""

    profiles: tuple[str, ...] = ("core", "gdpr")
    severity: Mapping[str, str] | None = None
    ignore: tuple[Suppression, ...] = ()
    out: str = "build"
    policy: tuple[str, ...] = ("postgres",)
    approvals: Mapping[str, tuple[str, ...]] | None = None
    """Who approves a change: its class or level to team ids; `owner` is the team that owns the entry."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything declared, and beside it what was observed. Maps are sorted by id, except
    `classifications` and `stages`, which are in their declared order. `languages` has the first language
    first. `digest` is a SHA-256 over the files read, hexadecimal."""

    name: Text
    languages: tuple[str, ...]
    controller: Controller | None
    dpo: Office | None
    jurisdictions: tuple[str, ...]
    settings: Settings
    place: Place
    extras: Extras
    teams: Mapping[TeamId, Team]
    subjects: Mapping[SubjectId, Subject]
    classifications: Mapping[ClassificationId, Classification]
    categories: Mapping[CategoryId, Category]
    systems: Mapping[SystemId, System]
    recipients: Mapping[RecipientId, Recipient]
    transfers: Mapping[TransferId, Transfer]
    roles: Mapping[RoleId, Role]
    purposes: Mapping[PurposeId, Purpose]
    retention: Mapping[RetentionId, Retention]
    holds: Mapping[HoldId, Hold]
    stages: Mapping[StageId, Stage]
    fields: Mapping[FieldId, Field]
    discrepancies: Mapping[DiscrepancyId, Discrepancy]
    denials: Mapping[DenialId, Denial]
    expectations: Mapping[ExpectationId, Expectation]
    approvals: Mapping[ApprovalId, Approval]
    snapshots: Mapping[SystemId, Snapshot]
    measures: Mapping[SystemId, Measures]
    files: tuple[str, ...]
    digest: str
    unreadable: tuple[str, ...] = ()
    """Files that hold entries nobody could read: what is missing may stand there."""

    @property
    def language(self) -> str:
        """The first language."""
        return self.languages[0] if self.languages else "en"


@lru_cache(maxsize=65_536)
def ancestors(dotted: str) -> tuple[str, ...]:
    """The dotted id and its ancestors, nearest first: `a.b.c` gives `a.b.c`, `a.b`, `a`."""
    parts = dotted.split(".")
    return tuple(".".join(parts[:n]) for n in range(len(parts), 0, -1))


def selects(selector: str, dotted: str) -> bool:
    """Whether a selector, an id or `prefix.*`, matches an id. `prefix.*` matches what is below the prefix,
    `*` everything."""
    if selector == "*":
        return True
    if selector.endswith(".*"):
        return dotted.startswith(selector[:-1])
    return selector == dotted
