"""What a change did to the cells: which moved, which way, and that nothing that opened is missed."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import jsonschema
import pytest

from amanat.model.values import Mask, MaskKind, PurposeId, SourceId
from amanat.policy.changed import Way, moved, way
from amanat.policy.decide import decide
from amanat.policy.matrix import ACTIONS, Selection
from amanat.policy.moves import Compared, written
from amanat.policy.request import Condition, Effect, Outcome
from amanat.schema import load_schema
from tests.unit.policy.support import changed

AS_OF = date(2026, 6, 30)
NEWS = Condition(PurposeId("marketing"), SourceId("shop.customers.news"), True)
OTHER = Condition(PurposeId("marketing"), SourceId("shop.customers.other"), True)


def answer(mask: MaskKind | None = None, *conditions: Condition) -> Outcome:
    return Outcome(Effect.MASK if mask else Effect.ALLOW, Mask(mask) if mask else None, conditions, "")


DENIED = Outcome(Effect.DENY, None, (), "above_clearance")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (DENIED, answer(), Way.OPENED),
        (DENIED, answer(MaskKind.NULL, NEWS), Way.OPENED),
        (answer(MaskKind.YEAR), answer(MaskKind.MONTH), Way.OPENED),
        (answer(MaskKind.REDACT), answer(), Way.OPENED),
        (answer(None, NEWS), answer(), Way.OPENED),
        (answer(None, NEWS), answer(None, OTHER), Way.OPENED),
        (answer(None, NEWS), answer(None, NEWS._replace(granted=1)), Way.OPENED),
        (answer(MaskKind.HASH), answer(MaskKind.YEAR), Way.OPENED),
        (answer(None, NEWS), answer(MaskKind.NULL), Way.OPENED),
        (answer(), DENIED, Way.CLOSED),
        (answer(), answer(MaskKind.HASH), Way.CLOSED),
        (answer(), answer(None, NEWS), Way.CLOSED),
        (answer(None, NEWS), answer(MaskKind.NULL, NEWS, OTHER), Way.CLOSED),
    ],
)
def test_what_shows_something_that_was_not_shown_is_opened(
    before: Outcome, after: Outcome, expected: Way
) -> None:
    assert way(before, after) is expected


CHANGES: list[tuple[dict[str, str], str]] = [
    ({"      marketer: [read, export]\n": "      marketer: [read, export, share]\n"}, ""),
    ({"    purposes: [care, service]": "    purposes: [service]"}, ""),
    (
        {
            "marketer: {label: Marketer, clearance: internal}": "marketer: {label: Marketer, clearance: restricted}"
        },
        "",
    ),
    ({"    basis: {EU: contract, IR: contract}\n": "    basis: {EU: contract}\n"}, ""),
    ({"granted: true": "granted: 1"}, ""),
    (
        {
            "  clerk: {label: Clerk, clearance: restricted}\n": "",
            "      clerk: [read, export]\n": "",
            "      clerk: [read]\n": "",
        },
        "",
    ),
    ({"  marketing.email:\n": "  marketing.post:\n"}, ""),
    ({"  customer.email:\n": "  customer.address:\n"}, "denials: {d: {role: agent, reason: no}}"),
]


@pytest.mark.parametrize(("change", "more"), CHANGES)
@pytest.mark.parametrize("back", [False, True])
def test_exactly_the_cells_whose_decision_differs_have_moved(
    change: dict[str, str], more: str, back: bool
) -> None:
    old, new = changed().catalog, changed(change, more).catalog
    if back:
        old, new = new, old
    expected = {}
    for role in {*old.roles, *new.roles}:
        for purpose in {*old.purposes, *new.purposes}:
            for action in ACTIONS:
                for field in {*old.fields, *new.fields}:
                    was = decide(old, role, purpose, action, field, AS_OF).outcome
                    now = decide(new, role, purpose, action, field, AS_OF).outcome
                    if (was.effect, was.mask, [*map(str, was.conditions)]) != (
                        now.effect,
                        now.mask,
                        [*map(str, now.conditions)],
                    ):
                        expected[role, purpose, action, field] = (was, now)
    found = moved(old, new, AS_OF, Selection())
    assert {move[1:5]: (move.before, move.after) for move in found} == expected
    assert expected
    order = [(move.way is Way.CLOSED, *move[1:5]) for move in found]
    assert order == sorted(order)


def test_a_reason_alone_is_no_change_and_a_selection_narrows() -> None:
    old = changed().catalog
    new = changed(
        {"purposes: [service, marketing]\n    mask_for": "purposes: [marketing]\n    mask_for"}
    ).catalog
    assert (
        moved(
            old,
            changed(more="denials: {d: {role: marketer, purpose: care, reason: no}}").catalog,
            AS_OF,
            Selection(),
        )
        == ()
    )
    every = moved(old, new, AS_OF, Selection())
    assert {move.field for move in every} == {"customer.birth_date"}
    narrowed = moved(old, new, AS_OF, Selection(role="agent", action="read", decision="deny"))
    assert [move[1:5] for move in narrowed] == [
        ("agent", purpose, "read", "customer.birth_date") for purpose in ("service", "service.calls")
    ]
    assert moved(old, new, AS_OF, Selection(decision="mask")) == ()
    assert moved(old, new, AS_OF, Selection(category="contact")) == ()


WITH = Compared("main", "0" * 40, ("base.yaml",), "since `main`")


def test_the_three_forms_tell_the_same_cells() -> None:
    change = {
        "      marketer: [read, export]\n": "      marketer: [read]\n",
        "    mask_for: {marketing: year}\n": "",
    }
    found = moved(changed().catalog, changed(change).catalog, AS_OF, Selection())
    document = json.loads(written("json", found, WITH))
    jsonschema.Draft202012Validator(load_schema("policy-changes")).validate(document)
    rows = list(csv.DictReader(io.StringIO(written("csv", found, WITH))))
    assert [
        [row[key] for key in ("change", "role", "purpose", "action", "field", "decision")] for row in rows
    ] == [
        [*(cell[key] for key in ("change", "role", "purpose", "action", "field")), cell["after"]["decision"]]
        for cell in document["cells"]
    ]
    assert document["summary"] == {"opened": 2, "closed": 6}
    text = written("text", found, WITH)
    assert text.splitlines()[:4] == [
        "opened: 2 cells",
        "  marketer for marketing",
        (
            "    + read: mask (year), only in rows with consent for marketing: shop.customers.news = true"
            " -> allow, only in rows with consent for marketing: shop.customers.news = true"
        ),
        "        customer.birth_date",
    ]
    assert text.endswith("2 opened, 6 closed since `main`\n")
    assert json.loads(written("json", (), WITH))["cells"] == []
