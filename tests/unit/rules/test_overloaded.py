"""Definitions are searched some fields at a time, and it does not show."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from amanat.diagnostic import Finding
from amanat.lint.rule import Context
from amanat.rules import RULES, overloaded
from tests.support import catalog_of

FIELDS = "fields:\n" + "".join(
    f"  a.f{number}: {{label: x, definition: {words}}}\n"
    for number, words in enumerate(
        ("The day of birth.", "A string of letters.", "Name.", "An integer value.")
    )
)


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
def test_what_is_found_does_not_depend_on_how_many_are_read_at_once(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(overloaded, "_AT_ONCE", at_once)
    (rule,) = (rule for rule in RULES if rule.code == "DF103")
    assert rule.check is not None
    found: Sequence[Finding] = list(rule.check(Context(catalog_of({"a.yaml": FIELDS}).catalog, None)))
    assert [finding.subject for finding in found] == ["a.f1", "a.f3"]
