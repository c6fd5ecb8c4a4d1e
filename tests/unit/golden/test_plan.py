"""Which sources take part in a golden record, which do not and why, and what is written about it."""

from __future__ import annotations

from datetime import date

import pytest

from amanat.golden.files import planned, script
from amanat.golden.making import view_names
from amanat.golden.plan import Plan
from amanat.golden.targets.script import Naming
from amanat.golden.values import before
from amanat.model.catalog import Catalog
from amanat.model.values import FieldId
from tests.support import catalog_of

HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
TEAM = "teams: {crm: {label: CRM, contact: crm@shop.example}}\n"
SUBJECTS = "subjects: {customer: {label: C, definition: D, global_id: customer.id}, guest: {label: G, definition: D}}\n"
ENTRY = "label: L, definition: D, category: contact.phone, owner: crm"
SHOP = "shop: {label: S, kind: crm, owner: crm, country: DE, engine: postgresql, customer_id: shop.users.ref}"
SEEN = """\
users,id,integer,,,,no,,,PK,
users,ref,text,,,,no,,,UQ,
users,phone,text,,,,yes,,,,
users,photo,bytea,,,,yes,,,,
users,changed,timestamp,,,,yes,,,,
orders,user_id,integer,,,,yes,,,FK:users.id,
orders,payer_id,integer,,,,yes,,,FK:users.id,
orders,phone,text,,,,yes,,,,
visits,phone,text,,,,yes,,,,
"""


def catalog(field: str, systems: str = SHOP, seen: str = SEEN, subject: str = "customer") -> Catalog:
    """A shop with users, orders and visits, and one field."""
    fields = f"  customer.id: {{{ENTRY}, subject: customer, sources: {{shop.users.ref: }}}}\n"
    fields += f"  customer.phone: {{{ENTRY}, subject: {subject}, {field}}}\n"
    text = f"{TEAM}{SUBJECTS}systems:\n  {systems}\nfields:\n{fields}"
    return catalog_of({"a.yaml": text, "observed/shop.columns.csv": HEADER + seen}).catalog


def plan(field: str, **given: str) -> Plan:
    """The plan of that field."""
    return next(p for f, p, _ in planned(catalog(field, **given)) if f.id == "customer.phone")


def left_out(field: str, **given: str) -> dict[str, str]:
    """The sources that take no part, with the reason."""
    return {left.source: left.reason for left in plan(field, **given).left_out}


def test_a_source_takes_part_where_its_rows_lead_to_one_customer() -> None:
    found = plan("sources: {shop.users.phone: , shop.orders.phone: , shop.visits.phone: }")
    assert [one.source for one in found.candidates] == ["shop.users.phone"]
    reasons = {str(left.source): left.reason for left in found.left_out}
    assert reasons["shop.orders.phone"].startswith("ambiguous: by `orders.payer_id` or `orders.user_id`")
    assert reasons["shop.visits.phone"] == "unreachable: no key leads from it or to it"


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("unit: major_unit, sources: {shop.users.phone: {unit: minor_unit}}", "its unit is `minor_unit`"),
        ("currency: EUR, sources: {shop.users.phone: {currency: IRR}}", "its currency is `IRR`"),
        ("sources: {shop.users.phone: {part: area_code}}", "it holds only the part `area_code`"),
        ("sources: {shop.users.phone: {structure: list}}", "it holds a `list`, the field is `single`"),
        ("sources: {shop.users.phone: {polarity: negative}}", "its polarity is negative"),
        ("sources: {shop.users.photo: }", "it holds bytes"),
        ("survivorship: {strategy: aggregate}, sources: {shop.users.phone: }", "nothing says what to make"),
        (
            "survivorship: {strategy: aggregate, function: sum}, sources: {shop.users.phone: }",
            "only numbers can be added, and its type, text, is none",
        ),
        (
            'sources: {shop.users.phone: {empty: ["a\\tb"]}}',
            "cannot be written in SQL: it holds the character",
        ),
        (
            f"sources: {{shop.users.{'x' * 64}: }}",
            "cannot be written in SQL: the name is longer than 63 bytes",
        ),
    ],
)
def test_what_is_another_thing_or_cannot_be_written_is_left_out(field: str, reason: str) -> None:
    ((_, said),) = left_out(field).items()
    assert reason in said


def test_without_a_global_id_nobody_is_known() -> None:
    assert left_out("sources: {shop.users.phone: }", subject="guest") == {
        "shop.users.phone": "`guest` has no global id"
    }


def test_without_a_snapshot_nothing_is_known() -> None:
    assert "snapshot" in left_out("sources: {shop.users.phone: }", seen="")["shop.users.phone"]


