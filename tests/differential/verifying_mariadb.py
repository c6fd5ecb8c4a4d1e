"""Helpers for tests that verify a live MariaDB: the shop with its policy, and everything that is granted."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from amanat.model.catalog import Catalog
from amanat.policy.verify import verify_system
from amanat.policy.verify.finding import Report
from tests.differential.engine import Row
from tests.differential.mariadb import Database, privileges
from tests.differential.shop import AS_OF
from tests.differential.test_mariadb import catalog
from tests.differential.verifying import VARIABLE, with_url


def url_of(database: Database, user: str = "root", password: str = "") -> str:
    """The URL of a database for a user."""
    login = f"{user}:{quote(password, safe='')}" if password else user
    return f"mariadb://{login}@localhost/{database.name}?unix_socket={database.server.socket}"


def look(
    database: Database,
    given: Catalog | None = None,
    user: str = "root",
    excepted: Iterable[str] = (),
    url: str | None = None,
) -> Report:
    """What verify finds in a database."""
    environ = {VARIABLE: url or url_of(database, user)}
    return verify_system(given or with_url(catalog()), AS_OF, "shop", environ, excepted)


def dump(database: Database) -> set[Row]:
    """Every privilege, role and view, and what the server says of the policy."""
    ask = database.root.ask
    found = {row for row in privileges(database) if row[0] not in ("account",)}
    found |= {
        ("account", *row)
        for row in ask("SELECT User, Host, JSON_REMOVE(Priv, '$.version_id') FROM mysql.global_priv")
    }
    found |= {
        ("routine", *row)
        for row in ask("SELECT User, Host, Db, Routine_name, Routine_type, Proc_priv FROM mysql.procs_priv")
    }
    found |= {
        ("comment", *row)
        for row in ask(
            "SELECT SCHEMA_NAME, SCHEMA_COMMENT, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
        )
    }
    views = ask(
        "SELECT TABLE_SCHEMA, TABLE_NAME, CHECK_OPTION FROM information_schema.VIEWS WHERE TABLE_SCHEMA <> 'sys'"
    )
    for place, name, check in views:
        found.add(
            ("view", place, name, check, ask(f"SHOW CREATE VIEW `{place}`.`{name}`".replace("\n", " "))[0][1])
        )
    if ask("SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'amanat' AND TABLE_NAME = 'policy'"):
        found |= {("book", *row) for row in ask("SELECT * FROM amanat.policy")}
        found |= {("made", *row) for row in ask("SELECT * FROM amanat.principal")}
    return found
