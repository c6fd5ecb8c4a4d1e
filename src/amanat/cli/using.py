"""What `amanat usage` reads and prints."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from amanat.cli.session import shown_path
from amanat.cli.standing import Stood
from amanat.cli.tables import TableFormat, show
from amanat.errors import EnvironmentFault, UsageError
from amanat.model.values import SystemId
from amanat.report.usage import COLUMNS, rows, to_json, told
from amanat.usage.columns import BadViews, Reader
from amanat.usage.compare import Usage, usage
from amanat.usage.reading import Broken, Entry, Unknown, entries

_STATEMENTS = (
    "SELECT r.rolname::text, s.query, sum(s.calls)::bigint FROM pg_stat_statements s "
    "JOIN pg_roles r ON r.oid = s.userid JOIN pg_database d ON d.oid = s.dbid "
    "WHERE d.datname = current_database() GROUP BY 1, 2 ORDER BY 1, 2"
)


def used(
    stood: Stood, system: str, logs: Sequence[Path], live: bool, views: Sequence[Path], named: Sequence[str]
) -> Usage:
    """What logs say about a system. Raises `UsageError` for what cannot be read, `EnvironmentFault` where the
    database does not answer."""
    catalog = stood.loaded.catalog
    if system not in catalog.systems:
        raise UsageError(f"no system is called `{system}`", hint="`amanat list systems` shows the ids")
    declared = catalog.systems[SystemId(system)]
    snapshot = catalog.snapshots.get(SystemId(system))
    if snapshot is None:
        raise UsageError(f"system `{system}` has no snapshot", hint=f"make one: amanat scan {system}")
    also = {}
    for one in named:
        principal, equals, role = one.rpartition("=")
        if not equals or role not in catalog.roles:
            raise UsageError(f"`{one}` is not PRINCIPAL=ROLE of a declared role", hint="amanat list roles")
        also[principal] = role
    for view in views:
        try:
            Reader(snapshot, declared.engine, _text(view))
        except BadViews as why:
            raise UsageError(f"`{view}` cannot be read as views: {why}", hint="give CREATE VIEW") from None
    reader = Reader(snapshot, declared.engine, "\n;\n".join(map(_text, views)))

    def every() -> Iterator[Entry | Broken]:
        for log in logs:
            try:
                for entry in entries(_text(log)):
                    yield entry._replace(log=shown_path(log))
            except Unknown as why:
                raise UsageError(f"`{log}` is no query log that is known: {why}") from None
        if live:
            yield from _live(system, declared.url_env)

    return usage(catalog, declared, every(), reader, stood.day, also)


def _live(system: str, variable: str | None) -> Iterator[Entry]:
    """What `pg_stat_statements` of a PostgreSQL has counted."""
    from amanat.connect import postgresql

    url = os.environ.get(variable or "", "")
    if not variable or not url:
        raise UsageError(
            f"no URL of system `{system}` is known", hint="set the variable that its `url_env` names"
        )
    with postgresql.connected(system, variable, url) as session:
        (schema,) = session.rows(
            "SELECT (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
            " WHERE e.extname = 'pg_stat_statements')"
        )[0]
        if schema is None:
            raise EnvironmentFault(
                f"the database of system `{system}` does not count statements",
                hint="create the extension pg_stat_statements there, or give a log",
            )
        from amanat.policy.targets.quoting import identifier

        query = _STATEMENTS.replace("FROM pg_stat", f"FROM {identifier(str(schema))}.pg_stat")
        for number, (role, statement, calls) in enumerate(session.rows(query), 1):
            yield Entry(number, (str(role),), str(statement), int(calls), "pg_stat_statements")


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"`{file}` cannot be read: {error.strerror}", hint="see the path") from None


def shown(system: str, found: Usage, form: TableFormat, *, drawn: bool) -> str:
    """What was found in one of the command's formats."""
    if form is TableFormat.JSON:
        return to_json(system, found)
    table = show(COLUMNS, rows(found), form, terminal=None if drawn else False)
    if form is TableFormat.CSV:
        return table
    return (table if found.uses else "") + "".join(f"{line}\n" for line in told(found))
