"""Small conversions from checked YAML values to model values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from sys import intern
from typing import Any

from amanat.model.values import Mask, MaskKind, SourceId, SourceParts, SystemId, Text

Data = Mapping[str, Any]

ID = re.compile(r"[a-z][a-z0-9_]*")
DOTTED_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
NOTHING: Mapping[str, Any] = {}


def text(value: Any, language: str) -> Text:
    """A Text: a plain string is in the catalog's first language; None is empty."""
    if value is None:
        return NOTHING
    held = _Tongues().__dict__
    if isinstance(value, str):
        held[language] = value
    else:
        for tag, words in value.items():
            held[tag] = words
    return held


class _Tongues:
    """What keeps the language tags of all Texts once: the namespaces of one class share their keys, and so
    take half the memory of other dicts; a large catalog has very many Texts."""


def texts(value: Data | None, language: str) -> Mapping[str, Text]:
    """A map of Texts, such as codes."""
    return {key: text(item, language) for key, item in value.items()} if value else NOTHING


def words(value: Any) -> tuple[Any, ...]:
    """A list as a tuple; a single value as a tuple of one; None as an empty one."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)


def extras(entry: Data) -> Data:
    """The team's own `x_…` keys."""
    return {key: value for key, value in entry.items() if key.startswith("x_")} or NOTHING


def mask(entry: Data, key: str = "mask") -> Mask | None:
    """The mask under a key of an entry, or None where the key is absent."""
    return mask_of(entry[key]) if key in entry else None


def mask_of(value: Any) -> Mask:
    """A mask from its name or a map of name to number. `partial` alone keeps 4, `prefix` 3, and `bucket`
    is 10 wide. A plain `null` is the null mask."""
    if value is None:
        return Mask(MaskKind.NULL)
    if isinstance(value, str):
        kind = MaskKind(value)
        return Mask(kind, _DEFAULT_NUMBERS.get(kind))
    ((name, number),) = value.items()
    return Mask(MaskKind(name), number)


_DEFAULT_NUMBERS = {MaskKind.PARTIAL: 4, MaskKind.PREFIX: 3, MaskKind.BUCKET: 10}


def split_source(source: str) -> SourceParts | None:
    """A source taken apart, or None when it has fewer than three parts or an empty one."""
    parts = source.split(".")
    if len(parts) < 3 or "" in parts:
        return None
    schema = ".".join(parts[1:-2]) if len(parts) > 3 else ""
    return SourceParts(SystemId(intern(parts[0])), schema, intern(parts[-2]), parts[-1])


def source_ids(value: Any) -> tuple[SourceId, ...]:
    """One source or several, as a tuple."""
    return tuple(SourceId(item) for item in words(value))


def is_date(value: str) -> bool:
    """Whether the text is a day that exists (ISO 8601)."""
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
