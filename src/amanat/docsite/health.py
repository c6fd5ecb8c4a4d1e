"""How each team stands with what it answers for, and what nobody watches. Nothing is scored: only counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from amanat.conflicts import Conflict
from amanat.diagnostic import Diagnostic, Severity
from amanat.docsite.atlas import Atlas, is_open
from amanat.docsite.due import Due
from amanat.docsite.measured import is_measured
from amanat.model.measures import by_field
from amanat.model.values import DiscrepancyId, FieldId, SystemId, TeamId

SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class Health:
    """What a team owns, and what is open in it. `team` None: what no team owns. `findings` leaves conflicts
    out, which are counted by themselves."""

    team: TeamId | None
    fields: int
    systems: int
    undefined: int
    findings: tuple[Diagnostic, ...]
    conflicts: tuple[Conflict, ...]
    due: tuple[Due, ...]

    @property
    def overdue(self) -> int:
        """How much is overdue."""
        return sum(one.overdue is True for one in self.due)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.fields or self.systems or self.findings or self.conflicts or self.due)

    def found(self, severity: Severity) -> int:
        """How many findings are of a severity."""
        return sum(one.severity is severity for one in self.findings)

    def open(self, severity: Severity) -> int:
        """How many open conflicts are of a severity."""
        return sum(one.severity is severity for one in self.conflicts)


def health_of(atlas: Atlas, due: tuple[Due, ...]) -> Mapping[TeamId | None, Health]:
    """Every declared team, then what belongs to none of them."""
    catalog = atlas.catalog
    teams: tuple[TeamId | None, ...] = (*catalog.teams, None)

    def of(owner: TeamId | None) -> TeamId | None:
        return owner if owner in catalog.teams else None

    fields = list(catalog.fields.values())
    findings = [(of(owner_of(atlas, one)), one) for one in atlas.site.diagnostics if "facet" not in one.data]
    conflicts = [
        (of(catalog.fields[one.field].owner if one.field in catalog.fields else None), one)
        for one in sorted(
            atlas.site.conflicts.conflicts, key=lambda c: (c.severity.rank, c.field, c.facet.value)
        )
        if is_open(one)
    ]
    return {
        team: Health(
            team,
            sum(of(field.owner) == team for field in fields),
            sum(of(system.owner) == team for system in catalog.systems.values()),
            sum(of(field.owner) == team and not field.definition for field in fields),
            tuple(one for owner, one in findings if owner == team),
            tuple(one for owner, one in conflicts if owner == team),
            tuple(one for one in due if of(one.team) == team),
        )
        for team in teams
    }


def owner_of(atlas: Atlas, diagnostic: Diagnostic) -> TeamId | None:
    """Who answers for what a finding is about: the owner of the field or the system; None where the catalog
    names nobody for such a thing."""
    catalog = atlas.catalog
    section = diagnostic.place.path[0] if diagnostic.place.path else ""
    entry = catalog.discrepancies.get(DiscrepancyId(diagnostic.subject))
    if section == "discrepancies" and entry is not None:
        field = catalog.fields.get(entry.field) if entry.field else None
        return field.owner if field else entry.approved_by
    if section == "teams":
        return TeamId(diagnostic.subject)
    if section == "systems":
        system = catalog.systems.get(SystemId(diagnostic.subject))
        return system.owner if system else None
    about = catalog.fields.get(FieldId(diagnostic.subject))
    return about.owner if about else None


class Unwatched(NamedTuple):
    """Something that nobody watches, or not everywhere: for how many of how many it is unknown."""

    key: str
    unknown: int
    of: int


def unwatched(atlas: Atlas) -> Iterator[Unwatched]:
    """What would have to be known to call the data healthy, and is not."""
    catalog = atlas.catalog
    fields, systems = list(catalog.fields.values()), list(catalog.systems.values())
    roles = list(catalog.roles.values())
    series = by_field(catalog.measures.values())
    yield Unwatched("quality", sum(not is_measured(series, f.id) for f in fields), len(fields))
    yield Unwatched("snapshot", sum(atlas.coverage[s.id].total is None for s in systems), len(systems))
    yield Unwatched("users", sum(s.users is None for s in systems), len(systems))
    yield Unwatched("assessed", sum(s.assessed is None for s in systems), len(systems))
    yield Unwatched("backups", sum(s.erase is None or s.erase.backups is None for s in systems), len(systems))
    yield Unwatched("last_used", sum(f.last_used is None for f in fields), len(fields))
    yield Unwatched("review_by", sum(f.review_by is None for f in fields), len(fields))
    yield Unwatched("training", sum(r.training is None or r.training.last is None for r in roles), len(roles))
