"""Row conditions in Snowflake's SQL: as sets of keys, for its subqueries hardly look at the row outside."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.policy.plan import Table
from amanat.policy.rows import RowFilter
from amanat.policy.targets.snowflake.masks import plain_text
from amanat.policy.targets.snowflake.quoting import identifier, literal, qualified

DEFAULT_SCHEMA = "PUBLIC"


def condition(rows: RowFilter) -> str:
    """True in a row (of `t`) that leads to a record of granted consent, and to no other record of the
    subject."""
    if not rows.hops:
        return _granted(f"t.{identifier(rows.column)}", rows)
    first, *further = rows.hops
    tables = [f"{_named(first.schema, first.table)} AS h1"]
    for at, hop in enumerate(further, 2):
        keys = f"h{at}.{identifier(hop.key)} = h{at - 1}.{identifier(hop.column)}"
        tables.append(f"INNER JOIN {_named(hop.schema, hop.table)} AS h{at} ON {keys}")
    key, record = f"h1.{identifier(first.key)}", f"h{len(rows.hops)}.{identifier(rows.column)}"
    return (
        f"t.{identifier(first.column)} IN (\n    SELECT {key} FROM {' '.join(tables)}\n"
        f"    WHERE {key} IS NOT NULL GROUP BY {key} HAVING MIN(IFF({_granted(record, rows)}, 1, 0)) = 1)"
    )


def needed(rows: RowFilter, table: Table) -> Iterator[tuple[str, str, str]]:
    """The columns that a condition looks at: schema, table, column."""
    here = (table.schema or DEFAULT_SCHEMA, table.name)
    for hop in rows.hops:
        yield (*here, hop.column)
        here = (hop.schema or DEFAULT_SCHEMA, hop.table)
        yield (*here, hop.key)
    yield (*here, rows.column)


def _named(schema: str, name: str) -> str:
    return qualified(schema or DEFAULT_SCHEMA, name)


def _granted(column: str, rows: RowFilter) -> str:
    if rows.condition.granted is None:
        return f"{column} IS NULL"
    return f"COALESCE({plain_text(column)} = {literal(rows.condition.value)}, FALSE)"
