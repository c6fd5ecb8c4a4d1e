"""The ways of a person as SQL: which rows of a table belong to the person, and which lead to two people.

Each table on the way is a common table expression with the rows of the person, so that a query stands alone:
`WITH mine_1_customers AS (…), mine_2_orders AS (…) SELECT … FROM orders`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from amanat.identity.keys import Step
from amanat.identity.person import Rows, SystemWays
from amanat.policy.targets.quoting import fit
from amanat.rights.dialects import Dialect


class Query(NamedTuple):
    """A statement and the number of its parameters, which all are the value by which the system knows the
    person."""

    text: str
    parameters: int


class Writer:
    """Writes queries about one person in a system. `ways` has an anchor. Raises `UnquotableError` for a name
    that has no place in SQL."""

    def __init__(self, ways: SystemWays, dialect: Dialect) -> None:
        self._ways, self.dialect = ways, dialect
        self._names = {
            rows.table: fit(f"mine_{at}_{rows.table.replace('.', '_')}")
            for at, rows in enumerate(ways.rows, 1)
        }
        self._shown = self._columns_shown()

    def read(self, table: str, columns: Iterable[str]) -> Query:
        """The columns of the person's rows."""
        return self._query(table, columns, self._mine(self._ways.by_table[table], "t"))

    def disputed(self, table: str) -> Query | None:
        """The query that counts rows which lead to the person and to somebody else; None where none can."""
        rows = self._ways.by_table[table]
        if not rows.disputable:
            return None
        both = f"({self._some(rows, 't')}) AND ({self._another(rows, 't')})"
        return self._query(table, None, both)

    def condition(self, table: str, alias: str) -> str:
        """Whether the row called `alias` belongs to the person, given the expressions of `tables_before`."""
        return self._mine(self._ways.by_table[table], alias)

    def _query(self, table: str, columns: Iterable[str] | None, condition: str) -> Query:
        name = self.dialect.identifier
        rows = self._ways.by_table[table]
        what = "count(*)" if columns is None else ", ".join(f"t.{name(one)}" for one in columns)
        lines = self._before(table)
        lines += [f"SELECT {what}", f"FROM {self.dialect.table(table)} AS t", f"WHERE {condition}"]
        if columns is not None and rows.key:
            lines.append(f"ORDER BY {', '.join(f't.{name(one)}' for one in rows.key)}")
        text = "\n".join(lines)
        return Query(
            self._bound(text),
            text.count(_PARAMETER) if not self.dialect.numbered else int(_PARAMETER in text),
        )

    def _bound(self, text: str) -> str:
        return text.replace(_PARAMETER, "$1" if self.dialect.numbered else "?")

    def _before(self, table: str) -> list[str]:
        """The expressions of the tables that the ways of a table lead to."""
        needed: set[str] = set()
        waiting = [way.target for way in self._ways.by_table[table].ways]
        while waiting:
            one = waiting.pop()
            if one not in needed:
                needed.add(one)
                waiting += [way.target for way in self._ways.by_table[one].ways]
        lines: list[str] = []
        for rows in self._ways.rows:
            if rows.table in needed:
                columns = ", ".join(f"t.{self.dialect.identifier(one)}" for one in self._shown[rows.table])
                lines += [
                    f"{'WITH ' if not lines else ''}{self._mine_of(rows.table)} AS (",
                    f"  SELECT {columns} FROM {self.dialect.table(rows.table)} AS t",
                    f"  WHERE {self._mine(rows, 't')}",
                    "),",
                ]
        if lines:
            lines[-1] = ")"
        return lines

    def _columns_shown(self) -> dict[str, tuple[str, ...]]:
        """Table to the columns of it that other tables' conditions ask for."""
        found: dict[str, dict[str, None]] = {rows.table: dict.fromkeys(rows.key) for rows in self._ways.rows}
        for rows in self._ways.rows:
            for way in rows.ways:
                found[way.target] |= dict.fromkeys(way.keys)
                if way.against:
                    found[way.target] |= dict.fromkeys(column for column, _ in way.where)
        return {table: tuple(sorted(columns)) for table, columns in found.items()}

    def _mine_of(self, table: str) -> str:
        return self.dialect.identifier(self._names[table])

    def _mine(self, rows: Rows, row: str) -> str:
        some = self._some(rows, row)
        if not rows.disputable:
            return some
        return f"({some})\n    AND NOT ({self._another(rows, row)})"

    def _some(self, rows: Rows, row: str) -> str:
        """Whether some way leads from the row to the person."""
        name = self.dialect.identifier
        parts = [f"{row}.{name(column)} = {_PARAMETER}" for column in rows.anchored]
        parts += [self._leads(way, row) for way in rows.ways]
        return "\n      OR ".join(parts)

    def _leads(self, way: Step, row: str) -> str:
        name, mine = self.dialect.identifier, self._mine_of(way.target)
        here = self._where(way, row) if not way.against else ""
        if len(way.columns) == 1 and not (way.against and way.where):
            inside = f"{row}.{name(way.columns[0])} IN (SELECT m.{name(way.keys[0])} FROM {mine} AS m)"
        else:
            there = self._where(way, "m") if way.against else ""
            inside = f"EXISTS (SELECT 1 FROM {mine} AS m WHERE {self._equal(way, 'm', row)}{there})"
        return f"({inside}{here})" if here else inside

    def _another(self, rows: Rows, row: str) -> str:
        """Whether some way leads from the row to a row that is not the person's."""
        name = self.dialect.identifier
        parts = [
            f"({row}.{name(column)} IS NOT NULL AND {row}.{name(column)} <> {_PARAMETER})"
            for column in rows.anchored
        ]
        parts += [self._leads_elsewhere(way, row) for way in rows.ways]
        return "\n      OR ".join(parts)

    def _leads_elsewhere(self, way: Step, row: str) -> str:
        name, dialect = self.dialect.identifier, self.dialect
        target = self._ways.by_table[way.target]
        where = self._where(way, "p" if way.against else row)
        key = target.key or (way.keys if way.sure else ())
        if key:
            same = " AND ".join(f"m.{name(one)} = p.{name(one)}" for one in key)
            not_mine = f"NOT EXISTS (SELECT 1 FROM {self._mine_of(way.target)} AS m WHERE {same})"
        else:
            not_mine = f"NOT coalesce({self._mine(target, 'p')}, FALSE)"
        equal = self._equal(way, "p", row)
        return f"EXISTS (SELECT 1 FROM {dialect.table(way.target)} AS p WHERE {equal}{where} AND {not_mine})"

    def _equal(self, way: Step, there: str, row: str) -> str:
        name = self.dialect.identifier
        pairs = zip(way.keys, way.columns, strict=True)
        return " AND ".join(f"{there}.{name(key)} = {row}.{name(column)}" for key, column in pairs)

    def _where(self, way: Step, holder: str) -> str:
        name, value = self.dialect.identifier, self.dialect.value
        return "".join(f" AND {holder}.{name(column)} = {value(one)}" for column, one in way.where)


_PARAMETER = "\x00"
"""Stands for the parameter until the statement is whole; no name or value holds it."""


def keys_in(dialect: Dialect, key: Sequence[str], work: str, row: str) -> str:
    """Whether the key of a row stands in a list of keys."""
    name = dialect.identifier
    if len(key) == 1:
        return f"{row}.{name(key[0])} IN (SELECT w.{name(key[0])} FROM {name(work)} AS w)"
    same = " AND ".join(f"w.{name(one)} = {row}.{name(one)}" for one in key)
    return f"EXISTS (SELECT 1 FROM {name(work)} AS w WHERE {same})"


def tables(ways: SystemWays) -> Iterator[Rows]:
    """The tables of which fields are mapped, in order."""
    return (rows for rows in ways.rows if rows.mapped)
