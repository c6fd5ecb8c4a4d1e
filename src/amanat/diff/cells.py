"""Which change has a part in which cell that moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from amanat.diff.change import Change, Level
from amanat.model.catalog import Catalog, ancestors, selects
from amanat.policy.changed import Move, Way

_FIELD = frozenset(
    ("purposes", "classification", "mask", "mask_for", "status", "category", "facets", "sources", "")
)
"""Attributes of a field that its cells depend on."""
_PURPOSE = frozenset(("basis", "condition", "consent", "roles", "status", "until", ""))
_ROLE = frozenset(("clearance", ""))


def attributed(
    changes: Sequence[Change], cells: Sequence[Move], old: Catalog, new: Catalog
) -> tuple[list[Change], tuple[Move, ...]]:
    """The changes with the cells that each has a part in, and the cells without any change.

    Several changes can have a part in one cell; it then stands with each of them. Where a cell is opened and
    none of its changes is widening, all of them become so: nothing that opens a cell is harmless.
    """
    index = _Index(changes, (old, new))
    parts: dict[int, list[Move]] = {}
    raised: set[int] = set()
    loose = []
    for cell in cells:
        takers = sorted(index.of(cell))
        if not takers:
            loose.append(cell)
        for number in takers:
            parts.setdefault(number, []).append(cell)
        worst = any(changes[number].level is Level.WIDENING for number in takers)
        if cell.way is Way.OPENED and not worst:
            raised.update(takers)
    found = [
        replace(change, cells=tuple(parts.get(number, ())), raised=number in raised)
        for number, change in enumerate(changes)
    ]
    return found, tuple(loose)


class _Index:
    """The changes by what they are about."""

    def __init__(self, changes: Sequence[Change], catalogs: tuple[Catalog, Catalog]) -> None:
        self._catalogs = catalogs
        self._by: dict[tuple[str, str], list[int]] = {}
        self._everywhere: list[int] = []
        self._selecting: list[tuple[int, Change]] = []
        for number, change in enumerate(changes):
            self._put(number, change)
        self._fields: dict[str, frozenset[int]] = {}

    def _put(self, number: int, change: Change) -> None:
        kind, attribute = change.kind, change.attribute
        bears = {"fields": _FIELD, "purposes": _PURPOSE, "roles": _ROLE}
        if change.change_class.name == "class-order-changed" or attribute == "jurisdictions":
            self._everywhere.append(number)
        elif kind in ("denials", "holds"):
            self._selecting.append((number, change))
        elif kind in ("classifications", "categories") or attribute in bears.get(kind, ()):
            for name in {
                change.id,
                str(change.before) if change.change_class.name == "renamed" else change.id,
            }:
                self._by.setdefault((kind, name), []).append(number)

    def of(self, cell: Move) -> set[int]:
        """The numbers of the changes that have a part in a cell."""
        found = set(self._field(cell.field))
        found.update(self._by.get(("roles", cell.role), ()))
        for purpose in ancestors(cell.purpose):
            for number in self._by.get(("purposes", purpose), ()):
                found.add(number)
        found.update(self._everywhere)
        for number, change in self._selecting:
            if self._selects(change, cell):
                found.add(number)
        return found

    def _field(self, name: str) -> frozenset[int]:
        """The changes of a field, and of the classes and categories that it is or was of."""
        if name not in self._fields:
            found = set(self._by.get(("fields", name), ()))
            for catalog in self._catalogs:
                field = catalog.fields.get(name)  # type: ignore[call-overload]
                if field is None:
                    continue
                found.update(self._by.get(("classifications", field.classification or ""), ()))
                for category in ancestors(field.category or ""):
                    found.update(self._by.get(("categories", category), ()))
            self._fields[name] = frozenset(found)
        return self._fields[name]

    def _selects(self, change: Change, cell: Move) -> bool:
        """Whether a denial or a hold bears on a cell, as it was or as it is."""
        for catalog in self._catalogs:
            if change.kind == "holds":
                hold = catalog.holds.get(change.id)  # type: ignore[call-overload]
                if hold is not None and (not hold.fields or _any(hold.fields, cell.field)):
                    return True
                continue
            denial = catalog.denials.get(change.id)  # type: ignore[call-overload]
            if denial is None:
                continue
            field = catalog.fields.get(cell.field)
            asked: Mapping[str, tuple[str, ...]] = {
                "role": (cell.role,),
                "purpose": ancestors(cell.purpose),
                "field": (cell.field,),
                "category": ancestors((field.category if field else None) or ""),
                "classification": ((field.classification if field else None) or "",),
            }
            given = {name: getattr(denial, name) for name in asked if getattr(denial, name) is not None}
            if all(any(selects(selector, one) for one in asked[name]) for name, selector in given.items()):
                return True
        return False


def _any(selectors: Iterable[str], name: str) -> bool:
    return any(selects(selector, name) for selector in selectors)
