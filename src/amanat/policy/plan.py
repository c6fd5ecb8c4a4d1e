"""From decisions to engines: what each acting pair gets in each table, in no engine's language yet.

A plan holds only what is open. A pair, table or action that is missing from it is denied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from amanat.conflicts.native import WITH_ZONE, WITHOUT_ZONE, read_type
from amanat.model.catalog import Catalog
from amanat.model.field import Source
from amanat.model.resources import System
from amanat.model.values import Action, FieldId, Pair, PurposeId, SourceId, Status, SystemId
from amanat.policy.columns import strictest
from amanat.policy.cover import type_of
from amanat.policy.matrix import Matrix
from amanat.policy.request import Condition, Effect, Outcome
from amanat.policy.rows import RowFilter, row_filter

OTHER = "other"
"""The type of a column whose native type is known but is none that masks know."""

Worth = Callable[[Matrix, Pair], bool]

_TYPES = {"uuid": "text", "enum": "text", "network": "text"}


class Column(NamedTuple):
    """A column that holds one or more declared fields. `kind` is the type of its values as masks know it
    (`text`, `date`, `float`, `other` …), None where it is not known; `zoned` is whether a timestamp carries a
    zone."""

    name: str
    source: SourceId
    fields: tuple[FieldId, ...]
    kind: str | None
    zoned: bool | None


class Table(NamedTuple):
    """A table with its declared columns, sorted by name. `schema` is "" where the catalog leaves it out."""

    schema: str
    name: str
    columns: tuple[Column, ...]


class Access(NamedTuple):
    """What a pair gets in a table. `outcomes` has, for each action, the outcomes of the columns that are open
    to it, by their position in the table; `rows` are the filters that all have to hold."""

    table: Table
    outcomes: Mapping[Action, Mapping[int, Outcome]]
    rows: tuple[RowFilter, ...]


class PairPlan(NamedTuple):
    """What a pair gets in a system; tables sorted."""

    pair: Pair
    tables: tuple[Access, ...]


@dataclass(frozen=True, slots=True)
class SystemPlan:
    """A system's declared tables, the columns that its snapshot does not have, and what the pairs get."""

    system: System
    tables: tuple[Table, ...]
    vanished: tuple[SourceId, ...]
    pairs: tuple[PairPlan, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan for some systems, sorted by id. `as_of` is the day that it was judged on, in ISO 8601, or "" for
    an unknown one. `matrix` has the answers that it is drawn from, for targets that also say why something is
    denied."""

    as_of: str
    systems: tuple[SystemPlan, ...]
    matrix: Matrix

    @property
    def digest(self) -> str:
        """The digest of the catalog that it is made from."""
        return self.matrix.catalog.digest


def make_plan(table: Matrix, systems: Iterable[System], worth: Worth = lambda table, pair: True) -> Plan:
    """A plan for the given systems. `worth` tells the pairs that it is to cover."""
    catalog = table.catalog
    chosen = sorted(systems, key=lambda each: each.id)
    held = _held(catalog, {system.id for system in chosen})
    drafts = [_Draft(system, *_tables(catalog, system, held[system.id]), [], {}) for system in chosen]
    layout = _layout(table, drafts)
    members: dict[PurposeId, Sequence[Sequence[int]]] = {}
    for pair in acting_pairs(catalog):
        if worth(table, pair):
            _fill(table, pair, drafts, layout, members)
    plans = (SystemPlan(each.system, each.tables, each.vanished, tuple(each.pairs)) for each in drafts)
    return Plan(table.as_of.isoformat() if table.as_of else "", tuple(plans), table)


class _Spot(NamedTuple):
    """Where a field is held: the numbers of the system, the table there and the column in it."""

    system: int
    table: int
    column: int


class _Draft(NamedTuple):
    """A system's plan in the making."""

    system: System
    tables: tuple[Table, ...]
    vanished: tuple[SourceId, ...]
    pairs: list[PairPlan]
    filters: dict[tuple[int, Condition], RowFilter]


class _Layout(NamedTuple):
    """Where each field is held, by its number in the matrix, in columns of its own; and the columns that
    hold several fields, with their numbers."""

    alone: Mapping[int, Sequence[_Spot]]
    shared: Sequence[tuple[_Spot, Sequence[int]]]


def _layout(table: Matrix, drafts: Sequence[_Draft]) -> _Layout:
    numbers = {name: at for at, name in enumerate(table.fields)}
    alone: dict[int, list[_Spot]] = {}
    shared: list[tuple[_Spot, Sequence[int]]] = []
    for system, draft in enumerate(drafts):
        for at, place in enumerate(draft.tables):
            for position, column in enumerate(place.columns):
                spot = _Spot(system, at, position)
                if len(column.fields) == 1:
                    alone.setdefault(numbers[column.fields[0]], []).append(spot)
                else:
                    shared.append((spot, [numbers[name] for name in column.fields]))
    return _Layout(alone, shared)


def _fill(
    table: Matrix,
    pair: Pair,
    drafts: Sequence[_Draft],
    layout: _Layout,
    members: dict[PurposeId, Sequence[Sequence[int]]],
) -> None:
    """Enter what is open to a pair into the plans."""
    opened: dict[tuple[int, int], dict[Action, dict[int, Outcome]]] = {}
    for action in sorted(table.catalog.purposes[pair.purpose].roles[pair.role], key=str):
        for spot, outcome in _open_spots(table, pair, action, layout, members):
            of_table = opened.setdefault((spot.system, spot.table), {})
            of_table.setdefault(action, {})[spot.column] = outcome
    found: dict[int, list[Access]] = {}
    for (system, at), outcomes in sorted(opened.items()):
        ordered = {action: dict(sorted(of_action.items())) for action, of_action in outcomes.items()}
        found.setdefault(system, []).append(_access(table.catalog, drafts[system], at, ordered))
    for system, tables in found.items():
        drafts[system].pairs.append(PairPlan(pair, tuple(tables)))


def _open_spots(
    table: Matrix,
    pair: Pair,
    action: Action,
    layout: _Layout,
    members: dict[PurposeId, Sequence[Sequence[int]]],
) -> Iterator[tuple[_Spot, Outcome]]:
    """The columns that are open to a pair's action. Only what is open is visited, kind by kind."""
    numbers, examples = table.kinds(pair.role, pair.purpose, action)
    if pair.purpose not in members:
        members[pair.purpose] = _by_kind(numbers, len(examples))
    answers = [table.answer(pair.role, pair.purpose, action, kind) for kind in range(len(examples))]
    for outcome, fields in zip(answers, members[pair.purpose], strict=True):
        if outcome.effect is not Effect.DENY:
            for number in fields:
                for spot in layout.alone.get(number, ()):
                    yield spot, outcome
    for spot, fields in layout.shared:
        outcome = strictest([answers[numbers[number]] for number in fields])
        if outcome.effect is not Effect.DENY:
            yield spot, outcome


def _by_kind(numbers: Sequence[int], kinds: int) -> Sequence[Sequence[int]]:
    found: list[list[int]] = [[] for _ in range(kinds)]
    for field, kind in enumerate(numbers):
        found[kind].append(field)
    return found


def _access(
    catalog: Catalog, draft: _Draft, at: int, outcomes: Mapping[Action, Mapping[int, Outcome]]
) -> Access:
    place = draft.tables[at]
    conditions = dict.fromkeys(
        each for found in outcomes.values() for outcome in found.values() for each in outcome.conditions
    )
    for condition in conditions:
        if (at, condition) not in draft.filters:
            row = row_filter(catalog, place.schema, place.name, draft.system, condition)
            draft.filters[at, condition] = row
    return Access(place, outcomes, tuple(draft.filters[at, condition] for condition in conditions))


def acting_pairs(catalog: Catalog) -> tuple[Pair, ...]:
    """The pairs of role and purpose with at least one action granted, sorted."""
    return tuple(
        Pair(role, name)
        for role in sorted(catalog.roles)
        for name, purpose in sorted(catalog.purposes.items())
        if purpose.roles.get(role)
    )


def loses(table: Matrix, pair: Pair) -> bool:
    """Whether an engine could have trouble with the pair: something masked, rows that depend on consent, rows
    deleted, or something updated and not read. Any engine can express everything else."""
    actions = table.catalog.purposes[pair.purpose].roles[pair.role]
    troubled = (Action.DELETE,) if Action.READ in actions else (Action.DELETE, Action.UPDATE)
    for action in actions:
        for number in range(len(table.kinds(pair.role, pair.purpose, action).examples)):
            answer = table.answer(pair.role, pair.purpose, action, number)
            if answer.effect is not Effect.DENY and (
                action in troubled or answer.mask is not None or answer.conditions
            ):
                return True
    return False


def in_use(system: System) -> bool:
    """Whether a system holds data that somebody can ask for."""
    return system.status in (Status.LIVE, Status.RETIRING)


Held = Sequence[tuple[FieldId, Source]]
"""The sources of one system, each with the field that it holds."""


def _held(catalog: Catalog, systems: Set[SystemId]) -> Mapping[SystemId, Held]:
    """What each of the systems holds, gathered in one pass over the catalog."""
    held: dict[SystemId, list[tuple[FieldId, Source]]] = {system: [] for system in systems}
    for field in catalog.fields.values():
        for source in field.sources.values():
            if source.system in held:
                held[source.system].append((field.id, source))
    return held


def _tables(catalog: Catalog, system: System, held: Held) -> tuple[tuple[Table, ...], tuple[SourceId, ...]]:
    holders: dict[SourceId, list[FieldId]] = {}
    sources: dict[SourceId, Source] = {}
    for field, source in held:
        holders.setdefault(source.id, []).append(field)
        sources.setdefault(source.id, source)
    snapshot = catalog.snapshots.get(system.id)
    vanished = []
    grouped: dict[tuple[str, str], list[Column]] = {}
    for name, source in sorted(sources.items()):
        if snapshot is not None and source.path not in snapshot.columns:
            vanished.append(name)
            continue
        kind, zoned = _kind(catalog, system, source, holders[name])
        column = Column(source.column, name, tuple(sorted(holders[name])), kind, zoned)
        grouped.setdefault((source.table.schema, source.table.name), []).append(column)
    tables = tuple(
        Table(schema, name, tuple(sorted(columns))) for (schema, name), columns in sorted(grouped.items())
    )
    return tables, tuple(vanished)


def _kind(
    catalog: Catalog, system: System, source: Source, fields: Sequence[FieldId]
) -> tuple[str | None, bool | None]:
    """The type of a column as observed, else as declared for the source, else for its field."""
    snapshot = catalog.snapshots.get(system.id)
    seen = snapshot.columns.get(source.path) if snapshot else None
    if seen is not None and seen.type:
        native = read_type(system.engine, seen.type, seen.length, seen.precision, seen.scale)
        if native.family is None:
            return OTHER, None
        zoned = {WITH_ZONE: True, WITHOUT_ZONE: False}.get(native.zone or "")
        return _TYPES.get(native.family, native.family), zoned
    declared = source.facets.get("type")
    if isinstance(declared, str):
        return declared, None
    canonical = {type_of(catalog.fields[name]) for name in fields}
    return (canonical.pop() if len(canonical) == 1 else None), None
