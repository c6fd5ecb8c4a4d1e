"""The engines for which the golden record is written, each only with what is its own."""

from collections.abc import Mapping

from amanat.golden.targets import duckdb, postgres
from amanat.golden.targets.script import Dialect

TARGETS: Mapping[str, Dialect] = {"postgres": postgres.DIALECT, "duckdb": duckdb.DIALECT}
