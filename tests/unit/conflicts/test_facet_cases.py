"""The facets, case by case: what two or three sources say, and what the engine finds."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.unit.conflicts.samples import CASES, one_field, report_of, told

FILES = sorted((CASES / "facets").glob("*.yaml"))
ALL = [
    pytest.param(case, id=f"{file.stem}: {case['says']}")
    for file in FILES
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", ALL)
def test_a_case_finds_what_it_says_and_nothing_else(case: dict[str, Any]) -> None:
    loaded = one_field(
        case.get("sources"), case.get("field"), case.get("observed"), case.get("id", "customer.thing")
    )
    faults = [finding.message for finding in loaded.findings if finding.code in ("SC101", "SC102", "LD101")]
    assert faults == []
    expected = sorted(_in_order(finding) for finding in case["finds"])
    report = report_of(loaded)
    assert sorted(map(_in_order, told(report))) == expected
    because = {
        conflict.facet.value: [one.facet.value for one in conflict.explains]
        for conflict in report.conflicts
        if conflict.explains
    }
    assert because == case.get("because", {})


def _in_order(finding: str) -> str:
    facet, code, severity, *odd = finding.split()
    return " ".join((facet, code, severity, *sorted(odd)))


def test_every_facet_has_a_case() -> None:
    from amanat.model.field import Facet

    named = {finding.split()[0] for case in ALL for finding in _finds(case)}
    assert {facet.value for facet in Facet} == named


def _finds(parameter: Any) -> list[str]:
    found: list[str] = parameter.values[0]["finds"]
    return found
