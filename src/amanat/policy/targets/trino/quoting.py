"""The one way text gets into the SQL of Trino: names and values, quoted so that they can be nothing else.

Trino knows every name in lower case, however it is quoted. A backslash in a text is a backslash.
"""

from __future__ import annotations

from functools import lru_cache

from amanat.policy.targets.quoting import UnquotableError, refuse_control


@lru_cache(maxsize=65_536)
def folded(name: str) -> str:
    """A name as Trino knows it. Raises `UnquotableError` for one that it cannot know."""
    refuse_control(name)
    if not name:
        raise UnquotableError("the name is empty")
    lower = "".join(char.lower() if char.isascii() else char for char in name)
    if lower != lower.lower():
        raise UnquotableError("it has a capital letter that engines put into lower case in different ways")
    return lower


def identifier(name: str) -> str:
    """A name in double quotes."""
    return '"' + folded(name).replace('"', '""') + '"'


def qualified(*names: str) -> str:
    """`"catalog"."schema"."table"`."""
    return ".".join(map(identifier, names))


def literal(text: str) -> str:
    """A text in single quotes. Raises `UnquotableError` for control characters."""
    refuse_control(text)
    return "'" + text.replace("'", "''") + "'"
