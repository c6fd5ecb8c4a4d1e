"""Whatever is tampered with: verify finds it, its plan mends it in one pass, and the inverse restores it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pymysql
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from amanat.policy.verify.finding import Report
from tests.differential.mariadb import Database, Server
from tests.differential.shop import KEY
from tests.differential.test_mariadb import prepare, script
from tests.differential.verifying_mariadb import dump, look

PEOPLE = ("nosy", "dana")
PAIRS = ("agent__service", "analyst__research", "marketer__news", "cleaner__cleanup")
TABLES = ("{db}.customers", "{db}.orders", "{db}.visits", "{db}.log", 'crm.`Odd "table"; -- x`')
COLUMNS = {"{db}.customers": ("email", "secret"), "{db}.orders": ("id", "total"), "{db}.log": ("message",)}
VIEWS = (
    "shop__analyst__research.customers",
    "`shop__marketer__news`.customers",
    "`shop__marketer__news`.order_lines",
    "shop__agent__service.orders",
)
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "ALL", "ALTER, SELECT")


@pytest.fixture(scope="module")
def policed(mariadb_server: Server) -> Iterator[Database]:
    """A database with the policy."""
    database = prepare(Database.create(mariadb_server))
    database.run(script(), key=KEY)
    for statement in ("CREATE USER nosy, dana", "CREATE ROLE team"):
        database.root.ask(statement)
    yield database
    database.drop()


@st.composite
def grants(draw: Any) -> str:
    """A grant that nobody declared, to an account, a role, everybody or a principal."""
    table = draw(st.sampled_from([*TABLES, *VIEWS]))
    column = draw(st.sampled_from(["", *COLUMNS.get(table, ())]))
    who = draw(st.sampled_from(["nosy", "team", "PUBLIC", *(f"`{pair}`" for pair in PAIRS)]))
    right = draw(st.sampled_from(RIGHTS))
    what = f"{right} ({column})" if column and right in RIGHTS[:3] else right
    option = " WITH GRANT OPTION" if who == "nosy" and draw(st.booleans()) else ""
    return f"GRANT {what} ON {table} TO {who}{option}"


def revokes() -> st.SearchStrategy[str]:
    """Something declared, or more, is taken away."""
    return st.builds(
        "REVOKE {} ON {} FROM `{}`".format,
        st.sampled_from(["SELECT", "ALL", "INSERT", "DELETE"]),
        st.sampled_from([*TABLES, *VIEWS]),
        st.sampled_from(PAIRS),
    )


def others() -> st.SearchStrategy[str]:
    """Everything else that people do."""
    view, pair, person = st.sampled_from(VIEWS), st.sampled_from(PAIRS), st.sampled_from([*PEOPLE, "team"])
    return st.one_of(
        st.builds("DROP VIEW {}".format, view),
        st.builds(
            "CREATE OR REPLACE SQL SECURITY INVOKER VIEW {} AS SELECT id FROM {{db}}.customers".format, view
        ),
        st.builds("CREATE OR REPLACE VIEW {} AS SELECT 'it''s' AS email FROM {{db}}.orders".format, view),
        st.just("CREATE VIEW shop__agent__service.more AS SELECT secret FROM {db}.customers"),
        st.just("CREATE VIEW shop__agent__service.most AS SELECT * FROM shop__agent__service.more"),
        st.builds("GRANT `{}` TO {}".format, pair, person),
        st.builds("GRANT `{}` TO {} WITH ADMIN OPTION".format, pair, person),
        st.builds("GRANT team TO `{}`".format, pair),
        st.builds("GRANT SELECT ON {{db}}.* TO `{}`".format, pair),
        st.builds("GRANT ALL ON shop__agent__service.* TO {}".format, person),
        st.builds("REVOKE `{}` FROM root@localhost".format, pair),
        st.builds("DROP ROLE `{}`".format, pair),
        st.builds("SET DEFAULT ROLE `{}` FOR dana".format, pair),
        st.builds("GRANT SELECT ON amanat.`mask_key shop` TO {}".format, st.sampled_from(["PUBLIC", "nosy"])),
        st.just("ALTER DATABASE shop__agent__service COMMENT = 'mine'"),
        st.just("UPDATE amanat.policy SET digest = '00'"),
        st.just("UPDATE amanat.policy SET whole = FALSE"),
    )


@settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.one_of(grants(), revokes(), others()), min_size=1, max_size=6))
def test_verify_finds_the_plan_mends_and_the_inverse_restores(
    policed: Database, tampering: list[str]
) -> None:
    left = look(policed).change  # there is no transaction to take an example back with
    if left is not None:
        policed.run(left.apply)
    start = dump(policed)
    for statement in tampering:
        _try(policed, statement)
    tampered = dump(policed)
    report = look(policed)
    assert dump(policed) == tampered, "verify changed something"
    if tampered == start:
        assert report.change is None
        return
    if report.change is None:
        assert not any(each.planned for each in report.findings)
        return
    policed.run(report.change.apply)
    mended = look(policed)
    assert _planned(mended) == []
    assert mended.change is None
    policed.run(report.change.undo)
    assert dump(policed) == tampered
    policed.run(report.change.apply)


def _planned(report: Report) -> list[str]:
    return [each.message for each in report.findings if each.severity.value == "error"]


def _try(database: Database, statement: str) -> None:
    """Run what one person did; an earlier one may have made it impossible."""
    with suppress(pymysql.Error):
        database.root.ask(statement.format(db=database.name))
