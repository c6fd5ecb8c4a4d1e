"""The retention schedule, holds, transfers, access; what is overdue, run in engines."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import UsageError
from amanat.inventory.access import Access
from amanat.inventory.choose import choose
from amanat.inventory.columns import Absent
from amanat.inventory.custody import holds, transfers
from amanat.inventory.listing import LISTINGS, as_table
from amanat.inventory.overdue import overdue
from amanat.inventory.ropa import record, template
from amanat.inventory.schedule import schedule
from amanat.load import Loaded
from amanat.model.values import SourceParts, SystemId
from amanat.policy.matrix import Selection, cells
from amanat.policy.request import Effect
from amanat.report.notice import notice, to_markdown
from amanat.retention.days import Calendar, last_day
from amanat.rules.base import base_files
from tests.support import catalog_of
from tests.unit.policy.support import changed

MORE = """\
holds:
  suit: {reason: A suit, fields: [customer.*], systems: [shop], by: privacy_office, from: 2026-01-01, review: 2026-12-31}
recipients:
  mailer: {label: Mailer, role: processor, contract: C-1, country: US, contact: a@mailer.example}
  parcels: {label: Parcels, role: processor, contract: C-2, country: DE, contact: a@parcels.example}
transfers:
  mail: {label: Mail, recipient: mailer, country: US, mechanism: scc, evidence: E-1}
purposes:
  news: {label: News, reason: To tell the news, basis: contract, benefit: News, recipients: [mailer], roles: {agent: [read]}}
"""


def loaded() -> Loaded:
    files = dict(base_files())
    (name,) = (name for name in files if name != "amanat.yaml")
    text = files[name].replace(
        "    basis: {kind: business",
        "    where: {IR: {keep: P5Y, from: account_closed, then: archive}}\n    basis: {kind: business",
    )
    return catalog_of({**files, name: text, "more.yaml": MORE})


OWN = """\
retention:
  letters: {label: Letters, keep: P1M, from: collected, then: delete, basis: {kind: contract, why: So it says}}
fields:
  customer.letter: {label: Letter, definition: What was sent., category: contact.email, subject: customer, owner: sales,
    classification: internal, retention: account, purposes: [orders],
    sources: {shop.letters.text: {retention: letters}, crm.letters.text: {}}}
