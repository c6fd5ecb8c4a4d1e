"""Doors beside the policy in a MariaDB."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from amanat.policy.targets.mariadb.quoting import listed
from amanat.policy.verify.mariadb.facts import GRANTEE, Relation
from amanat.policy.verify.mariadb.read import Server, everybody
from amanat.policy.verify.mariadb.text import read_from
from amanat.policy.verify.side_doors import Door, named_in, reaching


def doors(server: Server, tables: Collection[Relation], rooms: Collection[str]) -> list[Door]:
    """Views, routines, triggers and events outside the policy that read declared tables in the name of their
    definers. A view is told by what it was compiled to, also through other views; a routine and an event by
    the names in its text, so what it puts together while it runs is not seen."""
    found = [*_view_doors(server, tables, rooms), *_code_doors(server, tables, rooms)]
    granted = _granted(server, found)
    return [each._replace(users=tuple(sorted(granted.get(each[:3], ())))) for each in sorted(found)]


def _granted(server: Server, found: Sequence[Door]) -> dict[tuple[str, ...], set[str]]:
    """Who was granted the use of each of them by name."""
    users: dict[tuple[str, ...], set[str]] = {}
    views = listed([each[1:3] for each in found if each.kind == "view"])
    for table in ("TABLE", "COLUMN"):
        for name, database, view in server.rows(
            f"SELECT g.GRANTEE, g.TABLE_SCHEMA, g.TABLE_NAME FROM information_schema.{table}_PRIVILEGES AS g "
            f"JOIN {views} AS d ON d.a = g.TABLE_SCHEMA AND d.b = g.TABLE_NAME "
            "WHERE g.PRIVILEGE_TYPE <> 'USAGE'"
        ):
            users.setdefault(("view", database, view), set()).add(everybody(name))
    for name, kind, database, routine in server.rows(
        f"SELECT {GRANTEE}, LOWER(Routine_type), Db, Routine_name "
        "FROM mysql.procs_priv WHERE FIND_IN_SET('Execute', Proc_priv) > 0"
    ):
        users.setdefault((kind, database, routine), set()).add(everybody(name))
    return users


def _view_doors(server: Server, tables: Collection[Relation], rooms: Collection[str]) -> list[Door]:
    views = {
        (database, name): (definer, security, read_from(text or ""))
        for database, name, definer, security, text in server.rows(
            "SELECT TABLE_SCHEMA, TABLE_NAME, DEFINER, SECURITY_TYPE, VIEW_DEFINITION"
            " FROM information_schema.VIEWS WHERE TABLE_SCHEMA <> 'sys'"
        )
        if database not in rooms
    }
    reached = reaching({at: reads for at, (_, _, reads) in views.items()}, tables)
    return [
        Door("view", *at, definer, tuple(sorted(reached[at])), ())
        for at, (definer, security, _) in views.items()
        if security == "DEFINER" and reached[at]
    ]


def _code_doors(server: Server, tables: Collection[Relation], rooms: Collection[str]) -> list[Door]:
    found: list[Door] = []
    for kind, database, name, definer, text in server.rows("""
SELECT LOWER(ROUTINE_TYPE), ROUTINE_SCHEMA, ROUTINE_NAME, DEFINER, ROUTINE_DEFINITION
  FROM information_schema.ROUTINES WHERE SECURITY_TYPE = 'DEFINER' AND ROUTINE_SCHEMA NOT IN ('sys', 'mysql')
UNION ALL SELECT 'event', EVENT_SCHEMA, EVENT_NAME, DEFINER, EVENT_DEFINITION
  FROM information_schema.EVENTS"""):
        if database in rooms:
            continue
        if hit := named_in(text or "", [database], tables, "`"):
            found.append(Door(kind, database, name, definer, hit, ()))
    triggers = server.rows(
        "SELECT t.TRIGGER_SCHEMA, t.TRIGGER_NAME, t.DEFINER, t.EVENT_OBJECT_SCHEMA, t.EVENT_OBJECT_TABLE "
        f"FROM information_schema.TRIGGERS AS t JOIN {listed([*tables])} AS d "
        "ON d.a = t.EVENT_OBJECT_SCHEMA AND d.b = t.EVENT_OBJECT_TABLE"
    )
    found += [
        Door("trigger", database, name, definer, ((on, table),), ())
        for database, name, definer, on, table in triggers
    ]
    return found
