"""What verify asks a PostgreSQL beside the facts: columns, what principals can do, and who stands above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from amanat.policy.targets.quoting import texts
from amanat.policy.verify.postgres.facts import Relation

COLUMN_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
TABLE_PRIVILEGES = ("DELETE", "TRUNCATE", "TRIGGER")


class Server(Protocol):
    """A read-only session, as the connector gives it."""

    @property
    def version(self) -> int:
        """The server's version as a number, such as 180004."""
        ...

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        ...

    def compiled(self, query: str) -> str:
        """The tree of a query that is not executed."""
        ...


def columns_of(server: Server, tables: Sequence[Relation]) -> dict[Relation, frozenset[str]]:
    """The columns of those tables that are there."""
    found = server.rows(f"""
SELECT n.nspname::text, c.relname::text, array_agg(a.attname::text)
FROM {_named(tables)} JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY 1, 2""")
    return {(schema, name): frozenset(columns) for schema, name, columns in found}


Cells = Mapping[tuple[str, Relation, str], frozenset[str]]
"""Principal, relation and privilege to the columns that are open; "" is the whole of the relation."""


def effective(server: Server, principals: Sequence[str], relations: Sequence[Relation]) -> Cells:
    """What principals can really do, as the server itself judges it, by whatever way they come to it."""
    found = server.rows(f"""
SELECT r.rolname::text, n.nspname::text, c.relname::text, p.privilege, array_agg(a.attname::text)
FROM {_named(relations)} CROSS JOIN unnest({texts(list(COLUMN_PRIVILEGES))}) AS p (privilege)
JOIN pg_roles AS r ON r.rolname = ANY ({texts(list(principals))})
 AND has_any_column_privilege(r.oid, c.oid, p.privilege)
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 AND has_column_privilege(r.oid, c.oid, a.attnum, p.privilege)
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT r.rolname::text, n.nspname::text, c.relname::text, p.privilege, ARRAY['']
FROM {_named(relations)} CROSS JOIN unnest({texts(list(TABLE_PRIVILEGES))}) AS p (privilege)
JOIN pg_roles AS r ON r.rolname = ANY ({texts(list(principals))})
 AND has_table_privilege(r.oid, c.oid, p.privilege)""")
    return {
        (role, (schema, name), privilege): frozenset(cols) for role, schema, name, privilege, cols in found
    }


def trees(server: Server, views: Sequence[Relation]) -> dict[Relation, str]:
    """The stored trees of views."""
    found = server.rows(f"""
SELECT n.nspname::text, c.relname::text, w.ev_action::text
FROM {_named(views)} JOIN pg_rewrite AS w ON w.ev_class = c.oid AND w.rulename = '_RETURN'
WHERE c.relkind = 'v'""")
    return {(schema, name): tree for schema, name, tree in found}


def _named(relations: Sequence[Relation]) -> str:
    schemas, names = texts([schema for schema, _ in relations]), texts([name for _, name in relations])
    return (
        f"unnest({schemas}, {names}) AS named (nspname, relname) "
        "JOIN pg_namespace AS n ON n.nspname = named.nspname "
        "JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = named.relname "
        "AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
    )


class Edge(NamedTuple):
    """That a role is a member of another; with `inherit` it has that one's rights without asking."""

    role: str
    member: str
    inherit: bool


class Standing(NamedTuple):
    """The roles of a server and who is a member of what."""

    attributes: Mapping[str, tuple[str, ...]]
    edges: tuple[Edge, ...]


def standing(server: Server) -> Standing:
    """The roles with attributes that lift them above privileges, and all memberships."""
    roles = server.rows("""
SELECT rolname::text, array_remove(ARRAY[CASE WHEN rolsuper THEN 'SUPERUSER' END,
  CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
  CASE WHEN rolreplication THEN 'REPLICATION' END], NULL)
FROM pg_roles WHERE rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication""")
    inherit = (
        "m.inherit_option"
        if server.version >= 160000
        else "(SELECT rolinherit FROM pg_roles WHERE oid = m.member)"
    )
    # a membership that one can neither use nor switch to gives nothing
    useful = "WHERE m.inherit_option OR m.set_option" if server.version >= 160000 else ""
    edges = server.rows(f"""
SELECT DISTINCT pg_get_userbyid(m.roleid)::text, pg_get_userbyid(m.member)::text, {inherit}
FROM pg_auth_members AS m {useful}""")
    return Standing(
        {name: tuple(attributes) for name, attributes in roles}, tuple(sorted(Edge(*edge) for edge in edges))
    )


def members_of(standing_now: Standing, role: str, inheriting: bool) -> set[str]:
    """Who is a member of a role, directly or through others; with `inheriting` only those that have its
    rights without switching to it."""
    found: set[str] = set()
    front = {role}
    while front:
        front = {
            edge.member
            for edge in standing_now.edges
            if edge.role in front and (edge.inherit or not inheriting)
        } - found
        found |= front
    return found - {role}
