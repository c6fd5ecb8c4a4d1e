"""Writing the index: the same catalog gives the same bytes."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from amanat.diagnostic import Diagnostic
from amanat.errors import EnvironmentFault
from amanat.index import fields, judged, parties, search, uses
from amanat.index.table import Facts, Table
from amanat.index.views import VIEWS
from amanat.inventory.register import Spans
from amanat.model.catalog import Catalog

if TYPE_CHECKING:
    from sqlite_utils import Database

    from amanat.conflicts.report import Report

PAGE_SIZE = 4096

TABLES: tuple[Table, ...] = (
    parties.TEAMS,
    parties.SUBJECTS,
    parties.RECIPIENTS,
    uses.CLASSIFICATIONS,
    uses.CLASSIFICATION_CONTROLS,
    uses.CATEGORIES,
    uses.STAGES,
    parties.SYSTEMS,
    parties.SYSTEM_CONTROLS,
    parties.SYSTEM_IGNORES,
    parties.SNAPSHOTS,
    parties.MEASURES,
    parties.COLUMNS,
    parties.TRANSFERS,
    uses.ROLES,
    uses.ROLE_PRINCIPALS,
    uses.PURPOSES,
    uses.PURPOSE_BASES,
    uses.ROLE_PURPOSE_ACTIONS,
    uses.PURPOSE_STAGES,
    uses.PURPOSE_RECIPIENTS,
    uses.TRANSFER_PURPOSES,
    uses.RETENTION,
    uses.RETENTION_WHERE,
    uses.HOLDS,
    uses.HOLD_SYSTEMS,
    fields.FIELDS,
    parties.SUBJECT_IDS,
    fields.SOURCES,
    fields.SOURCE_FACETS,
    fields.FIELD_CODES,
    fields.FIELD_PURPOSES,
    fields.FIELD_STAGES,
    fields.FIELD_ORIGINS,
    fields.FIELD_MASKS,
    fields.FIELD_QUALITY,
    fields.INHERITED,
    fields.TEXTS,
    uses.DENIALS,
    uses.EXPECTATIONS,
    judged.DISCREPANCIES,
    judged.DISCREPANCY_VALUES,
    judged.CONFLICTS,
    judged.CONFLICT_VALUES,
    judged.CONFLICT_UNKNOWN,
    judged.DRIFT,
    judged.COVERAGE,
    judged.FINDINGS,
    judged.SUPPRESSIONS,
    judged.FILES,
    judged.DANGLING,
    judged.META,
)
"""In the order in which they are created: a table after those that it refers to. `dangling` gathers what
the ones before it could not link."""


def build_index(
    path: Path, catalog: Catalog, report: Report, diagnostics: tuple[Diagnostic, ...], spans: Spans
) -> None:
    """Write the index to `path`, by a temporary file beside it that is then renamed.

    The bytes depend on the catalog, the findings and the version of SQLite, on nothing else. Raises
    `EnvironmentFault` where the file cannot be written; what stood there before then stays.
    """
    database = _database()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        try:
            connection = sqlite3.connect(temporary, isolation_level=None)
            try:
                _fill(database(connection, execute_plugins=False), Facts(catalog, report, diagnostics, spans))
            finally:
                connection.close()
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise EnvironmentFault(f"cannot write `{path}`: {error.strerror}") from error
    except sqlite3.OperationalError as error:
        raise EnvironmentFault(f"cannot write `{path}`: {error}") from error


def _database() -> type[Database]:
    """sqlite-utils without pandas and numpy, which it imports where they happen to be installed: that takes
    longer than all the rest, and nothing here is a data frame."""
    if "sqlite_utils" not in sys.modules:
        hidden = {name: sys.modules.get(name) for name in ("pandas", "numpy")}
        sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: not to be imported
        try:
            from sqlite_utils import Database
        finally:
            for name, module in hidden.items():
                if module is None:
                    del sys.modules[name]
                else:
                    sys.modules[name] = module
    from sqlite_utils import Database

    return Database


def index_in_memory(
    catalog: Catalog, report: Report, diagnostics: tuple[Diagnostic, ...], spans: Spans
) -> sqlite3.Connection:
    """The index as a database in memory."""
    database = _database()
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _fill(database(connection, execute_plugins=False), Facts(catalog, report, diagnostics, spans))
    return connection


def index_bytes(catalog: Catalog, report: Report, diagnostics: tuple[Diagnostic, ...], spans: Spans) -> bytes:
    """The index as the bytes of a database file."""
    connection = index_in_memory(catalog, report, diagnostics, spans)
    try:
        return connection.serialize()
    finally:
        connection.close()


def _fill(db: Database, facts: Facts) -> None:
    connection = db.conn
    for pragma in (
        f"page_size = {PAGE_SIZE}",
        "encoding = 'UTF-8'",
        "journal_mode = OFF",
        "synchronous = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")
    for table in TABLES:
        _create(db, table)
    connection.execute(search.CREATE)
    for view in VIEWS:
        db.create_view(view.name, view.sql)
    connection.execute("BEGIN")
    for table in TABLES:
        connection.executemany(_insert(table), table.rows(facts))
    connection.executemany(search.INSERT, search.search_rows(facts))
    connection.execute(f"INSERT INTO {search.NAME} ({search.NAME}) VALUES ('optimize')")
    _describe(db)
    connection.execute("COMMIT")
    _index(db)
    connection.execute("VACUUM")


def _create(db: Database, table: Table) -> None:
    key = table.key.split()
    db.create_table(
        table.name,
        table.types,
        pk=key[0] if len(key) == 1 else tuple(key),
        foreign_keys=table.references,
        not_null=set(key),
    )


def _insert(table: Table) -> str:
    names = ", ".join(f'"{name}"' for name in table.types)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(table.types))})'


def _describe(db: Database) -> None:
    rows = [("table", table.name, table.about) for table in TABLES]
    rows += [("view", view.name, view.about) for view in VIEWS]
    rows += [("table", search.NAME, search.ABOUT), ("table", "about", "What each table and view holds.")]
    described = [{"name": name, "kind": kind, "about": about} for kind, name, about in sorted(rows)]
    db.table("about").insert_all(described, pk="name", column_order=["name", "kind", "about"])


def _index(db: Database) -> None:
    """Index every foreign key that is not the start of its table's key, and what people look up by."""
    for table in TABLES:
        first = table.key.split()[0]
        for column, _, _ in table.references:
            if column != first:
                db.table(table.name).create_index([column])
    for name, column in (
        ("sources", "source"),
        ("findings", "code"),
        ("texts", "language"),
        ("columns", "status"),
    ):
        db.table(name).create_index([column])
