"""The one way text gets into Cedar: strings, entities and comments that can be read as nothing else."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from amanat.policy.targets.quoting import UnquotableError

NAMESPACE = "Amanat"
"""Every name stands in a namespace of its own, so that no policy of the house that speaks of an action `read`
or a type `Field` says anything about these."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
_JOINERS = "\u200c\u200d"
"""Invisible, and part of the spelling in Persian."""


@lru_cache(maxsize=65_536)
def string(text: str) -> str:
    """A text in double quotes. What cannot be seen, or turns the direction of what follows, is escaped.
    Raises `UnquotableError` for half of a surrogate pair, which is no character."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def entity(kind: str, name: str) -> str:
    """A reference to an entity, such as `Amanat::Field::"customer.email"`. `kind` is a type of our own."""
    return f"{NAMESPACE}::{kind}::{string(name)}"


def comment(text: str) -> str:
    """A comment of one line, whatever the text holds."""
    return ("// " + "".join(char if _is_plain(char) else " " for char in text)).rstrip()


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if unicodedata.category(char) == "Cs":
        raise UnquotableError(f"it holds the character U+{ord(char):04X}")
    return char if _is_plain(char) else f"\\u{{{ord(char):x}}}"


def _is_plain(char: str) -> bool:
    return char.isprintable() or char in _JOINERS
