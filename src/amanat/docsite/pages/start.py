"""The start page: what the catalog is, how far it reaches, where its sources contradict each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from amanat.conflicts import Conflict
from amanat.diagnostic import Severity
from amanat.docsite.atlas import Atlas, is_open
from amanat.docsite.page import Page
from amanat.observe.coverage import Coverage

_SHOWN = 8
_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class StartView:
    """Numbers and lists of the start page. Of each list the first `shown` are shown."""

    counts: tuple[tuple[str, int], ...]
    coverage: tuple[Coverage, ...]
    open: tuple[tuple[Severity, tuple[Conflict, ...]], ...]
    open_count: int
    accepted: tuple[Conflict, ...]
    findings: tuple[tuple[Severity, int], ...]
    finding_count: int
    shown: int = _SHOWN


def start_page(atlas: Atlas) -> Page:
    """The first page of a language."""
    catalog, site = atlas.catalog, atlas.site
    conflicts = site.conflicts.conflicts
    unsettled = tuple(c for c in conflicts if is_open(c))
    view = StartView(
        counts=(
            ("fields", len(catalog.fields)),
            ("sources", sum(len(field.sources) for field in catalog.fields.values())),
            ("systems", len(catalog.systems)),
            ("purposes", len(catalog.purposes)),
            ("roles", len(catalog.roles)),
            ("teams", len(catalog.teams)),
        ),
        coverage=tuple(atlas.coverage.values()),
        open=tuple((severity, _with(unsettled, severity)) for severity in _SEVERITIES),
        open_count=len(unsettled),
        accepted=tuple(c for c in conflicts if not is_open(c)),
        findings=tuple(
            (severity, sum(d.severity is severity for d in site.diagnostics)) for severity in _SEVERITIES
        ),
        finding_count=len(site.diagnostics),
    )
    return Page("index.html", "start.html", "start", view)


def _with(conflicts: Iterable[Conflict], severity: Severity) -> tuple[Conflict, ...]:
    return tuple(conflict for conflict in conflicts if conflict.severity is severity)
