"""Whatever is tampered with: verify finds it, its plan mends it in one pass, and the inverse restores it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.differential.postgres import Database
from tests.differential.shop import KEY, SQL, files, prepare
from tests.differential.verifying import dump, look_within, run_within, wrong

PEOPLE = ("nosy", "deputy", "dana")
PAIRS = ("agent__service", "analyst__research", "marketer__news", "marketer__news.sms", "cleaner__cleanup")
TABLES = ("public.customers", "public.orders", "public.visits", "public.log", 'crm."Odd ""table""; -- x"')
COLUMNS = {
    "public.customers": ("email", "secret"),
    "public.orders": ("id", "total"),
    "public.log": ("message",),
}
VIEWS = (
    "analyst__research.customers",
    '"marketer__news".customers',
    '"marketer__news".orders',
    '"marketer__news.sms".customers',
)
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "ALL")


@pytest.fixture(scope="module")
def policed(postgres_url: str) -> Iterator[Database]:
    """A database with the policy."""
    database = prepare(Database.create(postgres_url))
    database.run(files()[SQL], mask_key=KEY.hex())
    for name in PEOPLE:
        database.connection.execute(f"CREATE ROLE {name}".encode())
    yield database
    database.drop()


def _grant(privilege: str, table: str, column: str, grantee: str, option: bool) -> str:
    what = f"{privilege} ({column})" if column and privilege != "DELETE" else privilege
    return f"GRANT {what} ON {table} TO {grantee}{' WITH GRANT OPTION' if option and grantee != 'PUBLIC' else ''}"


@st.composite
def grants(draw: Any) -> str:
    """A grant that nobody declared, to somebody or a principal, perhaps handed on by a deputy."""
    table = draw(st.sampled_from([*TABLES, *VIEWS]))
    column = draw(st.sampled_from(["", *COLUMNS.get(table, ())]))
    who = draw(st.sampled_from(["nosy", "PUBLIC", *(f'"{pair}"' for pair in PAIRS)]))
    grant = _grant(draw(st.sampled_from(RIGHTS)), table, column, who, draw(st.booleans()))
    if draw(st.booleans()):
        return grant
    first = _grant("ALL", table, "", "deputy", True)
    schema = table.partition(".")[0] if table.startswith('"') else table.split(".")[0]
    return f"GRANT USAGE ON SCHEMA {schema} TO deputy; {first}; SET ROLE deputy; {grant}; RESET ROLE"


def revokes() -> st.SearchStrategy[str]:
    """Something declared, or more, is taken away."""
    return st.builds(
        "REVOKE {} ON {} FROM {}".format,
        st.sampled_from(["SELECT", "ALL"]),
        st.sampled_from([*TABLES, *VIEWS]),
        st.sampled_from([f'"{pair}"' for pair in PAIRS]),
    )


def others() -> st.SearchStrategy[str]:
    """Everything else that people do."""
    view, pair, person = st.sampled_from(VIEWS), st.sampled_from(PAIRS), st.sampled_from(PEOPLE)
    return st.one_of(
        st.builds("ALTER VIEW {} SET (security_barrier = false)".format, view),
        st.builds("ALTER VIEW {} RESET (security_barrier)".format, view),
        st.builds("ALTER VIEW {} OWNER TO nosy".format, view),
        st.builds("DROP VIEW {}".format, view),
        st.builds("ALTER VIEW {} RENAME TO gone".format, view),
        st.builds("CREATE RULE quiet AS ON DELETE TO {} DO INSTEAD NOTHING".format, view),
        st.just("CREATE OR REPLACE VIEW analyst__research.orders AS SELECT * FROM public.orders"),
        st.just('CREATE VIEW "marketer__news".more AS SELECT * FROM "marketer__news".customers'),
        st.builds(
            'ALTER ROLE "{}" {}'.format,
            pair,
            st.sampled_from(["LOGIN", "INHERIT", "CREATEROLE", "BYPASSRLS"]),
        ),
        st.builds('GRANT "{}" TO {} WITH INHERIT TRUE'.format, pair, person),
        st.builds('GRANT "{}" TO {} WITH INHERIT TRUE, ADMIN TRUE'.format, pair, person),
        st.builds('GRANT {} TO "{}"'.format, st.sampled_from([*PEOPLE, "pg_read_all_data"]), pair),
        st.builds('GRANT CREATE ON SCHEMA public TO "{}"'.format, pair),
        st.builds('REVOKE USAGE ON SCHEMA public FROM "{}"'.format, pair),
        st.builds('GRANT EXECUTE ON FUNCTION probe.worked TO "{}"'.format, pair),
        st.builds("GRANT SELECT ON amanat.mask_key TO {}".format, st.sampled_from(["PUBLIC", "nosy"])),
        st.builds('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "{}"'.format, pair),
        st.builds(
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {}".format,
            st.sampled_from(["PUBLIC", "dana"]),
        ),
        st.just("COMMENT ON SCHEMA amanat IS 'amanat policy of system shop, catalog sha256:00'"),
    )


@settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.one_of(grants(), revokes(), others()), min_size=1, max_size=6))
def test_verify_finds_the_plan_mends_and_the_inverse_restores(
    policed: Database, tampering: list[str]
) -> None:
    # one transaction that is taken back: roles and memberships belong to the whole cluster
    with policed.connection.transaction(force_rollback=True):
        start = dump(policed)
        for statement in tampering:
            _try(policed, statement)
        tampered = dump(policed)
        report = look_within(policed)
        assert dump(policed) == tampered, "verify changed something"
        if tampered == start:
            assert report.clean and report.change is None
            return
        assert report.change is not None, "a change was not found"
        run_within(policed, report.change.apply)
        mended = look_within(policed)
        assert wrong(mended) == []
        assert mended.change is None
        run_within(policed, report.change.undo)
        assert dump(policed) == tampered


def _try(database: Database, statements: str) -> None:
    """Run what one person did, whole or not at all: an earlier one may have made it impossible."""
    try:
        with database.connection.transaction():
            database.connection.execute(statements.encode())
    except psycopg.Error:
        pass
