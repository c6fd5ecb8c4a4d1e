"""The SQL of a ClickHouse policy: one script that applies it, and one that takes it back."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from amanat.policy.plan import Table
from amanat.policy.targets.clickhouse import checks
from amanat.policy.targets.clickhouse.checks import DEFINER, KEY, KEY_TABLE, OURS
from amanat.policy.targets.clickhouse.consent import DEFAULT_DATABASE, condition, needed
from amanat.policy.targets.clickhouse.masks import expression
from amanat.policy.targets.clickhouse.quoting import identifier, literal, qualified
from amanat.policy.targets.granting import principal
from amanat.policy.targets.quoting import comment, fit
from amanat.policy.targets.relational import Privileges, View


class Script(NamedTuple):
    """What a script is made from. `privileges` are sorted by pair and table."""

    system: str
    digest: str
    as_of: str
    privileges: Sequence[Privileges]


Columns = dict[tuple[str, str], set[str]]
_DEFINER = identifier(DEFINER)


def apply_script(script: Script) -> str:
    """SQL that applies the policy; it looks for everything that could go wrong before it changes anything."""
    named, read = _by_principal(script), _read_by_views(script)
    hashes = _hashes(script)
    lines = [*_header(script, named), *checks.before(list(named), _columns(script), _inserted(script))]
    lines += [checks.ENOUGH] if hashes else []
    mark = literal(checks.marker(script.system, script.digest))
    lines += ["", f"CREATE DATABASE {identifier(OURS)} COMMENT {mark};", _account(DEFINER, True)]
    lines += [checks.MAKE_KEY, f"GRANT SELECT ON {KEY_TABLE} TO {identifier(DEFINER)};"] if hashes else []
    for place, columns in sorted(read.items()):
        lines.append(_grant("SELECT", sorted(columns), place, DEFINER))
    for name, privileges in named.items():
        lines += ["", comment(f"{privileges[0].pair.role} acting for {privileges[0].pair.purpose}")]
        lines += _principal(name, privileges)
    return "\n".join(lines) + "\n"


def undo_script(script: Script) -> str:
    """SQL that takes back what `apply_script` did, or the part of it that was done before it failed."""
    named = _by_principal(script)
    views = [
        (name, view_name(each.table)) for name, of_name in named.items() for each in of_name if each.view
    ]
    origin = f"system {script.system}, made from catalog sha256:{script.digest}"
    lines = [
        comment(f"Takes back the amanat policy of {origin}"),
        *checks.applied(script.system, script.digest, views, list(named)),
    ]
    for name in reversed(named):
        lines.append(f"DROP USER IF EXISTS {identifier(name)};")
        if any(each.view for each in named[name]):
            lines.append(f"DROP DATABASE IF EXISTS {identifier(name)};")
    lines += [f"DROP USER IF EXISTS {identifier(DEFINER)};", f"DROP DATABASE {identifier(OURS)};"]
    return "\n".join(lines) + "\n"


def view_name(table: Table) -> str:
    """The name of a table's view: the table's own, after its database where that is not `default`."""
    plain = table.schema in ("", DEFAULT_DATABASE)
    return fit(table.name if plain else f"{table.schema}.{table.name}")


def _by_principal(script: Script) -> dict[str, list[Privileges]]:
    named: dict[str, list[Privileges]] = {}
    for each in script.privileges:
        named.setdefault(principal(each.pair), []).append(each)
    return named


def _header(script: Script, named: Mapping[str, Sequence[Privileges]]) -> Iterator[str]:
    example = identifier(next(iter(named), "role__purpose"))
    yield from map(
        comment,
        (
            f"Access policy of system {script.system}, for ClickHouse 24.3 and later. Made by amanat.",
            f"catalog: sha256:{script.digest}",
            f"judged on: {script.as_of or 'the day of the last commit'}",
            "",
            "Apply it as who may manage access, on a server with one policy. It stops at the first error:",
            f"    clickhouse-client --queries-file {script.system}.sql",
            "There is no transaction. After an error, and before a changed policy, run the undo:",
            f"    clickhouse-client --queries-file {script.system}.undo.sql",
            "",
            "Each pair of role and purpose is an account that nobody can log in to. Let people act as it:",
            f"    GRANT IMPERSONATE ON {example} TO somebody;",
            f"then in their session: EXECUTE AS {example};",
            "This needs access_control_improvements.allow_impersonate_user. Elsewhere let it log in:",
            f"    ALTER USER {example} IDENTIFIED … HOST …;",
            "It is no role: a session can have several roles at once, which would unite pairs. For the same",
            "reason grant these accounts nothing else. Views stand in a database of the account's own name,",
            "which is its default database. Who sees a view is read-only: settings change what views show.",
            "",
            *textwrap.wrap(f"Tests: {checks.NOT_EXECUTED}.", 100),
        ),
    )
    if _hashes(script):
        yield from map(
            comment,
            (
                "",
                "Hashed columns need a key of 32 bytes or more, in hexadecimal digits, the same one as in",
                "other engines where hashes are to meet. It stands in one row that no pair reads; the undo",
                "deletes it.",
                f'    clickhouse-client --param_{KEY}="$(cat key.hex)" …',
            ),
        )


def _hashes(script: Script) -> bool:
    return any(_wears_hash(each.view) for each in script.privileges if each.view)


def _wears_hash(view: View) -> bool:
    return any(shown.mask and shown.mask.kind == "hash" for shown in view.columns)


def _account(name: str, read_only: bool, database: str = "") -> str:
    # No password has this hash, and no host is let in. Who may not be read-only can at least not ask to see
    # deleted rows, which ClickHouse keeps for a while and a setting brings back.
    impossible = "0" * 64
    bound = "readonly" if read_only else "apply_deleted_mask"
    return (
        f"CREATE USER {identifier(name)} IDENTIFIED WITH sha256_hash BY '{impossible}' HOST NONE"
        + (f" DEFAULT DATABASE {identifier(database)}" if database else "")
        + f" DEFAULT ROLE NONE SETTINGS {bound} = 1 CONST;"
    )


def _principal(name: str, privileges: Sequence[Privileges]) -> Iterator[str]:
    has_views = any(each.view for each in privileges)
    writes = any("INSERT" in each.on_table for each in privileges)
    yield _account(name, not writes, name if has_views else "")
    if has_views:
        yield f"CREATE DATABASE {identifier(name)};"
    for each in privileges:
        if each.view:
            place = (name, view_name(each.table))
            yield _create_view(place, each, each.view)
            yield _grant("SELECT", each.on_view["SELECT"], place, name)
        for privilege, columns in sorted(each.on_table.items()):
            yield _grant(privilege, columns, _place(each.table), name)


def _grant(privilege: str, columns: Sequence[str], place: tuple[str, str], name: str) -> str:
    listed = ", ".join(map(identifier, columns))
    return f"GRANT {privilege}({listed}) ON {qualified(*place)} TO {identifier(name)};"


def _place(table: Table) -> tuple[str, str]:
    return table.schema or DEFAULT_DATABASE, table.name


def _create_view(place: tuple[str, str], each: Privileges, view: View) -> str:
    shown = []
    for column, mask, _ in view.columns:
        plain = f"t.{identifier(column.name)}"
        worn = expression(mask, plain, column) if mask else plain
        shown.append(f"{worn} AS {identifier(column.name)}")
    conditions = [condition(rows) for rows in view.rows]
    return (
        "\n".join(
            [
                f"CREATE VIEW {qualified(*place)} DEFINER = {_DEFINER} SQL SECURITY DEFINER AS SELECT",
                "  " + ",\n  ".join(shown),
                f"FROM {qualified(*_place(each.table))} AS t",
                *([f"CROSS JOIN {KEY_TABLE} AS k"] if _wears_hash(view) else []),
                *(["WHERE " + "\n  AND ".join(conditions)] if conditions else []),
            ]
        )
        + ";"
    )


def _read_by_views(script: Script) -> Columns:
    """What the account of the views has to read."""
    found: Columns = {}
    for each in script.privileges:
        if each.view:
            found.setdefault(_place(each.table), set()).update(
                shown.column.name for shown in each.view.columns
            )
            for rows in each.view.rows:
                for place, column in needed(rows, each.table):
                    found.setdefault(place, set()).add(column)
    return found


def _columns(script: Script) -> list[tuple[str, str, str]]:
    found = _read_by_views(script)
    for each in script.privileges:
        for columns in each.on_table.values():
            found.setdefault(_place(each.table), set()).update(columns)
    return sorted((*place, column) for place, columns in found.items() for column in columns)


def _inserted(script: Script) -> list[tuple[str, str]]:
    return sorted({_place(each.table) for each in script.privileges if "INSERT" in each.on_table})
