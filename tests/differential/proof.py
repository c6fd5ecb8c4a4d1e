"""The proof that an engine says what `decide` says: a world, its policy, the engine, and every cell compared.

An engine joins by a `Prover` in `PROVERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from amanat.policy.build import build_policy
from tests.differential import clickhouse, duckdb, mariadb, postgres, snowflake, sqlite
from tests.differential.engine import Engine, MissingError
from tests.differential.reference import Setting, Tally, compare, probe
from tests.differential.worlds import AS_OF, KEY, SHOP, Native, World


class Prover(NamedTuple):
    """How a target is proven. `start` starts the engine (or raises `MissingError`); `open` makes the world's
    tables and rows in it, applies the policy's files with the key `KEY`, and takes it all away again."""

    target: str
    native: Native
    start: Callable[[], AbstractContextManager[Any]]
    open: Callable[[Any, World, Mapping[str, str]], AbstractContextManager[Engine]]
    examples: int = 20
    """How many worlds its test draws; of all faults in MUTANTS.md one needs more than 11, and that one 73."""


PROVERS: Mapping[str, Prover] = {
    "clickhouse": Prover("clickhouse", clickhouse.NATIVE, clickhouse.server, clickhouse.opened, 8),
    "duckdb": Prover("duckdb", duckdb.NATIVE, duckdb.server, duckdb.opened),
    "mariadb": Prover("mariadb", mariadb.NATIVE, mariadb.server, mariadb.opened, examples=15),
    "postgres": Prover("postgres", postgres.NATIVE, postgres.server, postgres.opened),
    "snowflake": Prover("snowflake", snowflake.NATIVE, snowflake.server, snowflake.opened, 20),
    "sqlite": Prover("sqlite", sqlite.NATIVE, sqlite.server, sqlite.opened),
}


def prove(prover: Prover, server: Any, world: World) -> Tally:
    """Compare a world's policy in the engine with the reference. Raises `AssertionError` where they differ."""
    built = build_policy(world.catalog, AS_OF, [prover.target]).by_target[prover.target]
    losses = [cell for each in built.losses if each.system == SHOP for cell in each.cells]
    with prover.open(server, world, built.files) as engine:
        setting = Setting(engine, world.catalog, SHOP, AS_OF, KEY, losses, world.consented)
        tally = compare(setting)
        probe(setting)
    return tally


__all__ = ["PROVERS", "MissingError", "Prover", "prove"]
