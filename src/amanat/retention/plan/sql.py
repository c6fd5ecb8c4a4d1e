"""SQL as trees: the writer quotes every name and value, so they can be nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from amanat.identity.keys import Step as Key
from amanat.policy.targets.quoting import refuse_control

ENGINES: Mapping[str, str] = {
    "duckdb": "duckdb",
    "mariadb": "mysql",
    "mysql": "mysql",
    "postgresql": "postgres",
    "spark": "spark",
}
"""Engine to the name of its dialect."""


def identifier(name: str) -> exp.Identifier:
    """A name. Raises `UnquotableError` for one with control characters."""
    refuse_control(name)
    return exp.to_identifier(name, quoted=True)


def table(path: str, alias: str = "") -> exp.Table:
    """A table by its path: `table` or `schema.table`."""
    schema, _, name = path.rpartition(".")
    return exp.Table(
        this=identifier(name),
        db=identifier(schema) if schema else None,
        alias=exp.TableAlias(this=identifier(alias)) if alias else None,
    )


def column(owner: str, name: str) -> exp.Column:
    """A column of a table (its path) or an alias."""
    return exp.Column(this=identifier(name), table=identifier(owner.rpartition(".")[2]))


def over(cell: exp.Condition, day: date) -> exp.Condition:
    """That an event was on a day or before."""
    return exp.LTE(this=exp.cast(cell, "date"), expression=_day(day))


def later(cell: exp.Condition, day: date) -> exp.Condition:
    """That an event was after a day."""
    return exp.GT(this=exp.cast(cell, "date"), expression=_day(day))


def _day(day: date) -> exp.Condition:
    return exp.cast(exp.Literal.string(day.isoformat()), "date")


def filled(cell: exp.Condition) -> exp.Condition:
    """That a value is there."""
    return exp.Not(this=exp.Is(this=cell, expression=exp.null()))


def missing(cell: exp.Condition) -> exp.Condition:
    """That no value is there."""
    return exp.Is(this=cell, expression=exp.null())


def reached(
    start: str, keys: Sequence[Key], wanted: exp.Condition | None, apart: bool = False
) -> exp.Condition:
    """That a row of a table leads to one that is wanted. The last table is called `amanat_1`, the one before
    `amanat_2`, and so on. `apart`: read through a derived table, for engines that refuse to look into
    the table
    that they change."""
    names = [f"amanat_{len(keys) - number}" for number in range(len(keys))]
    query = exp.select(exp.Literal.number(1))
    joins: list[exp.Condition] = [] if wanted is None else [wanted]
    owner = start
    for number, (key, name) in enumerate(zip(keys, names, strict=True)):
        there: exp.Expression = table(key.target, "" if apart else name)
        if apart:
            there = exp.select(exp.Star()).from_(table(key.target)).subquery(identifier(name))
        on = [
            exp.EQ(this=column(name, theirs), expression=column(owner, ours))
            for ours, theirs in zip(key.columns, key.keys, strict=True)
        ]
        if number:
            query = query.join(exp.Join(this=there, on=exp.and_(*on)), copy=False)
        else:
            query = query.from_(there)
            joins[:0] = on
        owner = name
    return exp.Exists(this=query.where(exp.and_(*joins)))


def written(tree: exp.Expression, engine: str) -> str:
    """A statement in an engine's SQL, ending in a semicolon."""
    return tree.sql(dialect=ENGINES[engine], unsupported_level=ErrorLevel.RAISE) + ";"


def count(path: str, condition: exp.Condition) -> exp.Select:
    """How many rows meet a condition."""
    return exp.select(exp.Count(this=exp.Star())).from_(table(path)).where(condition.copy())


def delete(path: str, condition: exp.Condition) -> exp.Delete:
    """Delete the rows that meet a condition."""
    return exp.Delete(this=table(path), where=exp.Where(this=condition.copy()))


def empty(path: str, values: Mapping[str, exp.Condition], condition: exp.Condition) -> exp.Update:
    """Set columns of the rows that meet a condition."""
    sets: Iterable[exp.Expression] = (
        exp.EQ(this=exp.Column(this=identifier(name)), expression=value.copy())
        for name, value in values.items()
    )
    return exp.Update(this=table(path), expressions=list(sets), where=exp.Where(this=condition.copy()))
