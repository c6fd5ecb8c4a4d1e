"""The tables of a snapshot as statements name them: with a schema or without, in any case."""

from __future__ import annotations

from amanat.model.snapshot import Snapshot

_USUAL = frozenset(("public", "dbo", "main", "default"))
"""Schemas that a snapshot leaves out before a table's name."""


class Tables:
    """The observed tables. Each has a `key`, by which resolving knows it whatever it is called."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._columns: dict[str, dict[str, str]] = {}
        self._spelled: dict[str, str] = {}
        self._named: dict[str, list[str]] = {}
        for path, column in snapshot.columns.items():
            table = column.table.lower()
            if table not in self._columns:
                self._named.setdefault(table.rpartition(".")[2], []).append(table)
            self._columns.setdefault(table, {})[column.column.lower()] = path
        self._keys = {table: f"t{number}" for number, table in enumerate(self._columns)}
        self._of_key = {key: table for table, key in self._keys.items()}
        self._with_schemas = any("." in table for table in self._columns)

    def find(self, schema: str, name: str) -> str | None:
        """The key of the table that a statement means; None where the snapshot does not have it, or several
        schemas do."""
        schema, name = schema.lower(), name.lower()
        if schema and f"{schema}.{name}" in self._columns:
            return self._keys[f"{schema}.{name}"]
        if schema and schema not in _USUAL and self._with_schemas:
            return None
        if name in self._columns:
            return self._keys[name]
        tables = self._named.get(name, [])
        return self._keys[tables[0]] if len(tables) == 1 and not schema else None

    def path(self, key: str, column: str) -> str | None:
        """The path of a column (`table.column`); None where the table does not have it."""
        return self._columns[self._of_key[key]].get(column.lower())

    def paths(self, key: str) -> frozenset[str]:
        """The paths of all columns of a table."""
        return frozenset(self._columns[self._of_key[key]].values())

    def has(self, key: str) -> bool:
        """Whether this is the key of a table."""
        return key in self._of_key

    def names(self, key: str) -> frozenset[str]:
        """The names of a table's columns, in lower case."""
        return frozenset(self._columns[self._of_key[key]])

    def schema(self) -> dict[str, object]:
        """Key to the columns, for resolving; of what type they are does not matter there."""
        return {self._keys[table]: dict.fromkeys(columns, "text") for table, columns in self._columns.items()}
