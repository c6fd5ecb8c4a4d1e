"""One entry of the catalog as `amanat show` prints it: every value, and where it was written."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple, Protocol

from amanat.model.catalog import Catalog
from amanat.model.field import attributes_of
from amanat.model.resources import RetentionRule
from amanat.model.values import Mask
from amanat.text import Place, Span

KINDS = (
    "fields",
    "systems",
    "purposes",
    "roles",
    "teams",
    "subjects",
    "categories",
    "classifications",
    "retention",
    "recipients",
    "transfers",
    "holds",
    "stages",
    "discrepancies",
    "denials",
    "expectations",
)
_INTERNAL = frozenset(("id", "file", "place", "inherited", "broken", "extras", "facets", "rank"))
# Attributes of the model that are written under another key, or inside one.
_WRITTEN = {"start": "from", "no_customer_id": "customer_id", "no_global_id": "global_id"}


class Value(NamedTuple):
    """One attribute: its key as written in YAML, its value as JSON data, where it was written (None: a
    default of amanat's own) and whether it was inherited."""

    key: str
    value: Any
    place: Place | None
    inherited: bool


class Shown(NamedTuple):
    """An entry: its kind, id, place and attributes in the order of the model. What nobody wrote is not
    among the values but in `unset`."""

    kind: str
    id: str
    place: Place | None
    values: tuple[Value, ...]
    unset: tuple[str, ...]


def find(catalog: Catalog, wanted: str, kind: str | None = None) -> list[Shown]:
    """The entries with this id, of one kind or of all; several kinds may share an id."""
    kinds = (kind,) if kind else KINDS
    found = []
    for name in kinds:
        entries: Mapping[Any, Any] = getattr(catalog, name)
        if wanted in entries:
            found.append(_shown(name, entries[wanted]))
    return found


def nearest(catalog: Catalog, wanted: str, kind: str | None = None) -> list[str]:
    """Up to three declared ids that are near to one that is not."""
    kinds = (kind,) if kind else KINDS
    names = sorted({str(name) for k in kinds for name in getattr(catalog, k)})
    return difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)


def _shown(kind: str, entry: Any) -> Shown:
    values: list[Value] = []
    unset: list[str] = []
    inherited: Mapping[str, Place] = getattr(entry, "inherited", {})
    for name in attributes_of(entry):
        if name in _INTERNAL:
            continue
        key, value = _WRITTEN.get(name, name), getattr(entry, name)
        if name == "rule" and isinstance(value, RetentionRule):
            rows = list(_rule(value))
        elif name == "sources" and kind == "fields":
            rows = [("sources", {str(s.id): plain(s.facets | s.extras) or None for s in value.values()})]
        else:
            rows = [(key, plain(value))]
        for row_key, row in rows:
            if row is None or row in ({}, []):
                unset.append(row_key)
            else:
                values.append(Value(row_key, row, _place(entry, row_key, inherited), row_key in inherited))
    for key, value in (*getattr(entry, "facets", {}).items(), *entry.extras.items()):
        values.append(Value(key, plain(value), entry.place.at(key) if entry.place else None, False))
    return Shown(kind, str(entry.id), entry.place, tuple(values), tuple(dict.fromkeys(unset)))


def _place(entry: Any, key: str, inherited: Mapping[str, Place]) -> Place | None:
    if key in inherited:
        return inherited[key]
    return entry.place.at(key) if entry.place is not None else None


def _rule(rule: RetentionRule) -> Iterator[tuple[str, Any]]:
    yield "keep", rule.keep
    yield "from", rule.trigger
    yield "proved_by", list(rule.proved_by)
    yield "then", rule.then
    yield "basis", plain(rule.basis)


def plain(value: Any) -> Any:
    """A model value as JSON data."""
    if isinstance(value, Mask):
        return str(value) or "''"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Place):
        return None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((f.name, plain(getattr(value, f.name))) for f in dataclasses.fields(value))
        return {k: v for k, v in pairs if v is not None and v not in ({}, [])}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [plain(item) for item in value]
    return value


class Lookup(Protocol):
    """Looks up spans; `amanat.load` gives one with every catalog."""

    def span(self, place: Place) -> Span | None:
        """The span of a place, or None where it has none."""

    def exists(self, place: Place) -> bool:
        """Whether something is written at exactly this place."""


def as_data(shown: Shown, spans: Lookup) -> dict[str, Any]:
    """An entry as JSON data, with file and line of each value; both null for amanat's own defaults."""
    values = {}
    for value in shown.values:
        written = value.place is not None and spans.exists(value.place)
        at = spans.span(value.place) if value.place is not None and written else None
        values[value.key] = {
            "value": value.value,
            "file": value.place.file if value.place is not None and written else None,
            "line": at.line if at is not None else None,
            "inherited": value.inherited,
        }
    return {"kind": shown.kind, "id": shown.id, "values": values, "unset": list(shown.unset)}


def as_text(shown: Shown, spans: Lookup, prefix: str) -> str:
    """An entry for the terminal: key, value, and where it was written."""
    rows: list[tuple[str, str, str]] = []
    for value in shown.values:
        if isinstance(value.value, dict):
            for name, item in value.value.items():
                inner = value._replace(place=value.place.at(name) if value.place is not None else None)
                rows.append((f"{value.key}.{name}", _inline(item), _origin(inner, spans, prefix)))
        else:
            rows.append((value.key, _inline(value.value), _origin(value, spans, prefix)))
    key_width = max((len(row[0]) for row in rows), default=0)
    lines = [f"{shown.id}  ({shown.kind})"]
    for key, text, origin in rows:
        lines.append(f"  {key:<{key_width}}  {text}" + (f"   [{origin}]" if origin else ""))
    if shown.unset:
        lines.append(f"  not set: {', '.join(shown.unset)}")
    return "\n".join(lines) + "\n"


def _origin(value: Value, spans: Lookup, prefix: str) -> str:
    if value.place is None or value.place.file.startswith("<"):
        return "built in"
    above = Place(value.place.file, value.place.path[:-1])
    if not spans.exists(value.place) and not spans.exists(above):
        return "default"
    if not spans.exists(value.place) and len(above.path) <= 2:
        return "default"
    at = spans.span(value.place)
    where = f"{prefix}{value.place.file}:{at.line}" if at is not None else value.place.file
    return f"inherited from {where}" if value.inherited else where


def _inline(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_inline(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(_inline(item) for item in value)
    return str(value)
