"""What the reference expects of an engine, cell by cell, worked out without the code that writes policy.

Every cell is probed in three ways: the privilege (may the column be read or written at all), the value
(what is shown, row by row), and inference (finding, sorting and counting rows by a column that is hidden).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from amanat.model.catalog import Catalog
from amanat.model.snapshot import ObservedColumn
from amanat.model.values import Action, Mask, MaskKind, Pair, SourceId, SystemId
from amanat.policy.columns import decide_column
from amanat.policy.loss import Loss, Status
from amanat.policy.masks import apply
from amanat.policy.request import Decision, Effect
from tests.differential.engine import Acting, Engine

NULL = Mask(MaskKind.NULL)
_SHOWN = (Status.EXACT, Status.DENY_AS_NULL, Status.MASK_APPROXIMATE)
_LOST = (Status.ROWS_UNSUPPORTED, Status.NOT_EXPRESSIBLE)


@dataclass
class Tally:
    """How many cells were compared, by what the reference says of them: of those to be read, the allowed,
    masked and denied ones, and those in rows with consent only; those lost; and the rows that were seen."""

    allow: int = 0
    mask: int = 0
    deny: int = 0
    consent: int = 0
    lost: int = 0
    rows: int = 0

    def __iadd__(self, other: Tally) -> Tally:
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


@dataclass(eq=False)
class Setting:
    """An engine with a policy applied, and what it has to be compared with."""

    engine: Engine
    catalog: Catalog
    system: SystemId
    as_of: date
    key: bytes
    losses: Sequence[Loss]
    consented: Mapping[str, Mapping[str, str]]
    """Purpose → table → SQL condition (on `t`) for the rows whose subject has consented, worked out by other
    means than the policy's."""

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
    """Pairs that are named by a purpose."""
    return [Pair(role, name) for name, purpose in catalog.purposes.items() for role in purpose.roles]


def compare(setting: Setting) -> Tally:
    """Compare every cell of every pair with the reference: values, refusals, rows, writes."""
    tally = Tally()
    for pair in pairs(setting.catalog):
        with setting.engine.acting(pair) as session:
            if session is None:
                _nothing_is_open(setting, pair, tally)
                continue
            for table, columns in setting.columns().items():
                _compare_reading(setting, session, pair, table, columns, tally)
                _compare_writing(setting, session, pair, table, columns)
    return tally


NEW = "diary"
"""The name of a column that somebody adds, and that no field declares."""


def probe(setting: Setting) -> None:
    """What goes around single cells: everything of a table at once, a column that is new, and people who may
    act for two pairs. Adds a column to every table."""
    engine, tables = setting.engine, setting.columns()
    for table in tables:
        engine.add_column(table, NEW)
    asked = pairs(setting.catalog)
    for pair, other in zip(asked, [*asked[1:], *asked[:1]], strict=True):
        with engine.acting(pair) as alone, engine.acting(pair, [other]) as both:
            if alone is None or both is None:
                continue
            for table, columns in tables.items():
                names = engine.aliases(pair, table)
                new = _readings(engine, NEW, names)
                assert not alone.worked(new), (pair, table, "a new column is open")
                assert not both.worked(new), (pair, table, "a new column is open")
                _everything_at_once(setting, alone, pair, table, columns)
                _compare_reading(setting, both, pair, table, columns, Tally())
    with engine.acting(None, asked) as idle:
        if idle is not None:
            for table, columns in tables.items():
                for pair in asked:
                    names = engine.aliases(pair, table)
                    read = [query for column in columns for query in _readings(engine, column, names)]
                    assert not idle.worked(read), (pair, table, "open to who acts for nobody")


def _everything_at_once(
    setting: Setting, session: Acting, pair: Pair, table: str, columns: Mapping[str, SourceId]
) -> None:
    readable = {
        column
        for column, source in columns.items()
        if (loss := setting.loss(pair, Action.READ, source)) is not None and loss.status in _SHOWN
    }
    for name in setting.engine.aliases(pair, table):
        shown = session.columns(f"SELECT * FROM {name}")
        assert set(shown) <= readable, (pair, name, shown)


def _nothing_is_open(setting: Setting, pair: Pair, tally: Tally) -> None:
    for columns in setting.columns().values():
        for source in columns.values():
            for action in (Action.READ, Action.CREATE, Action.UPDATE, Action.DELETE):
                loss = setting.loss(pair, action, source)
                decision = setting.decide(pair, action, source)
                told = loss is not None and loss.status in _LOST
                assert decision.effect is Effect.DENY or told, (pair, action, source, decision.effect)
                tally.lost += told


