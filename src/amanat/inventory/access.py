"""The register of access: what is open to whom, for what, and how it is shown. What is not listed is
denied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from amanat.inventory.cells import NOT_APPLICABLE, UNKNOWN
from amanat.inventory.columns import Cell, Column
from amanat.inventory.register import Row
from amanat.model.catalog import Catalog
from amanat.policy.matrix import Selection, cells
from amanat.policy.request import Effect

COLUMNS = (
    Column("role", "text", "Who acts."),
    Column("purpose", "text", "For what."),
    Column("action", "text", "read, create, update, delete, export or share."),
    Column("field", "text", "Which field."),
    Column("decision", "text", "allow, or mask."),
    Column("mask", "text", "What is shown instead of the value; n/a where it is shown as it is."),
    Column(
        "conditions",
        "list",
        "Row conditions that all have to hold, such as a consent; none where all rows are open.",
    ),
    Column("classification", "text", "How sensitive the field is."),
    Column("clearance", "text", "What the role is cleared for."),
    Column("category", "text", "Category of personal data."),
    Column("systems", "list", "Systems that hold the field."),
)


@dataclass(frozen=True, slots=True)
class Access:
    """The register. It can be long, so its rows are made as they are asked for."""

    catalog: Catalog
    as_of: date | None
    wanted: Selection
    columns: tuple[Column, ...] = COLUMNS

    def rows(self) -> Iterator[Row]:
        """The open cells, sorted by role, purpose, action and field."""
        catalog = self.catalog
        about: dict[str, dict[str, Cell]] = {}
        for cell in cells(catalog, self.as_of, **self.wanted._asdict()):
            if cell.effect is Effect.DENY:
                continue
            if cell.field not in about:
                field = catalog.fields[cell.field]
                about[cell.field] = {
                    "classification": field.classification or UNKNOWN,
                    "category": field.category or UNKNOWN,
                    "systems": tuple(sorted({one.system for one in field.sources.values()})),
                }
            yield {
                "role": cell.role,
                "purpose": cell.purpose,
                "action": cell.action.value,
                "field": cell.field,
                "decision": cell.effect.value,
                "mask": str(cell.mask) if cell.mask else NOT_APPLICABLE,
                "conditions": tuple(map(str, cell.conditions)),
                "clearance": catalog.roles[cell.role].clearance or UNKNOWN,
                **about[cell.field],
            }
