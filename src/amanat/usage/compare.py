"""Use, as logs show it, held against purposes and roles: violations, gaps and unused access, kept apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog
from amanat.model.resources import System
from amanat.model.values import Action, FieldId, RoleId, SourceId
from amanat.observe.coverage import Ignoring, holders, in_use, named_elsewhere
from amanat.policy.matrix import Matrix, matrix
from amanat.policy.request import Effect
from amanat.usage.columns import Gap, Reader
from amanat.usage.reading import Broken, Entry

_LINES = 3
"""Lines of the log that are named for each use."""


class What(StrEnum):
    """What was found. `undeclared`: no purpose lets the role do that. `unmasked`: it read the column
    itself, where every purpose shows it masked. `unmapped`: the column is in no field and not ignored.
    `unused`: a role may read a field and never did. `unread`: nobody read a field."""

    UNDECLARED = "undeclared"
    UNMASKED = "unmasked"
    UNMAPPED = "unmapped"
    UNUSED = "unused"
    UNREAD = "unread"


SEVERITIES = {
    What.UNDECLARED: Severity.ERROR,
    What.UNMASKED: Severity.ERROR,
    What.UNMAPPED: Severity.WARNING,
    What.UNUSED: Severity.INFO,
    What.UNREAD: Severity.INFO,
}


class Use(NamedTuple):
    """A finding. `times` is how many statements did it, `lines` where the first stand (`log:line`)."""

    what: What
    role: str
    action: str
    field: str
    column: str
    times: int
    lines: tuple[str, ...]

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return SEVERITIES[self.what]


@dataclass(slots=True)
class Log:
    """What a log is made of, and what of it is not known. Each gap has the lines where it is met."""

    statements: int = 0
    of_data: int = 0
    broken: list[Broken] = field(default_factory=list)
    unparsed: list[str] = field(default_factory=list)
    strangers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Principals that are of no role, and the lines of their statements about data."""
    tables: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    columns: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def whole(self) -> bool:
        """Whether everything in it could be read and said of somebody."""
        return not (self.broken or self.unparsed or self.strangers or self.tables or self.columns)


class Usage(NamedTuple):
    """What was found, sorted, and the log that tells it."""

    uses: tuple[Use, ...]
    log: Log

    def fails(self, least: Severity) -> bool:
        """Whether a finding is at least so severe."""
        return any(one.severity.rank <= least.rank for one in self.uses)


def usage(
    catalog: Catalog,
    system: System,
    log: Iterable[Entry | Broken],
    reader: Reader,
    as_of: date | None,
    also: Mapping[str, str],
) -> Usage:
    """Hold a log of a system against the catalog. `also` says which role a principal of the log is of,
    beside what the roles' `principals` say."""
    roles = _roles(catalog, system, also)
    told = Log()
    done: dict[tuple[RoleId, Action, str], tuple[int, list[str]]] = {}
    read: set[str] = set()
    for one in log:
        if isinstance(one, Broken):
            told.broken.append(one)
            continue
        told.statements += 1
        touched = reader.touched(one.statement)
        if not touched.of_data:
            continue
        told.of_data += 1
        _note_gaps(told, one.at, touched.gaps)
        if not touched.columns:
            continue
        read |= {path for action, path in touched.columns if action is Action.READ}
        role = next((roles[name.lower()] for name in one.principals if name.lower() in roles), None)
        if role is None:
            told.strangers[", ".join(one.principals) or "(nobody named)"].append(one.at)
            continue
        for action, path in touched.columns:
            times, lines = done.get((role, action, path), (0, []))
            done[role, action, path] = (
                times + one.times,
                [*lines, one.at] if len(lines) < _LINES else lines,
            )
    table = matrix(catalog, as_of)
    found = [*_violations(catalog, system, table, done), *_unused(catalog, system, table, done, read, roles)]
    ordered = sorted(found, key=lambda each: (each.severity.rank, *each[:5]))
    return Usage(tuple(ordered), told)


