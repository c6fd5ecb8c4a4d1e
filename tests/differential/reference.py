"""What the reference expects of an engine, cell by cell, worked out without the code that writes policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import psycopg
from psycopg import sql

from amanat.model.catalog import Catalog
from amanat.model.snapshot import ObservedColumn
from amanat.model.values import Action, Mask, Pair, SourceId, SystemId
from amanat.policy.columns import decide_column
from amanat.policy.loss import Loss, Status
from amanat.policy.masks import apply
from amanat.policy.request import Decision, Effect
from amanat.policy.targets.postgres import principal
from tests.differential.postgres import Database, worked

NULL = Mask("null")  # type: ignore[arg-type]


@dataclass
class Tally:
    """How many cells were compared, by what the reference says of them."""

    allow: int = 0
    mask: int = 0
    deny: int = 0
    rows: int = 0
    lost: int = 0


@dataclass(eq=False)
class Setting:
    """A database with a policy applied, and what it has to be compared with."""

    database: Database
    catalog: Catalog
    system: SystemId
    as_of: date
    key: bytes
    losses: Sequence[Loss]
    consented: Mapping[str, Mapping[str, str]]
    """Purpose → table → SQL condition (on `t`) for the rows whose subject has consented, written by hand."""

    def columns(self) -> dict[str, dict[str, SourceId]]:
        """Declared columns that the snapshot has: table (with its schema, if any) → column → source."""
        known = self.catalog.snapshots[self.system].columns
        found: dict[str, dict[str, SourceId]] = {}
        for field in self.catalog.fields.values():
            for source in field.sources.values():
                if source.parts.system == self.system and source.parts.path in known:
                    table = source.parts.path.rpartition(".")[0]
                    found.setdefault(table, {})[source.parts.column] = source.id
        return found

    def observed(self, table: str, column: str) -> ObservedColumn:
        return self.catalog.snapshots[self.system].columns[f"{table}.{column}"]

    def loss(self, pair: Pair, action: Action, source: SourceId) -> Loss | None:
        return self._told.get((pair, action, source))

    def __post_init__(self) -> None:
        self._told = {(each.pair, each.action, each.source): each for each in self.losses}
        assert len(self._told) == len(self.losses), "a cell is told twice"

    @cache  # noqa: B019 - a setting lives as long as its test
    def decide(self, pair: Pair, action: Action, source: SourceId) -> Decision:
        return decide_column(self.catalog, pair.role, pair.purpose, action, source, self.as_of)


def pairs(catalog: Catalog) -> list[Pair]:
    """Pairs with a grant."""
    return [Pair(role, name) for name, purpose in catalog.purposes.items() for role in purpose.roles]


def compare(setting: Setting) -> Tally:
    """Compare every cell of every pair with the reference: values, refusals, rows, writes."""
    tally = Tally()
    acting = {name for (name,) in setting.database.rows("SELECT rolname FROM pg_roles")}
    for pair in pairs(setting.catalog):
        if principal(pair) not in acting:
            _nothing_is_open(setting, pair)
            continue
        with setting.database.acting(principal(pair)) as session:
            for table, columns in setting.columns().items():
                _compare_reading(setting, session, pair, table, columns, tally)
                _compare_writing(setting, session, pair, table, columns)
    return tally


def _nothing_is_open(setting: Setting, pair: Pair) -> None:
    for columns in setting.columns().values():
        for source in columns.values():
            for action in (Action.READ, Action.CREATE, Action.UPDATE, Action.DELETE):
                loss = setting.loss(pair, action, source)
                decision = setting.decide(pair, action, source)
                told = loss is not None and loss.status in (Status.ROWS_UNSUPPORTED, Status.NOT_EXPRESSIBLE)
                assert decision.effect is Effect.DENY or told, (pair, action, source, decision.effect)


def _compare_reading(
    setting: Setting,
    session: psycopg.Connection[Any],
    pair: Pair,
    table: str,
    columns: Mapping[str, SourceId],
    tally: Tally,
) -> None:
    worn: dict[str, Mask | None] = {}
    conditional = False
    refused: list[sql.Composed] = []
    for column, source in columns.items():
        decision, loss = setting.decide(pair, Action.READ, source), setting.loss(pair, Action.READ, source)
        where = (pair, source, decision.effect, loss)
        if decision.effect is Effect.DENY:
            assert loss is None or loss.status is Status.DENY_AS_ABSENT, where
            tally.deny += 1
            refused += _readings(table, column)
            continue
        assert loss is not None, where
        if loss.status in (Status.ROWS_UNSUPPORTED, Status.NOT_EXPRESSIBLE):
            tally.lost += 1
            refused += _readings(table, column)
            continue
        assert loss.status in (Status.EXACT, Status.DENY_AS_NULL, Status.MASK_APPROXIMATE), where
        worn[column] = NULL if loss.status is Status.DENY_AS_NULL else decision.mask
        conditional |= bool(decision.conditions)
        tally.mask += decision.effect is Effect.MASK
        tally.allow += decision.effect is Effect.ALLOW
        if worn[column] or decision.conditions:
            refused += _readings(table, column, base_only=True)
    assert worked(session, refused) == set(), (pair, table)
    if not worn:
        return
    got = session.execute(_select(_by_plain_name(session, table), list(worn))).fetchall()
    condition = setting.consented[pair.purpose][table] if conditional else "true"
    raw = setting.database.rows(_select(table, list(worn), condition))
    expected = [
        tuple(
            _expected(mask, value, setting.observed(table, column), setting.key)
            for (column, mask), value in zip(worn.items(), row, strict=True)
        )
        for row in raw
    ]
    tally.rows += len(expected)
    assert Counter(got) == Counter(expected), (pair, table, worn)


def _by_plain_name(session: psycopg.Connection[Any], table: str) -> str:
    """What a pair finds by a table's plain name: its view, if it has one, else the table."""
    view = session.execute(
        "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
        "WHERE n.nspname = current_user AND c.relname = %s",
        [table],
    ).fetchone()
    return "\0" + table if view else table


