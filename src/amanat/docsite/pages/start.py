"""The start page: what the catalog is, how far it reaches, where its sources contradict each other, what
changed, what is due, how each team stands; and the pages of what changed and of what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from amanat.conflicts import Conflict
from amanat.diagnostic import Severity
from amanat.docsite.atlas import Atlas, is_open
from amanat.docsite.due import Due
from amanat.docsite.health import SEVERITIES, Health, Unwatched, unwatched
from amanat.docsite.page import Page, list_page
from amanat.docsite.paging import ROWS, paged
from amanat.docsite.released import Moved, moved_of
from amanat.history import What
from amanat.model.values import TeamId
from amanat.observe.coverage import Coverage

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StartView:
    """Numbers and lists of the start page. Of each list the first `shown` are shown. `tag` is the release
    since which something `moved`, None where there is none, or no history."""

    counts: tuple[tuple[str, int], ...]
    coverage: tuple[Coverage, ...]
    open: tuple[tuple[Severity, tuple[Conflict, ...]], ...]
    open_count: int
    accepted: tuple[Conflict, ...]
    findings: tuple[tuple[Severity, int], ...]
    finding_count: int
    tag: str | None
    moved: tuple[Moved, ...]
    due: tuple[Due, ...]
    teams: tuple[Health, ...]
    unwatched: tuple[Unwatched, ...]
    shown: int = _SHOWN

    @property
    def overdue(self) -> int:
        """How much is overdue."""
        return sum(one.overdue is True for one in self.due)

    def number(self, what: str) -> int:
        """How many entries came, went or changed."""
        return sum(one.what is What(what) for one in self.moved)


@dataclass(frozen=True, slots=True)
class DueView:
    """Everything that is due."""

    due: tuple[Due, ...]
    overdue: int
    as_of: date | None


@dataclass(frozen=True, slots=True)
class ChangesView:
    """Everything that changed since the release."""

    tag: str | None
    moved: tuple[Moved, ...]


def start_pages(atlas: Atlas, teams: Mapping[TeamId | None, Health]) -> Iterator[Page]:
    """The first page of a language, what is due, what changed."""
    site = atlas.site
    release = site.history.release
    tag = None if release is None else release.tag
    moved = moved_of(site.history)
    yield Page("index.html", "start.html", "start", _start(atlas, teams, tag, moved))
    overdue = sum(one.overdue is True for one in atlas.due)
    yield from paged(list_page("due", "due.html", DueView(atlas.due, overdue, site.as_of)), due=ROWS)
    yield from paged(list_page("changes", "changes.html", ChangesView(tag, moved)), moved=ROWS)


def _start(
    atlas: Atlas, teams: Mapping[TeamId | None, Health], tag: str | None, moved: tuple[Moved, ...]
) -> StartView:
    catalog, site = atlas.catalog, atlas.site
    conflicts = site.conflicts.conflicts
    unsettled = tuple(c for c in conflicts if is_open(c))
    return StartView(
        counts=(
            ("fields", len(catalog.fields)),
            ("sources", sum(len(field.sources) for field in catalog.fields.values())),
            ("systems", len(catalog.systems)),
            ("purposes", len(catalog.purposes)),
            ("roles", len(catalog.roles)),
            ("teams", len(catalog.teams)),
        ),
        coverage=tuple(atlas.coverage.values()),
        open=tuple((severity, _with(unsettled, severity)) for severity in SEVERITIES),
        open_count=len(unsettled),
        accepted=tuple(c for c in conflicts if not is_open(c)),
        findings=tuple(
            (severity, sum(d.severity is severity for d in site.diagnostics)) for severity in SEVERITIES
        ),
        finding_count=len(site.diagnostics),
        tag=tag,
        moved=moved,
        due=atlas.due,
        teams=tuple(team for team in teams.values() if team.team is not None or not team.is_empty),
        unwatched=tuple(unwatched(atlas)),
    )


def _with(conflicts: Iterable[Conflict], severity: Severity) -> tuple[Conflict, ...]:
    return tuple(conflict for conflict in conflicts if conflict.severity is severity)
