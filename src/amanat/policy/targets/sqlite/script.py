"""The policy of a SQLite system as JSON: what each pair may do with a table, or the query it sees instead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from amanat.model.values import Pair
from amanat.policy.rows import RowFilter
from amanat.policy.targets.relational import Privileges, Shown, View
from amanat.policy.targets.sqlite.quoting import identifier, literal

MASK = "amanat_mask"
"""The function that `guard.py` masks with: mask, its number, type of the column, value."""


class Script(NamedTuple):
    """What a policy file is made from. `given` is what the pairs get, sorted by pair and table."""

    system: str
    digest: str
    as_of: str
    given: Sequence[Privileges]


def policy(script: Script) -> str:
    """The policy file (schema: `policy-sqlite.schema.json`)."""
    by_pair: dict[Pair, list[Privileges]] = {}
    for each in script.given:
        by_pair.setdefault(each.pair, []).append(each)
    data = {
        "version": 1,
        "target": "sqlite",
        "system": script.system,
        "catalog": f"sha256:{script.digest}",
        "as_of": script.as_of or None,
        "pairs": [_of_pair(pair, given) for pair, given in by_pair.items()],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _of_pair(pair: Pair, given: Sequence[Privileges]) -> dict[str, Any]:
    shown = [column for each in given if each.view for column in each.view.columns]
    return {
        "role": pair.role,
        "purpose": pair.purpose,
        "needs_key": any(column.mask is not None and column.mask.kind == "hash" for column in shown),
        "tables": [_table(each) for each in given if each.view is None],
        "views": [_view(each, each.view) for each in given if each.view is not None],
    }


def _table(each: Privileges) -> dict[str, Any]:
    return {
        "name": each.table.name,
        "read": list(each.on_table.get("SELECT", ())),
        "update": list(each.on_table.get("UPDATE", ())),
        "delete": "DELETE" in each.on_table,
    }


def _view(each: Privileges, view: View) -> dict[str, Any]:
    return {
        "name": each.table.name,
        "columns": [shown.column.name for shown in view.columns],
        "some_rows": bool(view.rows),
        "sql": query(each.table.name, view),
    }


def query(table: str, view: View) -> str:
    """What a pair sees of a table."""
    where = " AND ".join(map(condition, view.rows))
    return (
        f"SELECT {', '.join(map(_shown, view.columns))} FROM {_table_name(table)} AS t"
        f"{' WHERE ' if where else ''}{where}"
    )


def _shown(shown: Shown) -> str:
    name = identifier(shown.column.name)
    if shown.mask is None:
        return f"t.{name}"
    kind = literal(shown.column.kind or "")
    return f"{MASK}({literal(shown.mask.kind)}, {shown.mask.n or 0}, {kind}, t.{name}) AS {name}"


def condition(rows: RowFilter) -> str:
    """True in a row (of `t`) that leads to a record of granted consent, and to no other record of the
    subject. Every comparison is byte for byte: a column can be declared to compare otherwise."""
    last = f"h{len(rows.hops)}" if rows.hops else "t"
    granted = _granted(f"{last}.{identifier(rows.column)}", rows)
    if not rows.hops:
        return granted
    aliases = ["t", *(f"h{at}" for at in range(1, len(rows.hops) + 1))]
    tables, keys = [], []
    for hop, left, alias in zip(rows.hops, aliases, aliases[1:], strict=False):
        tables.append(f"{_table_name(hop.table)} AS {alias}")
        key, column = f"{alias}.{identifier(hop.key)}", f"{left}.{identifier(hop.column)}"
        keys.append(f"{key} = {column} COLLATE BINARY")
    return f"(SELECT min({granted}) FROM {', '.join(tables)} WHERE {' AND '.join(keys)})"


def _granted(column: str, rows: RowFilter) -> str:
    granted = rows.condition.granted
    if granted is None:
        return f"{column} IS NULL"
    # A truth value is stored as a number.
    value = literal(str(int(granted)) if isinstance(granted, bool) else rows.condition.value)
    text = (
        f"CASE typeof({column}) WHEN 'blob' THEN 0 ELSE CAST({column} AS TEXT) = {value} COLLATE BINARY END"
    )
    return f"coalesce({text}, 0)"


def _table_name(name: str) -> str:
    # With its schema: a name alone would also be that of a `WITH` in the query around.
    return f"main.{identifier(name)}"
