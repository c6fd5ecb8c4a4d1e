"""How text gets into MariaDB's SQL: names between backticks, values between single quotes where they hold
nothing but plain characters, else as hexadecimal digits. Both read the same under every `sql_mode` and
connection. What cannot be written safely is refused, never bent."""

from __future__ import annotations

import re
from functools import lru_cache

from amanat.policy.targets import quoting
from amanat.policy.targets.quoting import UnquotableError

LIMIT = 64
"""Characters that a name may have."""

_PLANE = 0xFFFF


@lru_cache(maxsize=65_536)
def identifier(name: str) -> str:
    """A name in backticks. Raises `UnquotableError` for one that the engine would refuse, cut or change."""
    literal(name)
    if not name:
        raise UnquotableError("the name is empty")
    if len(name) > LIMIT:
        raise UnquotableError(f"the name is longer than {LIMIT} characters")
    if name.endswith(" "):
        raise UnquotableError("the name ends in a space")
    for char in name:
        if ord(char) > _PLANE:
            raise UnquotableError(f"it holds the character U+{ord(char):04X}")
    return "`" + name.replace("`", "``") + "`"


def qualified(schema: str, name: str) -> str:
    """The name of a table; one without a schema is looked for in the default database."""
    return f"{identifier(schema)}.{identifier(name)}" if schema else identifier(name)


def literal(text: str) -> str:
    """A text. Raises `UnquotableError` for control characters."""
    return f"_utf8mb4{_written(text)}"


def exactly(text: str) -> str:
    """The bytes of a text, to compare with: no collation takes them for those of another."""
    return f"_binary{_written(text)}"


def _written(text: str) -> str:
    quoting.literal(text)
    return f"'{text}'" if _PLAIN.fullmatch(text) else f" X'{text.encode().hex()}'"


_PLAIN = re.compile(r"[A-Za-z0-9 `@.,:;()*_+/<>=-]*")


def listed(rows: list[tuple[str, ...]]) -> str:
    """A table of texts with the columns `a`, `b` … for a query to select from."""

    def select(row: tuple[str, ...]) -> str:
        texts = (f"{literal(text)} COLLATE utf8mb4_bin AS {chr(97 + at)}" for at, text in enumerate(row))
        return "SELECT " + ", ".join(texts)

    if not rows:
        return f"({select(('', ''))} FROM DUAL WHERE FALSE)"
    return "(" + "\n    UNION ALL ".join(map(select, rows)) + ")"
