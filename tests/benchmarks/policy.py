"""How long access policy takes for a large catalog: the matrix, the plan, and the files of each target.

    python -m tests.benchmarks.policy                      10,000 fields, 42 acting pairs, every target that fits
    python -m tests.benchmarks.policy --fields 100000

Seconds of the processor, one run. Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from amanat.load import load_catalog
from amanat.memory import uncollected
from amanat.model.catalog import Catalog
from amanat.model.values import RoleId
from amanat.policy.matrix import ACTIONS, matrix
from amanat.policy.plan import acting_pairs, in_use, make_plan
from amanat.policy.targets import TARGETS
from tests.benchmarks.generate import write

AS_OF = date(2026, 6, 30)
ROLES = 6
T = TypeVar("T")


def many_pairs(catalog: Catalog) -> Catalog:
    """The catalog with six roles, each of which acts for every purpose."""
    like = list(catalog.roles.values())
    roles = {
        RoleId(f"role{at}"): replace(like[at % len(like)], id=RoleId(f"role{at}")) for at in range(ROLES)
    }
    actions = next(iter(next(p.roles for p in catalog.purposes.values() if p.roles).values()))
    given = dict.fromkeys(roles, actions)
    purposes = {name: replace(purpose, roles=given) for name, purpose in catalog.purposes.items()}
    return replace(catalog, roles=roles, purposes=purposes)


def timed(what: str, work: Callable[[], T]) -> T:
    """Do the work and print how long it took."""
    start = time.process_time()
    with uncollected():
        made = work()
    print(f"{what:<32} {time.process_time() - start:6.2f} s", flush=True)
    return made


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fields", type=int, default=10_000)
    fields = parser.parse_args().fields
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), fields, snapshots=True)
        catalog = many_pairs(load_catalog(Path(folder)).catalog)
    print(f"{len(catalog.fields):,} fields, {len(acting_pairs(catalog))} acting pairs")

    def outcomes() -> None:
        table = matrix(catalog, AS_OF)
        for role in catalog.roles:
            for purpose in catalog.purposes:
                for action in ACTIONS:
                    table.row(role, purpose, action)

    timed("matrix, every cell", outcomes)
    systems = [system for system in catalog.systems.values() if in_use(system)]
    plan = timed("plan", lambda: make_plan(matrix(catalog, AS_OF), systems))
    engines = {system.engine for system in systems}
    for name, target in TARGETS.items():
        if target.ENGINES is None or engines & target.ENGINES:
            made = timed(f"files of {name}", partial(target.generate, catalog, plan))
            size = sum(len(text.encode()) for text in made.files.values())
            print(f"{'':<32} {size / 1e6:6.1f} MB in {len(made.files)} files", flush=True)


if __name__ == "__main__":
    main()
