"""Doors beside the policy in a PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set

from amanat.policy.targets.postgres.engine import DEFAULT_SCHEMA
from amanat.policy.targets.quoting import texts
from amanat.policy.verify.finding import Finding
from amanat.policy.verify.postgres.facts import Relation
from amanat.policy.verify.postgres.read import Server
from amanat.policy.verify.postgres.seen import Seen, name_of, who
from amanat.policy.verify.side_doors import Door, named_in, reaching

_OWN = "('pg_catalog', 'information_schema', 'pg_toast')"


def doors(server: Server, tables: Sequence[Relation], rooms: Collection[str]) -> list[Door]:
    """Views, rules and routines outside the policy that read declared tables in the name of their owners,
    where these may. A view is told by what it depends on, also through other views; a routine by the names in
    its text, so what it puts together while it runs is not seen."""
    readers = _readers(server, tables)
    found = [
        *_views(server, tables, rooms, readers),
        *_routines(server, tables, rooms, readers),
        *_keys(server, tables),
    ]
    return sorted(each for each in found if each.tables)


def _named(tables: Sequence[Relation]) -> str:
    schemas, names = texts([schema for schema, _ in tables]), texts([name for _, name in tables])
    return (
        f"unnest({schemas}, {names}) AS d (nspname, relname) "
        "JOIN pg_namespace AS dn ON dn.nspname = d.nspname "
        "JOIN pg_class AS dc ON dc.relnamespace = dn.oid AND dc.relname = d.relname"
    )


Readers = Set[tuple[str, Relation]]


def _readers(server: Server, tables: Sequence[Relation]) -> Readers:
    """Owners of anything, and the declared tables that they may read."""
    found = server.rows(f"""
SELECT r.rolname::text, d.nspname, d.relname FROM {_named(tables)} JOIN pg_roles AS r
  ON r.oid IN (SELECT relowner FROM pg_class UNION SELECT proowner FROM pg_proc)
WHERE has_any_column_privilege(r.oid, dc.oid, 'SELECT')""")
    return {(owner, (schema, name)) for owner, schema, name in found}


def _views(
    server: Server, tables: Sequence[Relation], rooms: Collection[str], readers: Readers
) -> Iterator[Door]:
    rows = server.rows(f"""
SELECT n.nspname::text, c.relname::text, c.relkind::text, pg_get_userbyid(c.relowner)::text,
  rn.nspname::text, rc.relname::text,
  ARRAY(SELECT DISTINCT CASE g.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(g.grantee)::text END
    FROM (SELECT c.relacl AS acl UNION ALL SELECT attacl FROM pg_attribute WHERE attrelid = c.oid) AS l,
      aclexplode(l.acl) AS g
    WHERE g.grantee <> c.relowner AND g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') ORDER BY 1)
FROM pg_rewrite AS w JOIN pg_class AS c ON c.oid = w.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_depend AS p ON p.classid = 'pg_rewrite'::regclass AND p.objid = w.oid
  AND p.refclassid = 'pg_class'::regclass AND p.refobjid <> c.oid
JOIN pg_class AS rc ON rc.oid = p.refobjid JOIN pg_namespace AS rn ON rn.oid = rc.relnamespace
WHERE n.nspname NOT IN {_OWN} AND NOT (n.nspname = ANY ({texts(sorted(rooms))}))
  AND NOT (c.relkind = 'v' AND coalesce(c.reloptions, '{{}}')
    && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1', 'security_invoker=yes'])
GROUP BY 1, 2, 3, 4, 5, 6, c.oid, c.relacl, c.relowner""")
    declared = {*tables}
    reads: dict[Relation, set[Relation]] = {}
    known: dict[Relation, tuple[str, str, Sequence[str]]] = {}
    for schema, name, kind, owner, other_schema, other, users in rows:
        read = (other_schema, other)
        if read not in declared or (owner, read) in readers:
            reads.setdefault((schema, name), set()).add(read)
        known[schema, name] = (_KINDS.get(kind, "rule"), owner, users)
    for at, reached in reaching(reads, tables).items():
        kind, owner, users = known[at]
        yield Door(kind, *at, owner, tuple(sorted(reached - {at})), tuple(users))


_KINDS = {"v": "view", "m": "materialized view"}


def _routines(
    server: Server, tables: Sequence[Relation], rooms: Collection[str], readers: Readers
) -> Iterator[Door]:
    rows = server.rows(f"""
SELECT n.nspname::text, p.proname::text, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
  pg_get_userbyid(p.proowner)::text, coalesce(pg_get_function_sqlbody(p.oid), p.prosrc),
  ARRAY(SELECT DISTINCT CASE g.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(g.grantee)::text END
    FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS g
    WHERE g.grantee <> p.proowner AND p.prorettype <> 'trigger'::regtype ORDER BY 1)
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.prosecdef AND n.nspname NOT IN {_OWN} AND NOT (n.nspname = ANY ({texts(sorted(rooms))}))""")
    for schema, name, kind, owner, text, users in rows:
        named = named_in(text, [schema, DEFAULT_SCHEMA], tables, '"')
        read = tuple(at for at in named if (owner, at) in readers)
        yield Door(kind, schema, name, owner, read, tuple(users))


def _keys(server: Server, tables: Sequence[Relation]) -> Iterator[Door]:
    """Foreign keys of other tables: who may write there learns which keys exist."""
    rows = server.rows(f"""
SELECT n.nspname::text, c.relname::text, pg_get_userbyid(c.relowner)::text, d.nspname, d.relname
FROM {_named(tables)} JOIN pg_constraint AS k ON k.confrelid = dc.oid AND k.contype = 'f'
JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
GROUP BY 1, 2, 3, 4, 5""")
    for schema, name, owner, other_schema, other in rows:
        if (schema, name) not in tables:
            yield Door("foreign key", schema, name, owner, ((other_schema, other),), ())


def told(seen: Seen, found: Collection[Door], above: Collection[str]) -> Iterator[Finding]:
    """What others made over the declared tables, and who may use it; `above` are those whom nothing binds."""
    for door in found:
        users = {*door.users} - {*above} - seen.excepted - {door.owner}
        yield door.told(users, name_of(door.owner), name_of, who)
