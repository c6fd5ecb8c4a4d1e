"""What a policy rests on in a MariaDB, as one query whose rows are facts.

The same query is read by `verify` and stands in the plan, which so knows whether the database is still as it
was when the plan was made. Grantees are written as the server does: `'app'@'%'`, a role with no host.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from amanat.errors import EnvironmentFault
from amanat.policy.targets.mariadb.checks import BOOK
from amanat.policy.targets.mariadb.quoting import listed, literal
from amanat.policy.verify.digest import BETWEEN, Fact
from amanat.policy.verify.privileges import PUBLIC, Grant, Thing

PRIVILEGES = ("grant", "member", "role")
"""Kinds of fact that say who may do what. What a plan leaves of them is known beforehand."""

KINDS = (*PRIVILEGES, "table", "column", "room", "view", "thing")
"""Kinds of fact that a plan rests on."""

EVERYBODY = "'PUBLIC'@''"
"""What the server calls the grantee that is everybody."""

GRANTEE = "CONCAT('''', User, '''@''', Host, '''')"
"""A grantee of the server's own tables as its views of them write it."""

OPTION = "GRANT OPTION"
"""The right to hand on, which is one for all that somebody holds on a thing."""

_PARTS = 7

_ON_DATABASE = {
    "Select": "SELECT",
    "Insert": "INSERT",
    "Update": "UPDATE",
    "Delete": "DELETE",
    "Create": "CREATE",
    "Drop": "DROP",
    "Grant": OPTION,
    "References": "REFERENCES",
    "Index": "INDEX",
    "Alter": "ALTER",
    "Create_tmp_table": "CREATE TEMPORARY TABLES",
    "Lock_tables": "LOCK TABLES",
    "Create_view": "CREATE VIEW",
    "Show_view": "SHOW VIEW",
    "Create_routine": "CREATE ROUTINE",
    "Alter_routine": "ALTER ROUTINE",
    "Execute": "EXECUTE",
    "Event": "EVENT",
    "Trigger": "TRIGGER",
    "Delete_history": "DELETE HISTORY",
}
"""Privileges on a database, by the column in which the server keeps them."""

ON_DATABASES = (
    "SELECT {grantee} AS GRANTEE, Db AS TABLE_SCHEMA,\n  CONCAT_WS(',', {held}) AS held FROM mysql.db".format(
        grantee=GRANTEE,
        held=", ".join(f"IF({column}_priv = 'Y', '{name}', NULL)" for column, name in _ON_DATABASE.items()),
    )
)
"""Who holds what on databases. The view of it in information_schema counts what a role has from the roles
that it holds as its own."""

Relation = tuple[str, str]
"""Database and name of a table or view."""


class Scope(NamedTuple):
    """What to look at: the declared tables, the views that should be there and the key of the hashes
    (`governed` are all of these), the names of the principals and the databases of views. `shared` is whether
    another system's policy stands on the server, whose grants to the same principals are its own."""

    tables: Sequence[Relation]
    views: Sequence[Relation]
    principals: Sequence[str]
    rooms: Sequence[str]
    key: str
    shared: bool

    @property
    def governed(self) -> list[Relation]:
        """Everything that privileges are looked for on."""
        book = [(BOOK, name) for name in ("policy", "principal", self.key)]
        return sorted({*self.tables, *self.views, *book})


def facts_query(scope: Scope) -> str:
    """The query: one column, a fact in each row."""
    roles = _among([f"'{name}'@''" for name in scope.principals])
    places = f"(g.TABLE_SCHEMA, g.TABLE_NAME) IN (SELECT a, b FROM {listed([*scope.governed])} AS d)"
    in_rooms = f"g.TABLE_SCHEMA IN ({_among(scope.rooms)})"
    own = "FALSE" if scope.shared else f"g.GRANTEE IN ({roles})"
    patterns = [form for name in (*scope.rooms, BOOK) for form in {name, escaped(name)}]
    return _query().format(
        on_table=f"({places} OR {in_rooms} OR {own})",
        on_database=(f"(g.TABLE_SCHEMA IN ({_among(patterns)}) OR g.GRANTEE IN ({roles}))"),
        principals=_among(scope.principals),
        rooms=_among(scope.rooms),
        tables=listed([*scope.tables]),
        places=_among(sorted({database for database, _ in scope.tables})),
        names=_among(sorted({name for _, name in scope.tables})),
        own="NULL" if scope.shared else _among(scope.principals),
        key=literal(scope.key),
        grantee=GRANTEE,
        on_databases=ON_DATABASES,
        databases=" UNION ALL ".join(f"SELECT {literal(name)} AS name" for name in _ON_DATABASE.values()),
    )


def escaped(name: str) -> str:
    """A database's name as a pattern that only it matches."""
    return name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")


