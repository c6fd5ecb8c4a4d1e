"""The systems in the order of what a breach of each would expose.

Nothing is weighed: whether a mailbox counts more than a telephone number is no fact of any catalog. Systems
are compared step by step, and the first step that tells two apart decides; every step is a count that can be
checked in the catalog."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from amanat.breach.counting import Count
from amanat.breach.facts import Known, classes_of, lacks
from amanat.breach.reached import readers
from amanat.model.catalog import Catalog
from amanat.model.field import Field
from amanat.model.resources import Classification, System
from amanat.policy.cover import is_special


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a breach of a system would expose. `place` counts from 1; systems that no step tells apart share
    it. None counts are unknown."""

    place: int
    system: System
    special: int
    unsure: int
    """Fields whose category is not known, so that nobody knows whether they are special."""
    classes: tuple[tuple[Classification | None, int], ...]
    """Fields of each class, the most sensitive first; None: no known class."""
    minors: tuple[str, ...]
    """Kinds of people among them that are, or may be, minors."""
    subjects: tuple[str, ...]
    fields: int
    columns: int
    roles: int
    people: int
    """People in these roles, as declared."""
    uncounted: int
    """Roles among them whose people nobody counted."""
    undeclared: int | None
    lacking: tuple[str, ...]
    """Controls that are required and not declared."""
    rows: tuple[tuple[str, Count], ...]
    """What was measured, by table."""
    decided_by: str
    """The step that put it below the one before; "" for the first and where it shares a place."""

    @property
    def key(self) -> tuple[int, ...]:
        """What is compared, in order, more first (see `steps`)."""
        return (
            self.special,
            *(number for known, number in self.classes if known is not None),
            len(self.minors),
            len(self.subjects),
            self.people,
        )


def steps(catalog: Catalog) -> tuple[str, ...]:
    """The steps of the comparison, in order: `special`, `class:ID` from the most sensitive on, `minors`,
    `subjects`, `people`."""
    classes = sorted(catalog.classifications.values(), key=lambda one: -one.rank)
    return ("special", *(f"class:{one.id}" for one in classes), "minors", "subjects", "people")


def ranking(known: Known) -> tuple[Exposure, ...]:
    """Every system that is live or retiring, the most exposing first. One without fields comes last: nothing
    is known of it."""
    catalog = known.catalog
    held: dict[str, list[Field]] = {name: [] for name in catalog.systems}
    columns: dict[str, int] = dict.fromkeys(catalog.systems, 0)
    for field in catalog.fields.values():
        if field.status.held:
            for source in field.sources.values():
                columns[source.system] = columns.get(source.system, 0) + 1
            for name in {source.system for source in field.sources.values()}:
                held.setdefault(name, []).append(field)
    made = [
        _exposure(known, system, held[system.id], columns[system.id])
        for system in catalog.systems.values()
        if system.status.held
    ]
    made.sort(key=lambda one: (not one.fields, tuple(-number for number in one.key), one.system.id))
    return tuple(_placed(catalog, made))


def _placed(catalog: Catalog, made: list[Exposure]) -> Iterable[Exposure]:
    from dataclasses import replace

    names = steps(catalog)
    before: Exposure | None = None
    for number, one in enumerate(made, 1):
        place, decided = number, ""
        if before is not None:
            apart = [name for name, a, b in zip(names, before.key, one.key, strict=True) if a != b]
            if apart:
                decided = apart[0]
            elif bool(before.fields) == bool(one.fields):
                place = before.place
        before = replace(one, place=place, decided_by=decided)
        yield before


def _exposure(known: Known, system: System, fields: list[Field], columns: int) -> Exposure:
    catalog = known.catalog
    special = [is_special(catalog, field) for field in fields]
    named = {field.subject for field in fields}
    subjects = [one for one in catalog.subjects.values() if one.id in named]
    reading = list(readers(catalog, known.readings, fields))
    covered = known.covered.get(system.id)
    classes = {field.classification: None for field in fields if field.classification}
    return Exposure(
        place=0,
        system=system,
        special=sum(one is True for one in special),
        unsure=sum(one is None for one in special),
        classes=classes_of(catalog, fields),
        minors=tuple(one.id for one in subjects if one.minors),
        subjects=tuple(one.id for one in subjects),
        fields=len(fields),
        columns=columns,
        roles=len(reading),
        people=sum(one.role.people or 0 for one in reading),
        uncounted=sum(one.role.people is None for one in reading),
        undeclared=None if covered is None or covered.total is None else len(covered.unmapped),
        lacking=tuple(one.control for one in lacks(catalog, system, map(str, classes))),
        rows=tuple(
            (table, count) for (name, table), count in sorted(known.counts.items()) if name == system.id
        ),
        decided_by="",
    )
