"""Where exposed values have gone, as far as the catalog tells: copies in other systems, golden values that
they decide, fields that are derived from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amanat.model.catalog import Catalog
from amanat.model.lineage import derived_from, feeds_of
from amanat.model.resources import System
from amanat.model.values import FieldId, SystemId

if TYPE_CHECKING:
    from amanat.breach.facts import Exposed


@dataclass(frozen=True, slots=True)
class Downstream:
    """A system that holds the same facts as the breached one, or what follows from them.

    `fed`: fields whose golden value the breached sources decide, so that this system should hold their
    values. `feeding`: fields whose master is here, so that the breached sources hold copies of it. `beside`:
    fields that both hold, where nothing says which comes first. `derived`: fields that are derived, in one
    step or more, from exposed ones."""

    system: System
    fed: tuple[FieldId, ...]
    feeding: tuple[FieldId, ...]
    beside: tuple[FieldId, ...]
    derived: tuple[FieldId, ...]


@dataclass(slots=True)
class _Made:
    fed: list[FieldId] = field(default_factory=list)
    feeding: list[FieldId] = field(default_factory=list)
    beside: list[FieldId] = field(default_factory=list)
    derived: list[FieldId] = field(default_factory=list)


def downstream(catalog: Catalog, exposed: Iterable[Exposed]) -> Iterator[Downstream]:
    """The systems that are concerned beside the breached ones, sorted by id. Where a field is exposed with
    all of its sources, no system is beside."""
    exposed = list(exposed)
    made: dict[SystemId, _Made] = {}
    for one in exposed:
        _copies(one, made)
    names = {one.field.id for one in exposed}
    for derived in derived_from(feeds_of(catalog), names):
        for holder in {source.system for source in derived.sources.values()}:
            made.setdefault(holder, _Made()).derived.append(derived.id)
    for name, system in catalog.systems.items():
        if name in made:
            its = made[name]
            yield Downstream(
                system, tuple(its.fed), tuple(its.feeding), tuple(its.beside), tuple(sorted(its.derived))
            )


def _copies(one: Exposed, made: dict[SystemId, _Made]) -> None:
    entry = one.field
    struck = {source.id for source in one.sources}
    here = {source.system for source in one.sources}
    master = entry.sources.get(entry.master) if entry.master else None
    for system in sorted({source.system for source in entry.sources.values()} - here):
        its = made.setdefault(system, _Made())
        if master is not None and master.id in struck:
            its.fed.append(entry.id)
        elif master is not None and master.system == system:
            its.feeding.append(entry.id)
        else:
            its.beside.append(entry.id)