def _compare_reading(
    setting: Setting,
    session: Acting,
    pair: Pair,
    table: str,
    columns: Mapping[str, SourceId],
    tally: Tally,
) -> None:
    engine = setting.engine
    worn: dict[str, Mask | None] = {}
    conditional = False
    refused: list[str] = []
    for column, source in columns.items():
        decision, loss = setting.decide(pair, Action.READ, source), setting.loss(pair, Action.READ, source)
        where = (pair, source, decision.effect, loss)
        if decision.effect is Effect.DENY:
            assert loss is None or loss.status is Status.DENY_AS_ABSENT, where
            tally.deny += 1
            refused += _readings(engine, column, engine.aliases(pair, table))
            continue
        assert loss is not None, where
        if loss.status in _LOST:
            tally.lost += 1
            refused += _readings(engine, column, engine.aliases(pair, table))
            continue
        assert loss.status in _SHOWN, where
        if engine.copies:
            assert setting.decide(pair, Action.EXPORT, source).effect is decision.effect, where
        worn[column] = NULL if loss.status is Status.DENY_AS_NULL else decision.mask
        conditional |= bool(decision.conditions)
        tally.consent += bool(decision.conditions)
        tally.mask += decision.effect is Effect.MASK
        tally.allow += decision.effect is Effect.ALLOW
        if worn[column] or decision.conditions:
            refused += _readings(engine, column, [engine.base(table)])
    leaks = session.worked(refused)
    assert not leaks, (pair, table, sorted(leaks))
    if not worn:
        return
    got = session.rows(_select(engine, engine.shown(pair, table), list(worn)))
    condition = setting.consented[pair.purpose][table] if conditional else ""
    raw = engine.rows(_select(engine, engine.base(table), list(worn), condition))
    expected = [
        tuple(
            _expected(engine, mask, value, setting.observed(table, column), setting.key)
            for (column, mask), value in zip(worn.items(), row, strict=True)
        )
        for row in raw
    ]
    tally.rows += len(expected)
    assert Counter(got) == Counter(expected), (pair, table, worn)


def _select(engine: Engine, table: str, columns: Sequence[str], condition: str = "") -> str:
    listed = ", ".join(engine.text(f"t.{engine.identifier(column)}") for column in columns)
    return f"SELECT {listed} FROM {table} AS t" + (f" WHERE {condition}" if condition else "")


def _readings(engine: Engine, column: str, names: Sequence[str]) -> list[str]:
    """Ways to read a column, or to find, sort and count rows by it."""
    name = engine.identifier(column)
    return [
        query
        for table in names
        for query in (
            f"SELECT {name} FROM {table}",
            f"SELECT 1 FROM {table} WHERE {name} IS NOT NULL",
            f"SELECT 1 FROM {table} ORDER BY {engine.text(name)}",
            f"SELECT count(*) FROM {table} GROUP BY {engine.text(name)}",
        )
    ]


def _expected(
    engine: Engine, mask: Mask | None, text: str | None, column: ObservedColumn, key: bytes
) -> str | None:
    if mask is None or text is None:
        return text
    shown = apply(mask, engine.value(text, column), key)
    return None if shown is None else str(shown)


def _compare_writing(
    setting: Setting, session: Acting, pair: Pair, table: str, columns: Mapping[str, SourceId]
) -> None:
    engine = setting.engine
    tried = {
        (action, column): [
            write.format(name, engine.identifier(column)) for name in engine.aliases(pair, table)
        ]
        for action, write in engine.writes.items()
        for column in columns
    }
    done = session.worked([query for queries in tried.values() for query in queries])
    for (action, column), queries in tried.items():
        source = columns[column]
        decision, loss = setting.decide(pair, action, source), setting.loss(pair, action, source)
        where = (pair, action, source, decision.effect, loss)
        assert (loss is None) == (decision.effect is Effect.DENY), where
        given = loss is not None and loss.status is Status.EXACT
        if action is Action.DELETE:  # a row goes whole
            given = _all_deleted(setting, pair, columns)
            assert given or loss is None or loss.status is not Status.EXACT, where
        assert any(query in done for query in queries) == given, where


def _all_deleted(setting: Setting, pair: Pair, columns: Mapping[str, SourceId]) -> bool:
    decisions = [setting.decide(pair, Action.DELETE, source) for source in columns.values()]
    losses = [setting.loss(pair, Action.DELETE, source) for source in columns.values()]
    open_to_all = all(decision.effect is not Effect.DENY for decision in decisions)
    return open_to_all and all(loss is not None and loss.status is Status.EXACT for loss in losses)
