"""Data contracts of the Open Data Contract Standard (ODCS 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amanat.imports.entry import (
    Data,
    Imported,
    NotThis,
    identifier,
    label_of,
    left_over,
    maps,
    source_part,
    text,
)

FORM = "x_odcs"


def read(documents: list[Any], made: Imported) -> None:
    """Take contracts into a system each, and a field for each property. Raises `NotThis`."""
    for data in documents:
        if not isinstance(data, Mapping) or data.get("kind") != "DataContract":
            raise NotThis("it has no `kind: DataContract`")
        name = text(data.get("dataProduct")) or text(data.get("name")) or text(data.get("id"))
        description = data.get("description")
        purpose = text(description.get("purpose")) if isinstance(description, Mapping) else ""
        made_as = made.add(
            "systems",
            identifier(name),
            {
                "label": label_of(name),
                "description": purpose,
                FORM: left_over(data, ("schema", "kind")),
            },
            name,
        )
        for table in maps(data.get("schema")):
            _object(table, made_as, made)


def _object(table: Data, system: str, made: Imported) -> None:
    name = source_part(table.get("physicalName") or table.get("name"))
    rest = left_over(table, ("properties", *_names(table)))
    if not maps(table.get("properties")):
        rest["properties"] = []
    made.keep(FORM, f"schema.{name}", rest)
    _properties(table, "", name, system, made)


def _names(one: Data) -> tuple[str, ...]:
    """The keys of names that say no more than the source does."""
    same = one.get("physicalName") in (None, one.get("name"))
    return ("name", "physicalName") if same else ("physicalName",)


def _properties(holder: Data, above: str, table: str, system: str, made: Imported) -> None:
    for one in maps(holder.get("properties")):
        column = above + source_part(one.get("physicalName") or one.get("name"))
        made.add(
            "fields",
            f"{identifier(table)}.{identifier(column)}",
            {
                "label": label_of(one.get("businessName"), one.get("name")),
                "definition": text(one.get("description")),
                "critical": True if one.get("criticalDataElement") is True else None,
                "status": "planned",
                "sources": {f"{system}.{table}.{column}": None},
                FORM: left_over(
                    one,
                    (
                        *_names(one),
                        "businessName",
                        "description",
                        "criticalDataElement",
                        "properties",
                    ),
                ),
            },
            f"schema.{table}.{column}",
        )
        _properties(one, f"{column}.", table, system, made)
