"""Names and values in Snowflake's SQL, where a backslash escapes in a text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from amanat.policy.targets.quoting import UnquotableError, refuse_control

LIMIT = 255
"""Characters that a name may have."""


@lru_cache(maxsize=65_536)
def identifier(name: str) -> str:
    """A name in double quotes, so that its case stays. Raises `UnquotableError` for one that is empty, longer
    than the engine takes, or holds control characters."""
    refuse_control(name)
    if not name:
        raise UnquotableError("the name is empty")
    if len(name) > LIMIT:
        raise UnquotableError(f"the name is longer than {LIMIT} characters")
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """`"schema"."name"`, in the database that is in use."""
    return f"{identifier(schema)}.{identifier(name)}"


def literal(text: str) -> str:
    """A text in single quotes. Raises `UnquotableError` for control characters."""
    refuse_control(text)
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def literals(texts: Iterable[str]) -> str:
    """Texts in brackets, for `IN`."""
    return f"({', '.join(map(literal, texts))})"
