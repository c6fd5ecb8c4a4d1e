"""Business glossaries: OpenMetadata's export (CSV) and DataHub's file (YAML)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amanat.conflicts.folding import fold
from amanat.imports.entry import Data, Imported, NotThis, identifier, label_of, left_over, maps, text
from amanat.imports.rows import Row

FORM = "x_glossary"


def read(documents: list[Any], made: Imported) -> None:
    """Take the terms into planned fields: a term has no source until somebody names one. Raises `NotThis`."""
    for data in documents:
        if not isinstance(data, Mapping) or not (maps(data.get("nodes")) or maps(data.get("terms"))):
            raise NotThis("it has neither `nodes` nor `terms` of a business glossary")
        made.keep(FORM, "", left_over(data, ("nodes", "terms")))
        _node(data, "", made)


def _node(node: Data, above: str, made: Imported) -> None:
    for term in maps(node.get("terms")):
        name = text(term.get("name"))
        _term(f"{above}{identifier(name)}", name, text(term.get("description")), term, made)
    for one in maps(node.get("nodes")):
        name = text(one.get("name"))
        made.keep(FORM, f"{above}{identifier(name)}", left_over(one, ("nodes", "terms")))
        _node(one, f"{above}{identifier(name)}.", made)


def _term(name: str, label: str, definition: str, term: Data, made: Imported) -> None:
    made.add(
        "fields",
        name,
        {
            "label": label_of(label),
            "definition": definition,
            "status": "planned",
            FORM: left_over(term, ("name", "description", "displayname")),
        },
        name,
    )


def read_rows(rows: list[Row], made: Imported) -> None:
    """The same from the rows of OpenMetadata's export. Raises `NotThis`."""
    if not rows or not {"parent", "name*"} <= {fold(head) for head in rows[0].cells}:
        raise NotThis("it has no columns `parent` and `name*`")
    for row in rows:
        cells = {fold(head): value for head, value in row.cells.items()}
        above = "".join(f"{identifier(step)}." for step in cells["parent"].split(".") if step)
        shown, name = cells.get("displayname") or "", cells["name*"]
        _term(above + identifier(name), shown or name, text(cells.get("description")), cells, made)
