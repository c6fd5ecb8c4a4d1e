"""Names and values in ClickHouse's SQL, where a backslash escapes inside every kind of quote."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from amanat.policy.targets.quoting import UnquotableError, refuse_control


@lru_cache(maxsize=65_536)
def identifier(name: str) -> str:
    """A name in backticks. Raises `UnquotableError` for one that is empty or holds control characters."""
    refuse_control(name)
    if not name:
        raise UnquotableError("the name is empty")
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def qualified(database: str, name: str) -> str:
    """`` `database`.`name` ``."""
    return f"{identifier(database)}.{identifier(name)}"


def literal(text: str) -> str:
    """A text in single quotes. Raises `UnquotableError` for control characters."""
    refuse_control(text)
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def literals(texts: Iterable[str]) -> str:
    """Texts in brackets, for `IN`."""
    return f"({', '.join(map(literal, texts))})"
