"""Who claims what: for a field and a facet, the field itself, each source as declared, and as observed.

A claim is a comparable value (hashable, normalised) with a way to show it. What a column shows is worked
out once for every distinct column, so that a large catalog costs a few dictionary look-ups per source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from amanat.conflicts.native import (
    UNLIMITED,
    Digits,
    Length,
    Native,
    characters,
    no_limit,
    read_type,
)
from amanat.conflicts.report import CANONICAL, Basis
from amanat.model.catalog import Catalog
from amanat.model.field import Facet, Field, Source
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import SystemId
from amanat.text import Place


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
        known = self._snapshots.get(source.parts.system)
        column = known[1].get(source.parts.path) if known is not None else None
        return None if known is None or column is None else (column, known[2])

    def claims(self, source: Source) -> Claims:
        """What the snapshot says about the source."""
        parts = source.parts
        known = self._snapshots.get(parts.system)
        if known is None:
            return _NO_CLAIMS
        column = known[1].get(
            f"{parts.schema}.{parts[2]}.{parts[3]}" if parts[1] else f"{parts[2]}.{parts[3]}"
        )
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
    for facet, families in _APPLIES.items():
        if family not in families:
            claims[facet] = NOT_APPLICABLE
    return claims


_APPLIES = {
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


def declared_claims(source: Source) -> dict[str, Any]:
    """What people declared about a source, by facet."""
    return {
        facet: value
        for key, written in source.facets.items()
        if (facet := _FACET_OF_KEY.get(key)) is not None
        and ((value := comparable(facet, written)) is not None or facet == "default")
    }


_FACET_OF_KEY: dict[str, str] = {facet.value: facet.value for facet in Facet} | {"part": "structure"}
del _FACET_OF_KEY["authority"], _FACET_OF_KEY["identifier"]


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


def merged(source: Source, observed: Claims) -> Claims:
    """What a source claims: declared before observed. The observed codes stay beside a declared map, and
    a declared list of empty values leaves it to the column whether NULL is one."""
    declared = declared_claims(source)
    if not declared:
        return observed
    both: dict[str, Any] = {**observed, **declared}
    if "type" in declared and declared["type"].family != getattr(observed.get("type"), "family", None):
        for facet, families in _APPLIES.items():
            if facet not in declared:
                both.pop(facet, None)
            if declared["type"].family not in families:
                both[facet] = NOT_APPLICABLE
    seen = observed.get("codes")
    if seen is not None and "codes" in declared:
        both["codes"] = declared["codes"]._replace(seen=seen.seen)
    if "empty" in declared and declared["empty"].null is None:
        both["empty"] = Empty(declared["empty"].values, both.get("nullable"))
    if "part" in source.facets:
        both["structure"] = f"part: {source.facets['part']}"
    return both


def canonical_claim(field: Field, facet: str) -> Any:
    """What the field itself claims in a facet, or None."""
    if facet == "codes":
        return CodeList(frozenset(map(str, field.codes))) if field.codes else None
    if facet == "definition":
        return _wordings(field.definition)
    if facet in ("owner", "classification", "retention"):
        return getattr(field, facet)
    if facet == "purposes":
        return _words(field.purposes) if field.purposes else None
    written = field.facets.get(facet)
    return None if written is None else comparable(facet, written)


class Claim(NamedTuple):
    """One claim, for people and programs that want to look at it: who makes it (`field` or a source), the
    comparable value, where it stands, and whether it was declared or observed."""

    by: str
    value: Any
    place: Place
    basis: Basis


def claims_of(catalog: Catalog, field: Field, facet: Facet) -> tuple[Claim, ...]:
    """All claims about a field and a facet, the field's own first, then by source. Where a source's
    declaration and its snapshot differ, both are given, the declared one first."""
    columns = Columns(catalog)
    found: list[Claim] = []
    canonical = canonical_claim(field, facet.value)
    if canonical is not None:
        found.append(Claim(CANONICAL, canonical, canonical_place(field, facet), Basis.DECLARED))
    for source in field.sources.values():
        declared = declared_claims(source).get(facet.value)
        if declared is not None:
            found.append(Claim(source.id, declared, declared_place(source, facet), Basis.DECLARED))
        observed = columns.claims(source).get(facet.value)
        seen = columns.column(source)
        if seen is not None and observed is not None and observed is not NOT_APPLICABLE:
            found.append(Claim(source.id, observed, seen[1].place(seen[0]), Basis.OBSERVED))
    return tuple(found)


def canonical_place(field: Field, facet: Facet) -> Place:
    """Where the field says it, or the field where it only implies it."""
    if facet is Facet.AUTHORITY:
        for attribute in ("master", "survivorship"):
            if getattr(field, attribute) is not None:
                return field.place.at(attribute)
        return field.place
    if facet.value in field.facets or facet.value in ("codes", "definition"):
        return field.place.at(facet.value)
    if facet.value in ("owner", "classification", "retention", "purposes"):
        return field.place_of(facet.value)
    return field.place


def declared_place(source: Source, facet: Facet) -> Place:
    """Where a source's declaration about a facet stands."""
    key = facet.value
    if facet is Facet.STRUCTURE and "part" in source.facets:
        key = "part"
    elif facet is Facet.IDENTIFIER:
        key = "format"
    return source.place.at(key) if key in source.facets else source.place


def where(source: Source, facet: Facet, columns: Columns) -> tuple[Place, Basis]:
    """Where the claim that counts for a source and facet stands, and what kind it is."""
    place = declared_place(source, facet)
    if place is not source.place:
        return place, Basis.DECLARED
    seen = columns.column(source)
    if seen is None:
        return place, Basis.DECLARED
    return seen[1].place(seen[0]), Basis.OBSERVED
