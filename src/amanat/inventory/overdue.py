"""The query that counts rows whose period is over, in the SQL of the engine that holds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from amanat.model.values import SourceParts
from amanat.retention.days import FISCAL_YEAR_END, Calendar

if TYPE_CHECKING:
    from sqlglot import exp

DIALECTS = {
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "duckdb": "duckdb",
    "snowflake": "snowflake",
    "trino": "trino",
}
"""Engines whose arithmetic of months clamps (31 January and a month is the last of February), to the name of
their dialect."""
_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_UNITS = ("YEAR", "MONTH", "WEEK", "DAY")


def overdue(
    proof: SourceParts,
    keep: str,
    engine: str | None,
    trigger: str | None = None,
    calendar: Calendar = Calendar.GREGORIAN,
) -> str | None:
    """A query with the parameter `:as_of` (a day), or None where the engine's SQL is not known, the period is
    none of whole days, or years are counted that SQL does not know.

    The last day of the period is added up forwards from the event (from the end of its year where the
    `trigger` is the end of the fiscal year), as the law counts, and data is overdue on the day after it.
    Names are quoted by the writer of SQL, so they can be nothing else.
    """
    from sqlglot import exp

    dialect = DIALECTS.get(engine or "")
    found = _PERIOD.fullmatch(keep)
    if dialect is None or found is None or not any(found.groups()) or calendar is not Calendar.GREGORIAN:
        return None
    day: exp.Expression = exp.cast(exp.column(exp.to_identifier(proof.column, quoted=True)), "date")
    if trigger == FISCAL_YEAR_END:
        first: exp.Expression = exp.DateTrunc(this=day, unit=exp.Literal.string("YEAR"))  # type: ignore[no-untyped-call]
        next_year = exp.Add(this=first, expression=_interval(1, "YEAR"))
        day = exp.Sub(this=next_year, expression=_interval(1, "DAY"))
    for unit, amount in zip(_UNITS, found.groups(), strict=True):
        if amount is not None:
            count, name = (int(amount) * 7, "DAY") if unit == "WEEK" else (int(amount), unit)
            day = exp.Add(this=day, expression=_interval(count, name))
    table = exp.Table(
        this=exp.to_identifier(proof.table, quoted=True),
        db=exp.to_identifier(proof.schema, quoted=True) if proof.schema else None,
    )
    due = exp.LT(this=exp.cast(day, "date"), expression=exp.cast(exp.var(":as_of"), "date"))
    return exp.select(exp.Count(this=exp.Star())).from_(table).where(due).sql(dialect=dialect)


def _interval(count: int, unit: str) -> exp.Expression:
    from sqlglot import exp

    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.var(unit))
