"""The plan of an erasure: order, what is kept and until when, what it says it cannot do."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from amanat.model.values import PurposeId, SubjectId
from amanat.report.sheets import plain, to_markdown
from amanat.rights.access import access_plan
from amanat.rights.dialects import DUCKDB
from amanat.rights.document import render
from amanat.rights.erasing import erasure_plan
from amanat.rights.erasing_told import erasure_document, erasure_script, erasure_sheet
from amanat.rights.erasure import Do, ErasurePlan, Fate, TableErasure
from amanat.rights.objecting import objection_plan
from amanat.rights.words import words_for
from amanat.schema import load_schema
from tests.support import catalog_of
from tests.unit.rights.world import MAIL, REST, ROOT, SHOP, world

CUSTOMER = SubjectId("customer")
ON = date(2026, 11, 27)


def plan(
    rest: str = REST, jurisdiction: str | None = None, on: date | None = ON, **snapshots: str
) -> ErasurePlan:
    return erasure_plan(world(rest=rest, **snapshots).catalog, CUSTOMER, on, jurisdiction)


def tables(made: ErasurePlan) -> dict[str, TableErasure]:
    return {f"{s.system.id}.{t.rows.table}": t for s in made.systems for t in s.tables}


def fates(table: TableErasure) -> dict[str, str]:
    return {one.name: one.fate.value for one in table.columns}


def problems(made: ErasurePlan) -> dict[tuple[str, str], dict[str, str]]:
    return {(one.key, one.about): dict(one.values) for one in made.problems}


def test_the_system_that_leads_to_others_goes_last_and_children_before_parents() -> None:
    made = plan()
    assert [one.system.id for one in made.systems] == ["mail", "shop"]
    assert list(tables(made)) == ["mail.log", "mail.contacts", "shop.invoices", "shop.orders", "shop.users"]


def test_what_a_law_or_a_hold_keeps_stays_and_everything_else_goes() -> None:
    found = tables(plan())
    assert fates(found["shop.invoices"]) == {"total": "kept"}
    assert fates(found["shop.orders"]) == {"gift_name": "emptied", "note": "kept"}
    assert fates(found["shop.users"]) == {"email": "emptied", "password": "emptied", "ref": "key"}
    (kept,) = [one for one in found["shop.orders"].columns if one.fate is Fate.KEPT]
    assert [(r.article, r.hold and r.hold.review) for r in kept.reasons] == [("17(3)(e)", "2027-01-01")]
    (total,) = found["shop.invoices"].columns
    assert [(r.article, r.where, r.rule and r.rule.keep) for r in total.reasons] == [
        ("17(3)(b)", ("*",), "P8Y"),
        ("17(3)(b)", ("IR",), "P10Y"),
    ]


def test_a_copy_with_a_policy_of_its_own_is_kept_by_it_and_its_neighbour_is_not() -> None:
    rest = REST.replace(
        "sources: {shop.users.email: , mail.contacts.email: }",
        "sources: {shop.users.email: {retention: books}, mail.contacts.email: }",
    )
    found = tables(plan(rest))
    assert fates(found["shop.users"]) == {"email": "kept", "password": "emptied", "ref": "key"}
    assert fates(found["mail.contacts"])["email"] == "emptied"
    (email,) = [one for one in found["shop.users"].columns if one.name == "email"]
    assert [(r.policy and r.policy.id, r.where) for r in email.reasons] == [
        ("books", ("*",)),
        ("books", ("IR",)),
    ]


def test_the_law_for_a_field_binds_a_copy_with_another_wish() -> None:
    rest = REST.replace(
        "currency: EUR, sources: {shop.invoices.total: }",
        "currency: EUR, sources: {shop.invoices.total: {retention: account}}",
    )
    (total,) = tables(plan(rest))["shop.invoices"].columns
    assert total.fate is Fate.KEPT


def test_a_law_that_keeps_against_one_that_forbids_is_said_and_the_data_stays() -> None:
    rest = REST.replace(
        "  books: {",
        "  cap: {label: Cap, keep: P1Y, from: fiscal_year_end, proved_by: shop.invoices.day, then: delete,\n"
        "    basis: {kind: legal_maximum, law: Code 1}}\n  books: {",
    ).replace(
        "currency: EUR, sources: {shop.invoices.total: }",
        "currency: EUR, sources: {shop.invoices.total: {retention: cap}}",
    )
    made = plan(rest)
    assert problems(made)["clash", "invoice.total"] == {"system": "shop", "least": "books", "most": "cap"}
    (total,) = tables(made)["shop.invoices"].columns
    assert total.fate is Fate.KEPT
    assert not any(key == "clash" for key, _ in problems(plan()))


def test_a_hold_that_has_not_begun_keeps_nothing_yet() -> None:
    for day, fate in ((date(2025, 12, 31), "emptied"), (date(2026, 1, 1), "kept"), (None, "kept")):
        assert fates(tables(plan(on=day))["shop.orders"])["note"] == fate, day


def test_a_hold_contradicts_a_maximum_only_where_both_are_the_rule() -> None:
    rest = REST.replace(
        "  books: {",
        "  cap: {label: Cap, keep: P1Y, from: account_closed, then: delete, basis: {kind: legal_maximum, law: Code 1}}\n"
        "  books: {",
    ).replace("shop.orders.note: }", "shop.orders.note: , mail.log.thing: {retention: cap}}")
    assert not any(key == "hold_maximum" for key, _ in problems(plan(rest)))
    wide = rest.replace("fields: [order.note], systems: [shop]", "fields: [order.note]")
    assert any(key == "hold_maximum" for key, _ in problems(plan(wide)))


def test_what_proves_when_kept_data_may_go_is_kept_as_well() -> None:
    rest = REST.replace("proved_by: shop.invoices.day", "proved_by: shop.users.email").replace(
        "fields: [order.note]", "fields: [walker.step]"
    )
    users = tables(plan(rest))["shop.users"]
    assert fates(users)["email"] == "kept" and fates(users)["password"] == "emptied"
    (email,) = [one for one in users.columns if one.name == "email"]
    assert {one.name for one in email.reasons} == {"books"}
    # A column that no field maps proves it too: its rows have to stay.
    rest = rest.replace("proved_by: shop.users.email", "proved_by: shop.orders.id")
    assert tables(plan(rest))["shop.orders"].do is Do.EMPTY


def test_keys_by_which_kept_rows_still_lead_to_the_person_are_told() -> None:
    found = tables(plan())
    assert found["shop.orders"].keys == ("payer_id", "user_id")
    assert found["shop.invoices"].keys == ("order_id",)
    assert found["mail.contacts"].keys == ()


def test_where_others_rows_name_the_person_it_is_said_and_no_day_is_named() -> None:
    rest = REST.replace(
        "{from: mail.contacts.email, to: shop.users.email},",
        "{from: mail.contacts.email, to: shop.users.email},\n"
        "      {from: mail.log.event, to: mail.contacts.email, names: other, reason: A friend},",
    )
    made = plan(rest)
    assert problems(made)["named_elsewhere", "mail.log.event"] == {"end": "mail.contacts.email"}
    assert made.complete is None
    # The value of a key that stays names nobody any more once the rest of its row is empty.
    kept = rest.replace("to: mail.contacts.email, names", "to: mail.contacts.id, names")
    assert not any(key == "named_elsewhere" for key, _ in problems(plan(kept)))


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_of_people_whom_nothing_reaches_no_page_says_that_nothing_is_kept(lang: str) -> None:
    loaded = world()
    made = erasure_plan(loaded.catalog, SubjectId("walker"), ON)
    text = to_markdown(erasure_sheet(made, lang), loaded.spans)
    say = words_for(lang)
    for key in ("steps", "kept", "shared"):
        assert say.say(f"by_hand.{key}") in text
        assert say.say(f"empty.{key}") not in text


def test_the_document_has_the_copies_and_backups_that_the_text_tells() -> None:
    rest = REST.replace("roles: {agent: [read]}}\n  tax", "roles: {agent: [read, export]}}\n  tax")
    loaded = world(rest=rest)
    made = erasure_plan(loaded.catalog, CUSTOMER, ON)
    document = erasure_document(made, loaded.spans)
    assert [(one["purpose"], one["roles"]) for one in document["copies"]] == [("watch", ["agent"])]
    assert document["backups"] == {"mail": "P10D", "shop": "P30D", "lake": "P1D"}
    jsonschema.validate(json.loads(render(document)), load_schema("erasure"))


def test_a_file_that_cannot_be_read_is_in_every_plan() -> None:
    """A hold may stand in it."""
    files = {"amanat.yaml": ROOT, "rest.yaml": REST, "more.yaml": "holds: [broken\n"}
    catalog = catalog_of(files).catalog
    for plans in (
        erasure_plan(catalog, CUSTOMER).problems,
        access_plan(catalog, CUSTOMER).problems,
        objection_plan(catalog, PurposeId("news")).problems,
    ):
        assert [one.about for one in plans if one.key == "unreadable"] == ["more.yaml"]
    assert not any(key == "unreadable" for key, _ in problems(plan()))


def test_nothing_is_erased_under_a_policy_that_is_not_declared() -> None:
    rest = REST.replace("retention: books,", "retention: boks,").replace(
        "shop.users.email: , mail.contacts.email: }",
        "shop.users.email: {retention: gone}, mail.contacts.email: }",
    )
    made = plan(rest)
    found = tables(made)
    assert (
        fates(found["shop.invoices"]) == {"total": "kept"} and fates(found["shop.users"])["email"] == "kept"
    )
    assert fates(found["mail.contacts"])["email"] == "emptied"
    assert {about for key, about in problems(made) if key == "undeclared"} == {"boks", "gone"}
    loaded = world(rest=rest)
    document = json.loads(render(erasure_document(made, loaded.spans)))
    jsonschema.validate(document, load_schema("erasure"))
    for lang in ("en", "fa"):
        assert words_for(lang).say("why.undeclared") in to_markdown(erasure_sheet(made, lang), loaded.spans)


def test_without_anything_to_keep_rows_are_deleted() -> None:
    rest = REST.replace("retention: books,", "").replace("fields: [order.note]", "fields: [walker.step]")
    made = tables(plan(rest))
    assert {name: one.do for name, one in made.items() if name.startswith("shop")} == {
        "shop.invoices": Do.DELETE,
        "shop.orders": Do.DELETE,
        "shop.users": Do.DELETE,
    }
    assert made["shop.users"].erase == (
        'DELETE FROM "users"\nWHERE "users"."id" IN (SELECT w."id" FROM "amanat_erase_1" AS w)',
    )


def test_the_law_of_one_place_decides_where_it_is_said() -> None:
    both, one = plan(), plan(jurisdiction="IR")
    assert problems(both)["jurisdiction", "books"] == {"rules": "* P8Y, IR P10Y"}
    assert ("jurisdiction", "books") not in problems(one)
    (total,) = tables(one)["shop.invoices"].columns
    assert [r.where for r in total.reasons] == [("IR",)]


def test_backups_decide_when_it_is_really_complete() -> None:
    reached = REST.replace("{lake.facts.score: }", "{shop.users.ok: }")
    made = plan(reached)
    assert [(one.system.id, str(one.complete)) for one in made.systems] == [
        ("mail", "2026-12-07"),
        ("shop", "2026-12-27"),
    ]
    assert made.complete == date(2026, 12, 27)
    assert plan(reached, on=None).complete is None
    late = plan(reached.replace("{method: anonymise, backups: P10D}", "{method: anonymise}"))
    assert late.complete is None and ("no_backups", "mail") in problems(late)


def test_nobody_knows_when_what_others_erase_is_complete() -> None:
    assert plan().by_hand and plan().complete is None  # no way leads to the lake
    reached = REST.replace("{lake.facts.score: }", "{shop.users.ok: }")
    vendor = reached.replace("{method: anonymise, backups: P10D}", "{method: vendor_request, backups: P10D}")
    assert plan(vendor).complete is None
    unwritable = reached.replace("engine: mysql", "engine: other")
    assert plan(unwritable).complete is None


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{backups: P30D}", "no_method"),
        ("{method: pseudonymise, backups: P30D}", "method_pseudonymise"),
        ("{method: crypto_shred, backups: P30D}", "method_crypto_shred"),
        ("{method: vendor_request, backups: P30D}", "method_vendor_request"),
    ],
)
def test_a_method_that_no_statement_carries_out_is_said(written: str, problem: str) -> None:
    made = plan(REST.replace("{method: delete, backups: P30D}", written))
    found = problems(made)
    assert (problem, "shop") in found
    if problem != "no_method":
        assert found[problem, "shop"]["contact"] == "soc@host.example"
    assert all(t.do is Do.NOTHING and not t.erase for n, t in tables(made).items() if n.startswith("shop"))


def test_holds_that_contradict_are_said() -> None:
    past = problems(erasure_plan(world().catalog, CUSTOMER, date(2027, 6, 1)))
    assert past["hold_review", "dispute"] == {"day": "2027-01-01"}
    law = REST.replace("basis: {kind: business, why: Returns}", "basis: {kind: legal_maximum, law: Act 5}")
    assert problems(plan(law))["hold_maximum", "dispute"] == {"field": "order.note", "law": "Act 5"}


def test_a_table_without_a_key_and_a_column_without_a_neutral_value_are_said() -> None:
    keyless = problems(plan(mail=MAIL.replace("log,id,integer,,,,no,,,PK,\n", "log,id,integer,,,,no,,,,\n")))
    assert keyless["no_key", "mail"] == {"table": "log"}
    shape = MAIL.replace("log,event,varchar,50,,,yes", "log,event,geometry,,,,no")
    assert problems(plan(mail=shape))["stuck", "mail"] == {"table": "log", "column": "event"}
    rest = REST.replace("mail.log.event", "mail.log.thing_id")
    assert "columns" in problems(plan(rest))["uncatalogued", "mail"]


def test_keys_in_a_circle_are_emptied_first() -> None:
    rest = REST.replace("retention: books,", "").replace("fields: [order.note]", "fields: [walker.step]")
    shop = SHOP.replace(
        "users,password,text", "users,last_order,integer,,,,yes,,,FK:orders.id,\nusers,password,text"
    )
    made = plan(rest, shop=shop)
    (system,) = [one for one in made.systems if one.system.id == "shop"]
    assert len(system.cut) == 1 and system.cut[0].startswith("UPDATE ") and " = NULL" in system.cut[0]
    assert problems(made)["circle", "shop"]["tables"] == "orders, users"


def test_people_without_a_global_id_have_a_plan_that_says_so() -> None:
    made = erasure_plan(world().catalog, SubjectId("guest"), ON)
    assert made.systems == () and ("no_global_id", "guest") in problems(made)


@pytest.mark.parametrize("kind", ["customer", "guest", "walker"])
def test_the_document_follows_its_schema(kind: str) -> None:
    loaded = world()
    made = erasure_plan(loaded.catalog, SubjectId(kind), ON)
    document = json.loads(render(erasure_document(made, loaded.spans)))
    jsonschema.validate(document, load_schema("erasure"))
    # Whoever runs a system is told, whether a key leads there or people look for the data by hand.
    assert [one["id"] for one in document["notify"]] == ([] if kind == "walker" else ["host"])
    assert document["by_hand"]


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_each_format_has_every_table_reason_and_problem(lang: str) -> None:
    loaded = world()
    made = erasure_plan(loaded.catalog, CUSTOMER, ON)
    sheet = erasure_sheet(made, lang)
    text = to_markdown(sheet, loaded.spans).replace("&#64;", "@")
    assert all(name in text for name in tables(made))
    assert "dispute" in text and "HGB 257" in text and "2026-12-27" in text and "soc@host.example" in text
    said = [plain(cell, sheet, loaded.spans) for cell in sheet.sections[0].lines]
    assert len(said) == len(set(made.problems))


def test_the_script_counts_shared_rows_first_and_proves_last() -> None:
    script = erasure_script(erasure_plan(world().catalog, CUSTOMER, ON, None, DUCKDB))
    assert script == erasure_script(erasure_plan(world().catalog, CUSTOMER, ON, None, DUCKDB))
    shop = script.index("-- == 2. shop")
    order = [
        "shared rows of orders",
        "set down whose rows",
        "CREATE TEMPORARY TABLE",
        "UPDATE ",
        "proofs: each gives 0",
        "DROP TABLE",
    ]
    places = [script.index(one, shop) for one in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("old", "new", "by_hand"),
    [
        ("erase: {method: delete, backups: P30D}", "erase: {method: vendor_request, backups: P30D}", False),
        ("engine: postgresql, recipient: host", "engine: other, recipient: host", True),
    ],
    ids=["whoever runs it erases", "no statement can be written"],
)
def test_what_others_erase_is_told_to_recipients_and_kept_by_law(old: str, new: str, by_hand: bool) -> None:
    assert old in REST
    made = erasure_plan(world(rest=REST.replace(old, new, 1)).catalog, CUSTOMER, ON)
    assert not {one.id for one in made.fields} & {"customer.password", "order.gift"}
    told = {one.id for one in made.told}
    assert {"customer.id", "customer.email", "customer.password", "order.gift"} <= told
    hand = {(str(one.system), str(one.field.id)): one for one in made.by_hand}
    assert (("shop", "customer.password") in hand) is by_hand
    if by_hand:
        assert [one.article for one in hand["shop", "invoice.total"].reasons] == ["17(3)(b)", "17(3)(b)"]
    document = erasure_document(made, world().spans)
    assert document["kept"] is True
    assert "customer.password" in next(one for one in document["notify"] if one["id"] == "host")["fields"]
