"""The reference decision, gate by gate: the cases of gates.yaml."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from amanat.policy.decide import decide
from amanat.policy.request import GATES, Effect
from tests.unit.policy.support import CASES, changed

GATE_CASES: list[dict[str, Any]] = yaml.safe_load((CASES / "gates.yaml").read_text(encoding="utf-8"))
AS_OF = date(2026, 6, 30)


@pytest.mark.parametrize("case", GATE_CASES, ids=[case["name"] for case in GATE_CASES])
def test_gate(case: dict[str, Any]) -> None:
    catalog = changed(case.get("change"), case.get("more", "")).catalog
    role, purpose, action, field = case["ask"]
    decision = decide(catalog, role, purpose, action, field, case.get("as_of", AS_OF))
    answer, _, detail = case["answer"].partition(" ")
    assert decision.effect.value == answer, decision
    assert decision.reason == (detail if answer == "deny" else ""), decision
    assert str(decision.mask or "") == (detail if answer == "mask" else ""), decision
    assert [str(condition) for condition in decision.conditions] == case.get("rows", [])


def test_every_reason_has_a_case() -> None:
    reasons = {
        case["answer"].removeprefix("deny ").partition(":")[0]
        for case in GATE_CASES
        if case["answer"].startswith("deny ")
    }
    assert reasons == {rule for rules in GATES.values() for rule in rules} - {"mask_for"}


def test_the_trace_has_every_gate_in_order_and_the_first_failure_is_the_reason() -> None:
    catalog = changed(more="denials: {d: {role: agent, reason: no}}").catalog
    decision = decide(catalog, "agent", "marketing", "update", "customer.illness", AS_OF)
    expected = [(gate, rule) for gate, rules in GATES.items() for rule in rules]
    assert [(step.gate, step.rule.partition(":")[0]) for step in decision.trace] == expected
    failed = [step.rule for step in decision.trace if step.passed is False]
    assert decision.reason == failed[0] == "role_not_for_purpose"
    assert "denied:d" in failed
    assert "purpose_not_allowed" in failed


def test_gates_that_cannot_be_judged_are_neither_passed_nor_failed() -> None:
    decision = decide(changed().catalog, "agent", "ghost", "read", "customer.email", AS_OF)
    later = [step for step in decision.trace if step.gate > 1]
    assert [step.rule for step in later] == [rule for gate in range(2, 10) for rule in GATES[gate]]
    assert {step.passed for step in later} == {None}


def test_the_evidence_stands_where_the_value_was_written() -> None:
    loaded = changed()
    decision = decide(loaded.catalog, "marketer", "marketing.email", "read", "customer.birth_date", AS_OF)
    places = {step.rule: step.place for step in decision.trace}
    lines = loaded.spans
    shown = {rule: place and lines.span(place) for rule, place in places.items()}
    text = (CASES / "base.yaml").read_text(encoding="utf-8").splitlines()
    for rule, expected in {
        "role_not_for_purpose": "marketer: [read, export]",
        "no_legal_basis": "basis: consent",
        "no_consent_record": "recorded_in: shop.customers.news",
        "purpose_not_allowed": "purposes: [service, marketing]",
        "above_clearance": "clearance: internal",
        "mask_for": "mask_for: {marketing: year}",
        "unknown_field": "customer.birth_date:",
    }.items():
        span = shown[rule]
        assert span is not None
        assert expected in text[span.line - 1], rule


def test_an_empty_catalog_denies_everything() -> None:
    from tests.support import catalog_of

    catalog = catalog_of({}).catalog
    decision = decide(catalog, "agent", "service", "read", "customer.email", AS_OF)
    assert decision.effect is Effect.DENY
