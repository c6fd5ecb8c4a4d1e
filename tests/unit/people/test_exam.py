"""The quiz in the terminal: right answers are right, the same seed asks the same, answers are read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import UsageError
from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.model.values import Action, RoleId
from amanat.people.exam import Question, choice, exam, marked, read_answers
from amanat.policy.decide import decide
from amanat.policy.readings import access_of
from tests.unit.breach.world import world

CATALOG: Catalog = load_catalog(Path(__file__).parents[3] / "catalog").catalog
ACCESS = access_of(CATALOG, None)


def questions(role: str, lang: str = "en", seed: str = "") -> tuple[Question, ...]:
    return exam(CATALOG, ACCESS, CATALOG.roles[RoleId(role)], lang, seed)


@pytest.mark.parametrize("lang", ["en", "fa"])
@pytest.mark.parametrize("role", [str(one) for one in CATALOG.roles])
def test_right_answers_are_what_catalog_and_policy_say(role: str, lang: str) -> None:
    for one in questions(role, lang):
        right = one.choices[one.right - 1]
        assert len(set(one.choices)) == len(one.choices)
        if one.kind == "meaning":
            assert right == CATALOG.fields[one.about].definition[lang]  # type: ignore[index]
        elif one.kind == "reason":
            assert right == CATALOG.purposes[one.about].reason[lang]  # type: ignore[index]
            assert CATALOG.purposes[one.about].roles[RoleId(role)]  # type: ignore[index]
        else:
            field, purpose = one.about.split()
            effect = decide(CATALOG, role, purpose, Action.READ.value, field, None).effect.value
            assert one.right == ("allow", "mask", "deny").index(effect) + 1


def test_the_same_seed_asks_the_same_and_another_something_else() -> None:
    assert questions("analyst", seed="a") == questions("analyst", seed="a")
    drawn = {tuple(one.about for one in questions("analyst", seed=str(n))) for n in range(8)}
    assert len(drawn) > 4
    places = {
        one.right for n in range(8) for one in questions("analyst", seed=str(n)) if one.kind != "access"
    }
    assert places == {1, 2, 3, 4}


def test_all_right_passes_and_what_is_missing_is_wrong() -> None:
    asked = questions("support_agent")
    right = [one.right for one in asked]
    assert all(result.passed for result in marked(asked, right))
    partly = marked(asked, right[:3])
    assert [result.passed for result in partly] == [True] * 3 + [False] * (len(asked) - 3)
    assert partly[-1].given is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,x", "answer 2 is `x`"),
        ("9", "answer 1 is `9`"),
        ("0", "answer 1 is `0`"),
        ("1 " * 40, "40 answers"),
    ],
)
def test_answers_that_are_none_are_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_answers(text, questions("support_agent"))


@given(st.text(max_size=4))
def test_a_choice_is_a_number_that_is_there_or_none(word: str) -> None:
    found = choice(word, 4)
    assert found is None or 1 <= found <= 4


def test_persian_digits_are_numbers_too() -> None:
    assert read_answers("۱، ۲".replace("،", ","), questions("support_agent")) == (1, 2)


def test_a_role_that_reads_nothing_has_no_quiz() -> None:
    loaded = world(rest=_WITHOUT)
    role = loaded.catalog.roles[RoleId("idle")]
    with pytest.raises(UsageError, match="no purpose lets it read anything"):
        exam(loaded.catalog, access_of(loaded.catalog, None), role, "en")


_WITHOUT = """\
teams: {crm: {label: CRM, contact: crm@shop.example}}
classifications: {internal: {label: Internal}}
roles: {idle: {label: Idle, clearance: internal}}
"""
