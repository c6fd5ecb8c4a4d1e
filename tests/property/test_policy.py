"""What has to hold of access decisions, whatever the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.model.catalog import Catalog, ancestors
from amanat.model.values import Action, PurposeId
from amanat.policy.decide import decide
from amanat.policy.masks import at_least
from amanat.policy.matrix import cells, matrix
from amanat.policy.plan import acting_pairs, loses
from amanat.policy.request import GATES, Effect, Outcome
from tests.property.policies import AS_OF, CHAIN, base, catalogs, denials
from tests.support import catalog_of
from tests.unit.policy.support import BASE, ROOT, changed

FEW = settings(max_examples=40, deadline=None)


def requests(catalog: Catalog) -> Iterator[tuple[str, str, str, str]]:
    yield from product(
        sorted(catalog.roles), sorted(catalog.purposes), sorted(Action), sorted(catalog.fields)
    )


def is_tighter(new: Outcome, old: Outcome) -> bool:
    """Whether the new answer opens nothing that the old one kept closed."""
    if new.effect is Effect.DENY:
        return True
    return (
        old.effect is not Effect.DENY
        and at_least(new.mask, old.mask)
        and set(new.conditions) >= set(old.conditions)
    )


def assert_nothing_loosened(new: Catalog, old: Catalog, as_of: date | None) -> None:
    """Every cell of the new catalog is at least as tight as in the old one (the matrix is the reference, as
    the first test shows)."""
    before = {cell[:4]: Outcome(*cell[4:]) for cell in cells(old, as_of)}
    for cell in cells(new, as_of):
        assert is_tighter(Outcome(*cell[4:]), before[cell[:4]]), (cell, before[cell[:4]])


@FEW
@given(catalogs(), AS_OF)
def test_the_matrix_is_the_reference(catalog: Catalog, as_of: date | None) -> None:
    found = list(cells(catalog, as_of))
    assert [cell[:4] for cell in found] == list(requests(catalog))
    for cell in found:
        assert Outcome(*cell[4:]) == decide(catalog, *cell[:4], as_of).outcome


@FEW
@given(catalogs(), AS_OF, st.data())
def test_a_filtered_matrix_is_a_part_of_the_whole(
    catalog: Catalog, as_of: date | None, data: st.DataObject
) -> None:
    role = data.draw(st.sampled_from([None, *catalog.roles]))
    purpose = data.draw(st.sampled_from([None, "marketing", "marketing.*"]))
    action = data.draw(st.sampled_from([None, "read", "delete"]))
    field = data.draw(st.sampled_from([None, "customer.email", "customer.*"]))
    narrowed = list(cells(catalog, as_of, role=role, purpose=purpose, action=action, field=field))
    expected = [
        cell
        for cell in cells(catalog, as_of)
        if role in (None, cell.role)
        and (
            purpose is None
            or cell.purpose == purpose
            or (purpose == "marketing.*" and "." in cell.purpose and cell.purpose.startswith("marketing"))
        )
        and action in (None, cell.action)
        and (field in (None, "customer.*") or cell.field == field)
    ]
    assert narrowed == expected


@FEW
@given(catalogs(), AS_OF)
def test_every_decision_has_its_reason_in_a_full_trace(catalog: Catalog, as_of: date | None) -> None:
    for asked in requests(catalog):
        decision = decide(catalog, *asked, as_of)
        failed = [step.rule for step in decision.trace if step.passed is False]
        assert (decision.effect is Effect.DENY) == bool(failed) == bool(decision.reason)
        assert not failed or decision.reason == failed[0]
        assert (decision.effect is Effect.MASK) == (decision.mask is not None)
        assert len(decision.trace) == sum(map(len, GATES.values()))


@given(st.text(), st.text(), st.text(), st.text(), AS_OF)
def test_anything_can_be_asked(role: str, purpose: str, action: str, field: str, as_of: date | None) -> None:
    assert decide(base(), role, purpose, action, field, as_of).effect is Effect.DENY


@FEW
@given(catalogs(), AS_OF, denials("added"))
def test_adding_a_denial_never_loosens(catalog: Catalog, as_of: date | None, denial: object) -> None:
    more = replace(catalog, denials={**catalog.denials, "added": denial})  # type: ignore[dict-item]
    assert_nothing_loosened(more, catalog, as_of)


@FEW
@given(catalogs(CHAIN), AS_OF, st.data())
def test_raising_a_classification_never_loosens_where_the_masks_of_classes_rise_with_them(
    catalog: Catalog, as_of: date | None, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(catalog.fields)))
    entry = catalog.fields[name]
    rank = catalog.classifications[entry.classification].rank if entry.classification else 9
    higher = [each.id for each in catalog.classifications.values() if each.rank > rank]
    if higher:
        raised = replace(entry, classification=data.draw(st.sampled_from(higher)))
        assert_nothing_loosened(replace(catalog, fields={**catalog.fields, name: raised}), catalog, as_of)


@FEW
@given(catalogs(), AS_OF, st.data())
def test_removing_a_purpose_a_basis_or_a_grant_never_loosens(
    catalog: Catalog, as_of: date | None, data: st.DataObject
) -> None:
    field = data.draw(st.sampled_from(sorted(catalog.fields)))
    entry = catalog.fields[field]
    fewer = replace(entry, purposes=entry.purposes[1:])
    assert_nothing_loosened(replace(catalog, fields={**catalog.fields, field: fewer}), catalog, as_of)
    name = data.draw(st.sampled_from(sorted(catalog.purposes)))
    purpose = catalog.purposes[name]
    for less in (
        replace(purpose, basis=dict(list(purpose.basis.items())[1:])),
        replace(purpose, roles=dict(list(purpose.roles.items())[1:])),
        replace(purpose, roles={role: actions[1:] for role, actions in purpose.roles.items()}),
        replace(purpose, condition=None),
        replace(purpose, consent=None),
    ):
        assert_nothing_loosened(replace(catalog, purposes={**catalog.purposes, name: less}), catalog, as_of)
    without = {other: each for other, each in catalog.purposes.items() if other != name}
    assert_nothing_loosened(replace(catalog, purposes=without), catalog, as_of)


@FEW
@given(catalogs(), AS_OF, st.data())
def test_no_answer_draws_on_another_role_or_purpose(
    catalog: Catalog, as_of: date | None, data: st.DataObject
) -> None:
    role = data.draw(st.sampled_from(sorted(catalog.roles)))
    purpose = data.draw(st.sampled_from(sorted(catalog.purposes)))
    line = {PurposeId(above) for above in ancestors(purpose)}
    alone = replace(
        catalog,
        roles={role: catalog.roles[role]},
        purposes={
            name: replace(each, roles={role: each.roles[role]} if role in each.roles else {})
            for name, each in catalog.purposes.items()
            if name in line
        },
    )
    for action, field in product(Action, catalog.fields):
        asked = (role, purpose, action, field)
        assert decide(alone, *asked, as_of).outcome == decide(catalog, *asked, as_of).outcome


@FEW
@given(catalogs(), AS_OF)
def test_a_pair_that_no_engine_can_have_trouble_with_is_told_from_the_others(
    catalog: Catalog, as_of: date | None
) -> None:
    table = matrix(catalog, as_of)
    for pair in acting_pairs(catalog):
        open_cells = [
            (action, outcome)
            for action in catalog.purposes[pair.purpose].roles[pair.role]
            for outcome in table.row(pair.role, pair.purpose, action)
            if outcome.effect is not Effect.DENY
        ]
        reads = Action.READ in catalog.purposes[pair.purpose].roles[pair.role]
        hard = (Action.DELETE,) if reads else (Action.DELETE, Action.UPDATE)
        troubled = any(action in hard or out.mask or out.conditions for action, out in open_cells)
        assert loses(table, pair) == troubled


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_files_and_entries_does_not_matter(shuffle: object) -> None:
    import random

    import yaml

    assert isinstance(shuffle, random.Random)
    parts = list(yaml.safe_load(BASE).items())
    shuffle.shuffle(parts)
    files: dict[str, str | bytes] = {"amanat.yaml": ROOT}
    for at, (section, entries) in enumerate(parts):
        ordered = list(entries.items())
        if section == "classifications":  # their order is their meaning
            files[f"{at}.yaml"] = yaml.safe_dump({section: entries}, sort_keys=False)
            continue
        shuffle.shuffle(ordered)
        half = len(ordered) // 2
        files[f"{at}.yaml"] = (
            yaml.safe_dump({section: dict(ordered[:half])}, sort_keys=False) if half else "{}"
        )
        files[f"z/{9 - at}.yaml"] = yaml.safe_dump({section: dict(ordered[half:])}, sort_keys=False)
    day = date(2026, 6, 30)
    assert list(cells(catalog_of(files).catalog, day)) == list(cells(changed().catalog, day))


def test_an_empty_catalog_has_no_cell_and_denies_everything() -> None:
    empty = catalog_of({}).catalog
    assert list(cells(empty, None)) == []
    for asked in requests(base()):
        assert decide(empty, *asked, None).effect is Effect.DENY
