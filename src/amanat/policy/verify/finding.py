"""What a look at a live system brings to light."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from amanat.diagnostic import Severity


class Kind(StrEnum):
    """Kinds of finding, in the order in which they are told."""

    MISSING_TABLE = "missing-table"
    MISSING_COLUMN = "missing-column"
    UNDECLARED_GRANT = "undeclared-grant"
    MISSING_GRANT = "missing-grant"
    EFFECTIVE = "effective-access"
    MISSING_VIEW = "missing-view"
    CHANGED_VIEW = "changed-view"
    UNDECLARED_VIEW = "undeclared-view"
    MISSING_PRINCIPAL = "missing-principal"
    CHANGED_PRINCIPAL = "changed-principal"
    MEMBERSHIP = "membership"
    UNDECLARED_RIGHT = "undeclared-right"
    DEFAULT_PRIVILEGE = "default-privilege"
    MASK_KEY = "mask-key"
    BYPASS = "bypass"
    SIDE_DOOR = "side-door"
    ROW_SECURITY = "row-security"
    POLICY_VERSION = "policy-version"


class Finding(NamedTuple):
    """A difference between what is declared and what is there, or something that stands above it. `subject`
    is what it is about as the engine writes it; `way_out` the statement that mends it, or words; `planned` is
    whether the plan does it. `grantee` and `grantor` are None where nothing is granted, and a grantee ""
    is everybody. A severity of info does not count against the system."""

    kind: Kind
    severity: Severity
    subject: str
    message: str
    way_out: str = ""
    planned: bool = False
    grantee: str | None = None
    grantor: str | None = None
    privilege: str = ""
    columns: tuple[str, ...] = ()


class Change(NamedTuple):
    """The statements that bring a system to what is declared, and those that bring it back."""

    apply: str
    undo: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a system. `change` is None where nothing is to be changed, and where `obstacle` says
    why no plan can be written."""

    system: str
    engine: str
    server: str
    database: str
    user: str
    digest: str
    as_of: str
    principals: int
    cells: int
    """How many pairs of principal, column and privilege were compared."""
    findings: tuple[Finding, ...]
    change: Change | None
    obstacle: str = ""

    @property
    def clean(self) -> bool:
        """Whether the system is as declared."""
        return all(finding.severity is Severity.INFO for finding in self.findings)


ORDER = {kind: at for at, kind in enumerate(Kind)}


def ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    """Findings in the order in which they are told."""
    return tuple(
        sorted(
            findings,
            key=lambda each: (
                ORDER[each.kind],
                each.severity.rank,
                each.subject,
                each.message,
                each.grantee or "",
                each.grantor or "",
                each.privilege,
                each.columns,
            ),
        )
    )