def _among(texts: Iterable[str]) -> str:
    return ", ".join(f"{literal(text)} COLLATE utf8mb4_bin" for text in texts) or "NULL"


def digest_query(scope: Scope, kinds: Sequence[str]) -> str:
    """A query for what `digest.added` gives for the facts of these kinds."""
    sums = ", ".join(
        f"COALESCE(SUM(CAST(CONV(SUBSTR(h.sha, {16 * at + 1}, 16), 16, 10) AS DECIMAL(65, 0))), 0)"
        for at in range(4)
    )
    words = ", ".join(map(literal, kinds))
    return (
        f"SELECT CONCAT_WS('-', COUNT(*), {sums}) FROM (SELECT SHA2(l.line, 256) AS sha FROM (\n"
        f"{facts_query(scope)}\n) AS l\n"
        f"WHERE SUBSTRING_INDEX(l.line, CHAR(31 USING utf8mb4), 1) IN ({words})) AS h"
    )


class Member(NamedTuple):
    """That a role holds another role."""

    role: str
    member: str
    admin: bool


class LiveView(NamedTuple):
    """A view in a database of the policy."""

    database: str
    name: str
    definer: str
    security: str
    algorithm: str
    check: str


class Room(NamedTuple):
    """A database of views: its comment and how its texts are compared."""

    comment: str
    charset: str
    collation: str


class Live(NamedTuple):
    """The facts, by kind."""

    facts: frozenset[Fact]
    grants: frozenset[Grant]
    members: frozenset[Member]
    roles: Mapping[str, tuple[str, str]]
    """Principals that are there: whether it is a role, and its global privileges as a number."""
    tables: Mapping[Relation, str]
    """Declared tables that are there, and their type."""
    columns: Mapping[Relation, frozenset[str]]
    rooms: Mapping[str, Room]
    views: Mapping[Relation, LiveView]
    things: frozenset[tuple[str, str, str]]
    """What stands in the databases of views: type, database, name."""

    @property
    def broken(self) -> frozenset[Relation]:
        """Views that the server cannot work out, because what they read or their definer is not there. No
        statement would make them again as they are."""
        return frozenset(at for at in self.views if not self.columns.get(at))


def read_facts(rows: Iterable[str]) -> Live:
    """The facts that a database gave."""
    facts = frozenset(tuple(row.split(BETWEEN)) for row in rows)
    if any(len(fact) != _PARTS for fact in facts):
        raise EnvironmentFault(
            "a name or a comment in the database holds the character U+001F, so it cannot be read reliably",
            hint="rename what has that name",
        )
    by_kind: dict[str, list[Fact]] = {}
    for kind, *rest in sorted(facts):
        by_kind.setdefault(kind, []).append(tuple(rest))
    columns: dict[Relation, set[str]] = {}
    for database, table, column, *_ in by_kind.get("column", ()):
        columns.setdefault((database, table), set()).add(column)
    views = [
        LiveView(database, name, definer, security, *options.split(" ", 1))
        for database, name, definer, security, options, _ in by_kind.get("view", ())
    ]
    return Live(
        facts,
        frozenset(_grant(fact) for fact in by_kind.get("grant", ())),
        frozenset(
            Member(role, member, admin == "Y") for role, member, admin, *_ in by_kind.get("member", ())
        ),
        {name: (is_role, access) for name, is_role, access, *_ in by_kind.get("role", ())},
        {(database, name): kind for database, name, kind, *_ in by_kind.get("table", ())},
        {table: frozenset(names) for table, names in columns.items()},
        {name: Room(*rest[:3]) for name, *rest in by_kind.get("room", ())},
        {(view.database, view.name): view for view in views},
        frozenset((kind, database, name) for kind, database, name, *_ in by_kind.get("thing", ())),
    )


def _grant(fact: Sequence[str]) -> Grant:
    grantee, kind, database, name, column, privilege = fact
    return Grant(
        Thing(kind, database, name, column), PUBLIC if grantee == EVERYBODY else grantee, privilege, ""
    )


def privilege_facts(
    grants: Iterable[Grant], members: Iterable[Member], roles: Mapping[str, tuple[str, str]]
) -> set[Fact]:
    """The facts of the kinds `PRIVILEGES` that these are."""
    found: set[Fact] = set()
    for grant in grants:
        thing = grant.thing
        grantee = EVERYBODY if grant.grantee == PUBLIC else grant.grantee
        found.add(("grant", grantee, thing.kind, thing.schema, thing.name, thing.column, grant.privilege))
    found |= {("member", each.role, each.member, "Y" if each.admin else "N", "", "", "") for each in members}
    found |= {("role", name, *standing, "", "", "") for name, standing in roles.items()}
    return found


@cache
def _query() -> str:
    return resources.files(__package__).joinpath("facts.sql").read_text(encoding="utf-8").strip()
