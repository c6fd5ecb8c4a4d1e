"""dbt projects: property files (`schema.yml`) and `manifest.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
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

FORM = "x_dbt"
_KINDS = ("models", "seeds", "snapshots")
_MADE = ("compiled_code", "raw_code", "checksum", "created_at", "root_path", "fqn", "unique_id", "doc_blocks")
"""What a manifest holds of dbt's own making."""


def read(documents: list[Any], made: Imported, system: str) -> None:
    """Take sources into a system each; models, seeds and snapshots into `system`; and a field for each
    column that is documented. Raises `NotThis`."""
    found = False
    for data in documents:
        if not isinstance(data, Mapping):
            continue
        tables = list(_of_manifest(data) if "nodes" in data else _of_properties(data))
        _others(data, made)
        found = found or bool(tables)
        for holder, source, table in tables:
            name = identifier(holder) if holder else system
            if name not in made.sections.get("systems", {}):
                made.add(
                    "systems", name, {"label": label_of(holder or system), FORM: source}, holder or system
                )
            _table(table, name, made)
    if not found:
        raise NotThis("it documents no table: it has neither `sources` nor `models`, `seeds` or `nodes`")


def _others(data: Data, made: Imported) -> None:
    """What a project has beside tables: kept where people wrote it, counted where dbt has made it."""
    if "nodes" not in data:
        made.keep(FORM, "", left_over(data, ("version", "sources", *_KINDS)))
        return
    counts = Counter(text(one.get("resource_type")) for one in _values(data.get("nodes")))
    for kind in ("exposures", "metrics", "macros", "groups", "semantic_models"):
        counts[kind] = len(_values(data.get(kind)))
    for kind, count in sorted(counts.items()):
        if count and kind not in ("model", "seed", "snapshot"):
            made.lose("", f"{count} of the manifest's `{kind}` left out: give the project's property files")


def _of_properties(data: Data) -> Iterator[tuple[str, dict[str, Any], Data]]:
    for source in maps(data.get("sources")):
        for table in maps(source.get("tables")):
            yield text(source.get("name")), left_over(source, ("name", "tables")), table
    for kind in _KINDS:
        for table in maps(data.get(kind)):
            yield "", {}, table


def _of_manifest(data: Data) -> Iterator[tuple[str, dict[str, Any], Data]]:
    for one in _values(data.get("sources")):
        yield text(one.get("source_name")), {"source_description": text(one.get("source_description"))}, one
    for one in _values(data.get("nodes")):
        if one.get("resource_type") in ("model", "seed", "snapshot"):
            yield "", {}, one


def _values(value: object) -> list[Data]:
    return [one for one in value.values() if isinstance(one, Mapping)] if isinstance(value, Mapping) else []


def _table(table: Data, system: str, made: Imported) -> None:
    name = source_part(table.get("identifier") or table.get("alias") or table.get("name"))
    taken = ("columns", "source_name", "resource_type", *_MADE)
    rest = left_over(table, taken if table.get("name") != name else (*taken, "name"))
    made.keep(FORM, f"{system}.{name}", rest)
    columns = table.get("columns")
    for one in _values(columns) if isinstance(columns, Mapping) else maps(columns):
        column = source_part(one.get("name"))
        made.add(
            "fields",
            f"{identifier(name)}.{identifier(column)}",
            {
                "label": label_of(column),
                "definition": text(one.get("description")),
                "status": "planned",
                "sources": {f"{system}.{name}.{column}": None},
                FORM: left_over(one, ("name", "description", "doc_blocks")),
            },
            f"{system}.{name}.{column}",
        )
