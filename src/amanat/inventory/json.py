"""Registers as JSON: who made it from what, then the rows, one a line (see their schemas)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from amanat import __version__
from amanat.inventory.columns import Cell, Column
from amanat.inventory.csv import quoted
from amanat.inventory.discrepancies import Register as Discrepancies
from amanat.inventory.register import Register, Rows
from amanat.model.catalog import Catalog

VERSION = 1
_PLAINLY = json.JSONEncoder(ensure_ascii=False)


def heading(catalog: Catalog, columns: Iterable[Column], **said: object) -> dict[str, object]:
    """What an auditor asks of an export: tool, catalog and its digest, what was left out, how many rows."""
    return {
        "version": VERSION,
        "tool": {"name": "amanat", "version": __version__},
        "catalog": {"name": dict(catalog.name), "digest": catalog.digest, "files": len(catalog.files)},
        **said,
        "columns": [{"name": name, "kind": kind} for name, kind, _ in columns],
    }


def value_of(cell: Cell) -> object:
    """A cell as JSON; a text that reads like `unknown` or `n/a` stands in quotes of its own."""
    return quoted(cell) if type(cell) is str else cell


def to_json(register: Register) -> Iterator[str]:
    """The inventory as JSON, in pieces."""
    said = {"by": register.by, "filters": register.filters.given(), "total": register.total}
    return written(heading(register.catalog, register.columns, **said), register)


def discrepancies(register: Discrepancies) -> Iterator[str]:
    """The register of discrepancies as JSON, in pieces."""
    said = {
        "as_of": register.as_of.isoformat() if register.as_of else None,
        "by": register.by,
        "filters": register.wanted.given(),
        "held": register.held,
        "counts": register.counts,
        "total": register.total,
    }
    return written(heading(register.catalog, register.columns, **said), register)


def written(heading: Mapping[str, object], register: Rows) -> Iterator[str]:
    """A heading and rows as one JSON document, in pieces."""
    head = json.dumps(heading, ensure_ascii=False, indent=2)
    names = [column.name for column in register.columns]
    yield head[:-2] + ',\n  "rows": ['
    before = "\n"
    for row in register.rows():
        told = dict(zip(names, map(value_of, map(row.__getitem__, names)), strict=True))
        yield f"{before}    {_PLAINLY.encode(told)}"
        before = ",\n"
    yield "\n  ]\n}\n"
