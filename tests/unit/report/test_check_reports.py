"""The reports for CI: hostile texts in every slot, and the shapes that CI systems read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from sarif_pydantic import Sarif

from amanat.diagnostic import Diagnostic, Fix, Related, Severity
from amanat.lint.engine import severities
from amanat.lint.states import State
from amanat.model.counts import Counts
from amanat.report import github, gitlab, junit, markdown, sarif
from amanat.report.checked import Checked, Revision
from amanat.rules import RULES
from amanat.text import Place, Span

HOSTILE = 'a`|<b>&"\x00\x1b[31m,:%::error::x\r\n::error file=x::y \u202e ]]> {0} 𝒳'
FAULT = Diagnostic(
    "ID101",
    "unknown-reference",
    Severity.ERROR,
    f"there is no team {HOSTILE}",
    Place(f"fields/ü {HOSTILE}.yaml"),
    HOSTILE,
    (Related(HOSTILE, Place("b.yaml"), Span(2, 1, 2, 4)), Related("without a line", Place("c.yaml"))),
    Fix(HOSTILE, (HOSTILE,)),
    {"values": {HOSTILE: 1}},
    Span(3, 10, 3, 13),
)
OVER_LINES = replace(FAULT, severity=Severity.WARNING, span=Span(3, 10, 5, 2), fix=None, related=())
NOWHERE = replace(FAULT, severity=Severity.INFO, span=None, code="CF103", name="length-differs")


def checked(*diagnostics: Diagnostic, **more: object) -> Checked:
    made = Checked(
        Counts(0, 0, 0, 1),
        diagnostics,
        RULES,
        severities(RULES, ("core",), {}),
        Severity.ERROR,
        "the catalog/",
    )
    return replace(made, **more)  # type: ignore[arg-type]


ALL = (FAULT, OVER_LINES, NOWHERE)


def test_sarif_holds_every_finding_with_its_rule_its_place_and_its_fingerprint() -> None:
    log = json.loads(sarif.render(checked(*ALL)))
    Sarif.model_validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result, d in zip(run["results"], ALL, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == d.code
        assert result["partialFingerprints"] == {"amanat/v1": d.fingerprint}
    first, over, nowhere = run["results"]
    place = first["locations"][0]["physicalLocation"]
    assert re.fullmatch(r"[\w%./~-]+", place["artifactLocation"]["uri"], re.ASCII)
    assert place["artifactLocation"]["uri"].startswith("the%20catalog/fields/%C3%BC%20")
    assert place["region"] == {"startLine": 3, "startColumn": 10, "endLine": 3, "endColumn": 13}
    assert over["locations"][0]["physicalLocation"]["region"]["endLine"] == 5
    assert "region" not in nowhere["locations"][0]["physicalLocation"]
    assert [related["id"] for related in first["relatedLocations"]] == [1, 2]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)


def test_sarif_says_what_is_new_unchanged_absent_and_known() -> None:
    made = checked(
        *ALL,
        states=(State.NEW, State.OLD, State.KNOWN),
        resolved=(replace(FAULT, subject="gone"),),
        since=Revision("main", "0" * 40),
    )
    log = json.loads(sarif.render(made))
    Sarif.model_validate(log)
    results = log["runs"][0]["results"]
    assert [r["baselineState"] for r in results] == ["new", "unchanged", "unchanged", "absent"]
    assert [len(r.get("suppressions", ())) for r in results] == [0, 0, 1, 0]


def test_junit_fails_the_rule_that_fails_and_tells_what_does_not() -> None:
    text = junit.render(checked(*ALL))
    root = ElementTree.fromstring(text)
    assert (root.get("tests"), root.get("failures")) == (str(len(RULES)), "1")
    cases = {str(case.get("name")): case for case in root.iter("testcase")}
    failed = cases["ID101 unknown-reference"]
    failure = failed.find("failure")
    assert failure is not None
    assert "the catalog/fields/ü" in str(failure.text)
    assert "warning:" in str(failed.findtext("system-out"))
    assert "info:" in str(cases["CF103 length-differs"].findtext("system-out"))
    off = [rule for rule in RULES if "core" not in rule.profiles]
    assert root.get("skipped") == str(len(off)) == str(len(list(root.iter("skipped"))))
    counts = [(int(str(s.get("tests"))), len(list(s.iter("testcase")))) for s in root.iter("testsuite")]
    assert all(told == there for told, there in counts)


def test_github_has_one_command_a_line_whatever_stands_in_it() -> None:
    lines = github.render(checked(NOWHERE, FAULT, OVER_LINES)).splitlines()
    assert lines[-1] == "1 error, 1 warning, 1 info"
    assert [line.split(" ", 1)[0] for line in lines[:-1]] == ["::error", "::warning", "::notice"]
    for line in lines[:-1]:
        found = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        assert found is not None, line
        names = [part.partition("=")[0] for part in found[2].split(",")]
        assert names[0] == "file"
        assert names[-1] == "title"
    assert ",line=3,endLine=3,col=10,endColumn=12," in lines[0]
    assert ",line=3,endLine=5,col=10,title=" in lines[1]
    assert "line=" not in lines[2]


def test_gitlab_gives_each_finding_a_fingerprint_of_its_own() -> None:
    issues = json.loads(gitlab.render(checked(FAULT, FAULT, OVER_LINES, NOWHERE)))
    assert len({issue["fingerprint"] for issue in issues}) == 4
    assert [issue["severity"] for issue in issues] == ["critical", "critical", "minor", "info"]
    assert [issue["location"]["lines"]["begin"] for issue in issues] == [3, 3, 3, 1]
    moved = json.loads(gitlab.render(checked(replace(FAULT, span=Span(90, 1, 90, 2)))))
    assert moved[0]["fingerprint"] == issues[0]["fingerprint"]


def test_markdown_is_a_row_for_each_finding_and_no_text_is_markup() -> None:
    text = markdown.render(checked(*ALL))
    rows = [line for line in text.splitlines() if line.startswith(("| ID101", "| CF103"))]
    assert len(rows) == 3
    assert all(row.count("|") == 5 for row in rows)
    assert "<b>" not in text
    assert text.startswith("# ❌ amanat check")


def test_markdown_tells_how_many_it_leaves_out() -> None:
    many = [replace(FAULT, detail=str(n)) for n in range(markdown.MOST + 3)]
    text = markdown.render(checked(*many))
    assert f"## ❌ Errors ({len(many)})" in text
    assert "\nand 3 more\n" in text


@pytest.mark.parametrize("report", [junit, github, gitlab, markdown])
def test_only_what_is_new_is_reported(report: object) -> None:
    new = replace(FAULT, message="a new one")
    old = replace(OVER_LINES, message="an old one")
    made = checked(new, old, states=(State.NEW, State.OLD), since=Revision("main", "0" * 40))
    text = report.render(made)  # type: ignore[attr-defined]
    assert "a new one" in text
    assert "an old one" not in text
