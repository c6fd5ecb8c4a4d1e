"""The keys of a snapshot as steps between tables, and the walk along them. Policy walks here for consent, the
identity graph for the customer id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from amanat.conflicts.native import read_type
from amanat.identity.note import Note
from amanat.model.resources import KeyLink
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import Scalar, SourceId


class Step(NamedTuple):
    """A step between two tables: rows whose `columns` equal `keys` of the other one. `against`: the other
    table holds the reference. `sure`: whether a row leads to at most one row there; `alone`: whether at most
    one row leads to each row there; None: the keys do not say. `where`: further columns of the table that
    holds the reference, and the value that each has where it leads there."""

    table: str
    columns: tuple[str, ...]
    target: str
    keys: tuple[str, ...]
    against: bool
    sure: bool | None
    alone: bool | None
    where: tuple[tuple[str, Scalar], ...] = ()

    @property
    def holder(self) -> str:
        """The table that holds the reference."""
        return self.target if self.against else self.table

    @property
    def references(self) -> tuple[str, ...]:
        """The columns of the reference, as `table.column`."""
        columns = self.keys if self.against else self.columns
        return tuple(f"{self.holder}.{column}" for column in columns)

    @property
    def rows(self) -> str:
        """How many rows meet how many: `1:1`, `n:1`, `1:n`, `n:m`, or `?` where the keys do not say."""
        if self.sure is None or self.alone is None:
            return "?"
        return {(True, True): "1:1", (True, False): "n:1", (False, True): "1:n", (False, False): "n:m"}[
            self.sure, self.alone
        ]

    def turned(self) -> Step:
        """The same reference, walked the other way."""
        return Step(
            self.target,
            self.keys,
            self.table,
            self.columns,
            not self.against,
            self.alone,
            self.sure,
            self.where,
        )


class Lead(NamedTuple):
    """The way from a table: its number of steps, and the first steps of all ways that are as good; the
    first one is taken. No steps: the table is a goal."""

    distance: int
    steps: tuple[Step, ...]


class Broken(NamedTuple):
    """A reference that leads nowhere, and why."""

    table: str
    column: str
    target: str
    why: Note


class Keys(NamedTuple):
    """The references of a snapshot as steps from child to parent, and those that lead nowhere."""

    steps: tuple[Step, ...]
    broken: tuple[Broken, ...]


class _Reference(NamedTuple):
    column: ObservedColumn
    key: str


class Uniqueness:
    """What the key marks of a snapshot say about repeated values, read once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.primary: dict[str, set[str]] = {}
        self._unique: set[tuple[str, str]] = set()
        for column in snapshot.columns.values():
            if "PK" in column.keys:
                self.primary.setdefault(column.table, set()).add(column.column)
            if "UQ" in column.keys:
                self._unique.add((column.table, column.column))

    def of(self, table: str, columns: Iterable[str]) -> bool | None:
        """Whether no two rows of the table agree in the columns. Part of a primary key alone may repeat;
        None: no mark says."""
        asked = set(columns)
        primary = self.primary.get(table, set())
        if any((table, column) in self._unique for column in asked) or (primary and primary <= asked):
            return True
        return False if asked & primary else None


def is_unique(snapshot: Snapshot, path: str) -> bool:
    """Whether the snapshot says that no two rows share a value: UQ, or the only PK column of its table."""
    column = snapshot.columns.get(SourceId(path))
    return column is not None and Uniqueness(snapshot).of(column.table, (column.column,)) is True


def keys_of(snapshot: Snapshot, engine: str | None, links: Iterable[KeyLink] = ()) -> Keys:
    """The references between tables of a snapshot, and declared links within the system. References of a
    table to itself lead nowhere new and are left out. Columns that together refer to the whole primary key
    of a table make one step. A reference that a link says names somebody else is no step."""
    links = tuple(links)
    others = set_aside(links)
    unique = Uniqueness(snapshot)
    grouped: dict[tuple[str, str], list[_Reference]] = {}
    broken: list[Broken] = []
    tables = {column.table for column in snapshot.columns.values()}
    for column in snapshot.columns.values():
        for table, key in _references(column):
            if table == column.table or f"{column.table}.{column.column}" in others:
                continue
            target = snapshot.columns.get(SourceId(f"{table}.{key}"))
            if target is None:
                why = (
                    Note("no_column", column=f"{table}.{key}")
                    if table in tables
                    else Note("no_table", table=table)
                )
            elif not _meet(engine, column, target):
                why = Note("never_equals", type=column.type, target=target.type)
            else:
                grouped.setdefault((column.table, table), []).append(_Reference(column, key))
                continue
            broken.append(Broken(column.table, column.column, f"{table}.{key}", why))
    steps = [
        step for (table, target), found in grouped.items() for step in _steps(unique, table, target, found)
    ]
    steps += _declared(snapshot, unique, links, broken)
    return Keys(tuple(sorted(set(steps), key=_order)), tuple(sorted(broken)))


