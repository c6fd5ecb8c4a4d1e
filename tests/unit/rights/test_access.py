"""The plan of an access request: what it reads, what it withholds, what it says it cannot do."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from amanat.identity.person import table_of
from amanat.load import load_catalog
from amanat.model.catalog import ancestors
from amanat.model.values import FieldId, SubjectId
from amanat.report.sheets import plain, to_markdown
from amanat.rights import beside
from amanat.rights.access import AccessPlan, access_plan, portability
from amanat.rights.access_told import access_script, access_sheet
from amanat.rights.dialects import DIALECTS, DUCKDB, MYSQL
from amanat.rights.document import access_document, render
from amanat.rights.erasing import erasure_plan
from amanat.rights.erasing_told import erasure_sheet
from amanat.schema import load_schema
from tests.unit.rights.world import REST, SHOP, world

CUSTOMER = SubjectId("customer")


def problems(plan: AccessPlan) -> dict[tuple[str, str], dict[str, str]]:
    return {(one.key, one.about): dict(one.values) for one in plan.problems}


def test_systems_come_in_an_order_in_which_each_value_is_known() -> None:
    plan = access_plan(world().catalog, CUSTOMER)
    assert [(s.system.id, s.anchor.start.value, s.anchor.source) for s in plan.systems] == [
        ("shop", "global", None),
        ("mail", "found", "shop.users.email"),
    ]
    (mail,) = plan.systems[1:]
    assert mail.find is not None and mail.find.text.startswith(
        'SELECT t."email"\nFROM "users" AS t\nWHERE t."ref" = $1'
    )
    assert [read.rows.table for read in mail.reads] == ["contacts", "log"]
    assert mail.reads[1].query is not None
    assert (
        "t.`thing` = _utf8mb4'Contacts'" in mail.reads[1].query.text and mail.reads[1].query.parameters == 1
    )


def test_a_secret_is_told_of_and_not_read() -> None:
    plan = access_plan(world().catalog, CUSTOMER)
    users = plan.systems[0].reads[0]
    assert [(one.name, one.withheld) for one in users.columns] == [
        ("email", False),
        ("password", True),
        ("ref", False),
    ]
    assert users.query is not None and "password" not in users.query.text


def test_other_peoples_columns_in_the_same_row_are_marked() -> None:
    orders = access_plan(world().catalog, CUSTOMER).systems[0].reads[1]
    assert {one.name: one.others for one in orders.columns} == {"gift_name": True, "note": False}
    assert orders.disputed is not None and "count(*)" in orders.disputed.text


def test_what_is_not_reached_is_said_with_the_way_out() -> None:
    found = problems(access_plan(world().catalog, CUSTOMER))
    assert found["no_way", "lake"]["fields"] == "customer.score"
    assert "declared to have no customer id" in found["no_way", "lake"]["reason"]
    assert found["by_link", "mail"] == {"start": "mail.contacts.email", "end": "shop.users.email"}


@pytest.mark.parametrize(
    ("kind", "reason"), [("guest", "declared to have no global id"), ("walker", "nobody said")]
)
def test_people_without_a_global_id_are_looked_for_by_hand(kind: str, reason: str) -> None:
    plan = access_plan(world().catalog, SubjectId(kind))
    assert plan.systems == () and plan.field is None
    found = problems(plan)
    assert reason in found["no_global_id", kind]["reason"]
    assert ("look_by_hand", "shop" if kind == "guest" else "lake") in found


def test_a_link_that_is_gone_leaves_a_problem_behind() -> None:
    rest = REST.replace("{from: mail.contacts.email, to: shop.users.email},", "")
    found = problems(access_plan(world(rest=rest).catalog, CUSTOMER))
    assert (
        "declare a link `{from: mail.contacts.email, to: shop.users.email}`"
        in found["no_way", "mail"]["mend"]
    )


def test_an_engine_without_sql_is_said() -> None:
    plan = access_plan(world(rest=REST.replace("engine: postgresql", "engine: oracle")).catalog, CUSTOMER)
    assert problems(plan)["no_sql", "shop"] == {"engine": "oracle"}
    assert all(read.query is None for read in plan.systems[0].reads)


def test_a_name_that_no_engine_takes_is_said_and_the_rest_is_written() -> None:
    long = "n" * 70
    rest = REST.replace("shop.orders.note", f"shop.orders.{long}")
    snapshot = SHOP.replace("orders,note", f"orders,{long}")
    plan = access_plan(world(rest=rest, shop=snapshot).catalog, CUSTOMER)
    assert "longer than 63 bytes" in problems(plan)["unwritable", "shop"]["why"]
    assert [read.query is not None for read in plan.systems[0].reads] == [True, False, True]


def test_names_are_quoted_in_every_engine() -> None:
    nasty = 'a"; DROP TABLE users; --`'
    rest = REST.replace("shop.orders.note", f"'shop.orders.{nasty}'").replace(
        "{'shop.orders", "{? 'shop.orders"
    )
    snapshot = SHOP.replace("orders,note", 'orders,"' + nasty.replace('"', '""') + '"')
    loaded = world(rest=rest, shop=snapshot)
    for dialect in DIALECTS.values():
        text = access_script(access_plan(loaded.catalog, CUSTOMER, dialect))
        quoted = dialect.identifier(nasty)
        assert quoted in text and nasty not in text.replace(quoted, "")


def test_portable_is_what_was_given_or_observed_under_consent_or_contract() -> None:
    plan = access_plan(world().catalog, CUSTOMER)
    assert {one.field.id: one.why for one in portability(plan)} == {
        "customer.email": "yes",
        "customer.event": "yes",  # a contract in one jurisdiction
        "customer.id": "yes",
        "customer.password": "secret",
        "customer.score": "origin",  # no way reaches it, and it is told of
        "invoice.total": "basis",
        "order.gift": "yes",
        "order.note": "yes",
    }


def test_portable_counts_purposes_below_those_that_a_field_lists() -> None:
    rest = REST.replace(
        "  tax:",
        "  tax.help: {label: Help, reason: To help, basis: contract, roles: {agent: [read]}}\n  tax:",
    ).replace("purposes: [tax], retention: books", "purposes: [tax], origin: given, retention: books")
    plan = access_plan(world(rest=rest).catalog, CUSTOMER)
    found = {one.field.id: (one.why, one.purposes) for one in portability(plan)}
    assert found[FieldId("invoice.total")] == ("yes", ("tax.help",))


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_the_last_day_of_a_purpose_is_told(lang: str) -> None:
    loaded = world(rest=REST.replace("  news: {label: News,", "  news: {label: News, until: 2026-03-01,"))
    plan = access_plan(loaded.catalog, CUSTOMER)
    document = json.loads(render(access_document(plan, loaded.spans)))
    told = {one["id"]: one["until"] for one in document["purposes"]}
    assert told["news"] == "2026-03-01" and told["orders"] is None
    assert to_markdown(access_sheet(plan, lang), loaded.spans).count("2026-03-01") == 1


@pytest.mark.parametrize("kind", ["customer", "guest", "walker"])
def test_the_document_follows_its_schema(kind: str) -> None:
    loaded = world()
    document = json.loads(render(access_document(access_plan(loaded.catalog, SubjectId(kind)), loaded.spans)))
    jsonschema.validate(document, load_schema("access"))
    assert all(one["line"] for one in document["problems"])


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_each_format_has_every_table_and_problem(lang: str) -> None:
    loaded = world()
    plan = access_plan(loaded.catalog, CUSTOMER)
    sheet = access_sheet(plan, lang)
    text = to_markdown(sheet, loaded.spans)
    for system in plan.systems:
        for read in system.reads:
            assert f"{system.system.id}.{read.rows.table}" in text
    said = [plain(cell, sheet, loaded.spans) for cell in sheet.sections[0].lines]
    assert len(said) == len(set(plan.problems)) and all("rest.yaml" in one for one in said)


def test_the_script_only_reads_and_is_the_same_every_time() -> None:
    plan = access_plan(world().catalog, CUSTOMER, DUCKDB)
    script = access_script(plan)
    assert script == access_script(access_plan(world().catalog, CUSTOMER, DUCKDB))
    statements = [line for line in script.splitlines() if line and not line.startswith(("--", " "))]
    assert not any(line.startswith(("DELETE", "UPDATE", "INSERT", "DROP", "CREATE")) for line in statements)
    assert "?" in access_script(access_plan(world().catalog, CUSTOMER, MYSQL))


def test_people_whom_no_key_reaches_are_told_what_everybody_is_told() -> None:
    catalog = load_catalog(Path(__file__).parents[3] / "catalog").catalog
    beyond = [name for name, one in catalog.subjects.items() if one.global_id is None]
    assert len(beyond) > 3
    for name in beyond:
        about = [one for one in catalog.fields.values() if one.subject == name and one.status.held]
        holding = {source.parts.system for one in about for source in one.sources.values()}
        tables = {(s.parts.system, table_of(s.parts)) for one in about for s in one.sources.values()}
        # What else stands in rows of these tables is data of these people too.
        beside_it = {
            (source.parts.system, one.id)
            for one in catalog.fields.values()
            for source in one.sources.values()
            if one.status.held and (source.parts.system, table_of(source.parts)) in tables
        }
        plan = access_plan(catalog, name)
        assert plan.systems == () and set(plan.holders) == holding
        assert {one.id for one in about} <= {one.id for one in plan.told} == {one for _, one in beside_it}
        assert {purpose for one in about for purpose in one.purposes} <= {
            above for told in beside.purposes(catalog, plan.told) for above in ancestors(told.purpose.id)
        }
        erased = erasure_plan(catalog, name)
        assert {(one.system, one.field.id) for one in erased.by_hand} == beside_it
        for one in erased.by_hand:
            places = {one.field.sources[name].parts for name in one.columns}
            assert places and all((p.system, table_of(p)) in tables for p in places)
        for lang in ("en", "fa"):
            sections = {one.key: one for one in access_sheet(plan, lang).sections}
            filled = [key for key in ("purposes", "recipients", "retention", "origin") if sections[key].table]
            assert filled == ["purposes", "recipients", "retention", "origin"]
            sections = {one.key: one for one in erasure_sheet(erased, lang).sections}
            backups = sections["backups"].table
            assert backups is not None and len(backups.rows) == len(holding)
            assert sections["notify"].table
