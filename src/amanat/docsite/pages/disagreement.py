"""Conflicts, the ledger of discrepancies, and all findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from amanat.conflicts import Conflict
from amanat.conflicts.standing import Standing
from amanat.diagnostic import Diagnostic, Severity
from amanat.docsite.atlas import Atlas, is_open
from amanat.docsite.page import Page, list_page


@dataclass(frozen=True, slots=True)
class ConflictsView:
    """All conflicts, the worst first; `known` is per facet how many sources say something, how many not."""

    open: tuple[Conflict, ...]
    accepted: tuple[Conflict, ...]
    known: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class LedgerView:
    """How all entries stand, by field and facet, on that day."""

    standings: tuple[Standing, ...]
    as_of: date | None


@dataclass(frozen=True, slots=True)
class FindingsView:
    """All findings by severity, then by rule."""

    groups: tuple[tuple[Severity, tuple[tuple[str, tuple[Diagnostic, ...]], ...]], ...]

    @staticmethod
    def count(rules: tuple[tuple[str, tuple[Diagnostic, ...]], ...]) -> int:
        """Findings of several rules."""
        return sum(len(diagnostics) for _, diagnostics in rules)


def disagreement_pages(atlas: Atlas) -> Iterator[Page]:
    """Three pages: conflicts, ledger, findings."""
    report = atlas.site.conflicts
    worst_first = sorted(report.conflicts, key=lambda c: (c.severity.rank, c.field, c.facet.value))
    yield list_page(
        "conflicts",
        "conflicts.html",
        ConflictsView(
            open=tuple(c for c in worst_first if is_open(c)),
            accepted=tuple(c for c in worst_first if not is_open(c)),
            known=tuple(
                (facet.value, count.known, count.unknown) for facet, count in report.coverage.items()
            ),
        ),
    )
    yield list_page("ledger", "ledger.html", LedgerView(report.standings, atlas.site.as_of))
    yield list_page("findings", "findings.html", FindingsView(_groups(atlas.site.diagnostics)))


def _groups(
    diagnostics: tuple[Diagnostic, ...],
) -> tuple[tuple[Severity, tuple[tuple[str, tuple[Diagnostic, ...]], ...]], ...]:
    found: dict[Severity, dict[str, list[Diagnostic]]] = {}
    for diagnostic in diagnostics:
        found.setdefault(diagnostic.severity, {}).setdefault(diagnostic.name, []).append(diagnostic)
    return tuple(
        (severity, tuple((name, tuple(rules[name])) for name in sorted(rules)))
        for severity, rules in sorted(found.items(), key=lambda item: item[0].rank)
    )
