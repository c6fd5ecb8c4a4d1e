"""What a check came to, as the reports for CI take it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from amanat.diagnostic import Diagnostic, Severity
from amanat.lint.states import State
from amanat.model.counts import Counts
from amanat.text import Place

if TYPE_CHECKING:
    from amanat.lint.rule import Rule


class Revision(NamedTuple):
    """The earlier state that findings are told apart from: as it was asked for, and its commit."""

    name: str
    commit: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and in how much. `states` has one for each diagnostic, or is empty where findings
    were compared with nothing; `resolved` are those that the revision had and that are no more."""

    counts: Counts
    diagnostics: tuple[Diagnostic, ...]
    rules: Sequence[Rule]
    severities: Mapping[str, Severity]
    """The severity of each rule in this catalog, by code; `off` where it is not judged."""
    fails_at: Severity | None
    """The least severity that fails the check; None: nothing does."""
    folder: str = ""
    """What stands before the catalog's file names, ending in `/`: its folder in the repository."""
    states: tuple[State, ...] = ()
    resolved: tuple[Diagnostic, ...] = ()
    since: Revision | None = None

    def counted(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that people are asked to look at: new ones where they were compared, else all."""
        if not self.states:
            return self.diagnostics
        return tuple(d for d, state in zip(self.diagnostics, self.states, strict=True) if state is State.NEW)

    def with_states(self) -> Iterator[tuple[Diagnostic, State | None]]:
        """Every diagnostic with its state, None where findings were compared with nothing."""
        for n, diagnostic in enumerate(self.diagnostics):
            yield diagnostic, self.states[n] if self.states else None

    def number_of(self, state: State) -> int:
        """How many diagnostics are in a state."""
        return self.states.count(state)

    def fails(self, diagnostic: Diagnostic) -> bool:
        """Whether a diagnostic is severe enough to fail the check."""
        return self.fails_at is not None and diagnostic.severity.rank <= self.fails_at.rank

    def path(self, place: Place) -> str:
        """A file as the repository names it."""
        return self.folder + place.file

    def where(self, diagnostic: Diagnostic) -> str:
        """`file:line:column`, or the file where the line is not known."""
        span, path = diagnostic.span, self.path(diagnostic.place)
        return path if span is None else f"{path}:{span.line}:{span.column}"
