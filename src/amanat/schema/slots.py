"""Where ids of other entries stand in the YAML files: the one table for editors.

A line is a path and the map that the id is from. In a path `*` is any key, `#` an item of a list, and `{}` at
the end means that the id is the key itself. Where a value may be one id or a list, both are meant.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from amanat.schema import FILE, ROOT

Path = tuple[str | int, ...]


class Form(StrEnum):
    """How an entry is named."""

    ID = "id"
    SELECTOR = "selector"
    """An id, `prefix.*` or `*`."""
    SOURCE = "source"
    """`system.table.column`; the id is its first part."""


class Slot(NamedTuple):
    """What may stand somewhere: ids of `kind` (a map of the model, `stages` for `journey`), written in a
    form, as a key or as a value."""

    kind: str
    form: Form
    key: bool


_INHERITABLE = {
    "owner": "teams",
    "subject": "subjects",
    "classification": "classifications",
    "retention": "retention",
    "purposes": "purposes",
}
_CLAIMED = {
    "owner": "teams",
    "retention": "retention",
    "classification": "classifications",
    "purposes": "purposes",
    "stages": "stages",
}
_SELECTED = {
    "role": "roles",
    "purpose": "purposes",
    "field": "fields",
    "category": "categories",
    "classification": "classifications",
}

IDS: dict[str, dict[str, str]] = {
    FILE: {
        "subjects/*/global_id": "fields",
        "categories/*/classification": "classifications",
        "categories/*/owner": "teams",
        "categories/*/retention": "retention",
        "systems/*/owner": "teams",
        "systems/*/recipient": "recipients",
        "transfers/*/recipient": "recipients",
        "transfers/*/system": "systems",
        "transfers/*/purposes/#": "purposes",
        "roles/*/clearance": "classifications",
        "purposes/*/roles/{}": "roles",
        "purposes/*/stages/#": "stages",
        "purposes/*/recipients/#": "recipients",
        "holds/*/by": "teams",
        "holds/*/systems/#": "systems",
        "fields/*/category": "categories",
        "fields/*/narrative": "fields",
        "fields/*/derived_from/#": "fields",
        "fields/*/stages/#": "stages",
        "fields/*/mask_for/{}": "purposes",
        "discrepancies/*/field": "fields",
        "discrepancies/*/approved_by": "teams",
        "approvals/*/by": "teams",
        "defaults/category": "categories",
        "defaults/stages/#": "stages",
        **{f"fields/*/{name}": kind for name, kind in _INHERITABLE.items()},
        **{f"defaults/{name}": kind for name, kind in _INHERITABLE.items()},
        **{f"fields/*/sources/*/{name}": kind for name, kind in _CLAIMED.items()},
    },
    ROOT: {
        **{f"catalog/defaults/{name}": kind for name, kind in _INHERITABLE.items()},
        "rules/ignore/#/by": "teams",
        "approvals/*": "teams",
    },
}
"""Schema to path to the kind whose ids stand there."""

SELECTORS: dict[str, str] = {
    "holds/*/fields/#": "fields",
    **{f"denials/*/{name}": kind for name, kind in _SELECTED.items()},
    **{
        f"expectations/*/{effect}/{name}": kind
        for effect in ("allow", "mask", "deny")
        for name, kind in _SELECTED.items()
    },
}
"""Path to the kind that is selected from, in catalog files."""

SOURCES: tuple[str, ...] = (
    "systems/*/customer_id",
    "systems/*/links/#/from",
    "systems/*/links/#/to",
    "purposes/*/consent/recorded_in",
    "retention/*/proved_by",
    "retention/*/where/*/proved_by",
    "fields/*/sources/{}",
    "fields/*/master",
    "fields/*/survivorship/priority/#",
)
"""Paths where a column of a system is named, in catalog files."""


def slot(path: Path, root: bool = False) -> Slot | None:
    """What may stand at a path of a catalog file (of `amanat.yaml` with `root`) as a value, or None. A list
    and its items are the same slot."""
    return _find(path, False, root)


def key_slot(path: Path, root: bool = False) -> Slot | None:
    """What may stand as the last key of a path, or None."""
    return _find(path, True, root)


def _find(path: Path, key: bool, root: bool) -> Slot | None:
    if path and isinstance(path[-1], int) and not key:
        path = path[:-1]
    if not path:
        return None
    table = _table(root)
    last = "" if key else str(path[-1])
    for end in dict.fromkeys((last, "")):
        for pattern, found in table.get((len(path), key, str(path[0]), end), ()):
            if all(
                wanted in ("*", "{}") or wanted == ("#" if isinstance(step, int) else step)
                for wanted, step in zip(pattern, path, strict=True)
            ):
                return found
    return None


@cache
def _table(root: bool) -> dict[tuple[int, bool, str, str], list[tuple[tuple[str, ...], Slot]]]:
    """The paths by length, whether the id is a key, and their first and last step ("" for any): most
    places of a file have no id, and there are very many."""
    lines = [(path, kind, Form.ID) for path, kind in IDS[ROOT if root else FILE].items()]
    if not root:
        lines += [(path, kind, Form.SELECTOR) for path, kind in SELECTORS.items()]
        lines += [(path, "systems", Form.SOURCE) for path in SOURCES]
    made: dict[tuple[int, bool, str, str], list[tuple[tuple[str, ...], Slot]]] = {}
    for path, kind, form in lines:
        steps = tuple(path.removesuffix("/#").split("/"))
        key = steps[-1] == "{}"
        last = "" if steps[-1] in ("{}", "*") else steps[-1]
        made.setdefault((len(steps), key, steps[0], last), []).append((steps, Slot(kind, form, key)))
    return made