"""


def test_a_copy_with_a_policy_of_its_own_stands_under_that_in_every_register() -> None:
    made = catalog_of({**base_files(), "own.yaml": OWN})
    kept = {(r["retention"], r["system"]): r["sources"] for r in schedule(made.catalog, made.spans).rows()}
    assert kept["letters", "shop"] == ("shop.letters.text",)
    assert "shop.letters.text" not in str(kept["account", "shop"])
    assert "crm.letters.text" in str(kept["account", "crm"])
    record_row = record(made.catalog, template("art30"), "en").table.rows()
    limits = next(str(row["retention"]) for row in record_row if row["activity"] == "orders")
    assert "P1M from collected, then delete" in limits and "P3Y from account_closed" in limits
    told = to_markdown(notice(made.catalog, "en", "customer"))
    assert "1 month" in told and "3 years" in told


def test_the_schedule_has_a_row_for_each_policy_jurisdiction_and_system() -> None:
    made = loaded()
    rows = list(schedule(made.catalog, made.spans).rows())
    assert [(r["retention"], r["jurisdiction"], r["system"], r["keep"], r["then"]) for r in rows] == [
        ("account", "*", "crm", "P3Y", "delete"),
        ("account", "*", "shop", "P3Y", "delete"),
        ("account", "IR", "crm", "P5Y", "archive"),
        ("account", "IR", "shop", "P5Y", "archive"),
    ]
    crm, shop, *_ = rows
    assert (crm["holds"], shop["holds"]) == ((), ("suit",))
    assert crm["overdue"] is Absent.NOT_APPLICABLE, "another system proves it"
    assert "closed_at" in str(shop["overdue"])
    assert "INTERVAL '5 YEAR'" in str(rows[3]["overdue"])
    assert all(":as_of" in str(row["overdue"]) for row in (shop, rows[3]))


def test_a_hold_names_what_it_suspends_and_counts_days_only_where_a_day_is_known() -> None:
    made = loaded()
    (row,) = holds(made.catalog, made.spans, date(2026, 12, 1)).rows()
    assert (row["fields"], row["systems"], row["retention"]) == (("customer.id",), ("shop",), ("account",))
    assert row["days_to_review"] == 30
    (row,) = holds(made.catalog, made.spans, None).rows()
    assert row["days_to_review"] is Absent.UNKNOWN


def test_transfers_tell_what_is_adequate_declared_and_missing() -> None:
    made = loaded()
    rows = {(r["recipient"], r["system"]): r for r in transfers(made.catalog, made.spans).rows()}
    mailer = rows["mailer", Absent.NOT_APPLICABLE]
    assert (mailer["state"], mailer["mechanism"], mailer["purposes"]) == ("declared", "scc", ("news",))
    assert rows["parcels", Absent.NOT_APPLICABLE]["state"] == "not needed"
    assert rows[Absent.NOT_APPLICABLE, "shop"]["fields"] == 1
    files = {
        **base_files(),
        "more.yaml": MORE.replace("evidence: E-1", "evidence: E-1, x_note: a").replace(
            "transfers:\n  mail: {label: Mail, recipient: mailer, country: US",
            "transfers:\n  mail: {label: Mail, recipient: parcels, country: US",
        ),
    }
    other = catalog_of(files)
    states = {
        (r["recipient"], r["country"]): r["state"] for r in transfers(other.catalog, other.spans).rows()
    }
    assert states["mailer", "US"] == "missing"
    assert states["parcels", "US"] == "declared"


def test_access_lists_exactly_what_is_open() -> None:
    catalog = changed().catalog
    day = date(2026, 6, 30)
    rows = [
        (r["role"], r["purpose"], r["action"], r["field"]) for r in Access(catalog, day, Selection()).rows()
    ]
    assert rows == [
        (c.role, c.purpose, c.action.value, c.field)
        for c in cells(catalog, day)
        if c.effect is not Effect.DENY
    ]
    assert rows


PROOF = SourceParts(SystemId("shop"), "", 'a "b"', "closed; --")


@given(
    st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["P1M", "P3Y", "P30D", "P1Y6M", "P2W", "P1Y1M1D", "P13M"]),
    st.integers(-3, 3),
    st.sampled_from(["collected", "fiscal_year_end"]),
)
def test_overdue_is_the_day_after_the_last_one(start: date, keep: str, off: int, trigger: str) -> None:
    query = overdue(PROOF, keep, "duckdb", trigger)
    assert query is not None
    end = last_day(start, keep, trigger, Calendar.GREGORIAN)
    assert end is not None
    as_of = end + timedelta(days=off)
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE "a ""b""" ("closed; --" TIMESTAMP)')
        connection.execute('INSERT INTO "a ""b""" VALUES (?), (NULL)', [f"{start} 23:59:59"])
        ((count,),) = connection.execute(query.replace(":as_of", "$as_of"), {"as_of": as_of}).fetchall()
    assert count == (1 if as_of > end else 0)


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "mariadb", "duckdb", "snowflake", "trino"])
@pytest.mark.parametrize("trigger", ["collected", "fiscal_year_end"])
def test_the_query_reads_as_the_engines(engine: str, trigger: str) -> None:
    dialect = {"postgresql": "postgres", "mariadb": "mysql"}.get(engine, engine)
    query = overdue(PROOF, "P1Y6M", engine, trigger)
    assert query is not None
    tree = sqlglot.parse_one(query, dialect=dialect)
    assert {column.name for column in tree.find_all(sqlglot.exp.Column)} == {"closed; --"}
    assert {table.name for table in tree.find_all(sqlglot.exp.Table)} == {'a "b"'}


def test_an_unknown_engine_or_period_has_no_query() -> None:
    assert overdue(PROOF, "P3Y", "oracle") is None
    assert overdue(PROOF, "P3Y", None) is None
    assert overdue(PROOF, "PT12H", "duckdb") is None
    assert overdue(PROOF, "P", "duckdb") is None
    assert overdue(PROOF, "P3Y", "duckdb", "fiscal_year_end", Calendar.JALALI) is None


@pytest.mark.parametrize("kind", LISTINGS)
def test_every_kind_of_entry_can_be_listed(kind: str) -> None:
    catalog = changed(more="expectations: {e: {deny: {role: [agent, clerk], category: special.*}}}\n").catalog
    made = as_table(catalog, kind)
    assert all(row.keys() == {column.name for column in made.columns} for row in made.rows())


def test_columns_rows_and_language_are_chosen() -> None:
    made = loaded()
    whole = schedule(made.catalog, made.spans)
    part = choose(
        whole, made.catalog, ["system,keep", "retention"], "system = 'shop' AND keep <> 'unknown'", "en"
    )
    assert [column.name for column in part.columns] == ["system", "keep", "retention"]
    assert [row["keep"] for row in part.rows()] == ["P3Y", "P5Y"]
    assert not list(choose(whole, made.catalog, where="0").rows())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"columns": ["sytem"]}, "no column `sytem`"),
        ({"where": "sytem = 'x'"}, "no such column"),
        ({"where": "1; DROP TABLE register"}, "is not an expression"),
        (
            {"where": "1) UNION SELECT name FROM sqlite_master --"},
            "is not an expression|prohibited|not authorized",
        ),
        ({"where": "load_extension('x')"}, "is not an expression|not authorized"),
        (
            {
                "where": "1 IN (WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t)"
            },
            "is not an expression|interrupted|not authorized",
        ),
        ({"lang": "de"}, "no language `de`"),
    ],
)
def test_what_is_not_there_is_refused(given: dict[str, object], says: str) -> None:
    made = loaded()
    with pytest.raises(UsageError, match=says):
        choose(schedule(made.catalog, made.spans), made.catalog, **given)  # type: ignore[arg-type]
