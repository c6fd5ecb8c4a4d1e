"""Policy tests of a catalog."""

from __future__ import annotations

from datetime import date

import pytest

from amanat.policy.expect import SHOWN, Result, Verdict, run_expectations
from amanat.policy.show import results_as_text
from tests.unit.policy.support import changed

AS_OF = date(2026, 6, 30)


def run(expectation: str) -> Result:
    (result,) = run_expectations(changed(more=f"expectations: {{e: {expectation}}}").catalog, AS_OF)
    return result


@pytest.mark.parametrize(
    ("expectation", "cells"),
    [
        ("{allow: {role: agent, purpose: service, action: read, field: customer.email}}", 1),
        ("{allow: {role: agent, purpose: service, action: read, field: customer.*}}", None),
        ("{mask: {role: marketer, purpose: marketing, action: read, field: customer.phone}}", 1),
        ("{deny: {role: marketer, field: special.*}}", 30),
        ("{deny: {role: marketer, purpose: service}}", 24),
        ("{deny: {action: share}}", 60),
        ("{deny: {role: marketer, purpose: marketing.*, action: update}}", 4),
        ("{deny: {field: customer.illness, purpose: service}}", 18),
    ],
)
def test_an_expectation_is_about_every_cell_that_it_selects(expectation: str, cells: int | None) -> None:
    result = run(expectation)
    if cells is None:
        assert result.verdict is Verdict.FAIL
        assert result.cells == 4
        assert "customer.illness: expected allow, got deny (no_condition)" in result.broken[0]
    else:
        assert (result.verdict, result.cells, result.broken) == (Verdict.PASS, cells, ())


@pytest.mark.parametrize(
    ("expectation", "told"),
    [
        ("{deny: {role: ghost}}", "matches no role: `ghost`"),
        ("{deny: {purpose: ghost.*}}", "matches no purpose: `ghost.*`"),
        ("{deny: {field: ghost}}", "matches no field: `ghost`"),
        ("{deny: {field: contact}}", "matches no field: `contact`"),
    ],
)
def test_an_expectation_of_no_cell_does_not_pass(expectation: str, told: str) -> None:
    result = run(expectation)
    assert (result.verdict, result.cells, result.broken) == (Verdict.EMPTY, 0, (told,))
    assert not result.passed


def test_allowed_is_not_masked_and_masked_is_not_allowed() -> None:
    asked = "{role: marketer, purpose: marketing, action: read, field: customer.phone}"
    assert "expected allow, got mask (redact)" in run(f"{{allow: {asked}}}").broken[0]
    plain = "{role: agent, purpose: service, action: read, field: customer.email}"
    assert "expected mask, got allow" in run(f"{{mask: {plain}}}").broken[0]


def test_of_many_that_differ_the_first_are_told_and_the_rest_counted() -> None:
    result = run("{allow: {role: agent}}")
    assert result.different > SHOWN
    assert len(result.broken) == SHOWN + 1
    assert result.broken[-1] == f"and {result.different - SHOWN} more"


def test_the_report_reads_like_a_test_run() -> None:
    catalog = changed(
        more="expectations:\n  b: {deny: {action: share}}\n  a: {allow: {role: agent, purpose: service, action: share, field: customer.email}}\n"
    ).catalog
    assert results_as_text(run_expectations(catalog, AS_OF)) == (
        "FAIL  a  (1 cell)\n"
        "      agent · service · share · customer.email: expected allow, got deny (action_not_granted)\n"
        "pass  b  (60 cells)\n"
        "1 passed, 1 failed\n"
    )


def test_without_expectations_nothing_fails() -> None:
    assert results_as_text(run_expectations(changed().catalog, AS_OF)) == "0 passed, 0 failed\n"