def _select(table: str, columns: Sequence[str], condition: str = "true") -> sql.Composed:
    # A view in the pair's own schema bears the schema of its table in its name.
    *schema, name = [table[1:]] if table.startswith("\0") else table.rsplit(".", 1)
    return sql.SQL("SELECT {} FROM {} AS t WHERE {}").format(
        sql.SQL(", ").join(sql.SQL("t.{}::text").format(sql.Identifier(column)) for column in columns),
        sql.Identifier(*schema, name),
        sql.SQL(condition),
    )


def _readings(table: str, column: str, *, base_only: bool = False) -> list[sql.Composed]:
    """Ways to read a column, or to find, sort and count rows by it; in the table itself and, unless
    `base_only`, by the names that its view may have."""
    base, *_ = _names(table)
    return [
        sql.SQL(query).format(sql.Identifier(column), source)
        for source in ([base] if base_only else _names(table))
        for query in (
            "SELECT {0} FROM {1}",
            "SELECT 1 FROM {1} WHERE {0} IS NOT NULL",
            "SELECT 1 FROM {1} ORDER BY {0}::text",
            "SELECT count(*) FROM {1} GROUP BY {0}::text",
        )
    ]


def _names(table: str) -> list[sql.Identifier]:
    """The table itself, and the names that its view may have."""
    *schema, plain = table.rsplit(".", 1)
    return [sql.Identifier(*(schema or ["public"]), plain), *map(sql.Identifier, sorted({plain, table}))]


def _expected(mask: Mask | None, text: str | None, column: ObservedColumn, key: bytes) -> str | None:
    if mask is None or text is None:
        return text
    shown = apply(mask, _parsed(text, (column.type or "text").lower()), key)
    return None if shown is None else str(shown)


def _parsed(text: str, kind: str) -> object:
    if kind in ("integer", "bigint", "smallint"):
        return int(text)
    if kind == "numeric":
        return Decimal(text)
    if kind == "double precision":
        return float(text)
    if kind == "date" or kind.startswith("timestamp"):
        if text in ("infinity", "-infinity") or text.endswith("BC") or text[4] != "-":
            return datetime  # no day that Python knows: no mask but redact shows anything of it
        return date.fromisoformat(text) if kind == "date" else datetime.fromisoformat(text)
    if kind in ("boolean", "json", "jsonb", "bytea", "varchar[]", "tsvector"):
        return object()
    return text


def _compare_writing(
    setting: Setting,
    session: psycopg.Connection[Any],
    pair: Pair,
    table: str,
    columns: Mapping[str, SourceId],
) -> None:
    tried = {
        (action, column): [sql.SQL(write).format(name, sql.Identifier(column)) for name in _names(table)]
        for action, write in _WRITES.items()
        for column in columns
    }
    done = worked(session, [query for queries in tried.values() for query in queries])
    for (action, column), queries in tried.items():
        source = columns[column]
        decision, loss = setting.decide(pair, action, source), setting.loss(pair, action, source)
        where = (pair, action, source, decision.effect, loss)
        assert (loss is None) == (decision.effect is Effect.DENY), where
        given = loss is not None and loss.status is Status.EXACT
        if action is Action.DELETE:  # a row goes whole
            given = _all_deleted(setting, pair, columns)
            assert given or loss is None or loss.status is not Status.EXACT, where
        assert any(query.as_string(session) in done for query in queries) == given, where


def _all_deleted(setting: Setting, pair: Pair, columns: Mapping[str, SourceId]) -> bool:
    decisions = [setting.decide(pair, Action.DELETE, source) for source in columns.values()]
    losses = [setting.loss(pair, Action.DELETE, source) for source in columns.values()]
    open_to_all = all(decision.effect is not Effect.DENY for decision in decisions)
    return open_to_all and all(loss is not None and loss.status is Status.EXACT for loss in losses)


_WRITES = {
    Action.CREATE: "INSERT INTO {0} ({1}) SELECT NULL WHERE false",
    Action.UPDATE: "UPDATE {0} SET {1} = NULL WHERE false",
    Action.DELETE: "DELETE FROM {0} WHERE false",
}
