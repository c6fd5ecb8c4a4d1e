"""Row conditions: how a row of a table leads to the record of its subject's consent.

The way goes along the keys that a snapshot shows: from the table up its foreign keys to the table of the
system's customer id, and from there to the table of the record. Where there is no way, or more than one, or
the record is not one a customer, there is no filter: whose consent to look at would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from amanat.load.entries import split_source
from amanat.model.catalog import Catalog
from amanat.model.resources import System
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import SourceId, SourceParts
from amanat.policy.request import Condition

LONGEST = 4
"""How many foreign keys a way may follow."""


class Hop(NamedTuple):
    """A step to another table: its rows whose `key` equals `column` of the table before."""

    column: str
    schema: str
    table: str
    key: str


class RowFilter(NamedTuple):
    """The rows in which a condition holds: those that lead by `hops` (none: the record is in the row itself)
    to a row whose column `column` has the granted value. With `problem` there is no such way, the text says
    why, and no row may be shown."""

    condition: Condition
    hops: tuple[Hop, ...]
    column: str
    problem: str = ""


class _Key(NamedTuple):
    """A foreign key: a column, and the column of another table that it refers to."""

    column: str
    table: str
    key: str


def row_filter(catalog: Catalog, schema: str, table: str, system: System, condition: Condition) -> RowFilter:
    """The filter of a condition for a table (`schema` as the catalog spells it, or "")."""
    record = split_source(condition.source)
    if record is None or record.system != system.id:
        where = record.system if record else condition.source
        return _none(condition, f"consent is recorded in another system, `{where}`")
    if not condition.known:
        return _none(condition, "the catalog does not say which value means granted")
    here, there = _name(schema, table), _name(record.schema, record.table)
    snapshot = catalog.snapshots.get(system.id)
    if snapshot is not None and record.path not in snapshot.columns:
        return _none(condition, f"the snapshot has no column `{condition.source}` that records consent")
    if here == there:
        return RowFilter(condition, (), record.column)
    if snapshot is None:
        return _none(condition, f"without a snapshot of `{system.id}` its foreign keys are not known")
    customer = split_source(system.customer_id) if system.customer_id else None
    if customer is None:
        return _none(condition, f"system `{system.id}` has no customer id to go by")
    hops = _way(snapshot, here, there, customer)
    if isinstance(hops, str):
        return _none(condition, hops)
    return RowFilter(condition, hops, record.column)


def _none(condition: Condition, problem: str) -> RowFilter:
    return RowFilter(condition, (), "", problem)


def _name(schema: str, table: str) -> str:
    return f"{schema}.{table}" if schema else table


def _way(snapshot: Snapshot, here: str, record: str, customer: SourceParts) -> tuple[Hop, ...] | str:
    keys = _keys(snapshot)
    centre = _name(customer.schema, customer.table)
    up = [()] if here == centre else _shortest(keys, here, centre)
    if not up:
        return f"no foreign keys lead from `{here}` to the customers in `{centre}`"
    if len(up) > 1:
        return f"several foreign keys lead from `{here}` to `{centre}`, so whose row it is is not known"
    hops = tuple(_hop(key) for key in up[0])
    for length, key in enumerate(up[0], 1):
        if key.table == record:
            return hops[:length]
    if centre == record:
        return hops
    down = [key for key in keys.get(record, ()) if key.table == centre]
    if len(down) != 1:
        return f"`{record}`, which records consent, does not refer to the customers in `{centre}` by one key"
    if not is_unique(snapshot, f"{record}.{down[0].column}"):
        return f"`{record}` may record consent more than once for a customer"
    schema, _, table = record.rpartition(".")
    return (*hops, Hop(down[0].key, schema, table, down[0].column))


def _hop(key: _Key) -> Hop:
    schema, _, table = key.table.rpartition(".")
    return Hop(key.column, schema, table, key.key)


def _shortest(keys: Mapping[str, Sequence[_Key]], start: str, goal: str) -> list[tuple[_Key, ...]]:
    """All shortest ways along foreign keys; none where even they are too long."""
    ways: list[tuple[_Key, ...]] = [()]
    seen = {start}
    for _ in range(LONGEST):
        longer = [(*way, key) for way in ways for key in keys.get(way[-1].table if way else start, ())]
        longer = [way for way in longer if way[-1].table not in seen]
        found = [way for way in longer if way[-1].table == goal]
        if found or not longer:
            return found
        seen |= {way[-1].table for way in longer}
        ways = longer
    return []


def _keys(snapshot: Snapshot) -> dict[str, list[_Key]]:
    found: dict[str, list[_Key]] = {}
    for column in snapshot.columns.values():
        for table, key in _references(column):
            target = snapshot.columns.get(f"{table}.{key}")
            usable = target is not None and is_unique(snapshot, f"{table}.{key}") and _alike(column, target)
            if usable and table != column.table:
                found.setdefault(column.table, []).append(_Key(column.column, table, key))
    return found


def _references(column: ObservedColumn) -> Iterator[tuple[str, str]]:
    for mark in column.keys:
        kind, _, target = mark.partition(":")
        table, _, key = target.rpartition(".")
        if kind in ("FK", "REF") and table:
            yield table, key


def _alike(column: ObservedColumn, target: ObservedColumn) -> bool:
    """Whether an engine can compare the two as they are: whole numbers with whole numbers, else the same
    type."""
    whole = {"smallint", "integer", "int", "bigint", "smallserial", "serial", "bigserial"}
    one, other = (column.type or "").lower(), (target.type or "").lower()
    return one == other or {one, other} <= whole


def is_unique(snapshot: Snapshot, path: str) -> bool:
    """Whether the snapshot says that no two rows share a value: UQ, or the only PK column of its table."""
    column = snapshot.columns.get(SourceId(path))
    if column is None:
        return False
    if "UQ" in column.keys:
        return True
    primary = sum("PK" in other.keys for other in snapshot.columns.values() if other.table == column.table)
    return "PK" in column.keys and primary == 1
