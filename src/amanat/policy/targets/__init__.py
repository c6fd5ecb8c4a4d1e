"""Policy targets, one for each engine family. The registry is written out."""

from collections.abc import Mapping

from amanat.policy.loss import Target
from amanat.policy.targets import cedar, clickhouse, duckdb, mariadb, opa, postgres, snowflake, sqlite, trino

TARGETS: Mapping[str, Target] = {
    "cedar": cedar,
    "clickhouse": clickhouse,
    "duckdb": duckdb,
    "mariadb": mariadb,
    "opa": opa,
    "postgres": postgres,
    "snowflake": snowflake,
    "sqlite": sqlite,
    "trino": trino,
}
"""Name of a target in `build: {policy: […]}` to its module."""
