"""Durations are only partly ordered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amanat.conflicts.durations import apart, order


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ("P3Y", "P2Y", 1),
        ("P3Y", "P36M", 0),
        ("P1W", "P7D", 0),
        ("P3Y", "P1095D", None),
        ("P3Y", "P1096D", None),
        ("P3Y", "P1094D", 1),
        ("P3Y", "P1097D", -1),
        ("P1M", "P30D", None),
        ("P1M", "P27D", 1),
        ("P1M", "P32D", -1),
        ("PT24H", "P1D", 0),
        ("P1D", "soon", None),
        ("P99999Y", "P1Y", None),
    ],
)
def test_durations_are_ordered_only_where_every_calendar_agrees(
    one: str, other: str, sign: int | None
) -> None:
    assert order(one, other) == sign
    assert order(other, one) == (None if sign is None else -sign)


def test_how_far_two_durations_can_be_apart() -> None:
    assert apart("P3Y", "P1095D") == timedelta(days=1)
    assert apart("P3Y", "sometime") is None
