"""DuckDB, in this process: a .duckdb file opened read-only, or CSV and Parquet files as tables."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat.connect.asking import files
from amanat.connect.asking.asked import Asker, Refused, Relation, Why
from amanat.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHUNK = 50_000
_COLUMNS = (
    "SELECT schema_name, column_name, data_type FROM duckdb_columns() WHERE table_name = ? AND NOT internal"
    " AND database_name = current_database() AND (?::VARCHAR IS NULL OR schema_name = ?)"
    " ORDER BY schema_name <> 'main', schema_name, column_index"
)


class _Session:
    engine = "duckdb"

    def __init__(
        self,
        connection: DuckDBPyConnection,
        found: Mapping[tuple[str | None, str], files.Table] | None,
        seconds: int,
    ) -> None:
        self._connection = connection
        self._files = found
        self._views: dict[tuple[str | None, str], str] = {}
        self._seconds = seconds

    def relation(self, schema: str | None, name: str) -> Relation:
        import duckdb

        try:
            if self._files is not None:
                name, schema = self._view(schema, name), None
            found = self._connection.execute(_COLUMNS, [name, schema, schema]).fetchall()
        except duckdb.Error as error:
            raise _refused(error) from None
        if not found:
            raise Refused(Why.NO_TABLE)
        first = found[0][0]
        if schema is None and first != "main" and any(row[0] != first for row in found):
            raise Refused(Why.SEVERAL)
        return Relation(first, name, {row[1]: str(row[2]) for row in found if row[0] == first})

    def _view(self, schema: str | None, name: str) -> str:
        """The view over the files of a table. Text files are read as text: what looks like a number may be a
        postcode."""
        key = (schema, name)
        if key not in self._views:
            table = (self._files or {}).get(key)
            if table is None:
                raise Refused(Why.NO_TABLE)
            view = f"t{len(self._views)}"
            if table.kind == "parquet":
                every = "*.parquet" if table.path.is_dir() else ""
                read = self._connection.read_parquet(_literally(table.path) + (f"/{every}" if every else ""))
            else:
                separator = "\t" if table.kind == "tsv" else ","
                read = self._connection.read_csv(
                    _literally(table.path), header=True, all_varchar=True, sep=separator, quotechar='"'
                )
            read.create_view(view)
            self._views[key] = view
        return self._views[key]

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        import duckdb

        late = threading.Event()
        timer = threading.Timer(self._seconds, self._stop, (late,))
        timer.daemon = True
        timer.start()
        try:
            cursor = self._connection.execute(query)
            while chunk := cursor.fetchmany(_CHUNK):
                yield from chunk
        except duckdb.Error as error:
            raise (Refused(Why.TIMEOUT) if late.is_set() else _refused(error)) from None
        finally:
            timer.cancel()

    def _stop(self, late: threading.Event) -> None:
        late.set()
        self._connection.interrupt()


def _literally(path: Path) -> str:
    """The path as a pattern that matches only itself."""
    text = str(path.resolve())
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in text)


def _refused(error: Exception) -> Refused:
    import duckdb

    if isinstance(error, duckdb.CatalogException):
        return Refused(Why.NO_TABLE)
    if isinstance(error, duckdb.PermissionException):
        return Refused(Why.NO_RIGHTS)
    if isinstance(error, duckdb.IOException):
        return Refused(Why.LOST)
    return Refused(Why.REFUSED, type(error).__name__)


@contextmanager
def asking(system: str, whence: str, url: str, seconds: int) -> Iterator[Asker]:
    """A session; see `Opener`. What DuckDB puts on disk while it works goes into a folder that is removed."""
    try:
        import duckdb
    except ImportError:
        raise UsageError(
            "measuring files needs duckdb, which is not installed",
            hint="install the extra `measure`: pip install 'amanat[measure]'",
        ) from None
    path = files.path_of(whence, url)
    data = path.is_dir() or path.name.endswith(tuple(files.ENDINGS))
    found = (files.tables(path if path.is_dir() else path.parent)) if data else None
    with tempfile.TemporaryDirectory(prefix="amanat-measure-") as scratch:
        try:
            connection = duckdb.connect(":memory:" if data else str(path), read_only=not data)
        except duckdb.Error as error:
            locked = isinstance(error, duckdb.IOException) and "lock" in str(error)
            raise EnvironmentFault(
                f"the DuckDB file of system `{system}` cannot be opened",
                hint="another program has it open for writing; measure a copy"
                if locked
                else "is it DuckDB's?",
            ) from None
        try:
            connection.execute("SET temp_directory = ?", [scratch])
            connection.execute("SET autoinstall_known_extensions = false")
            connection.execute("SET TimeZone = 'UTC'")
            yield _Session(connection, found, seconds)
        finally:
            connection.close()