def test_a_customer_id_of_another_kind_is_not_joined() -> None:
    other = SHOP.replace("shop.users.ref", "shop.users.id")
    assert "no field says" in left_out("sources: {shop.users.phone: }", systems=other)["shop.users.phone"]


def test_a_change_is_only_dated_by_a_moment() -> None:
    dated = plan("sources: {shop.users.phone: {changed_at: changed}}")
    assert [one.changed_at for one in dated.candidates] == ["changed"]
    wrong = plan("sources: {shop.users.phone: {changed_at: id}}")
    assert [one.changed_at for one in wrong.candidates] == [None]


def test_both_cases_asked_for_are_one_and_normal_forms_come_in_order() -> None:
    found = plan("normal: [lower, trim], sources: {shop.users.phone: {normal: upper}}")
    assert [one.normal for one in found.candidates] == [("trim", "lower")]
    assert found.compared == ("trim", "lower")


def test_views_of_two_fields_never_share_a_name() -> None:
    ids = [FieldId(name) for name in ("a.b_c", "a_b.c", "x.y", "z" * 70)]
    names = view_names(ids)
    assert names[FieldId("x.y")] == "x_y"
    assert len(set(names.values())) == 4
    assert all(len(name) <= 63 for name in names.values())
    assert names[FieldId("a.b_c")].startswith("a_b_c-") and names[FieldId("a_b.c")].startswith("a_b_c-")


def test_the_file_says_what_it_assumes_and_leaves_out() -> None:
    made = catalog("sources: {shop.users.phone: , shop.visits.phone: }")
    for target in ("postgres", "duckdb"):
        text = script(planned(made), target, Naming("raw_{system}"), None)
        assert '"raw_shop"."users" AS t0' in text
        assert "--   left out: shop.visits.phone: unreachable: no key leads from it or to it" in text
        assert text == script(planned(made), target, Naming("raw_{system}"), None)


def test_a_field_of_which_nothing_takes_part_has_no_view_and_says_so() -> None:
    text = script(planned(catalog("sources: {shop.visits.phone: }")), "postgres", Naming(), None)
    assert "customer_phone" not in text
    assert "-- no view: no source takes part" in text


def test_the_day_is_that_of_the_query_unless_it_is_given() -> None:
    aged = (
        "survivorship: {strategy: most_recent, valid: {not_older_than: P2Y}},"
        " sources: {shop.users.phone: {changed_at: changed}}"
    )
    made = planned(catalog(aged))
    assert "(CURRENT_DATE - INTERVAL '24' MONTH) - INTERVAL '0' DAY" in script(
        made, "postgres", Naming(), None
    )
    assert "(DATE '2026-06-30' - " in script(made, "postgres", Naming(), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("day", "period", "then"),
    [
        ("2024-02-29", "P1Y", "2023-02-28"),
        ("2026-03-31", "P1M", "2026-02-28"),
        ("2026-03-31", "P1M1D", "2026-02-27"),
        ("2026-01-01", "P2W", "2025-12-18"),
        ("2026-06-30", "P9999Y", "0001-01-01"),
        ("2026-12-31", "P12M", "2025-12-31"),
    ],
)
def test_a_period_back_ends_on_the_last_day_of_a_shorter_month(day: str, period: str, then: str) -> None:
    assert before(date.fromisoformat(day), period).isoformat() == then


@pytest.mark.parametrize("category", ["account.secret", "account.password", "payment.card_security_code"])
def test_a_secret_is_copied_nowhere(category: str) -> None:
    entry = f"category: {category}, sources: {{shop.users.phone: }}"
    field = f"{{label: L, definition: D, owner: crm, subject: customer, {entry}}}"
    fields = f"  customer.id: {{{ENTRY}, subject: customer, sources: {{shop.users.ref: }}}}\n"
    text = f"{TEAM}{SUBJECTS}systems:\n  {SHOP}\nfields:\n{fields}  customer.secret: {field}\n"
    made = catalog_of({"a.yaml": text, "observed/shop.columns.csv": HEADER + SEEN}).catalog
    (found,) = [plan for one, plan, _ in planned(made) if one.id == "customer.secret"]
    assert found.candidates == ()
    assert "no secret is copied" in found.left_out[0].reason


def test_truth_values_are_no_numbers_though_a_source_holds_0_and_1() -> None:
    seen = SEEN + "users,active,integer,,,,yes,,,,\n"
    field = (
        "type: boolean, survivorship: {{strategy: aggregate, function: {}}}, sources: {{shop.users.active: }}"
    )
    assert "boolean, is none" in left_out(field.format("sum"), seen=seen)["shop.users.active"]
    greatest = plan(field.format("max"), seen=seen)
    assert [one.source for one in greatest.candidates] == ["shop.users.active"]
    assert not greatest.numeric
