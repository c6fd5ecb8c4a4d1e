"""What a pack is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from amanat.conflicts import Report
from amanat.diagnostic import Diagnostic
from amanat.history.provenance import Provenance
from amanat.inventory.register import Spans
from amanat.model.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Material:
    """A judged catalog and where it stands. `day` is the day that it was judged on, `day_given` whether
    somebody asked for it; `root` is the catalog's folder in the repository, for asking git."""

    catalog: Catalog
    spans: Spans
    diagnostics: tuple[Diagnostic, ...]
    conflicts: Report
    day: date | None
    day_given: bool
    stands: Provenance
    root: Path

    @property
    def named_day(self) -> date | None:
        """The day that files may name: only one that was asked for."""
        return self.day if self.day_given else None
