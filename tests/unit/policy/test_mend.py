"""What would have to change: every gate that fails has a way, and doing what the ways say opens the cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from amanat.policy.decide import decide
from amanat.policy.explain import Asked, explain
from amanat.policy.mend import ways
from amanat.policy.request import Effect
from tests.unit.policy.support import changed
from tests.unit.policy.test_decide import GATE_CASES

AS_OF = date(2026, 6, 30)


@pytest.mark.parametrize("case", GATE_CASES, ids=[case["name"] for case in GATE_CASES])
def test_every_gate_that_fails_has_a_way(case: dict[str, Any]) -> None:
    catalog = changed(case.get("change"), case.get("more", "")).catalog
    day = case.get("as_of", AS_OF)
    role, purpose, action, field = case["ask"]
    decision = decide(catalog, role, purpose, action, field, day)
    failed = {step.rule for step in decision.trace if step.passed is False}
    if "role_not_for_purpose" in failed:
        failed.discard("action_not_granted")  # granting the role grants the action too
    found = {way.rule for way in ways(catalog, role, purpose, action, field, day)}
    if decision.effect is Effect.DENY:
        # Every denial that matches has a way; the trace names the first.
        assert {rule.partition(":")[0] for rule in found} == {rule.partition(":")[0] for rule in failed}
        assert failed - found <= {"denied:unreadable"}
    elif decision.effect is Effect.MASK:
        masking = {step.rule for step in decision.trace if step.mask is not None}
        assert found == masking
    else:
        assert found == set()


def told(ask: tuple[str, str, str, str], change: dict[str, str] | None = None, more: str = "") -> list[str]:
    loaded = changed(change, more)
    lines = []
    for way in ways(loaded.catalog, *ask, AS_OF):
        span = loaded.spans.span(way.place) if way.place else None
        lines.append(f"{way.what} ({way.place.file}:{span.line})" if way.place and span else way.what)
    return lines


CLOSED = ("marketer", "service.calls", "read", "customer.illness")


def test_doing_what_all_ways_say_opens_the_cell() -> None:
    """Each way is done in the text as it says, one after the other; the cell opens with the last."""
    more = "denials: {d: {role: marketer, category: special, reason: no mail about illness}}"
    assert told(CLOSED, more=more) == [
        (
            "add `marketer: [read]` to `roles` of purpose `service`, from which `service.calls` inherits them"
            " (base.yaml:20)"
        ),
        (
            "nothing overrides denial `d` (no mail about illness): it would have to go, or to select less"
            " (more.yaml:1)"
        ),
        (
            "name the `condition` of purpose `service.calls` (GDPR Art. 9(2)), such as `explicit_consent`,"
            " if one holds (base.yaml:23)"
        ),
        (
            "raise `clearance` of role `marketer` to `restricted`; or give field `customer.illness` or class"
            " `restricted` a `mask`, which the role then sees (base.yaml:13)"
        ),
    ]
    done: dict[str, str] = {}
    steps = [
        {
            "      agent: [read, update, delete]\n": "      agent: [read, update, delete]\n      marketer: [read]\n"
        },
        {"    label: Calls\n": "    label: Calls\n    condition: explicit_consent\n"},
        {
            "marketer: {label: Marketer, clearance: internal}": "marketer: {label: Marketer, clearance: restricted}"
        },
    ]
    for step in steps:
        assert decide(changed(done).catalog, *CLOSED, AS_OF).effect is Effect.DENY
        done |= step
    assert decide(changed(done).catalog, *CLOSED, AS_OF).effect is Effect.ALLOW
    assert decide(changed(done, more).catalog, *CLOSED, AS_OF).reason == "denied:d"


def test_every_denial_that_matches_is_told() -> None:
    more = "denials: {a: {role: agent, reason: one}, b: {field: customer.email, reason: two}}"
    rules = [
        way.rule
        for way in ways(changed(more=more).catalog, "agent", "service", "read", "customer.email", AS_OF)
    ]
    assert rules == ["denied:a", "denied:b"]


def test_a_purpose_that_the_field_inherits_names_the_place_it_comes_from() -> None:
    more = "defaults: {purposes: [care]}\nfields: {f.x: {label: X, definition: An x, category: device, classification: public}}"
    assert told(("agent", "service", "read", "f.x"), more=more) == [
        (
            "add `service` to `purposes`, which `f.x` and others inherit from here; or give the field a list of its"
            " own, if people were told and a basis holds (more.yaml:1)"
        )
    ]


def test_what_takes_off_both_masks_is_told() -> None:
    change = {"    mask_for: {marketing: year}": "    mask_for: {marketing: year}\n    mask: year"}
    change |= {
        "category: demographic.birth_date\n    classification: internal": "category: demographic.birth_date\n    classification: confidential"
    }
    ask = ("marketer", "marketing.email", "read", "customer.birth_date")
    assert told(ask, change) == [
        "raise `clearance` of role `marketer` to `confidential` (base.yaml:13)",
        "remove `marketing: year` from `mask_for` of field `customer.birth_date` (base.yaml:66)",
    ]


def test_unknown_ids_are_answered_by_the_nearest_ones() -> None:
    assert told(("agnt", "servce", "raed", "customer.mail")) == [
        "did you mean `agent`? Else declare it under `roles`",
        "did you mean `service`? Else declare it under `purposes`",
        "did you mean `read`? Else use one of `create`, `delete`, `export`, `read`, `share`, `update`",
        "did you mean `customer.email`? Else declare it under `fields`",
    ]


def test_what_comes_then_is_told_where_it_is_sure() -> None:
    catalog = changed().catalog
    then = explain(catalog, Asked("marketer", "service", "read", "customer.phone"), AS_OF).then
    assert then is not None
    assert (then.effect, str(then.mask)) == (Effect.MASK, "redact")
    assert explain(catalog, Asked("marketer", "care", "read", "customer.illness"), AS_OF).then is None
    assert explain(catalog, Asked("ghost", "care", "read", "customer.illness"), AS_OF).then is None
    assert explain(catalog, Asked("agent", "service", "read", "customer.email"), AS_OF).then is None


def test_columns_say_which_of_their_rows_are_open() -> None:
    more = (
        "systems: {shop: {label: Shop, kind: crm, owner: crm, country: DE, engine: postgresql},\n"
        "  till: {label: Till, kind: crm, owner: crm, country: DE, engine: mysql},\n"
        "  old: {label: Old, kind: crm, owner: crm, country: DE, status: retired}}"
    )
    change = {
        "sources: {shop.customers.email: }": "sources: {shop.customers.email: , till.c.email: , old.c.e: , gone.c.e: }"
    }
    catalog = changed(change, more).catalog
    asked = Asked("marketer", "marketing", "read", "customer.email")
    rows = {each.source: (each.rows, each.why) for each in explain(catalog, asked, AS_OF).columns}
    assert rows == {
        "gone.c.e": ("none", "system `gone` is not declared"),
        "old.c.e": ("none", "system `old` is retired"),
        "shop.customers.email": ("consented", ""),
        "till.c.email": ("none", "consent is recorded in another system, `shop`"),
    }
    plain = explain(catalog, Asked("agent", "service", "read", "customer.email"), AS_OF)
    assert ("till.c.email", "all") in {(each.source, each.rows) for each in plain.columns}
    assert plain.others == ("service.calls",)


def test_a_column_of_two_fields_tells_the_ways_of_both() -> None:
    change = {"sources: {shop.customers.phone: }": "sources: {shop.customers.email: }"}
    explained = explain(
        changed(change).catalog, Asked("clerk", "marketing", "read", column="shop.customers.email"), AS_OF
    )
    assert [way.rule for way in explained.ways] == ["role_not_for_purpose"]
    assert [each.source for each in explained.columns] == ["shop.customers.email"]
    lost = explain(changed().catalog, Asked("agent", "service", "read", column="shop.customers.emial"), AS_OF)
    assert lost.ways[-1].what.startswith("did you mean `shop.customers.email`? Else declare it under")
