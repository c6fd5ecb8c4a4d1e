"""Policy targets, one for each engine family. The registry is written out."""

from collections.abc import Mapping

from amanat.policy.loss import Target
from amanat.policy.targets import duckdb, mariadb, postgres

TARGETS: Mapping[str, Target] = {"duckdb": duckdb, "mariadb": mariadb, "postgres": postgres}
"""Name of a target in `build: {policy: […]}` to its module."""
