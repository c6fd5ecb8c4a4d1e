"""Conflicts, the ledger of discrepancies, and all findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from amanat.conflicts import Conflict
from amanat.conflicts.standing import Standing
from amanat.diagnostic import Diagnostic, Severity
from amanat.docsite.atlas import Atlas, is_open
from amanat.docsite.page import Crumb, Page, list_page
from amanat.docsite.paging import ROWS, paged

_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)
ENTRIES = 25
"""How many entries of the ledger one page shows; each has a table of its own."""
_WORST = 20
_A_FEW = 3


class Stack(NamedTuple):
    """Conflicts of one severity that are open, or all that are accepted; `path` is their first page."""

    name: str
    severity: Severity | None
    conflicts: tuple[Conflict, ...]

    @property
    def path(self) -> str:
        """The first page of these."""
        return f"conflicts~{self.name}.html"


@dataclass(frozen=True, slots=True)
class ConflictsView:
    """How many conflicts there are, the worst of them, and per facet how many sources say something, how
    many not."""

    stacks: tuple[Stack, ...]
    worst: tuple[Conflict, ...]
    open: int
    known: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class StackView:
    """The conflicts of one stack, by field and facet."""

    severity: Severity | None
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class LedgerView:
    """How all entries stand, by field and facet, on that day."""

    standings: tuple[Standing, ...]
    as_of: date | None


@dataclass(frozen=True, slots=True)
class FindingsView:
    """All findings by severity, then by rule."""

    groups: tuple[tuple[Severity, tuple[tuple[str, tuple[Diagnostic, ...]], ...]], ...]
    few: int = _A_FEW
    """How many findings of a rule are shown; its own page has all."""

    @staticmethod
    def count(rules: tuple[tuple[str, tuple[Diagnostic, ...]], ...]) -> int:
        """Findings of several rules."""
        return sum(len(diagnostics) for _, diagnostics in rules)


def disagreement_pages(atlas: Atlas) -> Iterator[Page]:
    """Conflicts, ledger and findings."""
    report = atlas.site.conflicts
    yield from _conflicts(atlas)
    ledger = list_page("ledger", "ledger.html", LedgerView(report.standings, atlas.site.as_of))
    yield from paged(ledger, standings=ENTRIES)
    yield list_page("findings", "findings.html", FindingsView(_groups(atlas.site.diagnostics)))


def _conflicts(atlas: Atlas) -> Iterator[Page]:
    report = atlas.site.conflicts
    in_order = sorted(report.conflicts, key=lambda c: (c.severity.rank, c.field, c.facet.value))
    unsettled = tuple(c for c in in_order if is_open(c))
    stacks = (
        *(Stack(s.value, s, tuple(c for c in unsettled if c.severity is s)) for s in _SEVERITIES),
        Stack("accepted", None, tuple(c for c in in_order if not is_open(c))),
    )
    known = tuple((facet.value, count.known, count.unknown) for facet, count in report.coverage.items())
    view = ConflictsView(stacks, unsettled[:_WORST], len(unsettled), known)
    yield list_page("conflicts", "conflicts.html", view)
    for stack in stacks:
        if stack.conflicts:
            page = Page(
                stack.path,
                "stack.html",
                "conflicts",
                StackView(stack.severity, stack.conflicts),
                (Crumb("conflicts.html", key="conflicts"),),
                key=f"conflicts.of.{stack.name}",
            )
            yield from paged(page, conflicts=ROWS)


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
