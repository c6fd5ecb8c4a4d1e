"""What holds of the changes between any two catalogs."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings

from amanat.diff import Level, compare
from amanat.model.catalog import Catalog
from amanat.policy.changed import Way
from tests.property.policies import AS_OF, catalogs

FEW = settings(max_examples=60, deadline=None)


@FEW
@given(catalogs(), AS_OF)
def test_a_catalog_does_not_differ_from_itself(catalog: Catalog, as_of: date | None) -> None:
    same = compare(catalog, catalog, as_of)
    assert (same.changes, same.cells, same.loose) == ((), (), ())


@FEW
@given(catalogs(), catalogs(), AS_OF)
def test_every_cell_that_moved_stands_with_a_change_and_an_opened_one_with_a_widening_change(
    old: Catalog, new: Catalog, as_of: date | None
) -> None:
    made = compare(old, new, as_of)
    assert made.loose == ()
    for cell in made.cells:
        takers = [change for change in made.changes if cell in change.cells]
        assert takers, cell
        if cell.way is Way.OPENED:
            assert any(change.level is Level.WIDENING for change in takers), cell


@FEW
@given(catalogs(), catalogs(), AS_OF)
def test_fingerprints_tell_changes_apart(old: Catalog, new: Catalog, as_of: date | None) -> None:
    changes = compare(old, new, as_of).changes
    assert len({change.fingerprint for change in changes}) == len(changes)
    assert list(changes) == sorted(changes, key=lambda change: change.order)
