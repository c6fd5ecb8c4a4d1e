"""Drift: where what is declared and what was observed part, and what changed from one snapshot to the next.

The two are told apart. Declared against observed: a column that the catalog names has vanished, an observed
one is new to the catalog, or a facet is declared one way and observed another. Snapshot against snapshot:
what came, went or changed in the system itself, and which fields it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from amanat.conflicts.native import DIALECTS
from amanat.conflicts.report import Report
from amanat.conflicts.spelling import Spelled, spelled_as
from amanat.diagnostic import Severity
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.snapshot import ObservedColumn, Snapshot
from amanat.model.values import FieldId, SourceId, SystemId
from amanat.observe.coverage import Ignoring, holders, in_use, named_elsewhere
from amanat.text import Place


class What(StrEnum):
    """What drifted, beside the facets of `conflicts` (`type`, `length`, `nullable`, `codes` …)."""

    VANISHED = "vanished"
    NEW = "new"
    TYPE = "type"
    NULLABLE = "nullable"
    DEFAULT = "default"
    CODES = "codes"
    KEY = "key"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Drifted:
    """One difference. `was` is what is declared, or what the earlier snapshot shows; `now` what the snapshot
    shows; None where the column is not there. `fields` are those that the column holds."""

    system: SystemId
    column: str
    what: str
    was: str | None
    now: str | None
    severity: Severity
    fields: tuple[FieldId, ...]
    place: Place
    related: Place | None = None

    @property
    def source(self) -> SourceId:
        """The column as a source."""
        return SourceId(f"{self.system}.{self.column}")


@dataclass(frozen=True, slots=True)
class Drifts:
    """All differences, sorted by system, column and kind, and the systems of which nothing can be said:
    they have no snapshot, or no earlier one."""

    found: tuple[Drifted, ...]
    unseen: tuple[SystemId, ...]
    compared: tuple[SystemId, ...]

    def fails(self, least: Severity) -> bool:
        """Whether a difference is at least so severe."""
        return any(one.severity.rank <= least.rank for one in self.found)


def from_declared(catalog: Catalog, report: Report, systems: Collection[str] = ()) -> Drifts:
    """What is declared against what the snapshots show. `report` is that of the conflict engine."""
    chosen = _chosen(catalog, systems)
    seen = tuple(name for name in chosen if name in catalog.snapshots)
    found = [*_vanished(catalog, seen), *_new(catalog, seen), *_facets(catalog, report, seen)]
    return Drifts(_sorted(found), tuple(name for name in chosen if name not in catalog.snapshots), seen)


def from_earlier(
    catalog: Catalog, earlier: Mapping[SystemId, Snapshot], systems: Collection[str] = ()
) -> Drifts:
    """What the snapshots show against what earlier ones showed."""
    chosen = _chosen(catalog, systems)
    both = tuple(name for name in chosen if name in catalog.snapshots and name in earlier)
    held_by = holders(catalog)
    found = [one for name in both for one in _between(catalog, name, earlier[name], held_by)]
    return Drifts(_sorted(found), tuple(name for name in chosen if name not in both), both)


def _chosen(catalog: Catalog, systems: Collection[str]) -> tuple[SystemId, ...]:
    return tuple(
        name
        for name, system in sorted(catalog.systems.items())
        if in_use(system.status) and (not systems or name in systems)
    )


def _sorted(found: Collection[Drifted]) -> tuple[Drifted, ...]:
    return tuple(sorted(found, key=lambda one: (one.system, one.column, one.what, one.fields, one.place)))


def _ids(fields: Collection[Field]) -> tuple[FieldId, ...]:
    return tuple(sorted(field.id for field in fields))


def _vanished(catalog: Catalog, systems: Collection[SystemId]) -> Iterator[Drifted]:
    for source, fields in holders(catalog).items():
        name, _, column = source.partition(".")
        if name in systems and column not in catalog.snapshots[SystemId(name)].columns:
            place = fields[0].sources[source].place
            yield _gone(catalog, SystemId(name), column, _ids(fields), place)
    for source, _, place in named_elsewhere(catalog):
        name, _, column = source.partition(".")
        if name in systems and column not in catalog.snapshots[SystemId(name)].columns:
            yield _gone(catalog, SystemId(name), column, (), place)


def _gone(
    catalog: Catalog, system: SystemId, column: str, fields: tuple[FieldId, ...], place: Place
) -> Drifted:
    related = Place(catalog.snapshots[system].file, (1,))
    return Drifted(system, column, What.VANISHED, "declared", None, Severity.ERROR, fields, place, related)


def _new(catalog: Catalog, systems: Collection[SystemId]) -> Iterator[Drifted]:
    known = {*holders(catalog), *(source for source, _, _ in named_elsewhere(catalog))}
    for name in systems:
        snapshot, ignoring = catalog.snapshots[name], Ignoring(catalog.systems[name])
        for path, column in snapshot.columns.items():
            if SourceId(f"{name}.{path}") not in known and ignoring.why(path) is None:
                place = snapshot.place(column)
                yield Drifted(name, path, What.NEW, None, _spelled(column), Severity.WARNING, (), place)


def _facets(catalog: Catalog, report: Report, systems: Collection[SystemId]) -> Iterator[Drifted]:
    for one in report.drift:
        name, _, column = one.source.partition(".")
        if name in systems and in_use(catalog.fields[one.field].status):
            yield Drifted(
                SystemId(name),
                column,
                one.facet.value,
                _shown(one.declared),
                _shown(one.observed),
                Severity.WARNING,
                (one.field,),
                one.declared_at,
                one.observed_at,
            )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{_shown(key)} → {_shown(each)}" for key, each in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(_shown, sorted(value, key=str) if isinstance(value, set | frozenset) else value))
    return "NULL" if value is None else str(value)


def _between(
    catalog: Catalog, name: SystemId, earlier: Snapshot, held_by: Mapping[SourceId, Collection[Field]]
) -> Iterator[Drifted]:
    snapshot, ignoring = catalog.snapshots[name], Ignoring(catalog.systems[name])
    elsewhere = {source for source, _, _ in named_elsewhere(catalog)}
    engine = catalog.systems[name].engine
    for path in sorted({*earlier.columns, *snapshot.columns}):
        old, new = earlier.columns.get(path), snapshot.columns.get(path)
        source = SourceId(f"{name}.{path}")
        fields = _ids(held_by.get(source, ()))
        named = bool(fields) or source in elsewhere
        if new is None:
            assert old is not None
            severity = Severity.ERROR if named else Severity.INFO
            place = Place(snapshot.file, (1,))
            yield Drifted(name, path, What.VANISHED, _spelled(old), None, severity, fields, place)
        elif old is None:
            settled = named or ignoring.why(path) is not None
            severity = Severity.INFO if settled else Severity.WARNING
            yield Drifted(name, path, What.NEW, None, _spelled(new), severity, fields, snapshot.place(new))
        else:
            for what, was, now in _changes(engine, old, new):
                severity = Severity.WARNING if named and what in _MATTERS else Severity.INFO
                yield Drifted(name, path, what, was, now, severity, fields, snapshot.place(new))


_MATTERS = (What.TYPE, What.NULLABLE, What.CODES, What.KEY)
"""What may break an agreement between sources; defaults and comments are told, and no more."""


def _changes(engine: str | None, old: ObservedColumn, new: ObservedColumn) -> Iterator[tuple[What, str, str]]:
    if _type(old) != _type(new) and not _same_type(engine, old, new):
        yield What.TYPE, _spelled(old), _spelled(new)
    for what, was, now in (
        (What.NULLABLE, _known(old.nullable), _known(new.nullable)),
        (What.DEFAULT, _default(old), _default(new)),
        (What.CODES, _codes(old), _codes(new)),
        (What.KEY, " ".join(sorted(old.keys)), " ".join(sorted(new.keys))),
        (What.COMMENT, old.comment, new.comment),
    ):
        if was != now:
            yield what, was, now


def _type(column: ObservedColumn) -> tuple[str | int | None, ...]:
    return (column.type, column.length, column.precision, column.scale)


def _same_type(engine: str | None, old: ObservedColumn, new: ObservedColumn) -> bool:
    """Whether two spellings are the same type with the same limits; what is not read is never the same."""
    one, other = (_parsed(engine, column) for column in (old, new))
    return one.name != "" and one == other


def _parsed(engine: str | None, column: ObservedColumn) -> Spelled:
    spelling = spelled_as(DIALECTS.get(engine or "", ""), column.type or "")
    limits = (column.length, column.precision, column.scale)
    beside = tuple(limit for limit in limits if limit is not None)
    return spelling if spelling.numbers else spelling._replace(numbers=beside)


def _spelled(column: ObservedColumn) -> str:
    """The type with its limits, as one reads it; "?" where the snapshot says none."""
    limits = [str(n) for n in (column.length, column.precision, column.scale) if n is not None]
    if column.type and limits and "(" not in column.type:
        return f"{column.type}({','.join(limits)})"
    return column.type or "?"


def _known(value: bool | None) -> str:
    return "?" if value is None else "yes" if value else "no"


def _default(column: ObservedColumn) -> str:
    return "none" if column.default is None else column.default or "''"


def _codes(column: ObservedColumn) -> str:
    return " | ".join(f"{code}={means}" if means else code for code, means in sorted(column.values.items()))
