"""The example catalog's Cedar files in Cedar, beside the reference. It has three million cells, so what Cedar cannot
tell apart is asked about once, and pairs that no purpose names are sampled (see `Bulk`)."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.policy.build import build_policy
from amanat.policy.loss import Generated
from tests.differential.cedar import Bulk, compare

AS_OF = date(2026, 6, 30)
CATALOG = Path(__file__).parents[2] / "catalog"


@cache
def catalog() -> Catalog:
    return load_catalog(CATALOG).catalog


@cache
def made() -> Generated:
    return build_policy(catalog(), AS_OF, ["cedar"]).by_target["cedar"]


@pytest.mark.parametrize("half", [0, 1])
def test_every_kind_of_resource_is_what_the_reference_decides(half: int) -> None:
    tally = compare(Bulk(catalog(), AS_OF, made()), sorted(catalog().roles)[half::2])
    cells = (len(catalog().fields) + len({s for f in catalog().fields.values() for s in f.sources})) * 6
    assert tally.allow > 5_000 and tally.mask > 100 and tally.consent > 100
    assert (tally.allow + tally.mask + tally.deny) % cells == 0
    assert tally.lost == 0
