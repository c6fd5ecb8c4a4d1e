"""Engines that are asked for counts: which columns a table has, and the rows of one query.

What an engine says of a failure may quote data or the URL, so nothing of it is passed on: a refusal is one of
the reasons below, with the engine's code where it has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from amanat.connect.asking import duckdb, mariadb, postgresql, spark
from amanat.connect.asking.asked import Asker, Refused, Relation, Why
from amanat.errors import UsageError

__all__ = ["Asker", "OPENERS", "Refused", "Relation", "Why", "engine_of", "opened"]


class Opener(Protocol):
    """How an engine is opened."""

    def __call__(self, system: str, whence: str, url: str, seconds: int) -> AbstractContextManager[Asker]:
        """A session on a system, by its URL (`whence` says where that came from); no question may take longer
        than `seconds`. Raises `UsageError` and `EnvironmentFault`."""
        ...


OPENERS: Mapping[str, Opener] = {
    "duckdb": duckdb.asking,
    "mariadb": mariadb.asking,
    "postgresql": postgresql.asking,
    "spark": spark.asking,
}
"""Engine to what opens it."""

_SCHEMES = {
    "duckdb": "duckdb",
    "file": "duckdb",
    "mariadb": "mariadb",
    "mysql": "mariadb",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "spark": "spark",
}
_FORMS = (
    "known are postgresql://…, mariadb://…, duckdb:///file.duckdb, spark:///folder and spark://host:port; or "
    "the path of a .duckdb, CSV or Parquet file, or of a folder of such files"
)


def engine_of(whence: str, url: str) -> str:
    """The engine that a URL is of. A text without a scheme is a path, which DuckDB reads, or PostgreSQL's own
    form, `host=… dbname=…`. Raises `UsageError`, which does not tell the URL."""
    scheme, colon, _ = url.strip().partition("://")
    if not colon:
        return "postgresql" if "=" in url and "/" not in url.partition("=")[0] else "duckdb"
    engine = _SCHEMES.get(scheme.lower().partition("+")[0])
    if engine is None:
        raise UsageError(f"{whence} holds a URL of no engine that can measure", hint=_FORMS)
    return engine


def opened(system: str, whence: str, url: str, seconds: int) -> AbstractContextManager[Asker]:
    """A session on a system. Raises as `Opener` does, at the latest when it is entered."""
    return OPENERS[engine_of(whence, url)](system, whence, url, seconds)
