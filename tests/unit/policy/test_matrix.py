"""The matrix shares decisions between fields that are alike, and only between those."""

from __future__ import annotations

from itertools import permutations

import pytest

from amanat.model.values import FieldId, PurposeId
from amanat.policy.decide import decide
from amanat.policy.matrix import cells
from tests.support import catalog_of

COMMON = """\
roles:
  clerk: {label: Clerk, clearance: internal}
purposes:
  one: {label: One, basis: contract, roles: {clerk: [read, update]}}
  two: {label: Two, basis: contract, roles: {clerk: [read, update]}}
"""
ALIKE = {
    "a": "{purposes: [one]}",
    "b": "{purposes: [two]}",
    "c": "{purposes: [one], mask_for: {one: hash}}",
    "d": "{}",
}


@pytest.mark.parametrize("order", list(permutations(ALIKE)), ids="".join)
def test_a_field_that_does_not_allow_the_purpose_never_shares_with_one_that_does(
    order: tuple[str, ...],
) -> None:
    entries = "".join(
        f"  f.x{n}: {{label: X{n}, category: device.agent, classification: internal, {ALIKE[kind][1:]}\n"
        for n, kind in enumerate(order)
    )
    catalog = catalog_of(
        {"base.yaml": COMMON, "fields.yaml": f"fields:\n{entries}".replace(", }", "}")}
    ).catalog
    assert len(catalog.fields) == len(ALIKE)
    for cell in cells(catalog, None):
        decision = decide(catalog, cell.role, cell.purpose, cell.action, cell.field, None)
        assert (cell.effect, cell.mask) == (decision.effect, decision.mask), cell
    allowed = FieldId(f"f.x{order.index('a')}")
    assert decide(catalog, "clerk", PurposeId("one"), "read", allowed, None).effect == "allow"
