"""Who stands above the policy: superusers, owners, readers of everything, and whoever holds the rights of a
pair all the time. None of them appears in the privileges of a table."""

from __future__ import annotations

from collections.abc import Iterator

from amanat.diagnostic import Severity
from amanat.policy.verify.finding import Finding, Kind
from amanat.policy.verify.postgres.read import Standing, members_of
from amanat.policy.verify.postgres.seen import Seen, name_of

READ_ALL = {
    "pg_read_all_data": "reads every table",
    "pg_write_all_data": "writes every table",
    "pg_read_server_files": "reads the files of the server",
    "pg_write_server_files": "writes the files of the server",
    "pg_execute_server_program": "runs programs as the server",
}
"""Roles of the server itself that no privilege on a table shows, and what their members can do."""

_ATTRIBUTES = {
    "SUPERUSER": "is a superuser: no privilege binds it",
    "REPLICATION": "may copy the whole server (REPLICATION)",
    "BYPASSRLS": "passes row security (BYPASSRLS); the views of the policy hold for it",
}


def bypasses(seen: Seen, standing: Standing) -> Iterator[Finding]:
    """Roles that get around the policy."""
    supers = {name for name, attributes in standing.attributes.items() if "SUPERUSER" in attributes}
    yield from _attributes(seen, standing)
    owners = {table.owner for table in seen.live.tables.values()} | {seen.expected.keeper} - {""}
    for owner in sorted(owners - supers):
        yield _note(owner, "owns declared tables or the policy's views: no privilege binds it")
    for role, can in READ_ALL.items():
        for member in sorted(members_of(standing, role, inheriting=False) - supers):
            yield _bypass(seen, member, f"{can} (member of {role})", f"REVOKE {role} FROM {name_of(member)};")
    for owner in sorted(owners - supers):
        for member in sorted(members_of(standing, owner, inheriting=False) - supers - owners):
            yield _bypass(
                seen,
                member,
                f"can act as {name_of(owner)}, who owns declared tables",
                f"REVOKE {name_of(owner)} FROM {name_of(member)};",
            )
    yield from _united(seen, standing, supers)


def _attributes(seen: Seen, standing: Standing) -> Iterator[Finding]:
    for name, attributes in sorted(standing.attributes.items()):
        if "SUPERUSER" in attributes:
            yield _note(name, _ATTRIBUTES["SUPERUSER"])
            continue
        for attribute in attributes:
            if attribute in _ATTRIBUTES:
                yield _note(name, _ATTRIBUTES[attribute])
            elif seen.version < 160000:
                yield _bypass(
                    seen,
                    name,
                    "may make anybody a member of any role (CREATEROLE, before version 16)",
                    f"ALTER ROLE {name_of(name)} NOCREATEROLE;",
                )
            else:
                yield _note(name, "may let others act as the roles that it made (CREATEROLE)")


def _united(seen: Seen, standing: Standing, supers: set[str]) -> Iterator[Finding]:
    """Whoever has a pair's rights without switching to it; with two, purposes are united."""
    held: dict[str, list[str]] = {}
    for name in seen.expected.principals:
        for member in members_of(standing, name, inheriting=True) - supers:
            held.setdefault(member, []).append(name)
    direct = {(each.role, each.member) for each in seen.live.members if each.inherit}
    for member, names in sorted(held.items()):
        shown = ", ".join(map(name_of, names))
        what = f"unites {shown}" if len(names) > 1 else f"has the rights of {shown}"
        planned = seen.version >= 160000 and all((name, member) in direct for name in names)
        fix = (
            f"GRANT {shown} TO {name_of(member)} WITH INHERIT FALSE, SET TRUE;"
            if seen.version >= 160000
            else f"ALTER ROLE {name_of(member)} NOINHERIT;"
        )
        yield _bypass(seen, member, f"{what} all the time, without acting as it (INHERIT)", fix, planned)


def _bypass(seen: Seen, name: str, message: str, way_out: str, planned: bool = False) -> Finding:
    if name in seen.excepted:
        return Finding(Kind.BYPASS, Severity.INFO, name_of(name), f"{message}; excepted", "", False, name)
    return Finding(Kind.BYPASS, Severity.ERROR, name_of(name), message, way_out, planned, name)


def _note(name: str, message: str) -> Finding:
    return Finding(Kind.BYPASS, Severity.INFO, name_of(name), message, "", False, name)
