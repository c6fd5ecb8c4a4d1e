"""The columns that a statement touches, through views, common table expressions, aliases and `*`: sqlglot
parses and resolves them against what was observed of the system.

What is not understood to its end is a gap and never silence. sqlglot's own log writes whole statements,
literals and all, so it is off; and a name that nobody knows is only shown where it cannot be a text in the
wrong quotes.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from amanat.conflicts.native import DIALECTS
from amanat.model.snapshot import Snapshot
from amanat.model.values import Action
from amanat.usage.asked import Write, asked, unwrapped
from amanat.usage.tables import Tables

logging.getLogger("sqlglot").disabled = True

_LONGEST = 200_000
"""Characters of a statement that is looked at; generated ones may be endless."""
_DEEPEST = 20
"""Views inside views that are looked through."""
HIDDEN = "(not shown)"
"""What stands for a name that may be a text in the wrong quotes."""
_NAME = re.compile(r"[a-z_][a-z0-9_$]{0,62}")
_RUNNING = re.compile(
    r"(?:dblink|query_to_|table_to_|schema_to_|database_to_|cursor_to_|pg_read_|lo_|ts_stat)"
)
"""Functions that read what they are told in a text."""


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


UNREAD = Touched(frozenset(), frozenset({(Gap.UNPARSED, "")}))


class BadViews(Exception):  # noqa: N818 - an answer, not a fault
    """The text of views cannot be read, or creates none."""


@dataclass(slots=True)
class _Found:
    """What was found of a statement so far, and the names in it that are not to be shown."""

    hidden: frozenset[str]
    columns: set[tuple[Action, str]] = field(default_factory=set)
    gaps: set[tuple[Gap, str]] = field(default_factory=set)

    def lacks(self, gap: Gap, name: str = "") -> None:
        """Note a gap; the name of what is not known only where it may be shown."""
        shown = (
            all(part not in self.hidden and _NAME.fullmatch(part) for part in name.split("."))
            if name
            else True
        )
        self.gaps.add((gap, name if shown else HIDDEN))


class Reader:
    """Reads statements of one system. `views` are `CREATE VIEW` statements, whose views are looked through.
    Raises `BadViews`."""

    def __init__(self, snapshot: Snapshot, engine: str | None, views: str = "") -> None:
        self._dialect = DIALECTS.get(engine or "", "") or None
        self._tables = Tables(snapshot)
        self._views = self._read_views(views) if views.strip() else {}
        self._known: dict[str, Touched] = {}

    def _read_views(self, text: str) -> Mapping[tuple[str, str], Any]:
        import sqlglot
        from sqlglot import exp
        from sqlglot.errors import SqlglotError

        try:
            statements = sqlglot.parse(text, read=self._dialect)
        except (SqlglotError, ValueError, RecursionError) as error:
            errors = getattr(error, "errors", None) or [{}]
            raise BadViews(f"line {errors[0].get('line', 1)} is no SQL that can be read") from None
        found: dict[tuple[str, str], Any] = {}
        for one in statements:
            if isinstance(one, exp.Create) and one.kind == "VIEW" and isinstance(one.expression, exp.Query):
                target = one.this.this if isinstance(one.this, exp.Schema) else one.this
                found[target.db.lower(), target.name.lower()] = one.expression
                found.setdefault(("", target.name.lower()), one.expression)
        if not found:
            raise BadViews("it creates no view")
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
            return UNREAD
        try:
            trees = [
                one for one in sqlglot.parse(unwrapped(statement), read=self._dialect) if one is not None
            ]
        except (SqlglotError, ValueError, RecursionError, AttributeError, TypeError):
            return UNREAD
        columns: set[tuple[Action, str]] = set()
        gaps: set[tuple[Gap, str]] = set()
        of_data = False
        for tree in trees:
            found = _Found(_hidden(tree))
            try:
                about = self._take(tree, found)
            except (
                SqlglotError,
                ValueError,
                RecursionError,
                AttributeError,
                TypeError,
                KeyError,
                IndexError,
            ):
                about = True
                found.lacks(Gap.UNPARSED)
            columns |= found.columns
            gaps |= found.gaps
            of_data = of_data or about
        return Touched(frozenset(columns), frozenset(gaps), of_data)

    def _take(self, tree: Any, found: _Found) -> bool:
        """Note what a statement touches; whether it is about data."""
        about = False
        for one in asked(tree):
            about = about or one.of_data
            if not one.whole:
                found.lacks(Gap.UNPARSED)
            for write in one.writes:
                self._write(write, found)
            for query in one.reads:
                self._read(query.copy(), found)
        return about

    def _write(self, write: Write, found: _Found) -> None:
        key = self._tables.find(write.table.db, write.table.name)
        if key is None:
            found.lacks(Gap.TABLE, write.table.name.lower())
        elif write.names is None:
            found.columns |= {(write.action, path) for path in self._tables.paths(key)}
        else:
            for name in write.names:
                self._see(key, name, found, write.action)

    def _see(self, key: str, column: str, found: _Found, action: Action = Action.READ) -> None:
        path = self._tables.path(key, column)
        if path is None:
            found.lacks(Gap.COLUMN, column.lower())
        else:
            found.columns.add((action, path))

    def _all(self, key: str, found: _Found) -> None:
        found.columns |= {(Action.READ, path) for path in self._tables.paths(key)}

    def _read(self, query: Any, found: _Found) -> None:
        """Note the columns that a query reads."""
        from sqlglot.optimizer.pushdown_projections import pushdown_projections
        from sqlglot.optimizer.qualify import qualify

        self._fold(query)
        self._place(query, found)
        self._functions(query, found)
        taken_whole = self._rows(query, found)
        resolved = qualify(
            query, schema=self._tables.schema(), validate_qualify_columns=False, quote_identifiers=False
        )
        if not taken_whole:
            resolved = pushdown_projections(resolved)  # what an inner query reads and nobody takes is no use
        self._collect(resolved, found)

    def _fold(self, query: Any) -> None:
        """Every name in lower case: engines differ in what they fold, and few tables differ in case alone."""
        from sqlglot import exp

        for name in query.find_all(exp.Identifier):
            name.set("this", name.name.lower())
            name.set("quoted", False)

    def _place(self, query: Any, found: _Found) -> None:
        """Put views in the place of their names, and the keys of tables in that of theirs."""
        from sqlglot import exp
        from sqlglot.optimizer.scope import traverse_scope

        for depth in range(_DEEPEST + 1):
            again = False
            for table in [
                t for s in traverse_scope(query) for t in s.sources.values() if isinstance(t, exp.Table)
            ]:
                view = self._view(table)
                if view is None:
                    continue
                if depth == _DEEPEST:
                    found.lacks(Gap.UNPARSED)
                    return
                inner = view.copy()
                self._fold(inner)
                alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name))
                table.replace(exp.Subquery(this=inner, alias=alias.copy()))
                again = True
            if not again:
                break
        placed: set[int] = set()
        for scope in traverse_scope(query):
            placed |= {id(table) for table in scope.tables}
            for source in scope.sources.values():
                if isinstance(source, exp.Table):
                    self._key(source, found)
        if any(id(table) not in placed for table in query.find_all(exp.Table)):
            found.lacks(Gap.UNPARSED)

    def _view(self, table: Any) -> Any:
        if not self._views or not table.name or self._tables.has(table.name):
            return None
        if self._tables.find(table.db, table.name) is not None:
            return None
        return self._views.get((table.db, table.name)) or self._views.get(("", table.name))

    def _key(self, table: Any, found: _Found) -> None:
        from sqlglot import exp

        if not isinstance(table.this, exp.Identifier):
            if isinstance(table.this, exp.Anonymous) or not isinstance(table.this, exp.Func):
                found.lacks(Gap.UNPARSED)  # a function of the users' own, or a file
            return
        if self._tables.has(table.name) and table.args.get("alias") is not None:
            return  # seen by way of another scope
        key = self._tables.find(table.db, table.name)
        if key is None:
            found.lacks(Gap.TABLE, table.name)
            return
        if table.args.get("alias") is None:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
        table.set("this", exp.to_identifier(key))
        table.set("db", None)
        table.set("catalog", None)

    def _functions(self, query: Any, found: _Found) -> None:
        from sqlglot import exp

        own = [one.name.lower() for one in query.find_all(exp.Anonymous)]
        if any(map(_RUNNING.match, own)) or (own and query.find(exp.Table) is None):
            found.lacks(Gap.UNPARSED)

    def _rows(self, query: Any, found: _Found) -> bool:
        """Note rows that are taken whole under their table's name (`SELECT u FROM t u`, `row_to_json(u)`,
        `count(u.*)`); whether there is such a row."""
        from sqlglot import exp
        from sqlglot.optimizer.scope import traverse_scope

        taken = False
        for scope in traverse_scope(query):
            known = set[str]()
            for source in scope.sources.values():
                if isinstance(source, exp.Table) and self._tables.has(source.name):
                    known |= self._tables.names(source.name)
            for column in query.find_all(exp.Column):
                if isinstance(column.this, exp.Star):
                    name = column.table if not isinstance(column.parent, exp.Select) else ""
                else:
                    name = column.name if not column.table and column.name not in known else ""
                if not name or name not in scope.sources:
                    continue
                taken = True
                row = scope.sources[name]
                if isinstance(row, exp.Table) and self._tables.has(row.name):
                    self._all(row.name, found)
        return taken

    def _collect(self, resolved: Any, found: _Found) -> None:
        from sqlglot import exp
        from sqlglot.optimizer.scope import traverse_scope

        for scope in traverse_scope(resolved):
            tables = {
                alias: source.name
                for alias, source in scope.sources.items()
                if isinstance(source, exp.Table) and self._tables.has(source.name)
            }
            for column in scope.columns:
                if column.table in tables:
                    if not isinstance(column.this, exp.Star):
                        self._see(tables[column.table], column.name, found)
                elif not column.table and column.name not in scope.sources:
                    found.lacks(Gap.COLUMN, column.name)
                elif column.table and column.table not in scope.sources and (scope.is_root or scope.is_cte):
                    found.lacks(Gap.COLUMN, f"{column.table}.{column.name}")
            select = scope.expression
            stars = select.expressions if isinstance(select, exp.Select) else ()
            if any(one.is_star and not one.find(exp.Count) for one in stars):
                for key in tables.values():
                    self._all(key, found)
            joins = select.args.get("joins") or ()
            if any(str(join.args.get("method") or "").upper() == "NATURAL" for join in joins):
                self._common(list(tables.values()), found)

    def _common(self, keys: list[str], found: _Found) -> None:
        """The columns that a natural join compares."""
        for at, key in enumerate(keys):
            for other in keys[at + 1 :]:
                for name in self._tables.names(key) & self._tables.names(other):
                    self._see(key, name, found)
                    self._see(other, name, found)


def _hidden(tree: Any) -> frozenset[str]:
    """The names of a statement that stand in quotes: they may be texts."""
    from sqlglot import exp

    return frozenset(one.name.lower() for one in tree.find_all(exp.Identifier) if one.args.get("quoted"))
