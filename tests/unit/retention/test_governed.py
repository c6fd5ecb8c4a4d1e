"""Which policy holds for which copies."""

from __future__ import annotations

import pytest

from amanat.model.values import FieldId, SystemId
from amanat.retention.effective import Reckoning
from amanat.retention.governed import fields_by_policy, policies_of
from tests.support import catalog_of

_POLICIES = """\
retention:
  wish: {label: Wish, keep: P1Y, from: collected, then: delete, basis: {kind: business, why: We like it}}
  deal: {label: Deal, keep: P2Y, from: collected, then: delete, basis: {kind: contract, why: It says so}}
  least: {label: Least, keep: P3Y, from: collected, then: delete, basis: {kind: legal_minimum, law: A}}
  most: {label: Most, keep: P4Y, from: collected, then: delete, basis: {kind: legal_maximum, law: B}}
systems: {a: {label: A}, b: {label: B}}
fields:
"""


@pytest.mark.parametrize(
    ("field", "own", "holds"),
    [
        ("wish", None, {"wish": "ab"}),
        ("wish", "wish", {"wish": "ab"}),
        ("wish", "deal", {"wish": "b", "deal": "a"}),
        ("wish", "least", {"wish": "ab", "least": "a"}),
        ("least", "deal", {"least": "ab", "deal": "a"}),
        ("most", "deal", {"most": "ab", "deal": "a"}),
        ("deal", "nowhere", {"deal": "ab"}),
        (None, "deal", {"deal": "a"}),
        ("nowhere", "least", {"least": "a"}),
        (None, None, {}),
    ],
)
def test_a_copy_follows_its_own_policy_where_that_has_a_reason_and_no_law_says_otherwise(
    field: str | None, own: str | None, holds: dict[str, str]
) -> None:
    said = f"retention: {field}, " if field else ""
    copy = f"{{retention: {own}}}" if own else "{}"
    text = _POLICIES + f"  f: {{label: F, {said}sources: {{a.t.c: {copy}, b.t.c: {{}}}}}}\n"
    catalog = catalog_of({"all.yaml": text}).catalog
    found = policies_of(catalog, catalog.fields[FieldId("f")])
    assert {name: "".join(one.parts.system for one in its) for name, its in found.items()} == holds
    assert set(fields_by_policy(catalog, catalog.fields.values())) == set(holds)
    # The reckoning of a system comes to the same policies.
    for system in ("a", "b"):
        rule = Reckoning(catalog, None).of(catalog.fields[FieldId("f")], SystemId(system), "*")
        assert {one.policy.id for one in rule.statements} == {
            name for name, its in found.items() if system in {one.parts.system for one in its}
        }
