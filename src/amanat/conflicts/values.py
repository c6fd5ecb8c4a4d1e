"""Claims as values that can be compared: hashable, normalised, and as YAML or a snapshot wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from amanat.conflicts.native import UNLIMITED, Digits, Length, characters, no_limit


class NotApplicable:
    """A facet that cannot be asked of a column, such as the length of an integer."""


NOT_APPLICABLE = NotApplicable()


class Kind(NamedTuple):
    """A type: its family, and a tag where only like-spelled columns are known to be alike."""

    family: str
    tag: str = ""


class Empty(NamedTuple):
    """What stands for "nothing": listed values, and whether NULL may (None: unknown)."""

    values: frozenset[str]
    null: bool | None


class CodeList(NamedTuple):
    """Codes of one side. `mapped` holds (source code, canonical code or None) where a map is declared;
    `codes` are those in use: the canonical ones, the map's, or those observed. `seen` are observed ones,
    `meanings` (code, meaning) what the snapshot says that some of them mean."""

    codes: frozenset[str]
    mapped: tuple[tuple[str, str | None], ...] | None = None
    seen: frozenset[str] = frozenset()
    meanings: tuple[tuple[str, str], ...] = ()


class Wordings(NamedTuple):
    """A Text as a sorted tuple of (language, text)."""

    texts: tuple[tuple[str, str], ...]


Claims = Mapping[str, Any]
"""Facet to comparable value, or to `NOT_APPLICABLE`."""


def comparable(facet: str, written: object) -> Any:
    """A value as written in YAML, in the form in which it is compared; None where it says nothing."""
    make = _COMPARABLE.get(facet)
    return written if make is None else make(written)


def _kind(written: object) -> Kind:
    return Kind(str(written))


def _limit(written: object) -> Length | None:
    if written == UNLIMITED:
        return no_limit()
    return characters(written) if isinstance(written, int) else None


def _digits(written: object) -> Digits | None:
    return Digits(written) if isinstance(written, int) else None


def _forms(written: object) -> frozenset[str]:
    items = written if isinstance(written, tuple | list) else (written,)
    return frozenset(str(item) for item in items) - {"none"}


def _words(written: object) -> tuple[str, ...]:
    items = written if isinstance(written, tuple | list) else (written,)
    return tuple(sorted({str(item) for item in items}))


def _nothings(written: object) -> Empty:
    items = written if isinstance(written, tuple | list) else (written,)
    listed = frozenset(_code(item) for item in items if item is not None)
    return Empty(listed, True if None in items else None)


def _code_map(written: object) -> CodeList | None:
    if not isinstance(written, Mapping):
        return None
    pairs = tuple(
        sorted((str(code), None if target is None else _code(target)) for code, target in written.items())
    )
    return CodeList(frozenset(code for code, _ in pairs), pairs)


def _code(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _wordings(written: object) -> Wordings | None:
    if not isinstance(written, Mapping) or not written:
        return None
    return Wordings(tuple(sorted((str(language), str(text)) for language, text in written.items())))


def _lower(written: object) -> str:
    return str(written).lower()


_COMPARABLE: dict[str, Any] = {
    "type": _kind,
    "length": _limit,
    "precision": _digits,
    "scale": _digits,
    "normal": _forms,
    "purposes": _words,
    "empty": _nothings,
    "codes": _code_map,
    "definition": _wordings,
    "format": _lower,
}
