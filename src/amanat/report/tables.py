"""A register as Markdown: what it is made from, then a table. No text of a catalog is ever markup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amanat import __version__
from amanat.inventory.columns import Absent, Cell
from amanat.inventory.csv import NONE
from amanat.inventory.register import Rows
from amanat.model.catalog import Catalog
from amanat.report.conflicts.markdown import code, prose
from amanat.report.console import printable


def to_markdown(title: str, register: Rows, catalog: Catalog, said: Mapping[str, str]) -> str:
    """The register as a document of its own."""
    return "\n".join(_lines(title, register, catalog, said)) + "\n"


def _lines(title: str, register: Rows, catalog: Catalog, said: Mapping[str, str]) -> Iterator[str]:
    yield f"# {prose(printable(title))}"
    yield ""
    facts = {"catalog": " / ".join(catalog.name.values()), "made by": f"amanat {__version__}", **said}
    for what, value in facts.items():
        yield f"- {what}: {prose(printable(value))}"
    yield f"- catalog digest: `sha256:{catalog.digest}`"
    yield ""
    yield f"| {' | '.join(prose(column.name) for column in register.columns)} |"
    yield f"|{'---|' * len(register.columns)}"
    number = 0
    for row in register.rows():
        number += 1
        yield f"| {' | '.join(_cell(row[column.name]) for column in register.columns)} |"
    yield ""
    rows = f"{number} row{'' if number == 1 else 's'}"
    yield f"{rows}. `unknown` is what nobody said, `n/a` what does not apply."


def _cell(cell: Cell) -> str:
    if isinstance(cell, Absent):
        return f"*{cell.value}*"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, tuple):
        return ", ".join(code(printable(item)) for item in cell) or f"*{NONE}*"
    return prose(printable(cell)) if isinstance(cell, str) else str(cell)
