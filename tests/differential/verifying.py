"""Helpers for tests that verify a live PostgreSQL: the shop with its policy, and everything that is granted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from psycopg.conninfo import make_conninfo

from amanat.connect.postgresql import Session
from amanat.model.catalog import Catalog
from amanat.policy.matrix import matrix
from amanat.policy.plan import make_plan
from amanat.policy.verify import postgres, verify_system
from amanat.policy.verify.finding import Finding, Kind, Report
from amanat.policy.verify.request import Request
from tests.differential.engine import Row
from tests.differential.postgres import Database
from tests.differential.shop import AS_OF, SHOP, catalog

VARIABLE = "SHOP_URL"


@cache
def reachable() -> Catalog:
    """The shop's catalog, with the variable that says where it runs."""
    return with_url(catalog())


def with_url(given: Catalog) -> Catalog:
    """A catalog whose shop can be reached."""
    shop = replace(given.systems[SHOP], url_env=VARIABLE)
    return replace(given, systems={**given.systems, SHOP: shop})


def url_of(database: Database, user: str = "postgres") -> str:
    """The URL of a database for a user."""
    return make_conninfo(database.url, dbname=database.name, user=user)


def look(
    database: Database,
    given: Catalog | None = None,
    user: str = "postgres",
    excepted: Iterable[str] = (),
) -> Report:
    """What verify finds in a database."""
    environ = {VARIABLE: url_of(database, user)}
    return verify_system(given or reachable(), AS_OF, "shop", environ, excepted)


def look_within(database: Database, given: Catalog | None = None) -> Report:
    """The same in the transaction that the database's own connection is in, which sees what it did."""
    chosen = given or reachable()
    plan = make_plan(matrix(chosen, AS_OF), [chosen.systems[SHOP]])
    request = Request(plan.systems[0], plan.digest, plan.as_of, VARIABLE, "", frozenset())
    database.connection.execute("SET LOCAL search_path = pg_catalog; SET LOCAL debug_pretty_print = off")
    return postgres.examine(request, Session(database.connection))


def run_within(database: Database, script: str) -> None:
    """Run a plan in a transaction that is open already."""
    start, end = "\nBEGIN;\n", "\nCOMMIT;\n"
    assert script.count(start) == script.count(end) == 1
    inside = script.replace(start, "\nSAVEPOINT plan;\n").replace(end, "\nRELEASE SAVEPOINT plan;\n")
    database.connection.execute(inside.encode())


def told(report: Report, kind: Kind) -> list[Finding]:
    """The findings of a kind that count."""
    return [each for each in report.findings if each.kind is kind and each.severity.value == "error"]


def wrong(report: Report) -> list[str]:
    """The findings that count, to read when a test fails."""
    return [
        f"{each.kind}: {each.subject}: {each.message}"
        for each in report.findings
        if each.severity.value == "error"
    ]


def dump(database: Database) -> set[Row]:
    """Every privilege with its grantor, membership, default privilege, attribute of a role, and view."""
    query = """
      SELECT 'relation', c.oid::regclass::text, '', g.grantee::regrole::text, g.grantor::regrole::text, g.privilege_type, g.is_grantable::text
        FROM pg_class AS c, aclexplode(coalesce(c.relacl,
             acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) AS g
        WHERE c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)' AND c.relkind IN ('r', 'v', 'S', 'p', 'm')
      UNION ALL
      SELECT 'column', a.attrelid::regclass::text, a.attname, g.grantee::regrole::text, g.grantor::regrole::text, g.privilege_type, g.is_grantable::text
        FROM pg_attribute AS a, aclexplode(a.attacl) AS g
      UNION ALL
      SELECT 'schema', n.nspname, '', g.grantee::regrole::text, g.grantor::regrole::text, g.privilege_type, g.is_grantable::text
        FROM pg_namespace AS n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS g
      UNION ALL
      SELECT 'function', p.oid::regprocedure::text, '', g.grantee::regrole::text, g.grantor::regrole::text, g.privilege_type, g.is_grantable::text
        FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS g WHERE p.oid > 16384
      UNION ALL
      SELECT 'database', d.datname, '', g.grantee::regrole::text, g.grantor::regrole::text, g.privilege_type, g.is_grantable::text
        FROM pg_database AS d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS g WHERE d.datname = current_database()
      UNION ALL
      SELECT 'default', d.defaclrole::regrole::text, d.defaclnamespace::regnamespace::text || ' ' || d.defaclobjtype::text, g.grantee::regrole::text,
             g.grantor::regrole::text, g.privilege_type, g.is_grantable::text
        FROM pg_default_acl AS d, aclexplode(d.defaclacl) AS g WHERE g.grantee <> d.defaclrole
      UNION ALL
      SELECT 'member', roleid::regrole::text, member::regrole::text, grantor::regrole::text, to_jsonb(m) ->> 'admin_option',
             to_jsonb(m) ->> 'inherit_option', to_jsonb(m) ->> 'set_option'
        FROM pg_auth_members AS m
      UNION ALL
      SELECT 'role', rolname, rolsuper::text, rolinherit::text, rolcanlogin::text, rolcreaterole::text || rolcreatedb || rolreplication,
             rolbypassrls::text || coalesce(shobj_description(oid, 'pg_authid'), '')
        FROM pg_roles
      UNION ALL
      SELECT 'view', c.oid::regclass::text, pg_get_viewdef(c.oid), pg_get_userbyid(c.relowner),
             (SELECT string_agg(o, ',' ORDER BY o) FROM unnest(c.reloptions) AS o),
             (SELECT string_agg(pg_get_ruledef(r.oid), ';' ORDER BY r.rulename) FROM pg_rewrite AS r WHERE r.ev_class = c.oid),
             (SELECT string_agg(pg_get_triggerdef(t.oid), ';' ORDER BY t.tgname) FROM pg_trigger AS t WHERE t.tgrelid = c.oid)
        FROM pg_class AS c WHERE c.relkind = 'v' AND c.oid > 16384
      UNION ALL
      SELECT 'schema of', nspname, pg_get_userbyid(nspowner), obj_description(oid, 'pg_namespace'), '', '', '' FROM pg_namespace
    """
    database.connection.execute("SET search_path = pg_catalog")
    found = set(database.rows(query))
    database.connection.execute("SET search_path TO DEFAULT")
    return found
