"""From a catalog to policy files, for the targets and systems that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from amanat.errors import UsageError
from amanat.load import Loaded
from amanat.memory import uncollected
from amanat.model.catalog import Catalog
from amanat.model.resources import System
from amanat.policy.loss import Generated
from amanat.policy.matrix import Matrix, matrix
from amanat.policy.plan import in_use, make_plan


@dataclass(frozen=True, slots=True)
class Built:
    """What was made: by target name, the files and losses; and the systems in whose engine no target
    enforces anything."""

    by_target: dict[str, Generated]
    without: tuple[System, ...]

    @property
    def files(self) -> dict[str, str]:
        """All files by relative name."""
        return {name: text for made in self.by_target.values() for name, text in made.files.items()}


def refuse_faults(loaded: Loaded) -> None:
    """Raise `UsageError` when something in the catalog could not be read."""
    if found := loaded.faults:
        raise UsageError(
            f"no policy is made from this catalog: it has {found}",
            hint="run `amanat check`, mend what it shows, and build again",
        )


def build_policy(
    catalog: Catalog,
    as_of: date | None,
    targets: Sequence[str] | None = None,
    systems: Sequence[str] | None = None,
    dated: bool = True,
    table: Matrix | None = None,
) -> Built:
    """Make policy for the given targets (default: those of `build.policy`) and systems (default: all in
    use). `dated` is whether the files name the day; `table` is the matrix of the catalog on that day, where
    it was made before. Raises `UsageError` for an unknown target or system, and for a system that was asked
    for and that no target writes for."""
    from amanat.policy.targets import TARGETS

    chosen = _systems(catalog, systems)
    names = list(targets or catalog.settings.policy)
    for name in names:
        if name not in TARGETS:
            raise UsageError(
                f"there is no policy target `{name}`", hint=f"targets are {', '.join(sorted(TARGETS))}"
            )
    enforcing = [TARGETS[name].ENGINES for name in names if TARGETS[name].ENGINES is not None]
    engines = frozenset[str]().union(*(each for each in enforcing if each is not None))
    without = tuple(system for system in chosen if enforcing and system.engine not in engines)
    if systems and without and len(enforcing) == len(names):
        engine, name = without[0].engine or "unknown", without[0].id
        raise UsageError(
            f"no target writes policy for engine `{engine}` of system `{name}`",
            hint=f"targets write for {', '.join(sorted(engines))}",
        )
    with uncollected():
        plan = make_plan(matrix(catalog, as_of) if table is None else table, chosen)
        plan = plan if dated else replace(plan, as_of="")
        return Built({name: TARGETS[name].generate(catalog, plan) for name in names}, without)


def _systems(catalog: Catalog, asked: Sequence[str] | None) -> list[System]:
    if not asked:
        return [system for _, system in sorted(catalog.systems.items()) if in_use(system)]
    known = {str(name): system for name, system in catalog.systems.items()}
    for name in asked:
        if name not in known:
            raise UsageError(f"there is no system `{name}`", hint=f"systems are {', '.join(sorted(known))}")
    return [known[name] for name in sorted(set(asked))]
