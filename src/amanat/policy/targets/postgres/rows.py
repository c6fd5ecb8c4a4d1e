"""Row conditions in the SQL of PostgreSQL."""

from __future__ import annotations

from amanat.policy.rows import RowFilter
from amanat.policy.targets.postgres.engine import DEFAULT_SCHEMA
from amanat.policy.targets.quoting import identifier, literal, qualified


def condition(rows: RowFilter) -> str:
    """SQL on the table `t`: true in a row that leads to a record of granted consent, and to no other
    record of the subject. Raises `UnquotableError` for a name or value that cannot be written."""
    last = f"h{len(rows.hops)}" if rows.hops else "t"
    granted = _granted(f"{last}.{identifier(rows.column)}", rows)
    if not rows.hops:
        return granted
    aliases = [f"h{at}" for at in range(1, len(rows.hops) + 1)]
    tables = [
        f"{qualified(hop.schema or DEFAULT_SCHEMA, hop.table)} AS {alias}"
        for hop, alias in zip(rows.hops, aliases, strict=True)
    ]
    before = ["t", *aliases[:-1]]
    keys = [
        f"{alias}.{identifier(hop.key)} = {left}.{identifier(hop.column)}"
        for hop, alias, left in zip(rows.hops, aliases, before, strict=True)
    ]
    return f"(SELECT bool_and({granted})\n    FROM {', '.join(tables)}\n    WHERE {' AND '.join(keys)})"


def _granted(column: str, rows: RowFilter) -> str:
    if rows.condition.granted is None:
        return f"{column} IS NULL"
    return f"coalesce(({column})::text = {literal(rows.condition.value)}, false)"
