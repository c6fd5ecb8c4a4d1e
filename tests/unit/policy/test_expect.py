"""Policy tests of a catalog."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import jsonschema
import pytest

from amanat.model.values import ExpectationId
from amanat.policy.expect import SHOWN, Result, Verdict, run_expectations
from amanat.report.expectations import as_json, as_junit, as_text
from amanat.schema import load_schema
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
        ("{deny: {role: [marketer, agent], field: special.*}}", 60),
        (
            "{deny: {role: '*', purpose: [marketing, marketing.*], action: [update, share], category: contact}}",
            24,
        ),
        ("{deny: {classification: restricted, role: [agent, marketer]}}", 60),
        ("{mask: {role: marketer, purpose: marketing, action: read, field: customer.phone, as: redact}}", 1),
        (
            "{mask: {role: marketer, purpose: marketing.*, action: [read, export], field: customer.birth_date, as: year}}",
            2,
        ),
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
        ("{deny: {role: marketer, category: purchase}}", "matches no field by category: `purchase`"),
        ("{deny: {role: marketer, classification: public}}", "matches no field by class: `public`"),
        ("{deny: {field: contact.e*}}", "matches no field: `contact.e*`"),
    ],
)
def test_an_expectation_with_a_selector_of_nothing_does_not_pass(expectation: str, told: str) -> None:
    result = run(expectation)
    assert (result.verdict, result.different, result.broken) == (Verdict.EMPTY, 0, (told,))
    assert not result.passed


def test_one_selector_of_nothing_among_others_does_not_pass_either() -> None:
    result = run("{deny: {role: [marketer, ghost], field: [special.*, customer.gone], action: share}}")
    assert (result.verdict, result.cells) == (Verdict.EMPTY, 5)
    assert result.broken == ("matches no role: `ghost`", "matches no field: `customer.gone`")
    together = run("{deny: {field: customer.email, category: special}}")
    assert together.broken == ("its selectors together match no cell",)


def test_another_mask_than_the_one_expected_fails() -> None:
    result = run(
        "{mask: {role: marketer, purpose: marketing, action: read, field: customer.phone, as: hash}}"
    )
    assert result.verdict is Verdict.FAIL
    assert "expected mask (hash), got mask (redact)" in result.broken[0]


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


TWO = """\
expectations:
  b: {deny: {action: share}}
  a: {allow: {role: agent, purpose: service, action: share, field: customer.email}}
  c: {deny: {field: "ghost.*"}}
"""


def test_the_report_reads_like_a_test_run() -> None:
    loaded = changed(more=TWO)
    assert as_text(run_expectations(loaded.catalog, AS_OF), loaded.spans) == (
        "FAIL  a  (1 cell)  more.yaml:3\n"
        "      agent · service · share · customer.email: expected allow, got deny (action_not_granted)\n"
        "pass  b  (60 cells)\n"
        "EMPTY c  (0 cells)  more.yaml:4\n"
        "      matches no field: `ghost.*`\n"
        "1 passed, 2 failed\n"
    )


def test_the_report_as_json_keeps_its_contract() -> None:
    loaded = changed(more=TWO)
    document = json.loads(as_json(run_expectations(loaded.catalog, AS_OF), loaded.spans))
    jsonschema.Draft202012Validator(load_schema("policy-test")).validate(document)
    assert document["summary"] == {"passed": 1, "failed": 2}
    assert [(one["id"], one["verdict"], one["line"]) for one in document["results"]] == [
        ("a", "fail", 3),
        ("b", "pass", 2),
        ("c", "empty", 4),
    ]
    assert document["results"][0]["differing"][0]["reason"] == "action_not_granted"


def test_the_report_as_junit_is_what_test_reporters_read() -> None:
    loaded = changed(more=TWO)
    text = as_junit(run_expectations(loaded.catalog, AS_OF), loaded.spans)
    root = ElementTree.fromstring(text)
    (suite,) = root
    assert (root.tag, suite.tag, {case.tag for case in suite}) == ("testsuites", "testsuite", {"testcase"})
    assert {tuple(case.attrib) for case in suite} == {("classname", "name", "time")}
    assert {case.attrib["classname"] for case in suite} == {"more.yaml"}
    counted = ("tests", "failures", "errors")
    assert (
        [root.attrib[name] for name in counted] == [suite.attrib[name] for name in counted] == ["3", "1", "1"]
    )
    told = {case.attrib["name"]: [(child.tag, child.attrib["message"]) for child in case] for case in suite}
    assert told == {
        "a": [("failure", "1 of 1 cells")],
        "b": [],
        "c": [("error", "matches no field: `ghost.*`")],
    }


@pytest.mark.parametrize(
    "evil", ["a\"<b>&amp;]]>'", "a\x1b[31m\x07\x00", "a\ufffe\ud800", "می\u200cخواهم\u202e"]
)
def test_hostile_ids_stay_text_in_every_report(evil: str) -> None:
    loaded = changed(more=TWO)
    (first, *_) = run_expectations(loaded.catalog, AS_OF)
    entry = replace(first.expectation, id=ExpectationId(evil))
    result = replace(first, expectation=entry, broken=(evil,))
    case = ElementTree.fromstring(as_junit([result], loaded.spans))[0][0]
    assert len(case) == 1
    assert case.attrib["name"] == re.sub(
        "[\x00\x07\x1b\ufffe\ud800]", lambda sign: f"\\u{ord(sign.group()):04x}", evil
    )
    assert not {"\x1b", "\x07", "\x00", "\u202e"} & set(as_text([result], loaded.spans))
    assert json.loads(as_json([result], loaded.spans))["results"][0]["id"] == evil


def test_without_expectations_nothing_fails() -> None:
    loaded = changed()
    assert as_text(run_expectations(loaded.catalog, AS_OF), loaded.spans) == "0 passed, 0 failed\n"
