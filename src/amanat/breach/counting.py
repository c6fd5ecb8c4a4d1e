"""How many: what was measured, and the queries that measure where nobody has.

A number is only told where somebody measured it. No catalog can say it, so none is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from amanat.inventory.overdue import DIALECTS
from amanat.load.entries import split_source
from amanat.model.catalog import Catalog
from amanat.model.measures import Check
from amanat.model.resources import System
from amanat.model.values import SourceParts
from amanat.text import Place


class Count(NamedTuple):
    """The rows of a table on a day (ISO 8601), and where the measurement is kept."""

    rows: int
    on: str
    place: Place


Counts = Mapping[tuple[str, str], Count]
"""System and table (`table` or `schema.table`) to its rows."""


_OF_IDS = (Check.OVERLAP, Check.REACH)
"""Checks about customer ids: what they count is not one table's rows."""


def measured(catalog: Catalog) -> Counts:
    """The rows of each table, as `amanat measure` last counted them."""
    found: dict[tuple[str, str], Count] = {}
    for system, measures in catalog.measures.items():
        for one in measures.all:
            if one.rows is None or one.check in _OF_IDS:
                continue
            key = (str(system), one.path.rpartition(".")[0])
            if key not in found or found[key].on < one.as_of:
                found[key] = Count(one.rows, one.as_of, measures.place(one))
    return found


def table_of(parts: SourceParts) -> str:
    """The table of a source, with its schema where it has one."""
    return f"{parts.schema}.{parts.table}" if parts.schema else parts.table


def rows_query(parts: SourceParts, engine: str | None) -> str | None:
    """The query that counts the rows of a source's table; None where the engine's SQL is not known."""
    return _count(parts, engine, "")


def people_query(system: System) -> str | None:
    """The query that counts the different customer ids of a system; None where it has none, or the engine's
    SQL is not known."""
    parts = split_source(system.customer_id) if system.customer_id else None
    return None if parts is None else _count(parts, system.engine, parts.column)


def _count(parts: SourceParts, engine: str | None, column: str) -> str | None:
    """Names are quoted by the writer of SQL, so they can be nothing else."""
    from sqlglot import exp

    dialect = DIALECTS.get(engine or "")
    if dialect is None:
        return None
    what: exp.Expression = exp.Star()
    if column:
        what = exp.Distinct(expressions=[exp.column(exp.to_identifier(column, quoted=True))])
    table = exp.Table(
        this=exp.to_identifier(parts.table, quoted=True),
        db=exp.to_identifier(parts.schema, quoted=True) if parts.schema else None,
    )
    return exp.select(exp.Count(this=what)).from_(table).sql(dialect=dialect)
