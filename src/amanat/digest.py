"""Digests of values, which two values share only where they say the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any


def value_digest(value: object) -> str:
    """The SHA-256 of a value, hexadecimal, made of plain values, dates, enums, mappings (in their order),
    sequences, sets and dataclasses. Of anything else it is another one each time, since nobody knows what it
    says."""
    return hashlib.sha256(repr(_plain(value)).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> object:
    """A value as tuples of simple ones, which read the same in every process."""
    if value is None or type(value) in (str, int, bool, float):
        return value
    if isinstance(value, Enum):
        return (type(value).__name__, value.name)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date):
        return (type(value).__name__, value.isoformat())
    if isinstance(value, Mapping):
        return ("mapping", *((_plain(key), _plain(one)) for key, one in value.items()))
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, *map(_plain, value))
    if isinstance(value, (set, frozenset)):
        return ("set", *sorted(map(repr, map(_plain, value))))
    if is_dataclass(value):
        told = (_plain(getattr(value, one.name)) for one in fields(value))
        return (type(value).__name__, *told)
    return ("unlike any other", os.urandom(16).hex())
