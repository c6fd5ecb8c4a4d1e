"""Observed snapshots: what a machine read from a live system. Never merged into what people declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amanat.model.values import SystemId
from amanat.text import Place


@dataclass(frozen=True, slots=True)
class ObservedColumn:
    """A column as observed. `None` is: the snapshot does not say.

    `type` is as the engine spells it; `values` maps an allowed value to its meaning ("" if unknown);
    `keys` holds `PK`, `UQ`, `FK:table.column`, `REF:table.column`; `line` counts from 1 in the file.
    """

    table: str
    column: str
    type: str | None
    length: int | None
    precision: int | None
    scale: int | None
    nullable: bool | None
    default: str | None
    values: Mapping[str, str]
    keys: tuple[str, ...]
    comment: str
    line: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The observed columns of one system, keyed by `table.column` (or `schema.table.column`)."""

    system: SystemId
    file: str
    columns: Mapping[str, ObservedColumn]
    provenance: Mapping[str, object]

    def place(self, column: ObservedColumn) -> Place:
        """The row of the snapshot file that the column was read from."""
        return Place(self.file, (column.line,))
