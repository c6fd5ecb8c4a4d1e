"""Policy targets, one for each engine family. The registry is written out."""

from collections.abc import Mapping

from amanat.policy.loss import Target
from amanat.policy.targets import clickhouse, duckdb, postgres

TARGETS: Mapping[str, Target] = {"clickhouse": clickhouse, "duckdb": duckdb, "postgres": postgres}
"""Name of a target in `build: {policy: […]}` to its module."""
