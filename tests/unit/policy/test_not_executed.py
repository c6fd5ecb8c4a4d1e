"""A policy that our tests cannot run says so wherever it is shown: in its files, its reports and on the site."""

from __future__ import annotations

import json
from datetime import date

import pytest

from amanat.policy.build import build_policy
from tests.unit.policy.support import changed

AS_OF = date(2026, 6, 30)
NOT_RUN = ("clickhouse", "snowflake", "trino")


@pytest.mark.parametrize("target", NOT_RUN)
def test_the_reports_say_what_was_not_executed(target: str) -> None:
    systems = f"systems: {{shop: {{label: Shop, kind: commerce, owner: crm, country: DE, engine: {target}}}}}"
    (made,) = build_policy(changed(more=systems).catalog, AS_OF, [target]).by_target.values()
    reports = [json.loads(text) for name, text in made.files.items() if name.endswith("loss.json")]
    assert len(reports) == 2
    assert all("not executed" in each["not_executed"] for each in reports)
    assert all(loss.not_executed for loss in made.losses)


@pytest.mark.parametrize("target", ["postgres"])
def test_what_is_executed_says_nothing(target: str) -> None:
    systems = "systems: {shop: {label: Shop, kind: commerce, owner: crm, country: DE, engine: postgresql}}"
    (made,) = build_policy(changed(more=systems).catalog, AS_OF, [target]).by_target.values()
    assert not any("not_executed" in text for text in made.files.values())