def set_aside(links: Iterable[KeyLink]) -> frozenset[str]:
    """The columns (`table.column`) that links say to name somebody else."""
    return frozenset(link.start.partition(".")[2] for link in links if link.other)


def _declared(
    snapshot: Snapshot, unique: Uniqueness, links: Iterable[KeyLink], broken: list[Broken]
) -> Iterator[Step]:
    """The steps of declared links within the system."""
    for link in links:
        system, _, start = link.start.partition(".")
        there, _, end = link.end.partition(".")
        one, other = (snapshot.columns.get(SourceId(path)) for path in (start, end))
        if link.other or system != there:
            continue
        missing = start if one is None else end
        if one is None or other is None:
            table, _, column = start.rpartition(".")
            broken.append(Broken(table, column, end, Note("no_column", column=missing)))
        elif one.table != other.table:
            where = tuple(sorted(link.where.items()))
            sure, alone = unique.of(other.table, (other.column,)), unique.of(one.table, (one.column,)) is True
            yield Step(one.table, (one.column,), other.table, (other.column,), False, sure, alone, where)


def _references(column: ObservedColumn) -> Iterator[tuple[str, str]]:
    for mark in column.keys:
        kind, _, target = mark.partition(":")
        table, _, key = target.rpartition(".")
        if kind in ("FK", "REF") and table:
            yield table, key


def _meet(engine: str | None, column: ObservedColumn, target: ObservedColumn) -> bool:
    """Whether values of the two can be equal, as far as their types are known."""
    one, other = (
        read_type(engine, item.type, None, None, None).family if item.type else None
        for item in (column, target)
    )
    return one is None or other is None or one == other


def _steps(unique: Uniqueness, table: str, target: str, found: list[_Reference]) -> Iterator[Step]:
    parts = [reference for reference in found if unique.of(target, (reference.key,)) is not True]
    keys = sorted(reference.key for reference in parts)
    whole = len(keys) > 1 and keys == sorted(unique.primary.get(target, ()))
    groups = [[reference] for reference in found if not whole or reference not in parts]
    for group in [*groups, sorted(parts, key=lambda reference: reference.key)] if whole else groups:
        columns, refers_to = tuple(r.column.column for r in group), tuple(r.key for r in group)
        # A reference that nothing marks as unique is one that many rows may share.
        alone = unique.of(table, columns) is True
        yield Step(table, columns, target, refers_to, False, unique.of(target, refers_to), alone)


def toward(steps: Iterable[Step], reached: Mapping[str, Lead]) -> dict[str, Lead]:
    """The shortest way from every table that the steps let lead to one already reached, these included."""
    leading_to: dict[str, list[Step]] = {}
    for step in steps:
        leading_to.setdefault(step.target, []).append(step)
    found = dict(reached)
    waiting: dict[int, set[str]] = {}
    for table, lead in reached.items():
        waiting.setdefault(lead.distance, set()).add(table)
    distance = 0
    while waiting:
        new: dict[str, list[Step]] = {}
        for table in waiting.pop(distance, ()):
            for step in leading_to.get(table, ()):
                if step.table not in found:
                    new.setdefault(step.table, []).append(step)
        distance += 1
        for table, options in new.items():
            found[table] = Lead(distance, tuple(sorted(options, key=_order)))
            waiting.setdefault(distance, set()).add(table)
    return found


def _order(step: Step) -> tuple[object, ...]:
    return step.against, step.table, step.columns, step.target, step.keys, str(step.where)
