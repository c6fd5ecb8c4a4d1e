"""Completeness: of the columns that were observed in each system, how many are mapped, ignored with a
reason, or neither. The sum is the population."""

from __future__ import annotations

from amanat.inventory.columns import Absent, Cell, Column
from amanat.inventory.register import Row
from amanat.inventory.tables import Table
from amanat.model.catalog import Catalog
from amanat.observe.coverage import coverage

COLUMNS = (
    Column("system", "text", "System; `total` for all whose columns were observed."),
    Column("observed", "integer", "Columns in its snapshot; unknown without one."),
    Column("mapped", "integer", "Of these: held by a field, or named by the catalog elsewhere."),
    Column("ignored", "integer", "Of these: ignored with a reason."),
    Column("unmapped", "integer", "Of these: neither."),
    Column("vanished", "integer", "Columns that the catalog names and the snapshot does not have."),
    Column("adds_up", "flag", "Whether mapped, ignored and unmapped make up what was observed."),
    Column("snapshot", "text", "File of the snapshot."),
)


def population(catalog: Catalog) -> Table:
    """A row for each system, then the total."""
    rows: list[Row] = []
    sums = {"observed": 0, "mapped": 0, "ignored": 0, "unmapped": 0, "vanished": 0}
    for one in coverage(catalog):
        snapshot = catalog.snapshots.get(one.system.id)
        if one.total is None or snapshot is None:
            unknown: dict[str, Cell] = dict.fromkeys((*sums, "adds_up", "snapshot"), Absent.UNKNOWN)
            rows.append({"system": one.system.id, **unknown})
            continue
        counts = {
            "observed": one.total,
            "mapped": one.mapped,
            "ignored": one.ignored_count,
            "unmapped": len(one.unmapped),
            "vanished": len(one.vanished),
        }
        for name, number in counts.items():
            sums[name] += number
        rows.append(
            {"system": one.system.id, **counts, "adds_up": adds_up(counts), "snapshot": snapshot.file}
        )
    rows.append({"system": "total", **sums, "adds_up": adds_up(sums), "snapshot": Absent.NOT_APPLICABLE})
    return Table("population", catalog, COLUMNS, tuple(rows))


def adds_up(counts: dict[str, int]) -> bool:
    """Whether nothing of the population is counted twice or left out."""
    return counts["mapped"] + counts["ignored"] + counts["unmapped"] == counts["observed"]
