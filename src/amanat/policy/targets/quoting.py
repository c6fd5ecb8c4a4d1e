"""The one way text gets into SQL: names and values, quoted so that they can be nothing else.

Written for PostgreSQL and engines that quote like it. What cannot be written safely is refused, never bent.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

LIMIT = 63
"""Bytes that PostgreSQL keeps of a name (NAMEDATALEN - 1); it silently cuts off the rest."""

_DIGITS = 10
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters, line and paragraph separators, and halves of surrogate pairs (Cc, Zl, Zp, Cs). Joiners
and marks of direction are letters' companions in Persian and stay."""


class UnquotableError(ValueError):
    """Text that has no place in SQL: it holds a control character, or is an empty or too long name."""


@lru_cache(maxsize=65_536)
def identifier(name: str) -> str:
    """A name in double quotes. Raises `UnquotableError` for one that the engine would refuse or cut."""
    refuse_control(name)
    if not name:
        raise UnquotableError("the name is empty")
    if len(name.encode()) > LIMIT:
        raise UnquotableError(f"the name is longer than {LIMIT} bytes")
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """`"schema"."name"`."""
    return f"{identifier(schema)}.{identifier(name)}"


def literal(text: str) -> str:
    """A text in single quotes, which reads the same whatever `standard_conforming_strings` says. Raises
    `UnquotableError` for control characters."""
    refuse_control(text)
    quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"
    return "E" + quoted if "\\" in text else quoted


def texts(items: list[str]) -> str:
    """An array of texts."""
    return f"ARRAY[{', '.join(map(literal, items))}]::text[]"


def body(code: str) -> str:
    """Code between dollar quotes whose tag does not occur in it."""
    tag, number = "$amanat$", 0
    while tag in code:
        number += 1
        tag = f"$amanat{number}$"
    return f"{tag}\n{code}\n{tag}"


def comment(text: str) -> str:
    """A comment of one line, whatever the text holds."""
    return f"-- {_CONTROL.sub(' ', text)}".rstrip()


def fit(name: str, whole: str | None = None) -> str:
    """A name of our own making, short enough for the engine. One that is too long ends in a digest of the
    whole, so two names never become one; so does one that two different wholes would give (`whole`)."""
    raw = name.encode()
    if len(raw) <= LIMIT and whole is None:
        return name
    digest = hashlib.sha256(raw if whole is None else whole.encode()).hexdigest()[:_DIGITS]
    head = raw[: LIMIT - _DIGITS - 1].decode(errors="ignore")
    return f"{head}-{digest}"


def refuse_control(text: str) -> None:
    """Raise `UnquotableError` for control characters, which no name or value of a policy needs."""
    found = _CONTROL.search(text)
    if found is not None:
        raise UnquotableError(f"it holds the character U+{ord(found[0]):04X}")
