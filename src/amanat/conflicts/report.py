"""What the conflict engine hands out: conflicts, coverage, drift, and findings about the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from amanat.diagnostic import Finding, Severity
from amanat.model.field import ConflictStatus, Facet
from amanat.model.resources import Discrepancy
from amanat.model.values import FieldId, SourceId
from amanat.text import Place

if TYPE_CHECKING:
    from amanat.conflicts.standing import Standing

CANONICAL = "field"
"""The key under which the field's own value stands beside those of its sources."""


class Basis(StrEnum):
    """How a claim came about: people wrote it, or a machine read it."""

    DECLARED = "declared"
    OBSERVED = "observed"


class Explained(NamedTuple):
    """A facet in which sources differ because of a conflict, and which has no finding between them: how bad
    that would be alone, and their values as in `Conflict.values`."""

    facet: Facet
    severity: Severity
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The one finding about a field and a facet.

    `values` maps a source, or `field` for the canonical value, to its value as JSON knows it, in sorted
    order with `field` first; `where` and `basis` have the same keys. `unknown` lists the sources that say
    nothing about the facet. `odd` are the keys whose value is to be changed to end the conflict. `severity`
    is `info` once accepted; `judged` is the severity without the ledger. `message` says what differs and why
    that matters; `why` is its second half alone. `ways_out` are up to three: align, map, accept.
    """

    field: FieldId
    facet: Facet
    code: str
    severity: Severity
    judged: Severity
    status: ConflictStatus
    values: Mapping[str, object]
    unknown: tuple[SourceId, ...]
    where: Mapping[str, Place]
    basis: Mapping[str, Basis]
    odd: tuple[str, ...]
    message: str
    why: str
    ways_out: tuple[str, ...]
    place: Place
    entry: Discrepancy | None = None
    explains: tuple[Explained, ...] = ()

    @property
    def id(self) -> str:
        """`field/facet`: stable when files and lines move."""
        return f"{self.field}/{self.facet.value}"


class Coverage(NamedTuple):
    """For a facet, how many sources of compared fields say something about it, and how many do not.
    Sources to which it cannot apply (the length of an integer) are in neither."""

    known: int
    unknown: int


class Drift(NamedTuple):
    """A source whose declared facet is not what its snapshot shows."""

    field: FieldId
    source: SourceId
    facet: Facet
    declared: object
    observed: object
    declared_at: Place
    observed_at: Place


@dataclass(frozen=True, slots=True)
class Report:
    """All conflicts of a catalog, sorted by field and facet; `coverage` only holds facets that somebody
    could have said something about; `ledger` holds findings about the ledger's entries, `standings` how each
    of them stands, by field, facet and id."""

    conflicts: tuple[Conflict, ...]
    coverage: Mapping[Facet, Coverage]
    drift: tuple[Drift, ...]
    ledger: tuple[Finding, ...]
    standings: tuple[Standing, ...]

    def with_code(self, code: str) -> tuple[Conflict, ...]:
        """The conflicts that are reported under a rule's code."""
        return tuple(conflict for conflict in self.conflicts if conflict.code == code)
