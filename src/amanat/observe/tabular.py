"""A snapshot of a file of rows, Parquet or CSV, as DuckDB reads its columns. No row leaves the file."""

from __future__ import annotations

from pathlib import Path

from amanat.observe.column import Column, Unread

READERS = {"parquet": "read_parquet", "csv": "read_csv"}


def columns(file: Path, kind: str) -> list[Column]:
    """The columns of the file, of a table of its name. Raises `Unread`, and `ImportError` without DuckDB."""
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM {READERS[kind]}($1)", [str(file)]).fetchall()
    except duckdb.Error as error:
        raise Unread(str(error).splitlines()[0] if str(error) else "it cannot be read") from None
    finally:
        connection.close()
    # That a file may hold nothing in a column is what Parquet always allows, and CSV cannot say.
    return sorted(
        Column(file.stem, str(name), str(spelled).lower(), "", "", "", "", "") for name, spelled, *_ in rows
    )
