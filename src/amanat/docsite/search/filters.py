"""Which fields belong to what: the groups of filters, each with its choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amanat.conflicts import ConflictStatus
from amanat.docsite.atlas import Atlas
from amanat.docsite.paths import Kind, Ref
from amanat.docsite.search.entries import Entry

NONE = "none"
"""No conflict at all."""
GROUPS: Mapping[str, Kind] = {
    "system": Kind.SYSTEM,
    "owner": Kind.TEAM,
    "class": Kind.CLASSIFICATION,
    "category": Kind.CATEGORY,
    "purpose": Kind.PURPOSE,
    "stage": Kind.STAGE,
}
"""Groups whose choices are things of the catalog, by the name they have in the address of the page."""
CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a filter and how many fields it leaves. `depth` is how far below others it stands."""

    id: str
    fields: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """A group of choices. `kind` is that of the things; None for the states of conflicts."""

    name: str
    kind: Kind | None
    choices: tuple[Choice, ...]

    @property
    def sorted(self) -> bool:
        """Whether the choices have no order of their own, so that they are sorted by what they are called."""
        return self.kind not in (None, Kind.CLASSIFICATION, Kind.STAGE)


def filters_of(atlas: Atlas) -> tuple[Filter, ...]:
    """The filters with the choices that leave a field."""
    groups = []
    for name, belongs in _belonging(atlas).items():
        kind = GROUPS.get(name)
        choices = tuple(
            Choice(identifier, len(fields), identifier.count(".") if kind is Kind.CATEGORY else 0)
            for identifier, fields in belongs.items()
        )
        if choices:
            groups.append(Filter(name, kind, choices))
    return tuple(groups)


def members(atlas: Atlas, entries: Sequence[Entry]) -> Mapping[str, Mapping[str, list[int]]]:
    """For each group and choice the numbers of its fields, each as the distance from the one before."""
    numbers = {entry.ref.id: n for n, entry in enumerate(entries) if entry.ref.kind is Kind.FIELD}
    return {
        name: {
            identifier: _distances(sorted(numbers[field] for field in fields))
            for identifier, fields in belongs.items()
        }
        for name, belongs in _belonging(atlas).items()
    }


def _belonging(atlas: Atlas) -> Mapping[str, Mapping[str, Sequence[str]]]:
    belonging: dict[str, Mapping[str, Sequence[str]]] = {
        name: {ref.id: fields for ref in atlas.labels if ref.kind is kind and (fields := _fields(atlas, ref))}
        for name, kind in GROUPS.items()
    }
    return belonging | {CONFLICT: _by_status(atlas)}


def _fields(atlas: Atlas, ref: Ref) -> Sequence[str]:
    if ref.kind is Kind.SYSTEM:
        return tuple(dict.fromkeys(held.field.id for held in atlas.held.get(ref.id, ())))
    return tuple(field.id for field in atlas.fields_of(ref))


def _by_status(atlas: Atlas) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {status.value: [] for status in ConflictStatus}
    for field, conflicts in atlas.conflicts.items():
        for status in {conflict.status for conflict in conflicts}:
            found[status.value].append(field)
    found[NONE] = [field for field in atlas.catalog.fields if field not in atlas.conflicts]
    return {status: fields for status, fields in found.items() if fields}


def _distances(numbers: Sequence[int]) -> list[int]:
    return [number - before for before, number in zip([0, *numbers], numbers, strict=False)]
