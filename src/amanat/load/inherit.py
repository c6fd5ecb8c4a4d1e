"""Inheritance: entry › file `defaults` › category › catalog `defaults`, and down the dotted hierarchies.
Lists replace, they never merge. Every inherited value keeps the place it came from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from amanat.load.build import Entry
from amanat.load.entries import NOTHING, Data
from amanat.model.catalog import ancestors
from amanat.text import Place

FROM_CATEGORY = ("classification", "owner", "retention", "mask")
"""Attributes that a field takes from its category where it sets none itself."""
_FROM_CATALOG = ("owner", "subject", "classification", "retention", "purposes", "origin")
_PURPOSE_OWN = frozenset(("label", "renamed_from"))
_CATEGORY_ATTRIBUTES = ("special", "classification", "owner", "retention", "mask", "maps")


class FieldDefaults:
    """The defaults that hold in one file for fields of one category, worked out once for each pair, and once
    for all files that have none of their own."""

    def __init__(
        self,
        catalog_defaults: Data,
        catalog_place: Place,
        categories: Mapping[str, tuple[Data, Mapping[str, Place]]],
        classifications: frozenset[str],
    ) -> None:
        self._catalog = catalog_defaults
        self._catalog_place = catalog_place
        self._categories = categories
        self._classifications = classifications
        self._known: dict[tuple[str | None, str | None], tuple[Data, Mapping[str, Place]]] = {}

    def of(self, file: str, file_defaults: Data, category: str | None) -> tuple[Data, Mapping[str, Place]]:
        """Default values and their places for a field of `category` written in `file`."""
        key = (file if file_defaults else None, category)  # files without defaults of their own are alike
        if key not in self._known:
            self._known[key] = self._work_out(file, file_defaults, category)
        return self._known[key]

    def _work_out(
        self, file: str, file_defaults: Data, category: str | None
    ) -> tuple[Data, Mapping[str, Place]]:
        values: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for name in _FROM_CATALOG:
            if name in self._catalog:
                values[name], places[name] = self._catalog[name], self._catalog_place.at(name)
        category = category or file_defaults.get("category")
        data, where = self._categories.get(category or "", (NOTHING, NOTHING))
        for name in FROM_CATEGORY:
            if name in data and (name != "classification" or data[name] in self._classifications):
                values[name], places[name] = data[name], where[name]
        for name, value in file_defaults.items():
            values[name], places[name] = value, Place(file, ("defaults", name))
        return values, places


def inherit_field(
    data: Data, broken: frozenset[str], defaults: Data, places: Mapping[str, Place]
) -> tuple[Data, Mapping[str, Place]]:
    """A field's data with defaults filled in where it sets nothing itself. A refused value is not
    replaced by a default: the field did set it."""
    missing = [name for name in defaults if name not in data and name not in broken]
    if not missing:
        return data, NOTHING
    return (
        {**data, **{name: defaults[name] for name in missing}},
        _one_map(tuple((name, places[name]) for name in missing)),
    )


@lru_cache(maxsize=4096)
def _one_map(inherited: tuple[tuple[str, Place], ...]) -> Mapping[str, Place]:
    """The same map for all fields that inherit the same: in a large catalog most of them do."""
    return dict(inherited)


def inherit_dotted(entries: Mapping[str, Entry], own: frozenset[str]) -> dict[str, Entry]:
    """Entries of a hierarchy, each with the attributes that it does not set taken from its nearest
    ancestor that does. `own` names attributes that are never inherited."""
    done: dict[str, Entry] = {}
    for name in sorted(entries):
        entry = entries[name]
        values: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for above in ancestors(name)[1:]:
            parent = entries.get(above)
            if parent is None:
                continue
            for key, value in parent.data.items():
                taken = key in entry.data or key in values or key in entry.broken or key in own
                if not taken and not key.startswith("x_"):
                    values[key], places[key] = value, parent.place.at(key)
        done[name] = entry._replace(data={**entry.data, **values}, inherited=places) if values else entry
    return done


def inherit_purposes(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Purposes: a child takes each attribute that it does not set, except its label."""
    return inherit_dotted(entries, _PURPOSE_OWN)


def category_attributes(
    declared: Mapping[str, Entry], builtin: Mapping[str, Data], builtin_place: Place
) -> dict[str, tuple[Data, Mapping[str, Place]]]:
    """What each category holds and where it is written: what the catalog declares for it, then the
    built-in taxonomy, then the same of its nearest ancestors."""
    done: dict[str, tuple[Data, Mapping[str, Place]]] = {}
    for name in sorted({*declared, *builtin}):
        values: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for level in ancestors(name):
            entry = declared.get(level)
            for key in _CATEGORY_ATTRIBUTES:
                if key in values:
                    continue
                if entry is not None and key in entry.data:
                    values[key], places[key] = entry.data[key], entry.place.at(key)
                elif key in builtin.get(level, NOTHING):
                    values[key], places[key] = builtin[level][key], builtin_place.at(level, key)
        done[name] = (values, places)
    return done
