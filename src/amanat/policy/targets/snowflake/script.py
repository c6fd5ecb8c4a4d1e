"""The SQL of a Snowflake policy: one script that applies it, and one that takes it back."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from amanat.policy.plan import Table
from amanat.policy.targets.granting import principal
from amanat.policy.targets.quoting import comment, fit
from amanat.policy.targets.relational import Privileges, View
from amanat.policy.targets.snowflake.consent import DEFAULT_SCHEMA, condition, needed
from amanat.policy.targets.snowflake.masks import expression
from amanat.policy.targets.snowflake.quoting import identifier, literal, literals, qualified

OURS = "amanat"
"""The schema that says which policy is applied, and holds the pads of the key."""
KEY_SCHEMA = "amanat_key"
"""The schema with the key of hashes, which the administrator makes beforehand."""
_PADS = qualified(OURS, "mask_pads")
_KEY = qualified(KEY_SCHEMA, "mask_key")
_AT_ONCE = 500

NOT_EXECUTED = (
    "not executed on Snowflake: every statement is parsed as Snowflake's by a linter and by a transpiler, "
    "and the views (columns, masks, rows, the acting role) run by proxy on DuckDB"
)
"""What our tests cannot run."""

_ABOUT = """\
The amanat policy of system {system}, made from catalog sha256:{digest}{day}.

This policy is {not_executed}.

Run it as a role that owns the declared tables and may create roles and schemas, in the database that holds
them, by a client that stops at the first error (snowsql -o exit_on_error=true). What could go wrong is looked
for first; nothing is granted before all views are there.

Somebody who acts for a pair uses its role, such as {example}, as the primary role and reads the views in the
schema of that name. Every view shows its rows to that primary role alone, so that secondary roles unite
nothing. A warehouse is granted apart. Whoever owns the tables, or has privileges on them from elsewhere, is
above this policy; so are shares, clones, stages and streams made of the tables."""

_KEY_ABOUT = """\
It hashes. Before it runs, an administrator makes the key, 32 random bytes or more, and binds it as a
parameter, for the text of a statement stays in the query history:
  CREATE SCHEMA {schema} WITH MANAGED ACCESS; CREATE TABLE {table} (key BINARY);
  INSERT INTO {table} SELECT TO_BINARY(?, 'HEX');"""


class Script(NamedTuple):
    """What a script is made from. `privileges` are sorted by pair and table."""

    system: str
    digest: str
    as_of: str
    privileges: Sequence[Privileges]


def apply_script(script: Script) -> str:
    """SQL that applies the policy: it looks first, then makes roles, then views, and grants last."""
    named = _by_principal(script)
    hashes = _hashes(script)
    lines = [*_header(script, named, hashes), *_checks(script, named, hashes), ""]
    lines.append(f"CREATE SCHEMA {identifier(OURS)} WITH MANAGED ACCESS COMMENT = {literal(marker(script))};")
    if hashes:
        lines += _make_pads()
    for name in named:
        lines.append(f"CREATE ROLE {identifier(name)} COMMENT = {literal(marker(script))};")
    for name, privileges in named.items():
        lines += ["", comment(f"{privileges[0].pair.role} acting for {privileges[0].pair.purpose}")]
        lines.append(f"CREATE SCHEMA {identifier(name)} WITH MANAGED ACCESS;")
        lines += [_create_view(name, each, each.view) for each in privileges if each.view]
    lines += ["", "SET amanat_database = CURRENT_DATABASE();"]
    for name, privileges in named.items():
        role = f"ROLE {identifier(name)}"
        lines.append(f"GRANT USAGE ON DATABASE IDENTIFIER($amanat_database) TO {role};")
        lines.append(f"GRANT USAGE ON SCHEMA {identifier(name)} TO {role};")
        for each in privileges:
            lines.append(f"GRANT SELECT ON VIEW {qualified(name, view_name(each.table))} TO {role};")
    return "\n".join(lines) + "\n"


def undo_script(script: Script) -> str:
    """SQL that takes back what `apply_script` did, or the part of it that was done before it failed."""
    named = _by_principal(script)
    applied = f"SCHEMA_NAME = {literal(OURS)} AND COMMENT = {literal(marker(script))}"
    lines = [
        comment(f"Takes back the amanat policy of system {script.system}, catalog sha256:{script.digest}"),
        *(comment(line) for line in textwrap.wrap(f"This is {NOT_EXECUTED}.", 108)),
        _refuse("COUNT(*) <> 1", f"INFORMATION_SCHEMA.SCHEMATA WHERE {applied}", "it is not applied here"),
    ]
    views = [(name, view_name(each.table)) for name, given in named.items() for each in given]
    for name, of_name in _grouped(views).items():
        where = f"TABLE_SCHEMA = {literal(name)} AND TABLE_NAME NOT IN {literals(of_name)}"
        lines.append(
            _refuse(
                "COUNT(*) > 0",
                f"INFORMATION_SCHEMA.TABLES WHERE {where}",
                "the schema of a principal holds something that the policy did not make",
            )
        )
    for name in reversed(named):
        lines += [f"DROP SCHEMA IF EXISTS {identifier(name)};", f"DROP ROLE IF EXISTS {identifier(name)};"]
    lines.append(f"DROP SCHEMA {identifier(OURS)};")
    return "\n".join(lines) + "\n"


def marker(script: Script) -> str:
    """Comment on the schema `amanat`: which policy is applied here."""
    return f"amanat policy of system {script.system}, catalog sha256:{script.digest}"


def view_name(table: Table) -> str:
    """The name of a table's view: the table's own, after its schema's where that is not `PUBLIC`."""
    plain = table.schema in ("", DEFAULT_SCHEMA)
    return fit(table.name if plain else f"{table.schema}.{table.name}")


