"""Row conditions in MariaDB's SQL. Its collations take `YES` and `yes ` for `yes`, and its numbers take
`1 day` for 1; consent and keys are compared byte by byte."""

from __future__ import annotations

from amanat.policy.rows import RowFilter
from amanat.policy.targets.mariadb.quoting import exactly, identifier, qualified


def condition(rows: RowFilter) -> str:
    """True in a row (of `t`) that leads to a record of granted consent, and to no other record of the
    subject."""
    last = f"h{len(rows.hops)}" if rows.hops else "t"
    granted = _granted(f"{last}.{identifier(rows.column)}", rows)
    if not rows.hops:
        return granted
    aliases = [f"h{at}" for at in range(1, len(rows.hops) + 1)]
    tables = [
        f"{qualified(hop.schema, hop.table)} AS {alias}"
        for hop, alias in zip(rows.hops, aliases, strict=True)
    ]
    before = ["t", *aliases[:-1]]
    keys = [
        _same(f"{alias}.{identifier(hop.key)}", f"{left}.{identifier(hop.column)}")
        for hop, alias, left in zip(rows.hops, aliases, before, strict=True)
    ]
    # In brackets, as the server keeps it, so that a view can be compared with what it was made from.
    joined = f"({' JOIN '.join(tables)})" if len(tables) > 1 else tables[0]
    return f"(SELECT MIN({granted})\n    FROM {joined}\n    WHERE {' AND '.join(keys)})"


def _same(one: str, other: str) -> str:
    # The first comparison is for indexes, the second for what it takes to be alike.
    return f"{one} = {other} AND {_bytes(one)} = {_bytes(other)}"


def _granted(column: str, rows: RowFilter) -> str:
    if rows.condition.granted is None:
        # `IS NULL` would be true of the zero date in a column that is NOT NULL.
        return f"({column} <=> NULL)"
    values = ", ".join(_spellings(rows))
    return f"COALESCE({_bytes(column)} IN ({values}), FALSE)"


def _spellings(rows: RowFilter) -> list[str]:
    """A truth value is a number or a bit here."""
    spelled = [exactly(rows.condition.value)]
    if isinstance(rows.condition.granted, bool):
        spelled += [exactly("1"), "X'01'"] if rows.condition.granted else [exactly("0"), "X'00'"]
    return spelled


def _bytes(value: str) -> str:
    return f"CAST(CONVERT({value} USING utf8mb4) AS BINARY)"
