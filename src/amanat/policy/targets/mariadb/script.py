"""The SQL of a MariaDB policy: one script applies it, another takes back whatever part was applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from amanat.policy.plan import Table
from amanat.policy.targets.granting import principal
from amanat.policy.targets.mariadb import checks
from amanat.policy.targets.mariadb.consent import condition
from amanat.policy.targets.mariadb.header import apply_header, undo_header
from amanat.policy.targets.mariadb.masks import expression
from amanat.policy.targets.mariadb.quoting import identifier, literal, qualified
from amanat.policy.targets.quoting import comment, fit
from amanat.policy.targets.relational import Privileges, View


class Script(NamedTuple):
    """What a script is made from. `privileges` are sorted by pair and table; `declared` are all declared
    tables of the system, whoever gets something on them; `engine` is what the catalog says the system is."""

    system: str
    engine: str
    digest: str
    as_of: str
    privileges: Sequence[Privileges]
    declared: Sequence[Table]


def apply_script(script: Script) -> str:
    """SQL that applies the policy: it looks first, then makes roles, then views, and grants last."""
    named = by_principal(script.privileges)
    views = [view_database(script.system, name) for name, given in named.items() if _viewed(given)]
    first = next(iter(named), "role__purpose")
    lines = apply_header(
        script.system,
        script.engine,
        script.digest,
        script.as_of,
        first,
        view_database(script.system, first),
        hashes=hashes(script.privileges),
    )
    lines += [checks.OPENING, checks.PRESENT]
    lines.append(
        checks.before(
            script.system,
            list(named),
            _places(script.declared),
            _places(dict.fromkeys(each.table for each in script.privileges)),
            views,
        )
    )
    if hashes(script.privileges):
        lines.append(checks.KEY_FITS)
    lines += [
        checks.BETWEEN,
        checks.bookkeeping(script.system, script.digest, list(named)),
        *checks.roles(list(named)),
    ]
    if hashes(script.privileges):
        lines.append(checks.make_key(key_table(script.system)))
    mark = literal(checks.marker(script.system, script.digest)).removeprefix("_utf8mb4")
    for name in views:
        lines += ["", f"CREATE DATABASE {identifier(name)} COMMENT = {mark};"]
        lines += [
            _create_view(script, name, each, each.view) for each in _of(script, named, name) if each.view
        ]
    for name, privileges in named.items():
        lines += ["", comment(f"{privileges[0].pair.role} acting for {privileges[0].pair.purpose}")]
        lines += _granted("GRANT", "TO", script, name, privileges)
    return "\n".join([*lines, "", checks.applied(script.system), checks.CLOSING]) + "\n"


def undo_script(script: Script) -> str:
    """SQL that takes back exactly what `apply_script` did, or the part of it that it came to."""
    named = by_principal(script.privileges)
    views = [
        (view_database(script.system, name), view_name(each.table))
        for name, privileges in named.items()
        for each in privileges
        if each.view
    ]
    lines = [*undo_header(script.system, script.digest), checks.OPENING, checks.PRESENT]
    lines += [checks.is_applied(script.system, script.digest, views), checks.BETWEEN]
    revoked = [
        each
        for name, privileges in reversed(named.items())
        for each in _granted("REVOKE", "FROM", script, name, privileges)
    ]
    lines.append(checks.taken_back(revoked))
    lines += [f"DROP VIEW IF EXISTS {qualified(*view)};" for view in reversed(views)]
    lines += [f"DROP DATABASE IF EXISTS {identifier(name)};" for name in dict(reversed(views))]
    if hashes(script.privileges):
        lines.append(f"DROP TABLE IF EXISTS {key_table(script.system)};")
    return "\n".join([*lines, checks.closing_book(script.system, list(named)), checks.CLOSING]) + "\n"


def by_principal(given: Iterable[Privileges]) -> dict[str, list[Privileges]]:
    """What each principal gets."""
    named: dict[str, list[Privileges]] = {}
    for each in given:
        named.setdefault(principal(each.pair), []).append(each)
    return named


def _viewed(privileges: Sequence[Privileges]) -> bool:
    return any(each.view for each in privileges)


def _of(script: Script, named: Mapping[str, Sequence[Privileges]], database: str) -> Sequence[Privileges]:
    return next(given for name, given in named.items() if view_database(script.system, name) == database)


def _places(tables: Iterable[Table]) -> list[tuple[str, str]]:
    return [(table.schema, table.name) for table in tables]


def view_database(system: str, name: str) -> str:
    """The database with the views of a principal: `system__role__purpose`. Two systems of one server never
    share one."""
    ambiguous = "__" in system or system.endswith("_")
    return fit(f"{system}__{name}", f"{system}\n{name}" if ambiguous else None)


def view_name(table: Table) -> str:
    """The name of a table's view: the table's own, after its database's where the catalog names one."""
    return fit(f"{table.schema}.{table.name}") if table.schema else table.name


def key_table(system: str) -> str:
    """The quoted name of the table with the key of a system's hashes."""
    return qualified(checks.BOOK, key_name(system))


def key_name(system: str) -> str:
    """The name of the table with the key of a system's hashes."""
    return fit(f"mask_key {system}")


def hashes(given: Iterable[Privileges]) -> bool:
    """Whether a view needs the key of the hashes."""
    views = [each.view for each in given if each.view]
    return any(shown.mask and shown.mask.kind == "hash" for view in views for shown in view.columns)


def _granted(
    verb: str, preposition: str, script: Script, name: str, privileges: Sequence[Privileges]
) -> Iterator[str]:
    """A statement for each table and view: it gives, or takes back, all or nothing."""
    database, role = view_database(script.system, name), identifier(name)
    for each in privileges:
        view = qualified(database, view_name(each.table))
        table = qualified(each.table.schema, each.table.name)
        for given, what in ((each.on_view, view), (each.on_table, table)):
            if given:
                yield f"{verb} {_listed(given)} ON TABLE {what} {preposition} {role};"


def _listed(privileges: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(
        f"{privilege} ({', '.join(map(identifier, columns))})" if columns else privilege
        for privilege, columns in sorted(privileges.items())
    )


def _create_view(script: Script, database: str, each: Privileges, view: View) -> str:
    named = qualified(database, view_name(each.table))
    return create_view(named, view_query(each.table, view, key_table(script.system)), view, "CURRENT_USER")


def create_view(name: str, query: str, view: View, definer: str, verb: str = "CREATE") -> str:
    """The statement that makes a view whose quoted name is given, in the name of a definer."""
    head = f"{verb} ALGORITHM = {algorithm(view)} DEFINER = {definer} SQL SECURITY DEFINER"
    return f"{head}\nVIEW {name} AS {query};"


def algorithm(view: View) -> str:
    """How the server is to work a view out: as a whole where it shows some rows only."""
    return "TEMPTABLE" if view.rows else "MERGE"


def view_query(table: Table, view: View, key: str) -> str:
    """What a pair sees of a table; `key` is the quoted name of the table with the key of hashes."""
    shown = []
    for column, mask, _ in view.columns:
        name = identifier(column.name)
        plain = f"t.{name}"
        worn = expression(mask, plain, column, key) if mask else plain
        shown.append(f"{worn} AS {name}")
    conditions = [condition(rows) for rows in view.rows]
    # The server hands a reader's conditions down into a view that it works out first, but not past a LIMIT.
    where = ["WHERE " + "\n  AND ".join(conditions), "LIMIT 18446744073709551615"] if conditions else []
    return "\n".join(
        ["SELECT", "  " + ",\n  ".join(shown), f"FROM {qualified(table.schema, table.name)} AS t", *where]
    )
