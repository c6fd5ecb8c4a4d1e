"""A rule is a value: what it judges, why, an example that runs, and the check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from amanat.diagnostic import Finding, Severity
from amanat.load.inherit import FROM_CATEGORY
from amanat.model.catalog import Catalog

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Example:
    """A small catalog that shows the rule at work, laid over the base catalog of the rule pages.

    `bad` is the text of `example.yaml` with exactly one finding of the rule, at line and column `at`;
    `good` is the mended text, with no finding at all. `files` are further files in both (such as an
    observed snapshot or another `amanat.yaml`), `bad_files` only with `bad`. `file` is where the finding
    stands, `example.yaml` unless said otherwise. `before` is the text of `example.yaml` at the earlier state,
    for rules that compare.
    """

    bad: str
    good: str
    at: tuple[int, int]
    files: Mapping[str, str] = field(default_factory=dict)
    bad_files: Mapping[str, str] = field(default_factory=dict)
    file: str = "example.yaml"
    as_of: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may look at: the catalog, the day by which time is judged (None: unknown), the results of
    engines that several rules share, computed once by name (see `shared`), and for rules that compare the
    earlier state (None: none is known)."""

    catalog: Catalog
    as_of: date | None
    _shared: dict[str, Any] = field(default_factory=dict)
    before: Catalog | None = None

    def shared(self, name: str, make: Callable[[Context], T]) -> T:
        """The result of `make`, worked out at the first call and kept under `name`. It looks at nothing but
        the context that it is given."""
        if name not in self._shared:
            self._shared[name] = make(self)
        result: T = self._shared[name]
        return result


def keys(*names: str) -> frozenset[str]:
    """Keys of fields on which these attributes rest: what may come from the category rests on that too."""
    return frozenset((*names, "category") if set(names) & set(FROM_CATEGORY) else names)


Check = Callable[[Context], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `name` is the bad state; `summary` completes "the catalog …"; `source` is the standard or
    article it rests on. `check` is None where the loader yields the findings itself. `example` is the
    executed example of its page."""

    code: str
    name: str
    severity: Severity
    since: str
    summary: str
    rationale: str
    example: Example
    check: Check | None = None
    source: str = ""
    profiles: tuple[str, ...] = ("core",)
    help: str = ""
    """The way out, for people who meet the finding."""
    compares: bool = False
    """Whether it holds the catalog against an earlier state: then it is judged only where one is given."""
    sees: frozenset[str] | None = None
    """Keys of fields on which what it finds rests; None: any. An edit of none of them leaves it as it is."""
    alone: bool = False
    """Whether it judges each field alone: what it finds about one, at a place of its own entry, rests on that
    field and on what is no field, and what it finds elsewhere rests on no field."""
