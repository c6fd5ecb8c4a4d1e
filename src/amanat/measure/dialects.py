"""What an expression tree is in the SQL of each engine."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.errors import ErrorLevel

_DIALECTS: Mapping[str, str] = {
    "duckdb": "duckdb",
    "mariadb": "mysql",
    "postgresql": "postgres",
    "spark": "spark",
}
"""Engine to sqlglot's dialect."""


def written(query: exp.Query, engine: str) -> str:
    """A query in an engine's SQL. What the engine cannot say raises sqlglot's `UnsupportedError`."""
    tree = query.transform(_for_mariadb) if engine == "mariadb" else query
    return tree.sql(dialect=_DIALECTS[engine], unsupported_level=ErrorLevel.RAISE)


def _for_mariadb(node: exp.Expression) -> exp.Expression:
    """Where MariaDB differs from MySQL 8: it has no function `REGEXP_LIKE`."""
    if isinstance(node, exp.RegexpLike):
        place = exp.Anonymous(this="REGEXP_INSTR", expressions=[node.this, node.expression])
        return exp.GT(this=place, expression=exp.Literal.number(0))
    return node