def _roles(catalog: Catalog, system: System, also: Mapping[str, str]) -> Mapping[str, RoleId]:
    """Principal, folded, to its role: by the name on the system's engine, by the role's id, and as said."""
    found = {str(role).lower(): role for role in catalog.roles}
    for name, role in catalog.roles.items():
        principal = role.principals.get(system.engine or "")
        if principal is not None:
            found[principal.lower()] = name
    return found | {name.lower(): RoleId(role) for name, role in also.items()}


def _note_gaps(told: Log, line: str, gaps: Iterable[tuple[Gap, str]]) -> None:
    for gap, name in sorted(gaps):
        if gap is Gap.UNPARSED:
            told.unparsed.append(line)
        else:
            (told.tables if gap is Gap.TABLE else told.columns)[name].append(line)


def _violations(
    catalog: Catalog,
    system: System,
    table: Matrix,
    done: Mapping[tuple[RoleId, Action, str], tuple[int, list[str]]],
) -> Iterator[Use]:
    held = holders(catalog)
    named = {source for source, _, _ in named_elsewhere(catalog)}
    ignoring = Ignoring(system)
    effects = _effects(table)
    for (role, action, path), (times, lines) in done.items():
        source = SourceId(f"{system.id}.{path}")
        fields = [one.id for one in held.get(source, ())]
        if not fields:
            if source not in named and ignoring.why(path) is None:
                yield Use(What.UNMAPPED, role, action.value, "", path, times, tuple(lines))
            continue
        for name in fields:
            effect = effects(role, action, name)
            what = {Effect.DENY: What.UNDECLARED, Effect.MASK: What.UNMASKED}.get(effect)
            if what is not None:
                yield Use(what, role, action.value, name, path, times, tuple(lines))


class _effects:  # noqa: N801 - a function with a memory
    """The most that any purpose opens to a role, for an action on a field; exports and shares read as
    well."""

    def __init__(self, table: Matrix) -> None:
        self._table = table
        self._numbers = {name: at for at, name in enumerate(table.fields)}
        self._known: dict[tuple[RoleId, Action, FieldId], Effect] = {}

    def __call__(self, role: RoleId, action: Action, name: FieldId) -> Effect:
        key = (role, action, name)
        if key not in self._known:
            self._known[key] = self._asked(role, action, name)
        return self._known[key]

    def _asked(self, role: RoleId, action: Action, name: FieldId) -> Effect:
        best = Effect.DENY
        actions = (Action.READ, Action.EXPORT, Action.SHARE) if action is Action.READ else (action,)
        for purpose, declared in self._table.catalog.purposes.items():
            for asked in actions:
                if asked not in declared.roles.get(role, ()):
                    continue
                numbers, _ = self._table.kinds(role, purpose, asked)
                effect = self._table.answer(role, purpose, asked, numbers[self._numbers[name]]).effect
                if effect is Effect.ALLOW:
                    return effect
                best = effect if effect is Effect.MASK else best
        return best


def _unused(
    catalog: Catalog,
    system: System,
    table: Matrix,
    done: Mapping[tuple[RoleId, Action, str], object],
    read: Iterable[str],
    roles: Mapping[str, RoleId],
) -> Iterator[Use]:
    """Access that nobody used: per role that the log names, and fields that nobody read."""
    effects = _effects(table)
    seen = {role for role, _, _ in done}
    used = {(role, path) for role, action, path in done if action is Action.READ}
    read = set(read)
    for name, entry in catalog.fields.items():
        paths = [one.path for one in entry.sources.values() if one.system == system.id]
        if not paths or not in_use(entry.status):
            continue
        if not read.intersection(paths):
            yield Use(What.UNREAD, "", Action.READ.value, name, paths[0], 0, ())
            continue
        for role in sorted(seen):
            if (
                not any((role, path) in used for path in paths)
                and effects(role, Action.READ, name) is not Effect.DENY
            ):
                yield Use(What.UNUSED, role, Action.READ.value, name, paths[0], 0, ())
