"""Deciding by column."""

from __future__ import annotations

from datetime import date

import pytest

from amanat.policy.columns import decide_column, strictest
from amanat.policy.decide import decide
from amanat.policy.request import Effect
from tests.unit.policy.support import changed

AS_OF = date(2026, 6, 30)
SHARED = """\
fields:
  customer.nickname:
    label: Nickname
    definition: Name among friends
    category: name
    classification: confidential
    purposes: [marketing]
    mask: hash
    sources: {shop.customers.phone: , shop.customers.email: }
"""


def test_a_column_of_one_field_is_decided_like_the_field() -> None:
    catalog = changed().catalog
    for asked in (
        ("agent", "service", "read"),
        ("marketer", "marketing", "read"),
        ("agent", "ghost", "sell"),
    ):
        by_column = decide_column(catalog, *asked, "shop.customers.phone", AS_OF)
        assert by_column == decide(catalog, *asked, "customer.phone", AS_OF)


def test_a_column_that_no_field_declares_is_denied() -> None:
    decision = decide_column(changed().catalog, "agent", "service", "read", "shop.customers.secret", AS_OF)
    assert (decision.effect, decision.reason) == (Effect.DENY, "undeclared_column")
    assert [step.rule for step in decision.trace[:4]] == [
        "unknown_role",
        "unknown_purpose",
        "unknown_action",
        "undeclared_column",
    ]
    assert all(step.passed is None for step in decision.trace[4:])


def test_an_unknown_role_is_told_before_an_undeclared_column() -> None:
    decision = decide_column(changed().catalog, "ghost", "service", "read", "shop.customers.secret", AS_OF)
    assert decision.reason == "unknown_role"


def test_of_two_fields_on_a_column_a_denial_wins() -> None:
    catalog = changed(more=SHARED).catalog
    decision = decide_column(catalog, "agent", "service", "read", "shop.customers.email", AS_OF)
    assert (decision.effect, decision.reason) == (Effect.DENY, "purpose_not_allowed")
    assert [step.detail for step in decision.trace if step.passed is False] == [
        "customer.nickname: field allows marketing"
    ]


def test_of_two_fields_on_a_column_the_stricter_mask_wins() -> None:
    catalog = changed(more=SHARED).catalog
    decision = decide_column(catalog, "marketer", "marketing", "read", "shop.customers.phone", AS_OF)
    assert (decision.effect, str(decision.mask)) == (Effect.MASK, "redact")
    assert len(decision.conditions) == 1
    email = decide_column(catalog, "marketer", "marketing", "read", "shop.customers.email", AS_OF)
    assert (email.effect, str(email.mask)) == (Effect.MASK, "hash")


def test_there_is_no_strictest_of_nothing() -> None:
    with pytest.raises(ValueError, match="no outcome"):
        strictest([])
