"""Makes the plan of a system: for each table what each column's rule says, put together into statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlglot import exp

from amanat.conflicts.native import read_type
from amanat.errors import UsageError
from amanat.identity.keys import Step as Key
from amanat.identity.keys import keys_of
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import System
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import FieldId, HoldId, RetentionId
from amanat.policy.targets.quoting import UnquotableError
from amanat.retention.effective import Effective, Reckoning
from amanat.retention.plan import sql
from amanat.retention.plan.due import Dues, UndecidableError
from amanat.retention.plan.model import Cannot, Plan, Step
from amanat.retention.plan.reach import Tables, in_order
from amanat.text import Place

ENDS = ("delete", "anonymise")
"""What a statement can do. The others need to know what is kept, and where."""


@dataclass(slots=True)
class _Group:
    """Columns of a table that are due together, or that the plan leaves alone for one reason."""

    columns: dict[str, Field] = field(default_factory=dict)
    policies: dict[RetentionId, None] = field(default_factory=dict)
    condition: exp.Condition | None = None
    action: str = ""
    cannot: Cannot | None = None


def plan(
    catalog: Catalog, system: System, engine: str, as_of: date, jurisdictions: Sequence[str] = ()
) -> Plan:
    """The plan. Raises `UsageError` for a system that was never observed: its keys and types are not
    known."""
    snapshot = catalog.snapshots.get(system.id)
    if snapshot is None:
        raise UsageError(
            f"`{system.id}` was never observed, so its keys and types are not known",
            hint=f"read it first: amanat scan {system.id}",
        )
    return _Making(catalog, system, engine, as_of, tuple(jurisdictions), snapshot).plan()


class _Making:
    def __init__(
        self,
        catalog: Catalog,
        system: System,
        engine: str,
        as_of: date,
        jurisdictions: tuple[str, ...],
        snapshot: Snapshot,
    ) -> None:
        self._catalog, self._system, self._engine = catalog, system, engine
        self._as_of, self._snapshot = as_of, snapshot
        self._reckoning = Reckoning(catalog, as_of)
        self._where = jurisdictions or self._reckoning.jurisdictions
        self._keys = keys_of(snapshot, system.engine).steps + tuple(_to_itself(snapshot))
        self._tables = Tables([key for key in self._keys if key.table != key.target])
        self._dues = Dues(system.id, system.engine or engine, snapshot, self._tables, as_of)
        self._columns: dict[str, dict[str, ObservedColumn]] = {}
        for column in snapshot.columns.values():
            self._columns.setdefault(column.table, {})[column.column] = column
        self._differing: dict[RetentionId, None] = {}
        self._proofs = {
            proof.partition(".")[2]
            for policy in catalog.retention.values()
            for rule in (policy.rule, *policy.where.values())
            for proof in rule.proved_by
            if proof.partition(".")[0] == system.id
        }
        self._needed: set[str] = set()
        """Tables whose rows prove an event for rows that they refer to."""

    def plan(self) -> Plan:
        mapped: dict[str, dict[str, list[Field]]] = {}
        for one in self._catalog.fields.values():
            if one.status.value == "planned":
                continue
            for source in one.sources.values():
                if source.system == self._system.id:
                    table = source.path.rpartition(".")[0]
                    mapped.setdefault(table, {}).setdefault(source.column, []).append(one)
        self._needed = {proof for table in mapped for proof in self._proving(table, mapped[table])}
        order, cycles = in_order(tuple(mapped), [key for key in self._keys if key.table != key.target])
        steps: list[Step] = []
        cannot: list[Cannot] = []
        for table in order:
            for made in self._table(table, mapped[table]):
                if isinstance(made, Step):
                    steps.append(made)
                else:
                    cannot.append(made)
        return Plan(
            self._system, self._engine, self._as_of, self._where, tuple(sorted(self._differing)),
            tuple(steps),
            tuple(cannot), cycles,
        )  # fmt: skip

    def _proving(self, table: str, mapped: Mapping[str, list[Field]]) -> Iterator[str]:
        """The tables that refer to a table and prove an event for its rows."""
        named = {one.retention for fields in mapped.values() for one in fields}
        named |= {
            RetentionId(str(source.facets["retention"]))
            for fields in mapped.values()
            for one in fields
            for source in one.sources.values()
            if "retention" in source.facets
        }
        for name in named:
            policy = self._catalog.retention.get(name) if name else None
            for rule in (policy.rule, *policy.where.values()) if policy else ():
                for proof in rule.proved_by:
                    system, _, path = proof.partition(".")
                    there = path.rpartition(".")[0]
                    paths = self._tables.paths(table, there) if system == self._system.id else ()
                    if paths and paths[0] and paths[0][0].against:
                        yield there

    def _table(self, table: str, mapped: Mapping[str, list[Field]]) -> Iterator[Step | Cannot]:
        if table not in self._columns:
            yield Cannot(table, tuple(sorted(mapped)), "vanished_table", self._snapshot.file)
            return
        groups = self._groups(table, mapped)
        able = [group for group in groups if group.cannot is None]
        try:
            if able and len(able) == len(groups) and all(group.action == "delete" for group in able):
                if table in self._needed:
                    for group in able:
                        group.cannot = self._left(table, "proving_rows", "", None, (), group.condition)
                        group.cannot = replace(
                            group.cannot, columns=tuple(group.columns), policies=tuple(group.policies)
                        )
                    yield from (group.cannot for group in able if group.cannot is not None)
                    return
                if len(able) > 1:
                    for group in able:
                        yield from self._empty(table, group, quietly=True)
                yield self._delete(table, able)
            else:
                for group in able:
                    yield from self._empty(table, group)
        except UnquotableError as error:
            yield Cannot(table, tuple(sorted(mapped)), "unquotable", str(error))
        yield from (group.cannot for group in groups if group.cannot is not None)

    def _groups(self, table: str, mapped: Mapping[str, list[Field]]) -> list[_Group]:
        found: dict[tuple[object, ...], _Group] = {}
        for name in sorted(mapped):
            for one in mapped[name]:
                rules = [self._reckoning.of(one, self._system.id, where) for where in self._where]
                group = self._of_column(table, name, rules)
                left = group.cannot
                key: tuple[object, ...] = (
                    (left.why, left.about, left.holds, left.count, tuple(group.policies))
                    if left
                    else (group.action, group.condition.sql() if group.condition else "")
                )
                known = found.setdefault(key, group)
                known.columns[name] = one
                known.policies.update(group.policies)
        for group in found.values():
            if group.cannot is not None:
                left = group.cannot
                group.cannot = Cannot(
                    table, tuple(group.columns), left.why, left.about, tuple(group.policies), left.holds,
                    left.place, left.count,
                )  # fmt: skip
        return list(found.values())

    def _of_column(self, table: str, name: str, rules: Sequence[Effective]) -> _Group:
        group = _Group(policies={one.policy.id: None for rule in rules for one in rule.deciding})
        if len({rule.outcome for rule in rules}) > 1:
            self._differing.update(group.policies)
        holds = tuple(dict.fromkeys(hold.id for rule in rules for hold in rule.holds))
        actions = {rule.then for rule in rules}
        action = actions.pop() if len(actions) == 1 else None
        place = rules[0].field.place
        try:
            group.condition = self._dues.condition(table, rules)
        except UndecidableError as fault:
            group.cannot = self._left(table, fault.why, fault.about, fault.place, holds, fault.upper)
            return group
        except UnquotableError as error:
            group.cannot = self._left(table, "unquotable", str(error), place, holds, None)
            return group
        if holds:
            first = self._catalog.holds[holds[0]].place
            group.cannot = self._left(table, "held", ", ".join(holds), first, holds, group.condition)
        elif action not in ENDS:
            group.cannot = self._left(table, f"then_{action or 'differs'}", "", place, (), group.condition)
        elif name not in self._columns[table]:
            group.cannot = self._left(table, "vanished_column", self._snapshot.file, place, (), None)
        group.action = action or ""
        return group

    def _left(
        self,
        table: str,
        why: str,
        about: str,
        place: Place | None,
        holds: tuple[HoldId, ...],
        condition: exp.Condition | None,
    ) -> Cannot:
        count = None if condition is None else sql.written(sql.count(table, condition), self._engine)
        return Cannot(table, (), why, about, (), holds, place, count)

    def _delete(self, table: str, groups: Sequence[_Group]) -> Step:
        """Whole rows, when all that is mapped of them is over and nothing refers to them any more."""
        conditions = {one.sql(): one for group in groups if (one := group.condition) is not None}
        guards = [key.turned() for key in self._keys if key.target == table]
        kept = [
            exp.Not(this=sql.reached(table, (guard,), None, self._apart(table, guard))) for guard in guards
        ]
        condition = exp.and_(*conditions.values(), *kept)
        columns = tuple(sorted(name for group in groups for name in group.columns))
        return Step(
            table,
            "delete",
            columns,
            _fields(groups),
            _policies(groups),
            sql.written(sql.count(table, condition), self._engine),
            sql.written(sql.delete(table, condition), self._engine),
            unmapped=tuple(sorted(set(self._columns[table]) - set(columns))),
            guards=tuple(sorted({guard.target for guard in guards})),
        )

    def _apart(self, table: str, guard: Key) -> bool:
        return guard.target == table and sql.ENGINES[self._engine] == "mysql"

    def _empty(self, table: str, group: _Group, quietly: bool = False) -> Iterator[Step | Cannot]:
        """Columns of rows that stay. `quietly`: what cannot be emptied goes with the row later."""
        values: dict[str, exp.Condition] = {}
        stay: dict[str, list[str]] = {}
        for name in group.columns:
            value = self._nothing(self._columns[table][name])
            if isinstance(value, str):
                stay.setdefault(value, []).append(name)
            else:
                values[name] = value
        due = group.condition
        if values and due is not None:
            still = exp.or_(*(_holds_something(table, name, value) for name, value in values.items()))
            condition = exp.and_(due, still)
            yield Step(
                table,
                "empty",
                tuple(values),
                tuple(dict.fromkeys(group.columns[name].id for name in values)),
                tuple(group.policies),
                sql.written(sql.count(table, condition), self._engine),
                sql.written(sql.empty(table, values, condition), self._engine),
            )
        for why, names in () if quietly else sorted(stay.items()):
            place = group.columns[names[0]].place
            count = None if due is None else sql.written(sql.count(table, due), self._engine)
            yield Cannot(table, tuple(names), why, "", tuple(group.policies), (), place, count)

    def _nothing(self, column: ObservedColumn) -> exp.Condition | str:
        """What a column holds when its value is gone, or why it cannot lose it."""
        if any(key == "PK" or key.startswith(("FK:", "REF:")) for key in column.keys):
            return "key"
        if f"{column.table}.{column.column}" in self._proofs:
            return "proof"
        if column.nullable is not False:
            return exp.null()
        engine = self._system.engine or self._engine
        family = read_type(engine, column.type, None, None, None).family if column.type else None
        if family != "text" or column.values:
            return "not_null"
        return "not_null" if "UQ" in column.keys else exp.Literal.string("")


def _holds_something(table: str, name: str, value: exp.Condition) -> exp.Condition:
    cell = sql.column(table, name)
    if isinstance(value, exp.Null):
        return sql.filled(cell)
    return exp.NEQ(this=cell, expression=value.copy())


def _fields(groups: Sequence[_Group]) -> tuple[FieldId, ...]:
    return tuple(sorted({one.id for group in groups for one in group.columns.values()}))


def _policies(groups: Sequence[_Group]) -> tuple[RetentionId, ...]:
    return tuple(sorted({policy for group in groups for policy in group.policies}))


def _to_itself(snapshot: Snapshot) -> Iterator[Key]:
    """References of a table to itself: a row that another one refers to stays with it."""
    for column in snapshot.columns.values():
        for mark in column.keys:
            kind, _, target = mark.partition(":")
            table, _, key = target.rpartition(".")
            if kind in ("FK", "REF") and table == column.table:
                yield Key(table, (column.column,), table, (key,), False, None, None)


def engine_of(system: System, asked: str | None) -> str:
    """The engine to write for: the one asked for, or the system's. Raises `UsageError` for one whose SQL
    is not
    known here."""
    known = ", ".join(f"`{name}`" for name in sql.ENGINES)
    engine = asked or system.engine
    if engine is None:
        raise UsageError(f"`{system.id}` has no `engine`", hint=f"name one with --dialect: {known}")
    if engine not in sql.ENGINES:
        raise UsageError(f"the SQL of `{engine}` is not known here", hint=f"--dialect writes for {known}")
    return engine
