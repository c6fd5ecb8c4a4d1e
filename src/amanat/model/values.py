"""Small values that several resources share: ids, texts, masks, origins of inherited values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, NewType

TeamId = NewType("TeamId", str)
SubjectId = NewType("SubjectId", str)
ClassificationId = NewType("ClassificationId", str)
CategoryId = NewType("CategoryId", str)
SystemId = NewType("SystemId", str)
RecipientId = NewType("RecipientId", str)
TransferId = NewType("TransferId", str)
RoleId = NewType("RoleId", str)
PurposeId = NewType("PurposeId", str)
RetentionId = NewType("RetentionId", str)
HoldId = NewType("HoldId", str)
StageId = NewType("StageId", str)
FieldId = NewType("FieldId", str)
DiscrepancyId = NewType("DiscrepancyId", str)
DenialId = NewType("DenialId", str)
ExpectationId = NewType("ExpectationId", str)
ApprovalId = NewType("ApprovalId", str)
"""The fingerprint of the change that was approved."""
SourceId = NewType("SourceId", str)
"""`system.table.column` or `system.schema.table.column`, as the system spells it."""

Scalar = str | int | float | bool | None

Text = Mapping[str, str]
"""Language tag to text shown to people. Empty where nothing was written."""

Extras = Mapping[str, object]
"""The team's own `x_…` keys, kept for exports."""


class Action(StrEnum):
    """What a role does with a field. `read`, `export` and `share` are the reading actions."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    EXPORT = "export"
    SHARE = "share"

    @property
    def reading(self) -> bool:
        """Whether the action shows the value to somebody (and so can be masked)."""
        return self in (Action.READ, Action.EXPORT, Action.SHARE)


class Status(StrEnum):
    """Where an entry is in its life."""

    PLANNED = "planned"
    LIVE = "live"
    RETIRING = "retiring"
    RETIRED = "retired"

    @property
    def held(self) -> bool:
        """Whether an entry must answer for itself: it is live, or still there until it is retired. A planned
        one answers when it goes live, a retired one no more."""
        return self is Status.LIVE or self is Status.RETIRING


class MaskKind(StrEnum):
    """What a mask does to a value."""

    NULL = "null"
    REDACT = "redact"
    PARTIAL = "partial"
    HASH = "hash"
    YEAR = "year"
    MONTH = "month"
    PREFIX = "prefix"
    EMAIL_DOMAIN = "email_domain"
    BUCKET = "bucket"


class Mask(NamedTuple):
    """A mask; `n` is the number of characters kept (`partial`, `prefix`) or the width (`bucket`)."""

    kind: MaskKind
    n: int | None = None

    def __str__(self) -> str:
        return self.kind.value if self.n is None else f"{self.kind.value}({self.n})"


class SourceParts(NamedTuple):
    """A source taken apart: system id, schema (or ""), table, column."""

    system: SystemId
    schema: str
    table: str
    column: str

    @property
    def path(self) -> str:
        """`table.column` or `schema.table.column`: the key of the column in a snapshot."""
        head = f"{self.schema}." if self.schema else ""
        return f"{head}{self.table}.{self.column}"


class SourceTable(NamedTuple):
    """A table of a source system: system id, schema (or ""), its name; and how the ids of its columns begin,
    `system.table.` or `system.schema.table.`."""

    system: SystemId
    schema: str
    name: str
    start: str


@dataclass(frozen=True, slots=True)
class Pair:
    """An acting pair: one role acting for one purpose."""

    role: RoleId
    purpose: PurposeId


def in_language(text: Text, language: str, fallback: str = "") -> str:
    """The text in a language; without it, in the first language there is; without any, `fallback`."""
    if language in text:
        return text[language]
    return next(iter(text.values()), fallback)
