"""One query for all questions to a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlglot import exp

from amanat.conflicts.native import read_type
from amanat.connect.asking import Relation
from amanat.measure.counting import Cell, Question, Unaskable, column, question
from amanat.measure.dialects import written
from amanat.measure.wanted import Wanted

_TABLE = "t"


class Asked(NamedTuple):
    """A question with the places of its answers in the row of results."""

    wanted: Wanted
    counted: int
    met: int
    greatest: int | None


class Answer(NamedTuple):
    """What was counted for a question; `greatest` is the latest day, or ""."""

    rows: int
    counted: int
    met: int
    greatest: str


class TableQuery(NamedTuple):
    """The query of a table, and how its one row is read. `unasked` are questions that cannot be asked, each
    with the name of the reason."""

    sql: str
    asked: tuple[Asked, ...]
    unasked: tuple[tuple[Wanted, str], ...]

    def answers(self, row: Sequence[Any]) -> list[tuple[Wanted, Answer]]:
        """The answer to each question."""
        return [
            (
                one.wanted,
                Answer(
                    int(row[0]),
                    int(row[one.counted]),
                    int(row[one.met]),
                    "" if one.greatest is None or row[one.greatest] is None else str(row[one.greatest])[:10],
                ),
            )
            for one in self.asked
        ]


class _Results:
    """The columns of the result; each expression stands once."""

    def __init__(self) -> None:
        self.expressions: list[exp.Condition] = []
        self._at: dict[str, int] = {}

    def add(self, expression: exp.Condition) -> int:
        key = expression.sql()
        if key not in self._at:
            self._at[key] = len(self.expressions)
            self.expressions.append(expression)
        return self._at[key]


def table_query(
    engine: str,
    relation: Relation,
    targets: Mapping[tuple[str | None, str, str], tuple[Relation, str]],
    wanted: Sequence[Wanted],
    day: date,
) -> TableQuery:
    """The query for questions to a table. `targets` are the columns referred to, as far as they are there."""
    results, asked, unasked = _Results(), [], []
    results.add(exp.Count(this=exp.Star()))
    joins: dict[tuple[str, str], exp.Join] = {}
    for one in wanted:
        try:
            cell, changed = _cells(engine, relation, one)
            reached: exp.Condition = exp.null()
            if one.target is not None:
                reached = _reached(targets, one.target, cell, joins)
            asked.append(_asked(one, question(one, cell, changed, reached, day), results))
        except Unaskable as why:
            unasked.append((one, str(why)))
    aliased = [exp.alias_(each, f"c{n}", quoted=True) for n, each in enumerate(results.expressions)]
    query = exp.select(*aliased).from_(named(relation, _TABLE))
    for join in joins.values():
        query = query.join(join, copy=False)
    return TableQuery(written(query, engine), tuple(asked), tuple(unasked))


def named(relation: Relation, alias: str) -> exp.Table:
    """A table with an alias, every name quoted."""
    schema = exp.to_identifier(relation.schema, quoted=True) if relation.schema else None
    return exp.Table(
        this=exp.to_identifier(relation.name, quoted=True),
        db=schema,
        alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)),
    )


def cell_of(engine: str, relation: Relation, alias: str, name: str, empty: object) -> Cell:
    """A column as a cell. Raises `Unaskable` where it is not there or may not be read."""
    if name not in relation.columns:
        raise Unaskable("no_column")
    if name in relation.hidden:
        raise Unaskable("no_rights")
    family = read_type(engine, relation.columns[name], None, None, None).family
    values = empty if isinstance(empty, tuple | list) else ()
    nothing = tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in values if v is not None)
    return Cell(column(alias, name), family, nothing)


def _cells(engine: str, relation: Relation, one: Wanted) -> tuple[Cell, Cell | None]:
    cell = cell_of(engine, relation, _TABLE, one.source.column, one.source.facets.get("empty"))
    if not one.changed_at:
        return cell, None
    return cell, cell_of(engine, relation, _TABLE, one.changed_at, ())


def _reached(
    targets: Mapping[tuple[str | None, str, str], tuple[Relation, str]],
    target: tuple[str | None, str, str],
    cell: Cell,
    joins: dict[tuple[str, str], exp.Join],
) -> exp.Condition:
    """The key found in the column referred to, by a join on its different values."""
    if target not in targets:
        raise Unaskable("no_target")
    relation, name = targets[target]
    if name not in relation.columns or name in relation.hidden:
        raise Unaskable("no_target")
    key = exp.cast(column("r", name), "text")
    alias = f"r{len(joins)}"
    on = (cell.text.sql(), f"{relation.schema}.{relation.name}.{name}")
    if on not in joins:
        keys = exp.select(exp.alias_(key, "k", quoted=True)).distinct().from_(named(relation, "r"))
        keys = keys.where(exp.Not(this=column("r", name).is_(exp.null())))
        joins[on] = exp.Join(
            this=keys.subquery(exp.to_identifier(alias, quoted=True)),
            side="LEFT",
            on=exp.EQ(this=column(alias, "k"), expression=cell.text),
        )
    else:
        alias = f"r{list(joins).index(on)}"
    return column(alias, "k")


def _asked(one: Wanted, asks: Question, results: _Results) -> Asked:
    counted = results.add(_number(asks.counted))
    if asks.distinct is not None:
        value = exp.Case().when(asks.counted.copy(), asks.distinct)
        met = results.add(exp.Count(this=exp.Distinct(expressions=[value])))
    else:
        assert asks.met is not None
        met = results.add(_number(asks.met))
    greatest = None
    if asks.greatest is not None:
        latest = exp.Max(this=exp.Case().when(asks.counted.copy(), asks.greatest.copy()))
        greatest = results.add(exp.cast(latest, "text"))
    return Asked(one, counted, met, greatest)


def _number(condition: exp.Condition) -> exp.Condition:
    """How many rows meet a condition."""
    if isinstance(condition, exp.Boolean) and condition.this:
        return exp.Count(this=exp.Star())
    return exp.Count(this=exp.Case().when(condition.copy(), exp.Literal.number(1)))
