"""Names and values in SQLite's SQL. A name is always written behind its table's (`t."email"`): SQLite takes a
name in double quotes that stands alone and that it does not know for a text."""

from __future__ import annotations

from functools import lru_cache

from amanat.policy.targets.quoting import UnquotableError

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


@lru_cache(maxsize=65_536)
def identifier(name: str) -> str:
    """A name in double quotes. Raises `UnquotableError` for one that may name something of SQLite's own."""
    _check(name)
    if not name:
        raise UnquotableError("the name is empty")
    if folded(name).startswith("sqlite_"):
        raise UnquotableError("names that begin with `sqlite_` are those of SQLite itself")
    if folded(name) == "rowid":
        raise UnquotableError("SQLite also calls the number of a row so")
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in single quotes. Raises `UnquotableError` where SQLite would cut or change it."""
    _check(text)
    return "'" + text.replace("'", "''") + "'"


def folded(name: str) -> str:
    """The name as SQLite compares names: A to Z are as good as a to z, other letters are told apart."""
    return name.translate(_LOWER)


def _check(text: str) -> None:
    for char in text:
        if char == "\0" or "\ud800" <= char <= "\udfff":
            raise UnquotableError(f"it holds the character U+{ord(char):04X}")