def _by_principal(script: Script) -> dict[str, list[Privileges]]:
    named: dict[str, list[Privileges]] = {}
    for each in script.privileges:
        named.setdefault(principal(each.pair), []).append(each)
    return named


def _grouped(views: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for schema, name in views:
        found.setdefault(schema, []).append(name)
    return found


def _hashes(script: Script) -> bool:
    return any(_wears_hash(each.view) for each in script.privileges if each.view)


def _wears_hash(view: View) -> bool:
    return any(shown.mask and shown.mask.kind == "hash" for shown in view.columns)


def _header(script: Script, named: Mapping[str, object], hashes: bool) -> list[str]:
    text = _ABOUT.format(
        system=script.system,
        digest=script.digest,
        day=f", for {script.as_of}" if script.as_of else "",
        not_executed=NOT_EXECUTED,
        example=identifier(next(iter(named), "role__purpose")),
    )
    if hashes:
        text += "\n\n" + _KEY_ABOUT.format(schema=identifier(KEY_SCHEMA), table=_KEY)
    wrapped = [line for part in text.split("\n") for line in (textwrap.wrap(part, 108) or [""])]
    return [comment(line) for line in wrapped]


def _refuse(problem: str, where: str, why: str) -> str:
    """A query that fails, with the reason as the text that is no number, where there is a problem."""
    return f"SELECT IFF({problem}, TO_NUMBER({literal('amanat: ' + why)}), 0) FROM {where};"


def _checks(script: Script, named: Mapping[str, Sequence[Privileges]], hashes: bool) -> Iterator[str]:
    """Refuse where the policy would not hold: a name is taken, a table or column is not there."""
    yield _refuse(
        "COUNT(*) > 0",
        f"INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME IN {literals([OURS, *named])}",
        f"a policy is applied here already, or a schema has the name of {OURS} or of a principal",
    )
    if named:
        yield "SHOW ROLES;"
        yield _refuse(
            "COUNT(*) > 0",
            f'TABLE(RESULT_SCAN(LAST_QUERY_ID())) WHERE "name" IN {literals(named)}',
            "a role has the name of a principal",
        )
    columns = _columns(script)
    for start in range(0, len(columns), _AT_ONCE):
        some = columns[start : start + _AT_ONCE]
        listed = ", ".join(literals(each) for each in some)
        yield _refuse(
            f"COUNT(*) <> {len(some)}",
            f"INFORMATION_SCHEMA.COLUMNS WHERE (TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME) IN ({listed})",
            "a table or column of the policy is not there",
        )
    if hashes:
        yield _refuse(
            "COUNT(*) <> 1 OR COALESCE(MIN(LENGTH(key)), 0) < 32",
            _KEY,
            "the key of hashes is not one row of 32 bytes or more",
        )


def _columns(script: Script) -> list[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = set()
    for each in script.privileges:
        if each.view is None:
            continue
        place = (each.table.schema or DEFAULT_SCHEMA, each.table.name)
        found.update((*place, shown.column.name) for shown in each.view.columns)
        for rows in each.view.rows:
            found.update(needed(rows, each.table))
    return sorted(found)


def _make_pads() -> list[str]:
    """HMAC (RFC 2104) needs the key only as two pads: filled up to 64 bytes, XOR 0x36 and XOR 0x5c."""
    short = "IFF(LENGTH(key) > 64, SHA2_BINARY(key, 256), key)"
    filled = f"RPAD({short}, 64, TO_BINARY('00', 'HEX'))"
    pads = [
        f"BITXOR({filled}, TO_BINARY(REPEAT('{byte}', 64), 'HEX')) AS {name}"
        for byte, name in (("36", "inner_pad"), ("5C", "outer_pad"))
    ]
    return [f"CREATE TABLE {_PADS} AS SELECT\n  {pads[0]},\n  {pads[1]}\nFROM {_KEY};"]


def _create_view(name: str, each: Privileges, view: View) -> str:
    shown = []
    for column, mask, _ in view.columns:
        plain = f"t.{identifier(column.name)}"
        worn = expression(mask, plain, column) if mask else plain
        shown.append(f"{worn} AS {identifier(column.name)}")
    conditions = [_acting(name), *(condition(rows) for rows in view.rows)]
    table = qualified(each.table.schema or DEFAULT_SCHEMA, each.table.name)
    return (
        "\n".join(
            [
                f"CREATE SECURE VIEW {qualified(name, view_name(each.table))} AS SELECT",
                "  " + ",\n  ".join(shown),
                f"FROM {table} AS t",
                *([f"CROSS JOIN {_PADS} AS k"] if _wears_hash(view) else []),
                "WHERE " + "\n  AND ".join(conditions),
            ]
        )
        + ";"
    )


def _acting(name: str) -> str:
    """True where the pair's role is the primary one of the session, however the engine writes its name."""
    return f"CURRENT_ROLE() IN {literals([name, identifier(name)])}"
