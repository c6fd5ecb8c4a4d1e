"""Templates: which columns a record has, what they are called, and which slot fills each. They are data
files, so that a team can bring its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any, NamedTuple

from amanat.errors import UsageError
from amanat.inventory.ropa.slots import SLOTS
from amanat.inventory.select import unknown
from amanat.model.values import Text

TEMPLATES = ("art30", "art30-2", "ico", "cnil")
"""Templates that come with the tool."""


class TemplateColumn(NamedTuple):
    """A column: its slot, its heading by language, and the rule that asks for it."""

    slot: str
    label: Text
    source: str


class Template(NamedTuple):
    """A template: its name, what it is, its columns."""

    name: str
    title: Text
    columns: tuple[TemplateColumn, ...]


def template(name: str) -> Template:
    """A template that comes with the tool. Raises `UsageError` for an unknown one."""
    if name not in TEMPLATES:
        raise unknown("template", name, TEMPLATES)
    text = resources.files(__package__).joinpath("templates", f"{name}.json").read_text(encoding="utf-8")
    return from_data(name, json.loads(text))


def from_data(name: str, data: Any) -> Template:
    """A template from its data. Raises `UsageError` that names the column for whatever is wrong with it."""
    if not isinstance(data, Mapping) or not isinstance(data.get("columns"), list) or not data["columns"]:
        raise UsageError(f"`{name}` is not a template", hint="it needs `title` and a list `columns`")
    columns = tuple(_column(name, number, one) for number, one in enumerate(data["columns"], 1))
    slots = [column.slot for column in columns]
    twice = next((slot for slot in slots if slots.count(slot) > 1), None)
    if twice is not None:
        raise UsageError(f"`{name}` has the slot `{twice}` in two columns", hint="remove one of them")
    return Template(name, _label(data.get("title"), name), columns)


def _column(name: str, number: int, data: Any) -> TemplateColumn:
    where = f"column {number} of `{name}`"
    if not isinstance(data, Mapping) or not isinstance(data.get("slot"), str):
        raise UsageError(f"{where} has no `slot`", hint=f"one of: {', '.join(SLOTS)}")
    if data["slot"] not in SLOTS:
        error = unknown("slot", data["slot"], SLOTS)
        raise UsageError(f"{where}: {error.message}", hint=error.hint)
    strange = set(data) - {"slot", "label", "source"}
    if strange:
        raise UsageError(f"{where} has an unknown key `{min(strange)}`", hint="it takes slot, label, source")
    return TemplateColumn(
        data["slot"], _label(data.get("label"), data["slot"]), str(data.get("source") or "")
    )


def _label(value: Any, otherwise: str) -> Text:
    if isinstance(value, str) and value:
        return {"en": value}
    if isinstance(value, Mapping) and value and all(isinstance(one, str) for one in value.values()):
        return dict(value)
    return {"en": otherwise}
