"""What verify asks a MariaDB beside the facts: accounts and roles, what reaches further than a table, and who
granted what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from amanat.policy.targets.mariadb.checks import BOOK, POLICY, PRINCIPAL
from amanat.policy.targets.mariadb.quoting import literal
from amanat.policy.verify.mariadb.facts import EVERYBODY, GRANTEE, ON_DATABASES, OPTION, Relation
from amanat.policy.verify.mariadb.plan import Book
from amanat.policy.verify.privileges import PUBLIC

GLOBAL = (
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "RELOAD",
    "SHUTDOWN",
    "PROCESS",
    "FILE",
    "GRANT OPTION",
    "REFERENCES",
    "INDEX",
    "ALTER",
    "SHOW DATABASES",
    "SUPER",
    "CREATE TEMPORARY TABLES",
    "LOCK TABLES",
    "EXECUTE",
    "REPLICATION SLAVE",
    "BINLOG MONITOR",
    "CREATE VIEW",
    "SHOW VIEW",
    "CREATE ROUTINE",
    "ALTER ROUTINE",
    "CREATE USER",
    "EVENT",
    "TRIGGER",
    "CREATE TABLESPACE",
    "DELETE HISTORY",
    "SET USER",
    "FEDERATED ADMIN",
    "CONNECTION ADMIN",
    "READ_ONLY ADMIN",
    "REPLICATION SLAVE ADMIN",
    "REPLICATION MASTER ADMIN",
    "BINLOG ADMIN",
    "BINLOG REPLAY",
    "SLAVE MONITOR",
)
"""Privileges on everything, in the order of their bits."""

SERVER = "mysql"
"""The server's own database."""


class Server(Protocol):
    """A read-only session, as the connector gives it."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        ...


class Account(NamedTuple):
    """An account or a role (`is_role`), with what it may do everywhere."""

    name: str
    is_role: bool
    everywhere: frozenset[str]
    default_role: str
    locked: bool


class Holding(NamedTuple):
    """That an account or a role holds a role."""

    holder: str
    role: str
    admin: bool


class Wide(NamedTuple):
    """What somebody may do in all databases whose names match a pattern."""

    grantee: str
    pattern: str
    privileges: frozenset[str]

    def covers(self, database: str) -> bool:
        """Whether a database's name matches."""
        return _like(self.pattern, database)


class Standing(NamedTuple):
    """Who there is on the server, and what they may do beyond single tables."""

    accounts: Mapping[str, Account]
    holdings: tuple[Holding, ...]
    wide: tuple[Wide, ...]
    grantors: Mapping[tuple[str, Relation], str]
    """Who granted last on a table, by grantee and table."""
    server: tuple[Wide, ...]
    """Who holds what on tables of the server's own database; the pattern is the table's name."""


def is_readable(server: Server) -> bool:
    """Whether we see more than our own privileges: the server hides those of others without an error."""
    accounts = server.rows(f"SELECT COUNT(*) FROM {SERVER}.global_priv WHERE Host <> ''")
    shown = server.rows("SELECT COUNT(DISTINCT GRANTEE) FROM information_schema.USER_PRIVILEGES")
    return int(shown[0][0]) >= int(accounts[0][0])


def book_of(server: Server, system: str) -> tuple[Book | None, str, str, bool]:
    """What the server says of a system's policy, the database that it was applied in, the comment of the
    policy's own database ("" where there is none), and whether another system's policy stands here too."""
    found = server.rows(
        f"SELECT SCHEMA_COMMENT FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '{BOOK}'"
    )
    comment = str(found[0][0]) if found else ""
    tables = server.rows(
        f"SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{BOOK}' AND TABLE_NAME = 'policy'"
    )
    if not tables:
        return None, "", comment, False
    rows = server.rows(f"SELECT system, digest, place, whole FROM {POLICY}")
    mine = [row for row in rows if row[0] == system]
    shared = len(rows) > len(mine)
    if not mine:
        return None, "", comment, shared
    made = frozenset(str(name) for (name,) in server.rows(f"SELECT name FROM {PRINCIPAL}"))
    return Book(str(mine[0][1]), bool(mine[0][3]), made), str(mine[0][2]), comment, shared


def rooms_of(server: Server, system: str, expected: Iterable[str]) -> list[str]:
    """The databases of a system's views: those that should be there, and those that say so."""
    mark = f"amanat policy of system {system}, "
    found = server.rows(
        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA "
        f"WHERE LEFT(SCHEMA_COMMENT, {len(mark)}) = {literal(mark)} COLLATE utf8mb4_bin"
    )
    return sorted({*expected, *(str(name) for (name,) in found)})


def standing(server: Server) -> Standing:
    """Accounts, roles and what reaches further than a table."""
    accounts = server.rows(
        f"SELECT {GRANTEE}, COALESCE(JSON_VALUE(Priv, '$.is_role'), '0'),"
        " COALESCE(JSON_VALUE(Priv, '$.access'), '0'), COALESCE(JSON_VALUE(Priv, '$.default_role'), ''),"
        " COALESCE(JSON_VALUE(Priv, '$.account_locked'), '0') FROM mysql.global_priv"
    )
    holdings = server.rows(f"SELECT {GRANTEE}, Role, Admin_option FROM mysql.roles_mapping")
    wide = server.rows(ON_DATABASES)
    grantors = server.rows(f"SELECT {GRANTEE}, Db, Table_name, Grantor FROM mysql.tables_priv")
    own = server.rows(
        "SELECT GRANTEE, TABLE_NAME, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.TABLE_PRIVILEGES"
        f" WHERE TABLE_SCHEMA = '{SERVER}'"
    )
    return Standing(
        {
            name: Account(name, _true(role), _bits(int(access)), default, _true(locked))
            for name, role, access, default, locked in accounts
        },
        tuple(sorted(Holding(holder, f"'{role}'@''", admin == "Y") for holder, role, admin in holdings)),
        tuple(
            sorted(
                Wide(everybody(name), where, frozenset(held.split(","))) for name, where, held in wide if held
            )
        ),
        {(everybody(name), (database, table)): grantor for name, database, table, grantor in grantors},
        _gathered(own),
    )


def _true(value: object) -> bool:
    return str(value).lower() in ("1", "true")


def _bits(access: int) -> frozenset[str]:
    return frozenset(name for at, name in enumerate(GLOBAL) if access >> at & 1)


def everybody(name: str) -> str:
    """A grantee, with PUBLIC as privileges know it."""
    return PUBLIC if name == EVERYBODY else name


def _gathered(rows: Iterable[tuple[Any, ...]]) -> tuple[Wide, ...]:
    found: dict[tuple[str, str], set[str]] = {}
    for name, where, privilege, grantable in rows:
        held = found.setdefault((everybody(name), where), set())
        held |= {privilege} - {"USAGE"} | ({OPTION} if grantable == "YES" else set())
    return tuple(Wide(*key, frozenset(held)) for key, held in sorted(found.items()) if held)


def _like(pattern: str, text: str) -> bool:
    parts = re.findall(r"\\.|.", pattern, flags=re.DOTALL)
    signs = {"%": ".*", "_": "."}
    form = "".join(signs.get(part, re.escape(part[-1])) for part in parts)
    return re.fullmatch(form, text, flags=re.DOTALL) is not None
