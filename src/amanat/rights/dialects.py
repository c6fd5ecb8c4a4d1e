"""The engines whose SQL the plans can be written in. Names and values go through the one quoting function of
the engine, the person's id is always a bound parameter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from amanat.model.values import Scalar
from amanat.policy.targets import quoting
from amanat.policy.targets.mariadb import quoting as backticks


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine writes names, values and parameters. `numbered`: a parameter is `$1` wherever it stands;
    else every `?` takes the next value."""

    name: str
    identifier: Callable[[str], str]
    literal: Callable[[str], str]
    numbered: bool
    text: str
    """The type that values are turned into as text."""

    def table(self, name: str) -> str:
        """A table, with its schema where it has one."""
        schema, _, table = name.rpartition(".")
        return ".".join(self.identifier(part) for part in (*([schema] if schema else []), table))

    def value(self, value: Scalar) -> str:
        """A value of the catalog."""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return format(Decimal(str(value)), "f")
        return "NULL" if value is None else self.literal(value)

    def as_text(self, expression: str) -> str:
        """An expression as text."""
        return f"CAST({expression} AS {self.text})"

    def joined(self, *expressions: str) -> str:
        """Texts one after the other."""
        return f"CONCAT({', '.join(expressions)})"


POSTGRES = Dialect("postgres", quoting.identifier, quoting.literal, True, "text")
DUCKDB = Dialect("duckdb", quoting.identifier, quoting.literal, True, "varchar")
MYSQL = Dialect("mysql", backticks.identifier, backticks.literal, False, "char")

DIALECTS = {one.name: one for one in (POSTGRES, MYSQL, DUCKDB)}
OF_ENGINE = {"postgresql": POSTGRES, "mysql": MYSQL, "mariadb": MYSQL, "duckdb": DUCKDB}
"""Engine of a system to its dialect."""
