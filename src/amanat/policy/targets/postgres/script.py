"""The SQL of a PostgreSQL policy: one transaction that applies it, and one that takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from amanat.policy.plan import Table
from amanat.policy.targets.granting import principal
from amanat.policy.targets.postgres import checks
from amanat.policy.targets.postgres.engine import DEFAULT_SCHEMA
from amanat.policy.targets.postgres.masks import KEY_TABLE, expression
from amanat.policy.targets.postgres.rows import condition
from amanat.policy.targets.quoting import comment, fit, identifier, literal, qualified
from amanat.policy.targets.relational import Privileges, View


class Script(NamedTuple):
    """What a script is made from. `privileges` are sorted by pair and table; `declared` are all declared
    tables of the system, whoever gets something on them."""

    system: str
    digest: str
    as_of: str
    privileges: Sequence[Privileges]
    declared: Sequence[Table]


def apply_script(script: Script) -> str:
    """SQL that applies the policy, or changes nothing."""
    named = by_principal(script.privileges)
    lines = [*_header(script, named), "BEGIN;", *_settings(), ""]
    names = list(named)
    lines += [checks.before(script.system, names, _tables(script.declared)), ""]
    lines += [*_bookkeeping(script), checks.make_principals(names)]
    for name, privileges in named.items():
        lines += ["", comment(f"{privileges[0].pair.role} acting for {privileges[0].pair.purpose}")]
        lines += _principal(name, privileges)
    lines += ["", *_sequences("GRANT", named)]
    return "\n".join([*lines, checks.after(names), "COMMIT;"]) + "\n"


def undo_script(script: Script) -> str:
    """SQL that takes back exactly what `apply_script` did."""
    named = by_principal(script.privileges)
    title = (
        f"Takes back the amanat policy of system {script.system}, made from catalog sha256:{script.digest}"
    )
    lines = [comment(title), "BEGIN;", *_settings(), "", checks.applied(script.system, script.digest)]
    lines += _sequences("REVOKE", named)
    for name, privileges in reversed(named.items()):
        lines += ["", *_undone(name, privileges)]
    if hashes(script.privileges):
        lines += ["", f"DROP TABLE {KEY_TABLE};"]
    return "\n".join([*lines, 'DROP SCHEMA "amanat";', checks.drop_principals(list(named)), "COMMIT;"]) + "\n"


def by_principal(given: Iterable[Privileges]) -> dict[str, list[Privileges]]:
    """What each principal gets."""
    named: dict[str, list[Privileges]] = {}
    for each in given:
        named.setdefault(principal(each.pair), []).append(each)
    return named


def _tables(tables: Iterable[Table]) -> list[tuple[str, str]]:
    return [(table.schema or DEFAULT_SCHEMA, table.name) for table in tables]


def _header(script: Script, named: Mapping[str, Sequence[Privileges]]) -> Iterator[str]:
    example = identifier(next(iter(named), "role__purpose"))
    yield from map(
        comment,
        (
            f"Access policy of system {script.system}, for PostgreSQL 14 and later. Made by amanat.",
            f"catalog: sha256:{script.digest}",
            f"judged on: {script.as_of or 'the day of the last commit'}",
            "",
            "Apply it as the owner of the tables, who may create roles. One transaction: all or nothing.",
            f"    psql -v ON_ERROR_STOP=1 -f {script.system}.sql",
            f"A changed policy is applied after the old one's {script.system}.undo.sql.",
            "",
            "Each pair of role and purpose has one role without login. Let people act as it, never be it:",
            f"    GRANT {example} TO somebody WITH INHERIT FALSE, SET TRUE;",
            f"    on 15 and older: ALTER ROLE somebody NOINHERIT; GRANT {example} TO somebody;",
            f"then in their session: SET ROLE {example};",
            "Views stand in a schema of the role's own name, so with the default search_path a table's name",
            "finds the view. Without INHERIT FALSE, whoever holds two pairs would see what both see.",
        ),
    )
    if hashes(script.privileges):
        yield from map(
            comment,
            (
                "",
                "The key of hashed columns is made by the database, unless you give one of 32 bytes or more:",
                '    PGOPTIONS="-c amanat.mask_key=$(cat key.hex)" psql …',
                "It stands in one row that only the owner reads. The undo deletes it.",
            ),
        )


def _settings() -> list[str]:
    # Nothing that a search_path could hide behind a built-in name; one policy change at a time.
    return ["SET LOCAL search_path = pg_catalog;", "SELECT pg_advisory_xact_lock(hashtext('amanat policy'));"]


def _bookkeeping(script: Script) -> Iterator[str]:
    yield 'CREATE SCHEMA "amanat";'
    yield f'COMMENT ON SCHEMA "amanat" IS {literal(checks.marker(script.system, script.digest))};'
    if hashes(script.privileges):
        yield checks.MAKE_KEY


def hashes(given: Iterable[Privileges]) -> bool:
    """Whether a view needs the key of the hashes."""
    views = [each.view for each in given if each.view]
    return any(shown.mask and shown.mask.kind == "hash" for view in views for shown in view.columns)


def _principal(name: str, privileges: Sequence[Privileges]) -> Iterator[str]:
    role = identifier(name)
    for schema in _schemas(privileges):
        yield f"GRANT USAGE ON SCHEMA {identifier(schema)} TO {role};"
    if any(each.view for each in privileges):
        yield f"CREATE SCHEMA {role};"
        yield f"GRANT USAGE ON SCHEMA {role} TO {role};"
    for each in privileges:
        if each.view:
            yield from _create_view(name, each, each.view)
            yield from _grants("GRANT", each.on_view, qualified(name, view_name(each.table)), "TO", role)
        yield from _grants("GRANT", each.on_table, _table_of(each), "TO", role)


def _undone(name: str, privileges: Sequence[Privileges]) -> Iterator[str]:
    role = identifier(name)
    for each in reversed(privileges):
        yield from _grants("REVOKE", each.on_table, _table_of(each), "FROM", role)
        if each.view:
            yield f"DROP VIEW {qualified(name, view_name(each.table))};"
    if any(each.view for each in privileges):
        yield f"DROP SCHEMA {role};"
    for schema in _schemas(privileges):
        yield f"REVOKE USAGE ON SCHEMA {identifier(schema)} FROM {role};"


def _schemas(privileges: Sequence[Privileges]) -> list[str]:
    return sorted({each.table.schema or DEFAULT_SCHEMA for each in privileges if each.on_table})


def place(each: Privileges) -> tuple[str, str]:
    """Schema and name of the table."""
    return each.table.schema or DEFAULT_SCHEMA, each.table.name


def _table_of(each: Privileges) -> str:
    return qualified(*place(each))


def _sequences(verb: str, named: Mapping[str, Sequence[Privileges]]) -> list[str]:
    inserted = [
        (*place(each), name)
        for name, privileges in named.items()
        for each in privileges
        if "INSERT" in each.on_table or "INSERT" in each.on_view
    ]
    return [checks.sequences(verb, inserted)] if inserted else []


def view_name(table: Table) -> str:
    """The name of a table's view: the table's own, with its schema before it where that is not `public`."""
    plain = table.schema in ("", DEFAULT_SCHEMA)
    return table.name if plain else fit(f"{table.schema}.{table.name}")


def _grants(
    verb: str, privileges: Mapping[str, Sequence[str]], what: str, preposition: str, role: str
) -> Iterator[str]:
    for privilege, columns in sorted(privileges.items()):
        listed = f" ({', '.join(map(identifier, columns))})" if columns else ""
        yield f"{verb} {privilege}{listed} ON TABLE {what} {preposition} {role};"


def _create_view(name: str, each: Privileges, view: View) -> Iterator[str]:
    yield create_view(qualified(name, view_name(each.table)), view_query(each, view), is_checked(each, view))


def create_view(name: str, query: str, checked: bool) -> str:
    """The statement that makes a view whose quoted name is given."""
    ending = "\nWITH CASCADED CHECK OPTION" if checked else ""
    return f"CREATE VIEW {name} WITH (security_barrier) AS {query}{ending};"


def is_checked(each: Privileges, view: View) -> bool:
    """Whether what is written through the view has to stay in sight of it."""
    return bool(view.rows) and not {"INSERT", "UPDATE"}.isdisjoint(each.on_view)


def view_query(each: Privileges, view: View) -> str:
    """What a pair sees of a table."""
    shown = []
    for column, mask, _ in view.columns:
        plain = f"t.{identifier(column.name)}"
        shown.append(f"{expression(mask, plain, column)} AS {identifier(column.name)}" if mask else plain)
    conditions = [condition(rows) for rows in view.rows]
    where = ["WHERE " + "\n  AND ".join(conditions)] if conditions else []
    return "\n".join(["SELECT", "  " + ",\n  ".join(shown), f"FROM {_table_of(each)} AS t", *where])
