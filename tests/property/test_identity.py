"""The identity graph holds for whatever keys a snapshot shows, and never depends on the order of rows."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.identity import Reach
from amanat.identity.document import document
from amanat.identity.graph import IdentityGraph
from amanat.identity.keys import Lead, Step, keys_of, toward
from amanat.model.snapshot import Snapshot
from tests.unit.identity.test_graph import identity, snapshot

_TABLES = ("customers", "a", "b", "c", "d")
_MARKS = ("PK", "UQ", *(f"FK:{table}.{column}" for table in _TABLES for column in ("id", "x")))
_KEYS = st.lists(st.sampled_from(_MARKS), max_size=2, unique=True).map(lambda keys: ",".join(keys) or "-")
_ROWS = st.fixed_dictionaries(
    {(table, column): _KEYS for table in _TABLES for column in ("id", "x", "y")}
).map(lambda keys: [f"{table} {column} integer {mark}" for (table, column), mark in keys.items()])


@given(_ROWS, st.data())
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_never_matters(rows: list[str], data: st.DataObject) -> None:
    mapped = tuple(f"shop.{table}.id" for table in _TABLES)
    shuffled = data.draw(st.permutations(rows))
    one, other = (identity("\n".join(some), "shop.customers.id", mapped) for some in (rows, shuffled))
    names = [[table.name for table in found.tables] for found in (one, other)]
    assert names[0] == names[1] == sorted(_TABLES)
    shown = [document(IdentityGraph((found,), ())) for found in (one, other)]
    assert shown[0] == shown[1]


@given(_ROWS)
@settings(max_examples=40, deadline=None)
def test_a_way_is_a_chain_to_the_customers(rows: list[str]) -> None:
    for table in identity("\n".join(rows), "shop.customers.id").tables:
        at = table.name
        for hop in table.hops:
            assert hop.table == at
            at = hop.target
        if table.reach in (Reach.ONE, Reach.AMBIGUOUS, Reach.MANY, Reach.UNSURE) and table.hops:
            assert len({hop.table for hop in table.hops}) == len(table.hops)
        if table.reach is Reach.ONE:
            assert at == "customers"
            assert all(hop.sure for hop in table.hops)


def _by_steps(steps: list[Step], goal: str, most: int) -> Mapping[str, int]:
    """The same distances by trying all ways of each length."""
    found = {goal: 0}
    for length in range(1, most + 1):
        new = {step.table for step in steps if found.get(step.target) == length - 1}
        found |= {table: length for table in new if table not in found}
    return found


@given(_ROWS)
@settings(max_examples=40, deadline=None)
def test_distances_are_those_of_all_ways_tried(rows: list[str]) -> None:
    from tests.support import catalog_of

    files: dict[str, str | bytes] = {"observed/shop.columns.csv": snapshot("\n".join(rows))}
    files["a.yaml"] = "systems: {shop: {label: S, kind: crm, owner: crm, country: DE}}"
    seen: Snapshot = next(iter(catalog_of(files).catalog.snapshots.values()))
    steps = list(keys_of(seen, "postgresql").steps)
    leads = toward(steps, {"customers": Lead(0, ())})
    assert {table: lead.distance for table, lead in leads.items()} == _by_steps(steps, "customers", 5)
