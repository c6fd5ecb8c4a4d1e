"""How many roles may read a field unmasked: what a class says, and what holds where it says nothing."""

from __future__ import annotations

import pytest

from amanat.policy.readers import roles_allowed, widely_read
from tests.support import catalog_of

CATALOG = """\
classifications:
  internal: {label: Internal, mask: redact%s}
  restricted: {label: Restricted, mask: redact%s}
roles:
  one: {label: One, clearance: restricted}
  two: {label: Two, clearance: restricted}
  three: {label: Three, clearance: restricted}
  four: {label: Four, clearance: restricted}
purposes:
  all: {label: All, basis: contract, roles: {one: [read], two: [read, export], three: [share], four: [read]}}
fields:
  x.low: {label: Low, classification: internal, purposes: [all], category: purchase}
  x.high: {label: High, classification: restricted, purposes: [all], category: purchase}
"""


@pytest.mark.parametrize(
    ("low", "high", "limits", "found"),
    [
        ("", "", (None, 3), ["x.high"]),
        (", roles_max: 3", ", roles_max: 4", (3, 4), ["x.low"]),
        (", roles_max: 0", ", roles_max: 9", (0, 9), ["x.low"]),
        (", roles_max: 4", ", roles_max: many", (4, None), []),
    ],
)
def test_a_class_says_how_many(low: str, high: str, limits: tuple[int | None, ...], found: list[str]) -> None:
    catalog = catalog_of({"all.yaml": CATALOG % (low, high)}).catalog
    assert tuple(roles_allowed(catalog, one) for one in catalog.classifications.values()) == limits
    readers = list(widely_read(catalog, None))
    assert [one.field for one in readers] == found
    assert all(one.roles == dict.fromkeys(("four", "one", "three", "two"), "all") for one in readers)


def test_one_class_alone_has_no_limit_that_nobody_stated() -> None:
    text = (CATALOG % ("", "")).replace("  restricted: {label: Restricted, mask: redact}\n", "")
    text = text.replace("restricted", "internal")
    assert list(widely_read(catalog_of({"all.yaml": text}).catalog, None)) == []
