"""What the site is made from: the catalog and everything that was found out about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from amanat.conflicts import Report
from amanat.diagnostic import Diagnostic
from amanat.history import History, State
from amanat.identity import IdentityGraph
from amanat.identity.person import PersonWays
from amanat.lint.rule import Rule
from amanat.model.catalog import Catalog
from amanat.policy.loss import SystemLoss
from amanat.policy.matrix import Matrix
from amanat.text import Place, Span


class Spans(Protocol):
    """Looks up the lines of places; `amanat.load` gives one with every catalog."""

    def span(self, place: Place) -> Span | None:
        """Where the place stands in its file, or None when that is not known."""


class WorkedOut(NamedTuple):
    """What rules and pages both ask of a catalog on one day."""

    table: Matrix
    ways: tuple[PersonWays, ...]
    graph: IdentityGraph


@dataclass(frozen=True, slots=True)
class Site:
    """The input of `render`. `as_of` is the day by which time was judged, None when no day was given."""

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]
    conflicts: Report
    as_of: date | None
    rules: tuple[Rule, ...]
    spans: Spans
    names_day: bool = True
    """Whether pages name the day. Without it, a build after a commit that changes nothing is the same."""
    losses: Mapping[str, Sequence[SystemLoss]] | None = None
    """What every policy target reported of its systems; None: not known yet, to be found out."""
    history: History = field(default_factory=lambda: History(State.LEFT_OUT))
    """Who changed what in the catalog, and when, as far as git knows."""
    worked_out: WorkedOut | None = None
    """What was worked out of the catalog before; None: nothing."""
