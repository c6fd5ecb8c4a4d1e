"""Where entries are declared and used in one file, with positions."""

from __future__ import annotations

from typing import NamedTuple

from amanat.load.discover import ROOT_FILE
from amanat.load.positions import locate
from amanat.load.yamlread import span_of
from amanat.schema.slots import Form, Slot, key_slot, slot
from amanat.text import Span

KINDS = {"journey": "stages"}
"""Maps whose kind has another name in the model."""


class Declared(NamedTuple):
    """An entry and the span of its key."""

    kind: str
    id: str
    span: Span


class Used(NamedTuple):
    """A place where an entry is named: the span of what is written there, and the written text."""

    kind: str
    id: str
    form: Form
    span: Span
    text: str


class Places(NamedTuple):
    """What a file declares and uses, as far as it can be read."""

    declared: tuple[Declared, ...]
    used: tuple[Used, ...]


def places_of(file: str, text: str) -> Places:
    """Read a file's places."""
    root = file == ROOT_FILE
    declared: list[Declared] = []
    used: list[Used] = []
    for path, spot in locate(text).items():
        if spot.key is not None:
            key = str(path[-1])
            if len(path) == 2 and not root and path[0] != "defaults":
                section = str(path[0])
                declared.append(Declared(KINDS.get(section, section), key, span_of(spot.key)))
            found = key_slot(path, root)
            if found is not None:
                used.extend(_used(found, key, span_of(spot.key)))
        if not spot.collection:
            found = slot(path, root)
            value = getattr(spot.value, "value", None)
            if found is not None and isinstance(value, str) and value:
                used.extend(_used(found, value, span_of(spot.value)))
    return Places(tuple(declared), tuple(used))


def _used(found: Slot, text: str, span: Span) -> list[Used]:
    name = text
    if found.form is Form.SOURCE:
        name = text.partition(".")[0]
    elif found.form is Form.SELECTOR:
        name = text.removesuffix(".*")
    return [Used(found.kind, name, found.form, span, text)] if name and name != "*" else []
