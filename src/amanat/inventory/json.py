"""The register as JSON: who made it from what, then the rows, one a line (see the inventory schema)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from amanat import __version__
from amanat.inventory.columns import Cell
from amanat.inventory.csv import quoted
from amanat.inventory.register import Register

VERSION = 1


def heading(register: Register) -> dict[str, object]:
    """What an auditor asks of an export: tool, catalog and its digest, what was left out, how many rows."""
    catalog = register.catalog
    return {
        "version": VERSION,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": {"name": dict(catalog.name), "digest": catalog.digest, "files": len(catalog.files)},
        "by": register.by,
        "filters": register.filters.given(),
        "total": register.total,
        "columns": [{"name": name, "kind": kind} for name, kind, _ in register.columns],
    }


def value_of(cell: Cell) -> object:
    """A cell as JSON; a text that reads like `unknown` or `n/a` stands in quotes of its own."""
    return quoted(cell) if type(cell) is str else cell


def to_json(register: Register) -> Iterator[str]:
    """The register as JSON, in pieces."""
    head = json.dumps(heading(register), ensure_ascii=False, indent=2)
    names = [column.name for column in register.columns]
    yield head[:-2] + ',\n  "rows": ['
    before = "\n"
    for row in register.rows():
        yield f"{before}    {json.dumps({name: value_of(row[name]) for name in names}, ensure_ascii=False)}"
        before = ",\n"
    yield "\n  ]\n}\n"
