"""The SQLite file of a cache: what is in it, and how little of it is believed."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from amanat.load.cache.home import cache_file, program

WAITS = 0.5
"""Seconds that a run waits for another one to finish writing, before it goes on without."""
VERDICTS_KEPT = 16
DAYS_KEPT = 30
"""A cache that nobody wrote to for so long belongs to a catalog that is gone."""
_OUTLINE = "outline:"
_FINDINGS = "findings"
_APPLICATION = 0x616D616E  # "aman", as SQLite's application id
_TABLES = """
CREATE TABLE about (program TEXT NOT NULL);
CREATE TABLE seen (
  file TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, written INTEGER NOT NULL,
  inode INTEGER NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE record (
  file TEXT PRIMARY KEY, digest TEXT NOT NULL, packed TEXT NOT NULL, checksum TEXT NOT NULL
);
CREATE TABLE position (
  file TEXT PRIMARY KEY, digest TEXT NOT NULL, packed TEXT NOT NULL, checksum TEXT NOT NULL
);
CREATE TABLE pages (number INTEGER PRIMARY KEY, packed TEXT NOT NULL, checksum TEXT NOT NULL);
CREATE TABLE verdict (
  number INTEGER PRIMARY KEY, tree TEXT NOT NULL UNIQUE, packed TEXT NOT NULL, checksum TEXT NOT NULL
);
"""


class Stamp(NamedTuple):
    """What the file system tells of a file, times in nanoseconds. Tools that set the time of its content
    (`written`) cannot set that of its status (`changed`)."""

    size: int
    changed: int
    written: int
    inode: int


class Store:
    """A cache that is open for reading, or nothing at all: nothing that it does raises."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    @classmethod
    def of(cls, root: Path) -> Store:
        """The cache of the catalog in `root`."""
        return cls(cache_file(root))

    @property
    def usable(self) -> bool:
        """Whether there is a place for a cache."""
        return self._path is not None

    def seen(self) -> dict[str, tuple[Stamp, str]]:
        """What is known of files: stamp and digest of their content."""
        rows = self._rows("SELECT file, size, changed, written, inode, digest FROM seen", ())
        return {
            row[0]: (Stamp(*row[1:5]), row[5]) for row in rows if _fits(row, (str, int, int, int, int, str))
        }

    def files(self) -> frozenset[str]:
        """The files of which there are records."""
        return frozenset(row[0] for row in self._rows("SELECT file FROM record", ()) if _fits(row, (str,)))

    def records(self, digests: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
        """The packed records of files, as (file, text, whether its content has the digest that is given)."""
        sql = "SELECT file, digest, packed, checksum FROM record"
        only = tuple(digests) if len(digests) == 1 else ()
        rows = self._rows(f"{sql} WHERE file = ?" if only else sql, only)
        for row in rows:
            if _fits(row, (str, str, str, str)):
                file, digest, packed, checksum = map(str, row)
                if file in digests and checksum == _checksum(file, digest, packed):
                    yield file, packed, digests[file] == digest

    def positions(self, file: str, digest: str) -> str | None:
        """Where everything stands in a file with this content, packed."""
        sql = "SELECT packed, checksum FROM position WHERE file = ? AND digest = ?"
        for row in self._rows(sql, (file, digest)):
            if _fits(row, (str, str)) and row[1] == _checksum(file, digest, str(row[0])):
                return str(row[0])
        return None

    def verdict(self, tree: str) -> str | None:
        """What a tree was judged to be, packed."""
        for row in self._rows("SELECT packed, checksum FROM verdict WHERE tree = ?", (tree,)):
            if _fits(row, (str, str)) and row[1] == _checksum(tree, str(row[0])):
                return str(row[0])
        return None

    def outline(self, tree: str) -> str | None:
        """What an unchanged tree need not be loaded for in full, packed."""
        return self.verdict(_OUTLINE + tree)

    def keep_outline(self, tree: str, text: str) -> None:
        """Keep the outline of a tree in place of any other."""
        self.keep(verdict=(_OUTLINE + tree, text))

    def findings(self) -> str | None:
        """What the rules found last, packed."""
        return self.verdict(_FINDINGS)

    def keep_findings(self, text: str) -> None:
        """Keep what the rules found in place of what they found before."""
        self.keep(verdict=(_FINDINGS, text))

    def pages(self) -> str | None:
        """What the pages of the last build rested on, packed."""
        for row in self._rows("SELECT packed, checksum FROM pages", ()):
            if _fits(row, (str, str)) and row[1] == _checksum(str(row[0])):
                return str(row[0])
        return None

    def keep(
        self,
        seen: Mapping[str, tuple[Stamp, str]] | None = None,
        records: Iterable[tuple[str, str, str]] = (),
        verdict: tuple[str, str] | None = None,
        files: Iterable[str] | None = None,
        positions: tuple[str, str, str] | None = None,
        pages: str | None = None,
    ) -> None:
        """Keep what is given: stamps, records and the positions of a file as (file, digest, text), a
        verdict as (tree, text), what pages rested on. With `files`, what is known of other files goes."""
        if self._path is None:
            return
        new = not self._path.exists()
        try:
            with _writing(self._path) as connection:
                if files is not None:
                    _forget(connection, frozenset(files))
                if seen:
                    rows = ((file, *stamp, digest) for file, (stamp, digest) in seen.items())
                    connection.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?, ?)", rows)
                connection.executemany(
                    "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)",
                    ((file, digest, text, _checksum(file, digest, text)) for file, digest, text in records),
                )
                if positions is not None:
                    connection.execute(
                        "INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?)",
                        (*positions, _checksum(*positions)),
                    )
                if pages is not None:
                    row = (1, pages, _checksum(pages))
                    connection.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", row)
                if verdict is not None:
                    if verdict[0].startswith(_OUTLINE):
                        connection.execute("DELETE FROM verdict WHERE tree LIKE ?", (f"{_OUTLINE}%",))
                    connection.execute(
                        "INSERT OR REPLACE INTO verdict (tree, packed, checksum) VALUES (?, ?, ?)",
                        (*verdict, _checksum(*verdict)),
                    )
                    connection.execute(
                        "DELETE FROM verdict WHERE number <= (SELECT max(number) FROM verdict) - ?",
                        (VERDICTS_KEPT,),
                    )
            if new:
                _sweep(self._path.parent)
        except sqlite3.OperationalError:
            return  # locked, read-only, full
        except sqlite3.DatabaseError:
            with suppress(OSError):
                self._path.unlink()  # truncated, or no database: the next to write begins anew
        except (sqlite3.Error, OSError, ValueError):
            return

    def _rows(self, sql: str, values: tuple[object, ...]) -> Iterator[tuple[Any, ...]]:
        """The rows as far as they can be read."""
        if self._path is None or not self._path.is_file():
            return
        try:
            connection = sqlite3.connect(f"{self._path.as_uri()}?mode=ro", timeout=WAITS, uri=True)
        except (sqlite3.Error, OSError):
            return
        try:
            if _is_ours(connection):
                yield from connection.execute(sql, values)
        except (sqlite3.Error, OSError, ValueError):
            return
        finally:
            connection.close()


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A transaction on the cache of this program; what another one left is thrown away. Nothing is flushed to
    the disk: after a loss of power the checksums tell, and what is lost is worked out again."""
    old = os.umask(0o077) if not path.exists() else None
    try:
        connection = sqlite3.connect(path, timeout=WAITS, isolation_level=None)
    finally:
        if old is not None:
            os.umask(old)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN IMMEDIATE")
        if not _is_ours(connection):
            _anew(connection)
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()


def _is_ours(connection: sqlite3.Connection) -> bool:
    if connection.execute("PRAGMA application_id").fetchone() != (_APPLICATION,):
        return False
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    if [name for (name,) in names] != ["about", "pages", "position", "record", "seen", "verdict"]:
        return False
    return connection.execute("SELECT program FROM about").fetchall() == [(program(),)]


def _anew(connection: sqlite3.Connection) -> None:
    named = connection.execute(
        "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for kind, name in named:
        quoted = str(name).replace('"', '""')
        connection.execute(f'DROP {"VIEW" if kind == "view" else "TABLE"} "{quoted}"')
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute("INSERT INTO about VALUES (?)", (program(),))


def _forget(connection: sqlite3.Connection, files: frozenset[str]) -> None:
    for table in ("seen", "record", "position"):
        gone = [row for row in connection.execute(f"SELECT file FROM {table}") if row[0] not in files]
        connection.executemany(f"DELETE FROM {table} WHERE file = ?", gone)


def _sweep(folder: Path) -> None:
    """Remove caches of catalogs that are gone."""
    oldest = time.time() - DAYS_KEPT * 86_400
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".sqlite") and entry.stat(follow_symlinks=False).st_mtime < oldest:
                os.unlink(entry.path)


def _checksum(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _fits(row: tuple[object, ...], kinds: tuple[type, ...]) -> bool:
    return len(row) == len(kinds) and all(type(value) is kind for value, kind in zip(row, kinds, strict=True))
