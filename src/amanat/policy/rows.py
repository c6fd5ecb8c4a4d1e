"""Row conditions: how a row of a table leads to the record of its subject's consent.

The way goes along the keys that a snapshot shows: from the table up its foreign keys to the table of the
system's customer id, and from there to the table of the record. Where there is no way, or more than one, or
the record is not one a customer, there is no filter: whose consent to look at would be a guess.
"""

from __future__ import annotations

from typing import NamedTuple

from amanat.identity.keys import Lead, Step, keys_of, toward
from amanat.load.entries import split_source
from amanat.model.catalog import Catalog
from amanat.model.resources import System
from amanat.model.snapshot import Snapshot
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
    hops = _way(snapshot, system.engine, here, there, customer)
    if isinstance(hops, str):
        return _none(condition, hops)
    return RowFilter(condition, hops, record.column)


def _none(condition: Condition, problem: str) -> RowFilter:
    return RowFilter(condition, (), "", problem)


def _name(schema: str, table: str) -> str:
    return f"{schema}.{table}" if schema else table


def _way(
    snapshot: Snapshot, engine: str | None, here: str, record: str, customer: SourceParts
) -> tuple[Hop, ...] | str:
    keys = [step for step in keys_of(snapshot, engine).steps if step.sure and _is_plain(snapshot, step)]
    centre = _name(customer.schema, customer.table)
    hops: list[Hop] = []
    leads = toward(keys, {centre: Lead(0, ())})
    if here not in leads or leads[here].distance > LONGEST:
        return f"no foreign keys lead from `{here}` to the customers in `{centre}`"
    table = here
    while table != centre:
        step, *others = leads[table].steps
        if others:
            return f"several foreign keys lead from `{here}` to `{centre}`, so whose row it is is not known"
        hops.append(_hop(step))
        table = step.target
    for length, hop in enumerate(hops, 1):
        if _name(hop.schema, hop.table) == record:
            return tuple(hops[:length])
    down = [step for step in keys if step.table == record and step.target == centre]
    if len(down) != 1:
        return f"`{record}`, which records consent, does not refer to the customers in `{centre}` by one key"
    if not down[0].alone:
        return f"`{record}` may record consent more than once for a customer"
    return (*hops, _hop(down[0].turned()))


def _hop(step: Step) -> Hop:
    schema, _, table = step.target.rpartition(".")
    return Hop(step.columns[0], schema, table, step.keys[0])


def _is_plain(snapshot: Snapshot, step: Step) -> bool:
    """Whether the step is along one column that an engine can compare as it is: whole numbers with whole
    numbers, else the same type."""
    if len(step.columns) > 1:
        return False
    one, other = (
        (snapshot.columns[SourceId(f"{table}.{column}")].type or "").lower()
        for table, (column,) in ((step.table, step.columns), (step.target, step.keys))
    )
    return one == other or {one, other} <= _WHOLE


_WHOLE = frozenset(("smallint", "integer", "int", "bigint", "smallserial", "serial", "bigserial"))
