"""Fides manifests: datasets, systems and data uses (fideslang)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from amanat.imports.entry import (
    Data,
    Imported,
    NotThis,
    identifier,
    label_of,
    left_over,
    maps,
    plain,
    source_part,
    text,
)

FORM = "x_fides"
_KINDS = ("dataset", "system", "data_use")


def read(documents: list[Any], made: Imported) -> None:
    """Take datasets, systems and data uses into entries. Raises `NotThis`."""
    found = False
    for document in documents:
        if not isinstance(document, Mapping):
            continue
        for one in maps(document.get("system")):
            _system(one, made)
        for one in maps(document.get("data_use")):
            _purpose(one, made)
        for one in maps(document.get("dataset")):
            _dataset(one, made)
        found = found or any(maps(document.get(kind)) for kind in _KINDS)
        made.keep(FORM, "", left_over(document, _KINDS))
    if not found:
        raise NotThis("it has no `dataset`, `system` or `data_use`")


def _system(one: Data, made: Imported) -> None:
    key = text(one.get("fides_key"))
    name = identifier(key or one.get("name"))
    uses = maps(one.get("privacy_declarations"))
    made.add(
        "systems",
        name,
        {
            "label": label_of(one.get("name"), key),
            "description": text(one.get("description")),
            FORM: left_over(one, ("name", "description")),
        },
        f"system.{key}",
    )
    for number, declared in enumerate(uses):
        use = text(declared.get("data_use"))
        if use:
            made.lose(
                f"system.{key}.privacy_declarations.{number}",
                f"stays under `{FORM}` of the system: say which fields serve `{identifier(use, True)}`",
            )


def _purpose(one: Data, made: Imported) -> None:
    key = text(one.get("fides_key"))
    made.add(
        "purposes",
        identifier(key, dotted=True),
        {
            "label": label_of(one.get("name"), key),
            "reason": text(one.get("description")),
            FORM: left_over(one, ("name", "description")),
        },
        f"data_use.{key}",
    )


def _dataset(one: Data, made: Imported) -> None:
    key = text(one.get("fides_key")) or text(one.get("name"))
    system = identifier(key)
    if system in made.sections.get("systems", {}):
        made.keep(FORM, f"dataset.{key}", left_over(one, ("collections",)))
    else:
        made.add(
            "systems",
            system,
            {
                "label": label_of(one.get("name"), key),
                "description": text(one.get("description")),
                FORM: left_over(one, ("name", "description", "collections")),
            },
            f"dataset.{key}",
        )
    inherited = one.get("data_categories")
    for collection in maps(one.get("collections")):
        table = source_part(collection.get("name"))
        at = f"dataset.{key}.{table}"
        made.keep(FORM, at, left_over(collection, ("name", "fields")))
        for column, item in _fields(collection.get("fields"), ""):
            _field(
                system,
                table,
                column,
                item,
                collection.get("data_categories") or inherited,
                made,
                f"{at}.{column}",
            )


def _fields(items: object, above: str) -> Iterator[tuple[str, Data]]:
    for item in maps(items):
        name = f"{above}{source_part(item.get('name'))}"
        yield name, item
        yield from _fields(item.get("fields"), f"{name}.")


def _field(
    system: str, table: str, column: str, item: Data, inherited: object, made: Imported, at: str
) -> None:
    named = item.get("data_categories") or inherited or ()
    categories = [text(one) for one in named] if isinstance(named, list | tuple) else []
    if not categories and maps(item.get("fields")):
        return  # it only holds others
    known = [found for one in categories if (found := category_of(one)) is not None]
    if categories and not known:
        made.lose(at, f"no category stands for {', '.join(categories)}; it stays under `{FORM}`")
    elif len(set(known)) > 1:
        made.lose(at, f"has several categories, of which `{known[0]}` counts; all stay under `{FORM}`")
    made.add(
        "fields",
        f"{identifier(table)}.{identifier(column)}",
        {
            "label": label_of(column),
            "definition": text(item.get("description")),
            "category": known[0] if known else None,
            "status": "planned",
            "sources": {f"{system}.{table}.{column}": None},
            FORM: left_over(item, ("name", "description", "fields"))
            | ({} if item.get("data_categories") else _from(inherited)),
        },
        at,
    )


def _from(inherited: object) -> dict[str, Any]:
    return {"data_categories": plain(inherited)} if inherited else {}


def category_of(fides: str) -> str | None:
    """The category that a data category of Fides stands for: its own, or the nearest above it."""
    steps = fides.split(".")
    while steps:
        found = _categories().get(".".join(steps))
        if found is not None:
            return found
        steps.pop()
    return None


@cache
def _categories() -> Mapping[str, str]:
    rows = files(__package__).joinpath("fides_categories.csv").read_text(encoding="utf-8").splitlines()
    return {row["fides"]: row["category"] for row in csv.DictReader(rows)}
