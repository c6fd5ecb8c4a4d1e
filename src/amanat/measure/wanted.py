"""What is asked of which column: the expectations of fields, laid on their sources, table by table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from amanat.conflicts.codelists import LISTS, codes_of
from amanat.golden.formats import PATTERNS
from amanat.measure.expect import Expectation, read
from amanat.model.catalog import Catalog
from amanat.model.field import Field, Source
from amanat.model.measures import Check
from amanat.model.snapshot import Snapshot
from amanat.model.values import Status, SystemId

FORMATS: Mapping[str, str] = {
    **PATTERNS,
    "ip": "[0-9]{1,3}([.][0-9]{1,3}){3}|[0-9A-Fa-f:]{2,39}",
    "iso_639_1": "[a-z]{2}",
}
"""Formats that can be tested: those of the golden record, and some more."""

_OF_TYPES = {"integer": "number", "decimal": "number", "date": "date"}
_WHOLE_VALUES = (Check.VALID, Check.IN_RANGE, Check.IN_CODE_LIST)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question to a column. `expected` None: it is only told. `cannot` names why it cannot be asked. The
    rest is what the check needs: a format, a length in characters, the allowed codes, the time column, the
    column that is referred to (schema, table, column)."""

    field: Field
    source: Source
    check: Check
    expected: Expectation | None
    written: str
    cannot: str = ""
    format: str = ""
    length: int | None = None
    codes: tuple[str, ...] = ()
    changed_at: str = ""
    target: tuple[str | None, str, str] | None = None


@dataclass(frozen=True, slots=True)
class TableWanted:
    """The questions to one table (`schema` None: nobody said), sorted."""

    schema: str | None
    name: str
    wanted: tuple[Wanted, ...]


def wanted_of(
    catalog: Catalog, system: SystemId, only: Collection[str] | None = None
) -> tuple[TableWanted, ...]:
    """What is asked of a system, by table; `only` of these fields. Cross-source checks are not among it."""
    found: dict[tuple[str, str], list[Wanted]] = {}
    snapshot = catalog.snapshots.get(system)
    for field in catalog.fields.values():
        if (only is not None and field.id not in only) or field.status in (Status.PLANNED, Status.RETIRED):
            continue
        for source in field.sources.values():
            if source.system == system:
                key = (source.table.schema, source.table.name)
                found.setdefault(key, []).extend(_of_source(field, source, snapshot))
    return tuple(
        TableWanted(schema or None, table, tuple(sorted(asked, key=_order)))
        for (schema, table), asked in sorted(found.items())
        if asked
    )


def _order(one: Wanted) -> tuple[str, str, str]:
    return one.field.id, one.source.id, one.check.value


def expectations(field: Field, source: Source) -> Mapping[str, str]:
    """What is expected of a source as it is written: its own expectations, then those of the field, where
    they are about it. `freshness` of the source stands for `fresh`."""
    own = source.facets.get("quality")
    written = {name: str(value) for name, value in own.items()} if isinstance(own, Mapping) else {}
    if "freshness" in source.facets:
        written.setdefault("fresh", str(source.facets["freshness"]))
    for name, value in field.quality.items():
        if name not in ("complete", "unique") or _answers(field, source):
            written.setdefault(name, str(value))
    return written


def _answers(field: Field, source: Source) -> bool:
    """Whether a source answers for the field as a whole: that every customer has a value, and that no two
    have the same. In the others there may be guests, and several rows of one customer."""
    if field.master is not None:
        return source.id == field.master
    if field.survivorship is not None and field.survivorship.priority:
        return source.id in field.survivorship.priority
    return True


def _of_source(field: Field, source: Source, snapshot: Snapshot | None) -> Iterator[Wanted]:
    written = expectations(field, source)
    for check in Check:
        if check in (Check.CONSISTENT, Check.OVERLAP, Check.REACH):
            continue
        if check.value in written:
            yield _wanted(field, source, check, written[check.value], snapshot)
        elif check is Check.COMPLETE and "complete" in field.quality:
            yield Wanted(field, source, check, None, "")


def _wanted(field: Field, source: Source, check: Check, written: str, snapshot: Snapshot | None) -> Wanted:
    expected = read(check.value, written)
    base = Wanted(field, source, check, expected, written)
    if expected is None:
        return _with(base, cannot="unreadable")
    if source.facets.get("structure") in ("list", "bag", "parts") and check is not Check.COMPLETE:
        return _with(base, cannot="structure")
    if check in _WHOLE_VALUES and "part" in source.facets:
        return _with(base, cannot="part")
    if check is Check.VALID:
        return _valid(base)
    if check is Check.IN_CODE_LIST:
        codes = _codes(field, source)
        return _with(base, codes=codes) if codes else _with(base, cannot="no_codes")
    if check is Check.FRESH:
        return _with(base, changed_at=str(source.facets.get("changed_at", "")))
    if check is Check.REFERENTIAL:
        target = _target(source, snapshot)
        return _with(base, target=target) if target else _with(base, cannot="no_target")
    return base


def _with(wanted: Wanted, **changes: object) -> Wanted:
    from dataclasses import replace

    return replace(wanted, **changes)  # type: ignore[arg-type]


def _codes(field: Field, source: Source) -> tuple[str, ...]:
    """The codes of the source, else of the field, else of the list that its format names (ISO 3166, ISO 4217,
    ISO 5218)."""
    own = source.facets.get("codes")
    written = own if isinstance(own, Mapping) and own else field.codes
    if written:
        return tuple(map(_spelled, written))
    formats = (source.facets.get("format"), field.facets.get("format"))
    return next((codes_of(str(one)) for one in formats if one in LISTS), ())


def _spelled(code: object) -> str:
    return str(code).lower() if isinstance(code, bool) else str(code)


def _valid(wanted: Wanted) -> Wanted:
    """By the format of the source where it is one that can be tested, else by that of the field; a source
    that is declared to have another is only told about."""
    own = str(wanted.source.facets.get("format", ""))
    canonical = str(wanted.field.facets.get("format", ""))
    kind = str(wanted.field.facets.get("type", ""))
    format = own if own in FORMATS else canonical if canonical in FORMATS else _OF_TYPES.get(kind, "")
    limit = wanted.field.facets.get("length")
    length = limit if isinstance(limit, int) and not isinstance(limit, bool) else None
    if not format and length is None:
        return _with(wanted, cannot="no_format")
    judged = wanted.expected if own in ("", format) or "quality" in wanted.source.facets else None
    return _with(wanted, format=format, length=length, expected=judged)


def _target(source: Source, snapshot: Snapshot | None) -> tuple[str | None, str, str] | None:
    """The column that a source refers to: as declared, else by the first key of the snapshot."""
    named = source.facets.get("refers_to")
    if isinstance(named, str):
        return _column(named)
    column = snapshot.columns.get(source.path) if snapshot else None
    for key in column.keys if column else ():
        if key.startswith(("FK:", "REF:")):
            return _column(key.partition(":")[2])
    return None


def _column(path: str) -> tuple[str | None, str, str] | None:
    *schema, table, column = path.split(".") if path.count(".") else ("", "", "")
    return (".".join(schema) or None, table, column) if table and column else None
