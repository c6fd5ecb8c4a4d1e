"""Where a value is corrected, and what stops when a person objects."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from amanat.model.values import FieldId, PurposeId, RoleId
from amanat.report.sheets import to_markdown
from amanat.rights.correcting import CorrectionPlan, correction_document, correction_plans, correction_sheet
from amanat.rights.document import render
from amanat.rights.objecting import ObjectionPlan, Stop, objection_document, objection_plan, objection_sheet
from amanat.schema import load_schema
from tests.unit.rights.world import REST, world


def corrected(name: str, rest: str = REST) -> CorrectionPlan:
    (plan,) = correction_plans(world(rest=rest).catalog, (FieldId(name),))
    return plan


def objected(name: str, rest: str = REST, on: date | None = None) -> ObjectionPlan:
    return objection_plan(world(rest=rest).catalog, PurposeId(name), on)


def keys(plan: CorrectionPlan | ObjectionPlan) -> set[str]:
    return {one.key for one in plan.problems}


def test_the_master_comes_first_and_derived_fields_are_made_anew() -> None:
    plan = corrected("customer.email")
    assert [(one.source.id, one.master, one.way is not None) for one in plan.places] == [
        ("shop.users.email", True, True),
        ("mail.contacts.email", False, True),
    ]
    assert [one.id for one in plan.derived] == ["customer.score"] and not plan.problems
    assert [one.recipient.id for one in plan.sent] == ["host"]


def test_a_system_that_is_gone_has_nothing_to_correct() -> None:
    rest = REST.replace("mail: {label: Mail,", "mail: {label: Mail, status: retired,")
    assert [one.source.id for one in corrected("customer.email", rest).places] == ["shop.users.email"]


def test_a_copy_that_nothing_reaches_and_a_field_without_a_master_are_said() -> None:
    assert keys(corrected("customer.score")) == {"copy_lost"}
    assert keys(corrected("customer.email", REST.replace("master: shop.users.email, ", ""))) == {"no_master"}
    assert keys(corrected("walker.step")) == {"no_global_id"}


def test_what_only_serves_the_purpose_is_erased_and_the_rest_stays() -> None:
    plan = objected("news")
    assert dict(plan.rights) == {"*": "withdrawal"} and plan.records == ("shop.users.ok",)
    assert {one.field.id: one.others for one in plan.fields} == {
        "customer.email": ("orders",),
        "customer.id": ("orders", "tax"),
        "customer.score": (),
    }
    assert [one.recipient.id for one in plan.sent] == ["host"] and not plan.problems


@pytest.mark.parametrize(
    ("purpose", "rights", "problems"),
    [
        ("orders", {"*": "none"}, {"no_right", "no_record"}),
        ("tax", {"*": "none"}, {"no_right", "no_record"}),
        ("watch", {"EU": "objection", "IR": "none"}, {"rights_differ", "no_record"}),
    ],
)
def test_the_basis_decides_which_right_holds(
    purpose: str, rights: dict[str, str], problems: set[str]
) -> None:
    plan = objected(purpose)
    assert dict(plan.rights) == rights and keys(plan) == problems


def test_what_lies_below_a_purpose_stops_with_it() -> None:
    rest = REST.replace(
        "  watch:",
        "  news.daily: {label: Daily, reason: To tell each day, roles: {agent: [export]}}\n  watch:",
    )
    plan = objected("news", rest)
    assert [one.id for one in plan.stopped] == ["news", "news.daily"]
    assert [action.value for action in plan.roles[RoleId("agent")]] == ["export", "read"]


def test_what_rests_on_another_basis_below_it_goes_on_and_keeps_its_data() -> None:
    rest = REST.replace(
        "  tax:",
        "  news.books: {label: Books, reason: To show, basis: legal_obligation, roles: {agent: [share]}}\n  tax:",
    )
    plan = objected("news", rest)
    assert [one.id for one in plan.stopped] == ["news"] and keys(plan) == {"goes_on"}
    assert {one.field.id: one.others for one in plan.fields}[FieldId("customer.score")] == ("news.books",)
    assert [action.value for action in plan.roles[RoleId("agent")]] == ["read"]
    # Where nobody can object to the purpose itself, the plan shows what would stop.
    held = rest.replace("basis: consent", "basis: contract")
    assert [one.id for one in objected("news", held).stopped] == ["news", "news.books"]
    assert keys(objected("news", held)) == {"no_right"}


def test_what_rests_on_different_bases_below_it_is_said_once_for_each_basis() -> None:
    rest = REST.replace(
        "  tax:",
        "  news.a: {label: A, reason: R, basis: {EU: consent, IR: contract}}\n"
        "  news.a.b: {label: B, reason: R}\n"
        "  news.c: {label: C, reason: R}\n  tax:",
    )
    plan = objected("news", rest)
    assert [one.id for one in plan.stopped] == ["news", "news.a", "news.a.b", "news.c"]
    differing = [one.about for one in plan.problems if one.key == "rights_differ"]
    assert differing == ["news.a", "news.a.b"]


def _stop(plan: ObjectionPlan, field: str) -> Stop:
    return next(one for one in plan.fields if one.field.id == field)


def test_what_a_law_or_a_hold_keeps_is_not_erased_for_an_objection() -> None:
    note = _stop(objected("orders", on=date(2026, 11, 27)), "order.note")
    assert not note.others and not note.erased
    assert {name: [one.name for one in why] for name, why in note.kept.items()} == {
        "shop.orders.note": ["dispute"]
    }
    assert _stop(objected("orders", on=date(2025, 12, 31)), "order.note").erased == ("shop.orders.note",)
    total = _stop(objected("tax"), "invoice.total")
    assert not total.erased and {one.name for why in total.kept.values() for one in why} == {"books"}
    rest = REST.replace(
        "sources: {lake.facts.score: }", "sources: {lake.facts.score: , shop.users.ok: {retention: books}}"
    )
    score = _stop(
        objected("news", rest.replace("recorded_in: shop.users.ok", "recorded_in: shop.users.id")),
        "customer.score",
    )
    assert score.erased == ("lake.facts.score",) and set(score.kept) == {"shop.users.ok"}


def test_nothing_is_erased_under_a_policy_that_is_not_declared() -> None:
    plan = objected("tax", REST.replace("retention: books,", "retention: boks,"))
    total = _stop(plan, "invoice.total")
    assert not total.erased and {one.name for why in total.kept.values() for one in why} == {"boks"}
    assert "undeclared" in keys(plan) and "undeclared" not in keys(objected("tax"))


def test_what_records_an_objection_stays() -> None:
    rest = REST.replace("sources: {lake.facts.score: }", "sources: {lake.facts.score: , shop.users.ok: }")
    score = _stop(objected("news", rest), "customer.score")
    assert score.records == {"shop.users.ok"} and score.erased == ("lake.facts.score",)


def test_whoever_runs_a_system_is_told_and_systems_that_are_not_in_use_are_left_out() -> None:
    rest = REST.replace("consent: {mode", "recipients: [], consent: {mode").replace(
        "benefit: Knows, recipients: [host],", "benefit: Knows,"
    )
    assert [(one.recipient.id, one.runs) for one in objected("news", rest).sent] == [("host", ("shop",))]
    gone = REST.replace("lake: {label: Lake,", "lake: {label: Lake, status: planned,")
    score = _stop(objected("news", gone), "customer.score")
    assert score.columns == () and score.erased == ()


def test_a_purpose_that_is_over_needs_no_data() -> None:
    rest = REST.replace("  orders: {label: Orders,", "  orders: {label: Orders, until: 2026-03-01,")
    last, after = date(2026, 3, 1), date(2026, 3, 2)
    for day, others in ((None, ("orders",)), (last, ("orders",)), (after, ())):
        found = {one.field.id: one.others for one in objected("news", rest, day).fields}
        assert found[FieldId("customer.email")] == others, day
    assert "over" in keys(objected("orders", rest, after))
    assert "over" not in keys(objected("orders", rest, last)) | keys(objected("orders", rest))


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_documents_follow_their_schemas_and_sheets_hold_every_column(lang: str) -> None:
    loaded = world()
    for plan in correction_plans(loaded.catalog, loaded.catalog.fields):
        jsonschema.validate(
            json.loads(render(correction_document(plan, loaded.spans))), load_schema("correction")
        )
        text = to_markdown(correction_sheet(plan, lang), loaded.spans)
        assert all(one.source.id in text for one in plan.places)
    for purpose in loaded.catalog.purposes:
        made = objection_plan(loaded.catalog, purpose)
        jsonschema.validate(
            json.loads(render(objection_document(made, loaded.spans))), load_schema("objection")
        )
        text = to_markdown(objection_sheet(made, lang), loaded.spans)
        assert all(one.field.id in text for one in made.fields)
