"""A read-only look at a DuckDB database file: nothing changed, and no other file opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from amanat.connect.held import held_in
from amanat.errors import EnvironmentFault, UsageError


class Session:
    """A read-only connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.server = f"DuckDB {self.rows('SELECT version()')[0][0]}"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query that holds its values quoted."""
        import duckdb

        try:
            found: list[tuple[Any, ...]] = self._connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise EnvironmentFault(f"the database does not answer: {_first(error)}") from None
        return found


@contextmanager
def connected(system: str, variable: str, url: str) -> Iterator[Session]:
    """A session on the database of a system; `variable` is the environment variable that held the URL, ""
    where `--url` did.

    Raises `UsageError` where the driver is not installed or the URL is none, and `EnvironmentFault` where the
    file cannot be opened.
    """
    try:
        import duckdb
    except ImportError:
        raise UsageError(
            "looking into a DuckDB needs the driver duckdb, which is not installed",
            hint="install the extra `parquet`: pip install 'amanat[parquet]'",
        ) from None
    file = Path(unquote(url.partition("://")[2].partition("?")[0].removeprefix("/") or "/"))
    if url.startswith("duckdb:////"):
        file = Path("/", file)
    if not file.is_file():
        raise UsageError(
            f"{held_in(variable)} names no file of a DuckDB",
            hint="write it as duckdb:///path/to/file, with four slashes for a path from the root",
        )
    try:
        connection = duckdb.connect(str(file), read_only=True, config={"enable_external_access": "false"})
    except duckdb.Error as error:
        raise EnvironmentFault(
            f"cannot open the database of system `{system}`: {_first(error)}",
            hint=f"check the URL in {held_in(variable)}; another process that writes keeps readers out",
        ) from None
    try:
        yield Session(connection)
    finally:
        connection.close()


def _first(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else "it says nothing"
