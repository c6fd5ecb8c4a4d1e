"""A register as Parquet, by DuckDB: every column is text and reads as in the CSV, so that what is unknown
stays told apart from what does not apply."""

from __future__ import annotations

import tempfile
from pathlib import Path

from amanat.errors import EnvironmentFault
from amanat.inventory.columns import Absent, Cell
from amanat.inventory.csv import NONE, quoted
from amanat.inventory.register import Rows

_AT_ONCE = 2_000


def to_parquet(register: Rows) -> bytes:
    """The register as the bytes of a file. Raises `EnvironmentFault` without DuckDB."""
    try:
        import duckdb
    except ImportError as error:
        raise EnvironmentFault(
            "Parquet needs DuckDB", hint="pip install 'amanat[parquet]', or take --format csv"
        ) from error
    names = [column.name for column in register.columns]
    columns = ", ".join('"' + name.replace('"', '""') + '" VARCHAR' for name in names)
    with tempfile.TemporaryDirectory(prefix="amanat-") as folder, duckdb.connect(":memory:") as connection:
        connection.execute("SET threads = 1")  # one writer, so that the bytes are the same every time
        connection.execute(f"CREATE TABLE register ({columns})")
        marks = ", ".join("?" * len(names))
        some: list[list[str]] = []
        for row in register.rows():
            some.append([_text(row[name]) for name in names])
            if len(some) == _AT_ONCE:
                connection.executemany(f"INSERT INTO register VALUES ({marks})", some)
                some = []
        if some:
            connection.executemany(f"INSERT INTO register VALUES ({marks})", some)
        file = Path(folder) / "register.parquet"
        connection.execute("COPY register TO ? (FORMAT parquet, COMPRESSION zstd)", [str(file)])
        return file.read_bytes()


def _text(cell: Cell) -> str:
    if isinstance(cell, Absent):
        return cell.value
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if cell == ():
        return NONE
    if isinstance(cell, tuple):
        return quoted(" | ".join(item.replace("\\", "\\\\").replace("|", "\\|") for item in cell))
    return quoted(cell) if isinstance(cell, str) else str(cell)
