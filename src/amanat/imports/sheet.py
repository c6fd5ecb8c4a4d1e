"""Sheets that people keep: a row for each field, or for each field and source, with a header in row one."""

from __future__ import annotations

from amanat.conflicts.folding import fold
from amanat.imports.entry import Imported, NotThis, identifier, label_of, text

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
_TYPES = ("text", "integer", "decimal", "boolean", "date", "time", "timestamp", "money", "binary", "json")
_IDS = ("owner", "subject", "retention", "classification")


def read_rows(rows: list[dict[str, str]], made: Imported) -> None:
    """Take rows into planned fields; rows of one id are its sources. Raises `NotThis`."""
    heads = {
        key: head for key, names in HEADS.items() for head in (rows[0] if rows else ()) if fold(head) in names
    }
    if "field" not in heads and "label" not in heads:
        raise NotThis("no column holds ids or names of fields: call one `field` or `label`")
    fields: dict[str, dict[str, object]] = {}
    for number, row in enumerate(rows, 2):
        cells = {key: text(row.get(head)) for key, head in heads.items()}
        name = identifier(cells.get("field") or cells.get("label") or "", dotted=True)
        if name == "x":
            made.lose(f"row {number}", "has neither an id nor a name, so it is no field")
            continue
        entry = fields.setdefault(
            name, {"label": label_of(cells.get("label"), cells.get("field")), "status": "planned"}
        )
        _fill(entry, cells, row, heads.values(), f"row {number}", made)
    for name, entry in fields.items():
        made.add("fields", name, entry, name)


def _fill(
    entry: dict[str, object],
    cells: dict[str, str],
    row: dict[str, str],
    used: object,
    at: str,
    made: Imported,
) -> None:
    kept = dict(entry.get(FORM) or {})  # type: ignore[call-overload]
    for key, value in cells.items():
        if not value or key in ("field", "label", "system", "table", "column", "source"):
            continue
        told: object = [one.strip() for one in value.replace(";", ",").split(",")] if key in _LISTS else value
        if key in _IDS:
            told = identifier(value)
        if key == "type" and value not in _TYPES:
            kept["type"] = value
            made.lose(at, f"type `{value}` is none of a field; it stays under `{FORM}`")
            continue
        if key in _LISTS:
            told = [identifier(one, dotted=True) for one in told]  # type: ignore[attr-defined]
        if key in entry and entry[key] != told:
            made.lose(at, f"says another `{key}` than an earlier row of the field: `{value}`")
            continue
        entry[key] = told
    source = cells.get("source") or ".".join(
        cells[key] for key in ("system", "table", "column") if cells.get(key)
    )
    if source.count(".") >= 2:
        system, _, path = source.partition(".")
        sources = dict(entry.get("sources") or {})  # type: ignore[call-overload]
        entry["sources"] = sources | {f"{identifier(system)}.{path}": None}
    elif source:
        made.lose(at, f"`{source}` names no system, table and column")
    for head, value in row.items():
        if value and head not in set(used):  # type: ignore[call-overload]
            kept[head] = text(value)
    if kept:
        entry[FORM] = kept
