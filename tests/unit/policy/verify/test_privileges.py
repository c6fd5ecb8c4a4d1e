"""The fewest steps from some privileges to others, on a model of how an engine grants and revokes."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from amanat.policy.verify.privileges import PUBLIC, Grant, Step, Thing, given, taken

OWNER = "owner"
TABLE = Thing("table", "public", "t")
GRANTORS = {"b": OWNER, "c": "b"}
"""Who handed the right on to whom: c has it from b, and b from the owner."""


def grant(grantee: str, column: str = "", option: bool = False, grantor: str = OWNER) -> Grant:
    return Grant(TABLE._replace(column=column), grantee, "SELECT", grantor, option)


def held(*grants: Grant) -> frozenset[Grant]:
    """What an engine then holds: an option never stands without its privilege."""
    return frozenset(grants) | {each._replace(option=False) for each in grants}


def targets(step: Step) -> list[Grant]:
    columns = step.columns or ("",)
    return [
        Grant(step.thing._replace(column=column), step.grantee, step.privilege, step.grantor, step.option)
        for column in columns
    ]


def may_grant(state: set[Grant], each: Grant) -> bool:
    options = {other for other in state if other.option and other.grantee == each.grantor}
    return each.grantor == OWNER or any(other.thing.column in ("", each.thing.column) for other in options)


def after(start: frozenset[Grant], goal: frozenset[Grant]) -> set[Grant]:
    """What stands after the steps, as PostgreSQL does them; a step that it would refuse fails."""
    state = set(start)
    for step in taken(start, goal):
        for each in targets(step):
            assert may_grant(state, each), "revoked by somebody who cannot grant any more"
            lost = {each, each._replace(option=True)}
            if not each.thing.column:
                lost |= {
                    other
                    for other in state
                    if other.grantee == each.grantee
                    and other.grantor == each.grantor
                    and (other.option or not each.option)
                }
            state -= {other for other in lost if other.option or not each.option}
            assert all(may_grant(state, other) for other in state), "somebody holds what nobody granted"
    for step in given(start, goal):
        for each in targets(step):
            assert may_grant(state, each), "granted by somebody who cannot grant yet"
            state |= {each, each._replace(option=False)}
    return state


@st.composite
def states(draw: st.DrawFn) -> frozenset[Grant]:
    found: set[Grant] = set()
    for grantee, grantor in (("a", OWNER), (PUBLIC, OWNER), *GRANTORS.items(), ("a", "b"), ("a", "c")):
        for column in ("", "x", "y"):
            kind = draw(st.sampled_from(["no", "no", "yes", "option"]))
            each = grant(grantee, column, kind == "option" and grantee != PUBLIC, grantor)
            if kind != "no" and may_grant(found, each):
                found |= held(each)
    return frozenset(found)


@drawn(states(), states())
def test_the_steps_lead_from_any_state_to_any_other(start: frozenset[Grant], goal: frozenset[Grant]) -> None:
    assert after(start, goal) == goal


@drawn(states())
def test_there_is_nothing_to_do_where_nothing_differs(state: frozenset[Grant]) -> None:
    assert taken(state, state) == given(state, state) == []


@pytest.mark.parametrize(
    ("start", "goal", "revoked", "granted"),
    [
        ([grant("a")], [], [("a", (), False)], []),
        ([], [grant("a", "x"), grant("a", "y")], [], [("a", ("x", "y"), False)]),
        # revoking from the whole table takes the columns along, so what is to stay is granted again
        ([grant("a"), grant("a", "x")], [grant("a", "x")], [("a", (), False)], [("a", ("x",), False)]),
        ([grant("a", option=True)], [grant("a")], [("a", (), True)], []),
        ([grant("a")], [grant("a", option=True)], [], [("a", (), True)]),
        (
            [grant("b", option=True), grant("c", grantor="b")],
            [],
            [("c", (), False), ("b", (), False)],
            [],
        ),
    ],
)
def test_only_what_differs_is_touched(
    start: Iterable[Grant],
    goal: Iterable[Grant],
    revoked: list[tuple[str, tuple[str, ...], bool]],
    granted: list[tuple[str, tuple[str, ...], bool]],
) -> None:
    before, wanted = held(*start), held(*goal)
    assert [(step.grantee, step.columns, step.option) for step in taken(before, wanted)] == revoked
    assert [(step.grantee, step.columns, step.option) for step in given(before, wanted)] == granted
