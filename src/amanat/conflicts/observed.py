"""The observed side: what a column of a snapshot claims, worked out once for every distinct column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amanat.conflicts.native import Native, read_type
from amanat.conflicts.values import NOT_APPLICABLE, Claims, CodeList, Empty, Kind
from amanat.model.catalog import Catalog
from amanat.model.field import Source
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import SystemId

_NO_CLAIMS: Claims = {}

_TRUTHS = frozenset(("0", "1", "true", "false", "t", "f", "yes", "no"))

_TYPES_OF_TEXT = frozenset(("text", "enum"))

_TYPES_OF_DIGITS = frozenset(("decimal", "money"))

_TYPES_OF_TIME = frozenset(("timestamp", "time"))


class Columns:
    """The observed side of a catalog: what each mapped column claims, worked out once per distinct column."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._snapshots: dict[str, tuple[str | None, Mapping[str, ObservedColumn], Snapshot, bool]] = {}
        for name, snapshot in catalog.snapshots.items():
            system = catalog.systems.get(name)
            engine = system.engine if system is not None else None
            columns = snapshot.columns
            defaults = any(column.default is not None for column in columns.values())
            self._snapshots[name] = (engine, columns, snapshot, defaults)
        self._cache: dict[tuple[object, ...], Claims] = {}
        self._keys: dict[SystemId, Mapping[str, int]] = {}

    def column(self, source: Source) -> tuple[ObservedColumn, Snapshot] | None:
        """The source's column as observed, with its snapshot, or None."""
        known = self._snapshots.get(source.system)
        column = known[1].get(source.path) if known is not None else None
        return None if known is None or column is None else (column, known[2])

    def claims(self, source: Source) -> Claims:
        """What the snapshot says about the source."""
        known = self._snapshots.get(source.table.system)
        if known is None:
            return _NO_CLAIMS
        column = known[1].get(source.path)
        if column is None:
            return _NO_CLAIMS
        engine, _, snapshot, defaults = known
        alone = bool(column.keys) and self._is_unique(column, snapshot)
        key = (
            engine,
            column.type,
            column.length,
            column.precision,
            column.scale,
            column.nullable,
            column.default,
            tuple(column.values.items()) if column.values else None,
            alone,
            defaults,
        )
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = observed_claims(engine, column, unique=alone, defaults=defaults)
        return found

    def _is_unique(self, column: ObservedColumn, snapshot: Snapshot) -> bool:
        """Whether the snapshot says that no two rows share a value: UQ, or the only PK of its table."""
        if "UQ" in column.keys:
            return True
        if "PK" not in column.keys:
            return False
        counts = self._keys.get(snapshot.system)
        if counts is None:
            found: dict[str, int] = {}
            for other in snapshot.columns.values():
                if "PK" in other.keys:
                    found[other.table] = found.get(other.table, 0) + 1
            counts = self._keys[snapshot.system] = found
        return counts.get(column.table) == 1


def observed_claims(
    engine: str | None, column: ObservedColumn, *, unique: bool = False, defaults: bool = False
) -> Claims:
    """What one column of a snapshot claims. `unique`: its keys say so. `defaults`: the snapshot records
    defaults, so that a nullable column without one has none."""
    native = (
        read_type(engine, column.type, column.length, column.precision, column.scale)
        if column.type
        else Native(None)
    )
    seen = frozenset(column.values) or frozenset(native.values)
    claims: dict[str, Any] = _type_claims(native, seen)
    if column.nullable is not None:
        claims["nullable"] = column.nullable
    if unique:
        claims["unique"] = True
    if seen:
        meanings = tuple(sorted((code, meaning) for code, meaning in column.values.items() if meaning))
        claims["codes"] = CodeList(seen, None, seen, meanings)
    literal = _literal(column.default)
    empty_text = literal == "" and native.family in (None, "text", "enum")
    if empty_text or column.nullable:
        claims["empty"] = Empty(frozenset([""]) if empty_text else frozenset(), column.nullable)
    if literal is not None and _invents(literal, native.family, column.nullable):
        claims["default"] = literal
    elif column.default is None and column.nullable and defaults:
        claims["default"] = None
    return claims


def _type_claims(native: Native, seen: frozenset[str]) -> dict[str, Any]:
    family = native.family
    if family is None:
        return {}
    if family == "boolean" and seen and not {code.lower() for code in seen} <= _TRUTHS:
        family = "integer"  # a one-digit integer that holds codes, whatever its engine calls it
    claims: dict[str, Any] = {"type": Kind(family, native.tag)}
    for facet, value in (
        ("length", native.length),
        ("precision", native.precision),
        ("scale", native.scale),
        ("zone", native.zone),
    ):
        if value is not None:
            claims[facet] = value
    for facet, families in APPLIES.items():
        if family not in families:
            claims[facet] = NOT_APPLICABLE
    return claims


APPLIES = {
    "length": _TYPES_OF_TEXT | {"binary"},
    "precision": _TYPES_OF_DIGITS | _TYPES_OF_TIME,
    "scale": _TYPES_OF_DIGITS,
    "zone": _TYPES_OF_TIME,
}


def _literal(default: str | None) -> str | None:
    """The fixed value that a default fills in; None for none, a function or a constructor."""
    if default is None:
        return None
    text = default.strip()
    if text.startswith("'") and "'" in text[1:]:
        return text[1:].partition("'")[0]
    plain = text.lower()
    if plain in _MECHANICAL or "(" in text or text.startswith(("{", "[", "<")):
        return None
    return text


_MECHANICAL = frozenset(
    {"null", "default", "serial", "sequence", "identity", "auto_increment", "autoincrement", "uuid"}
    | {"now", "current_timestamp", "current_date"}
)


def _invents(literal: str, family: str | None, nullable: bool | None) -> bool:
    """Whether a default makes up a value: a word, or a number or truth value where the column could have
    stayed empty. A number in a column that must hold one is where counting begins."""
    if family in ("text", "enum"):
        return literal.strip().lower() not in ("", "none", "null", "unknown", "n/a", "-")
    return nullable is True and family in ("integer", "decimal", "float", "boolean")
