"""Where a column stands: which fields map it, or why none does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import translate

from amanat.errors import UsageError
from amanat.inventory.cells import NOT_APPLICABLE, UNKNOWN
from amanat.inventory.columns import Cell
from amanat.inventory.register import Spans
from amanat.load.fields import sources_of
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import IgnoredColumns
from amanat.model.snapshot import ObservedColumn
from amanat.model.values import FieldId, SourceId, SystemId, in_language
from amanat.observe.coverage import Ignoring
from amanat.text import Place


@dataclass(frozen=True, slots=True)
class Standing:
    """How a column of a system stands in the catalog.

    `fields` map it; `column` is what was observed of it, None where no snapshot has it; `ignored` is the
    entry that says why it needs no field. A column that is observed, not mapped and not ignored is the gap.
    """

    source: SourceId
    system: SystemId
    path: str
    fields: tuple[Field, ...]
    column: ObservedColumn | None
    ignored: IgnoredColumns | None


class _Columns:
    """Every column that the catalog declares or a snapshot has, by source: its system and its path there."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._mapped: dict[SourceId, list[FieldId]] = {}
        self.parts: dict[SourceId, tuple[SystemId, str]] = {}
        for name, sources in sources_of(catalog.fields):
            for source in sources:
                self._mapped.setdefault(source, []).append(name)
                system, _, path = source.partition(".")
                self.parts[source] = (SystemId(system), path)
        for system_id, snapshot in catalog.snapshots.items():
            for path in snapshot.columns:
                self.parts[SourceId(f"{system_id}.{path}")] = (system_id, path)
        self._ignoring = {system.id: Ignoring(system) for system in catalog.systems.values()}

    def standing(self, column: SourceId) -> Standing:
        """How a column stands."""
        system, path = self.parts[column]
        cat = self._catalog
        observed = cat.snapshots[system].columns.get(path) if system in cat.snapshots else None
        by = tuple(cat.fields[name] for name in self._mapped.get(column, ()))
        ignored = None if by or system not in self._ignoring else self._ignoring[system].why(path)
        return Standing(column, system, path, by, observed, ignored)


def standings(catalog: Catalog) -> Iterator[Standing]:
    """Every column that the catalog declares or a snapshot has, sorted by source."""
    columns = _Columns(catalog)
    return map(columns.standing, sorted(columns.parts))


COLUMNS = ("source", "stands", "field", "is_master", "at", "observed", "observed_at", "reason")
"""What `rows` tells of a column."""


def rows(catalog: Catalog, found: Iterable[Standing], spans: Spans) -> Iterator[tuple[Cell, ...]]:
    """One row for each field that maps a column, or one that says why none does: it is `ignored` with a
    reason, or `unmapped`, the gap."""
    for one in found:
        seen = _observation(catalog, one)
        for field in one.fields:
            source = field.sources[one.source]
            master = one.source == field.master if field.master else UNKNOWN
            yield (one.source, "mapped", field.id, master, _at(source.place, spans), *seen, NOT_APPLICABLE)
        if not one.fields and one.ignored:
            reason = in_language(one.ignored.reason, catalog.language) or UNKNOWN
            at = _at(one.ignored.place, spans)
            yield (one.source, "ignored", NOT_APPLICABLE, NOT_APPLICABLE, at, *seen, reason)
        elif not one.fields:
            yield (one.source, "unmapped", UNKNOWN, UNKNOWN, NOT_APPLICABLE, *seen, UNKNOWN)


def _observation(catalog: Catalog, one: Standing) -> tuple[Cell, Cell]:
    snapshot = catalog.snapshots.get(one.system)
    if snapshot is None:
        return (UNKNOWN, UNKNOWN)
    if one.column is None:
        return (False, snapshot.file)
    return (one.column.type or True, f"{snapshot.file}:{one.column.line}")


def _at(place: Place, spans: Spans) -> Cell:
    span = spans.span(place)
    return f"{place.file}:{span.line}" if span else place.file


def locate(catalog: Catalog, wanted: str) -> tuple[Standing, ...]:
    """The columns that `wanted` means: a source, `table.column`, a glob over either, a system, a table, or
    a bare column name; first as spelled, else whatever the case.

    Raises `UsageError` with the nearest column where there is none.
    """
    columns = _Columns(catalog)
    there = [(column, *columns.parts[column]) for column in sorted(columns.parts)]
    for fold in (str, str.casefold):
        meant = fold(wanted)
        glob = re.compile(translate(meant)) if any(sign in wanted for sign in "*?[") else None
        found = tuple(
            columns.standing(source)
            for source, system, path in there
            if (
                meant in fold(source) and meant in map(fold, _names(source, system, path))
                if glob is None
                else any(glob.match(fold(name)) for name in (source, path))
            )
        )
        if found:
            return found
    raise UsageError(f"no column `{wanted}` is declared or observed", hint=_nearest(wanted, there))


def _names(source: SourceId, system: SystemId, path: str) -> Iterator[str]:
    """Every dotted run of the source's parts that a person may write for it."""
    steps = path.split(".")
    yield source
    yield system
    for start in range(len(steps)):
        yield ".".join(steps[start:])
    for end in range(1, len(steps)):
        yield ".".join(steps[:end])
        yield f"{system}.{'.'.join(steps[:end])}"


def _nearest(wanted: str, there: Iterable[tuple[SourceId, SystemId, str]]) -> str:
    folded = wanted.casefold()
    by_name: dict[str, str] = {}
    for source, _, path in there:
        for name in (path.rpartition(".")[2], path, source):
            by_name.setdefault(name.casefold(), source)
    near = get_close_matches(folded, by_name, n=3, cutoff=0.6)
    if not near:
        return "write a source such as `system.table.column`, a column's name, or a glob such as `*.email`"
    names = dict.fromkeys(by_name[name] for name in near)
    return f"did you mean {' or '.join(f'`{source}`' for source in names)}?"
