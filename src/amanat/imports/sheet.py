"""Sheets that people keep: a row for each field, or for each field and source, with a header in row one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from amanat.conflicts.folding import fold
from amanat.imports.entry import NO_ID, Imported, NotThis, identifier, label_of, text
from amanat.imports.rows import Row

FORM = "x_sheet"
HEADS = {
    "field": (
        "field",
        "id",
        "field id",
        "data element",
        "data element id",
        "attribute",
        "identifier",
        "شناسه",
    ),
    "label": ("label", "name", "field name", "title", "data element name", "business name", "برچسب", "نام"),
    "definition": ("definition", "description", "meaning", "business definition", "تعریف"),
    "category": ("category", "data category", "دسته"),
    "classification": ("classification", "class", "sensitivity", "confidentiality", "طبقه"),
    "owner": ("owner", "data owner", "steward", "responsible", "مالک"),
    "subject": ("subject", "data subject", "صاحب داده"),
    "retention": ("retention", "retention policy", "retention period", "نگهداری"),
    "purposes": ("purposes", "purpose", "purpose of use", "هدف"),
    "type": ("type", "data type", "representation", "datatype"),
    "format": ("format",),
    "unit": ("unit", "unit of measure"),
    "system": ("system", "application", "source system", "سامانه"),
    "table": ("table", "entity", "object", "table name"),
    "column": ("column", "source column", "column name", "physical name"),
    "source": ("source",),
}
"""What a column of a sheet is called, by the key that it goes to (names of ISO 11179 among them)."""
_LISTS = ("purposes",)
_SOURCE = ("system", "table", "column", "source")
_TYPES = ("text", "integer", "decimal", "boolean", "date", "time", "timestamp", "money", "binary", "json")
_IDS = ("owner", "subject", "retention", "classification")


def read_rows(rows: list[Row], made: Imported) -> None:
    """Take rows into planned fields; rows of one id are its sources. Raises `NotThis`."""
    heads: dict[str, str] = {}
    for head in rows[0].cells if rows else ():
        for key, names in HEADS.items():
            if fold(head) in names:
                heads.setdefault(key, head)
    if "field" not in heads and "label" not in heads:
        raise NotThis("no column holds ids or names of fields: call one `field` or `label`")
    fields: dict[str, dict[str, Any]] = {}
    called: dict[str, str] = {}
    read = [(row, {key: text(row.cells.get(head)) for key, head in heads.items()}) for row in rows]
    taken = {identifier(_name(cells), dotted=True) for _, cells in read}
    for row, cells in read:
        written = _name(cells)
        if not written:
            told = ", ".join(value for value in row.cells.values() if value)
            made.lose(row.at, f"has neither an id nor a name, so it is no field: {told}")
            continue
        name = identifier(written, dotted=True)
        if name == NO_ID:
            if written not in called:
                called[written] = _free(_stand_in(cells), taken)
                taken.add(called[written])
                made.lose(row.at, f"`{written}` has no letters of an id, so it is called `{called[written]}`")
            name = called[written]
        label = label_of(cells.get("label"), cells.get("field"))
        entry = fields.setdefault(name, {"label": label, "status": "planned"})
        others = {head: text(value) for head, value in row.cells.items() if head not in heads.values()}
        _fill(entry, cells, others, row.at, made)
    for name, entry in fields.items():
        made.add("fields", name, entry, name)


def _name(cells: dict[str, str]) -> str:
    """What a row calls its field."""
    return cells.get("field") or cells.get("label") or ""


def _stand_in(cells: dict[str, str]) -> str:
    """An id for a field whose name has no letters of one, such as a Persian name: its column's."""
    column = cells.get("column") or cells.get("source", "").rpartition(".")[2]
    made = identifier(column)
    return "field" if made == NO_ID else made


def _free(name: str, taken: Collection[str]) -> str:
    """The id, with a number where another field has it."""
    chosen, number = name, 2
    while chosen in taken:
        chosen, number = f"{name}_{number}", number + 1
    return chosen


def _fill(
    entry: dict[str, Any], cells: dict[str, str], others: dict[str, str], at: str, made: Imported
) -> None:
    """Enter a row into the field it is about; what has no key of its own goes to `x_sheet`."""
    kept: dict[str, str] = {head: value for head, value in others.items() if value}
    for key, value in cells.items():
        if not value or key in ("field", "label", *_SOURCE):
            continue
        told = _told(key, value)
        if told is None or (key in _IDS and told != value):
            kept[key] = value  # as it was written
        if told is None:
            made.lose(at, f"type `{value}` is none of a field; it stays under `{FORM}`")
        elif entry.setdefault(key, told) != told:
            made.lose(at, f"says another `{key}` than an earlier row of the field: `{value}`")
    _source(entry, cells, kept, at, made)
    before = entry.get(FORM, {})
    for head, value in kept.items():
        if before.get(head, value) != value:
            made.lose(at, f"says another `{head}` than an earlier row of the field: `{value}`")
    if kept or before:
        entry[FORM] = {**kept, **before}


def _told(key: str, value: str) -> Any:
    """A cell as the value of its key; None for a type that is none."""
    if key == "type" and value not in _TYPES:
        return None
    if key in _LISTS:
        return [identifier(one, dotted=True) for one in value.replace(";", ",").split(",")]
    return identifier(value) if key in _IDS else value


def _source(
    entry: dict[str, Any], cells: dict[str, str], kept: dict[str, str], at: str, made: Imported
) -> None:
    named = {key: cells[key] for key in _SOURCE if cells.get(key)}
    source = named.get("source") or ".".join(named[key] for key in _SOURCE[:3] if key in named)
    if source.count(".") >= 2:
        system, _, path = source.partition(".")
        entry["sources"] = entry.get("sources", {}) | {f"{identifier(system)}.{path}": None}
    elif source:
        kept |= named
        made.lose(at, f"`{source}` names no system, table and column; it stays under `{FORM}`")
