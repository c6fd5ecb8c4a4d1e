"""The columns that a statement touches, through views, common table expressions, aliases and `*`: sqlglot
parses and resolves them against what was observed of the system."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from amanat.conflicts.native import DIALECTS
from amanat.model.snapshot import Snapshot
from amanat.model.values import Action

_LONGEST = 200_000
"""Characters of a statement that is looked at; generated ones may be endless."""


logging.getLogger(
    "sqlglot"
).disabled = True  # it writes whole statements, literals and all, to standard error


class Gap(StrEnum):
    """Why nothing is known of a statement, or of a part of it."""

    UNPARSED = "unparsed"
    TABLE = "unknown_table"
    COLUMN = "unknown_column"


class Touched(NamedTuple):
    """What a statement does: the columns (`table.column`) by action; what of it is not known; and whether
    it is of data at all (a `SET` is not)."""

    columns: frozenset[tuple[Action, str]]
    gaps: frozenset[tuple[Gap, str]]
    of_data: bool = True


NOTHING = Touched(frozenset(), frozenset(), False)
_UNREAD = Touched(frozenset(), frozenset({(Gap.UNPARSED, "")}))
_HARMLESS = frozenset(
    (
        "set",
        "reset",
        "show",
        "vacuum",
        "begin",
        "start",
        "commit",
        "rollback",
        "savepoint",
        "release",
        "deallocate",
        "discard",
        "listen",
        "unlisten",
        "notify",
        "close",
        "grant",
        "revoke",
        "alter",
        "reindex",
        "cluster",
        "checkpoint",
    )
)
"""First words of statements that sqlglot does not parse and that read no data; any other is a gap."""
_NO_DATA = frozenset(
    (
        *("Alter", "Analyze", "Cache", "Comment", "Commit", "Create", "Declare", "Describe", "Drop"),
        *("Grant", "Kill", "Pragma", "Revoke", "Rollback", "Semicolon", "Set", "Show", "Transaction"),
        *("Uncache", "Use", "Attach", "Detach", "Summarize", "Refresh"),
    )
)
"""Kinds of statements, as sqlglot calls them, that are of no data. What is of another kind was not
understood."""


class Reader:
    """Reads statements of one system. `views` are `CREATE VIEW` statements, whose views are looked
    through."""

    def __init__(self, snapshot: Snapshot, engine: str | None, views: str = "") -> None:
        self._dialect = DIALECTS.get(engine or "", "") or None
        self._tables: dict[str, dict[str, str]] = {}
        self._paths: dict[tuple[str, str], str] = {}
        self._wide: dict[str, list[str]] = {}
        for path, column in snapshot.columns.items():
            schema, _, table = column.table.rpartition(".")
            for name in {_key(schema, table), _key("", table)}:
                self._paths.setdefault((name, column.column.lower()), path)
                self._tables.setdefault(name, {})[column.column] = column.type or "text"
            self._wide.setdefault(_key("", table), []).append(path)
        self._views = self._read_views(views)
        self._known: dict[str, Touched] = {}

    def _read_views(self, text: str) -> Mapping[str, Any]:
        import sqlglot
        from sqlglot import exp
        from sqlglot.errors import SqlglotError

        try:
            statements = sqlglot.parse(text, read=self._dialect) if text.strip() else []
        except (SqlglotError, ValueError, RecursionError):
            statements = []
        found = {}
        for one in statements:
            if isinstance(one, exp.Create) and one.kind == "VIEW" and isinstance(one.expression, exp.Query):
                target = one.this.this if isinstance(one.this, exp.Schema) else one.this
                found[_key(target.db, target.name)] = one.expression
                found.setdefault(_key("", target.name), one.expression)
        return found

    def touched(self, statement: str) -> Touched:
        """What a statement does. Never raises: what cannot be read is a gap."""
        if statement not in self._known:
            self._known[statement] = self._touched(statement)
        return self._known[statement]

    def _touched(self, statement: str) -> Touched:
        import sqlglot
        from sqlglot.errors import SqlglotError

        if len(statement) > _LONGEST:
            return _UNREAD
        try:
            trees = [tree for tree in sqlglot.parse(statement, read=self._dialect) if tree is not None]
        except (SqlglotError, ValueError, RecursionError, AttributeError, TypeError):
            return _UNREAD
        found: set[tuple[Action, str]] = set()
        gaps: set[tuple[Gap, str]] = set()
        of_data = False
        for tree in trees:
            try:
                one = self._of_tree(tree)
            except (SqlglotError, ValueError, RecursionError, AttributeError, TypeError, KeyError):
                one = _UNREAD
            found |= one.columns
            gaps |= one.gaps
            of_data = of_data or one.of_data
        return Touched(frozenset(found), frozenset(gaps), of_data)

    def _of_tree(self, tree: Any) -> Touched:
        from sqlglot import exp

        if isinstance(tree, exp.Command):
            return NOTHING if tree.name.lower() in _HARMLESS else _UNREAD
        if isinstance(tree, exp.Query):
            return self._read(tree)
        if isinstance(tree, exp.Insert):
            return _both(self._written(tree, Action.CREATE), self._read_inside(tree.expression))
        if isinstance(tree, exp.Update):
            return _both(self._written(tree, Action.UPDATE), self._read_around(tree))
        if isinstance(tree, exp.Delete):
            return _both(self._whole(tree.this, Action.DELETE), self._read_around(tree))
        if isinstance(tree, exp.Merge):
            return _both(self._whole(tree.this, Action.UPDATE), self._read_around(tree))
        if isinstance(tree, exp.Copy):
            return self._copied(tree)
        if isinstance(tree, exp.Create) and isinstance(tree.expression, exp.Query):
            return self._read(tree.expression) if tree.kind == "TABLE" else NOTHING
        if isinstance(tree, exp.TruncateTable):
            parts = [self._whole(one, Action.DELETE) for one in tree.expressions]
            return parts[0] if len(parts) == 1 else _all(parts)
        return NOTHING if type(tree).__name__ in _NO_DATA else _UNREAD

    def _copied(self, tree: Any) -> Touched:
        from sqlglot import exp

        inner = tree.this
        if isinstance(inner, exp.Subquery | exp.Paren):
            inner = inner.this
        if isinstance(inner, exp.Query):
            return self._read(inner)
        action = Action.CREATE if tree.args.get("kind") else Action.READ
        return self._whole(inner, action)

    def _read(self, query: Any) -> Touched:
        """The columns that a query reads."""
        from sqlglot import exp
        from sqlglot.optimizer.pushdown_projections import pushdown_projections
        from sqlglot.optimizer.qualify import qualify
        from sqlglot.optimizer.scope import traverse_scope

        query = self._through_views(query.copy())
        resolved = qualify(
            query,
            schema={name: columns for name, columns in self._tables.items() if "." not in name},
            dialect=self._dialect,
            validate_qualify_columns=False,
            quote_identifiers=False,
        )
        found: set[tuple[Action, str]] = set()
        gaps: set[tuple[Gap, str]] = set()
        resolved = pushdown_projections(resolved)  # what an inner query reads and nobody takes is no use
        for scope in traverse_scope(resolved):
            for table in scope.tables:
                if self._name_of(table) is None and table.name not in scope.cte_sources:
                    gaps.add((Gap.TABLE, table.name))
            for column in scope.columns:
                source = scope.sources.get(column.table)
                if isinstance(source, exp.Table):
                    self._see(source, column.name, found, gaps)
                elif not column.table:
                    gaps.add((Gap.COLUMN, column.name))
        if any(isinstance(star.parent, exp.Select) for star in resolved.find_all(exp.Star)):
            for table in resolved.find_all(exp.Table):
                if self._name_of(table) is not None:
                    found |= self._whole(table, Action.READ).columns
        return Touched(frozenset(found), frozenset(gaps))

    def _through_views(self, query: Any, depth: int = 0) -> Any:
        """The query with the views that it reads put in their place."""
        from sqlglot import exp

        ctes = {one.alias_or_name for one in query.find_all(exp.CTE)}
        for table in list(query.find_all(exp.Table)):
            view = self._views.get(_key(table.db, table.name)) or self._views.get(_key("", table.name))
            if view is None or table.name in ctes or depth > 20 or self._name_of(table, tables_only=True):
                continue
            inner = self._through_views(view.copy(), depth + 1)
            table.replace(
                exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name)))
            )
        return query

    def _read_inside(self, query: Any) -> Touched:
        from sqlglot import exp

        return self._read(query) if isinstance(query, exp.Query) else Touched(frozenset(), frozenset())

    def _read_around(self, tree: Any) -> Touched:
        """What a statement that changes rows reads to find them, and to make new values."""
        from sqlglot import exp

        found: set[tuple[Action, str]] = set()
        gaps: set[tuple[Gap, str]] = set()
        for query in list(tree.find_all(exp.Subquery)):
            if isinstance(query.this, exp.Query):
                inner = self._read(query.this)
                found |= inner.columns
                gaps |= inner.gaps
        where = tree.args.get("where")
        names = {table.alias_or_name: table for table in tree.find_all(exp.Table)}
        target = tree.this if isinstance(tree.this, exp.Table) else None
        spots = [*(where.find_all(exp.Column) if where is not None else ())]
        for assigned in tree.expressions if isinstance(tree, exp.Update) else ():
            spots += list(assigned.expression.find_all(exp.Column)) if assigned.expression else []
        for column in spots:
            if column.find_ancestor(exp.Subquery) is None:
                table = names.get(column.table, target)
                if table is not None:
                    self._see(table, column.name, found, gaps)
        return Touched(frozenset(found), frozenset(gaps))

    def _written(self, tree: Any, action: Action) -> Touched:
        from sqlglot import exp

        found: set[tuple[Action, str]] = set()
        gaps: set[tuple[Gap, str]] = set()
        target = tree.this
        names: list[str] = []
        if isinstance(target, exp.Schema):
            names, target = [one.name for one in target.expressions], target.this
        elif isinstance(tree, exp.Update):
            names = [one.this.name for one in tree.expressions if isinstance(one, exp.EQ)]
        if not names:
            return self._whole(target, action)
        for name in names:
            self._see(target, name, found, gaps, action)
        return Touched(frozenset(found), frozenset(gaps))

    def _whole(self, table: Any, action: Action) -> Touched:
        """Every column of a table."""
        name = self._name_of(table)
        if name is None:
            return Touched(frozenset(), frozenset({(Gap.TABLE, getattr(table, "name", ""))}))
        paths = {path for (known, _), path in self._paths.items() if known == name}
        return Touched(frozenset((action, path) for path in paths), frozenset())

    def _name_of(self, table: Any, tables_only: bool = False) -> str | None:
        for name in (_key(table.db, table.name), _key("", table.name)):
            if name in self._tables:
                return name
        return None

    def _see(
        self,
        table: Any,
        column: str,
        found: set[tuple[Action, str]],
        gaps: set[tuple[Gap, str]],
        action: Action = Action.READ,
    ) -> None:
        name = self._name_of(table)
        if name is None:
            return
        path = self._paths.get((name, column.lower()))
        if path is None:
            gaps.add((Gap.COLUMN, f"{table.name}.{column}"))
        else:
            found.add((action, path))


def _key(schema: str, table: str) -> str:
    return f"{schema}.{table}".lower() if schema else table.lower()


def _both(one: Touched, other: Touched) -> Touched:
    return Touched(one.columns | other.columns, one.gaps | other.gaps)


def _all(parts: list[Touched]) -> Touched:
    made = Touched(frozenset(), frozenset())
    for part in parts:
        made = _both(made, part)
    return made


def located(found: Touched) -> Iterator[tuple[Action, str]]:
    """What was touched, sorted."""
    yield from sorted(found.columns, key=lambda one: (one[1], one[0].value))
