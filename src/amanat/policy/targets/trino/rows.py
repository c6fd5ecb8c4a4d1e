"""Row conditions as Trino filters."""

from __future__ import annotations

from amanat.policy.rows import RowFilter
from amanat.policy.targets.trino.quoting import identifier, literal, qualified


def condition(rows: RowFilter, catalog: str) -> str:
    """True in a row that leads to a record of granted consent, and to no other record of the subject. Nothing
    of the filtered table is named inside the subquery, where another table's column could take its place.
    Raises `UnquotableError` for a name or value that cannot be written."""
    if not rows.hops:
        return _granted(identifier(rows.column), rows)
    aliases = [f"h{at}" for at in range(1, len(rows.hops) + 1)]
    first, tables, keys = rows.hops[0], [], []
    for at, (hop, alias) in enumerate(zip(rows.hops, aliases, strict=True)):
        tables.append(f"{qualified(catalog, hop.schema, hop.table)} AS {alias}")
        if at:
            keys.append(f"{alias}.{identifier(hop.key)} = {aliases[at - 1]}.{identifier(hop.column)}")
    key = f"h1.{identifier(first.key)}"
    where = f" WHERE {' AND '.join(keys)}" if keys else ""
    granted = _granted(f"{aliases[-1]}.{identifier(rows.column)}", rows)
    found = f"SELECT {key} FROM {', '.join(tables)}{where} GROUP BY {key} HAVING bool_and({granted})"
    return f"{identifier(first.column)} IN ({found})"


def reads(rows: RowFilter, schema: str, table: str) -> list[tuple[str, str, str]]:
    """Schema, table and column of everything that the filter of a table reads."""
    found = []
    for hop in rows.hops:
        found += [(schema, table, hop.column), (hop.schema, hop.table, hop.key)]
        schema, table = hop.schema, hop.table
    return [*found, (schema, table, rows.column)]


def _granted(column: str, rows: RowFilter) -> str:
    if rows.condition.granted is None:
        return f"{column} IS NULL"
    return f"coalesce(CAST({column} AS varchar) = {literal(rows.condition.value)}, false)"
