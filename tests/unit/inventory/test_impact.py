"""The list of impact assessments: what the facts show, what people have to judge, and nothing invented."""

from __future__ import annotations

from amanat.inventory.columns import Absent
from amanat.inventory.impact import assessments
from amanat.rules import by_name
from amanat.rules.base import base_files
from tests.support import catalog_of


def states(more: str) -> dict[str, tuple[object, object]]:
    made = catalog_of({**base_files(), "more.yaml": more})
    rows = assessments(made.catalog, made.spans).rows()
    return {str(row["purpose"]): (row["state"], row["dpia"]) for row in rows}


def test_a_purpose_is_missing_assessed_or_not_shown_to_be_due() -> None:
    rule = by_name("PU111")
    assert rule is not None
    assert states(rule.example.bad) == {
        "club": ("missing", Absent.UNKNOWN),
        "orders": ("not shown to be due", Absent.UNKNOWN),
    }
    assert states(rule.example.good)["club"] == ("assessed", "assessments/2026-02 club")


def test_criteria_name_their_facts_and_the_rest_stays_a_question() -> None:
    rule = by_name("PU111")
    assert rule is not None
    made = catalog_of({**base_files(), "more.yaml": rule.example.bad})
    row = next(one for one in assessments(made.catalog, made.spans).rows() if one["purpose"] == "club")
    assert row["criteria"] == (
        "evaluation or automated decision: profiling is declared",
        "sensitive data: special.health",
    )
    assert isinstance(row["unanswered"], tuple)
    assert "large scale" in row["unanswered"]
    assert (row["file"], row["line"]) == ("more.yaml", 3)


def test_a_retired_purpose_is_not_listed_and_a_planned_one_is() -> None:
    rule = by_name("PU111")
    assert rule is not None
    retired = rule.example.bad.replace("    label: Club\n", "    label: Club\n    status: retired\n")
    assert "club" not in states(retired)
    planned = rule.example.bad.replace("    label: Club\n", "    label: Club\n    status: planned\n")
    assert states(planned)["club"][0] == "missing"
