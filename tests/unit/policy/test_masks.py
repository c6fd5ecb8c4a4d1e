"""Masks of the reference: what they show, what they fit, and which is the stricter."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import permutations, product
from typing import Any
from uuid import UUID

import pytest
import yaml

from amanat.load.entries import mask_of
from amanat.model.values import Mask, MaskKind
from amanat.policy.masks import NULL, apply, at_least, fits, fitted, join
from tests.unit.policy.support import CASES

MASK_CASES: list[dict[str, Any]] = yaml.safe_load((CASES / "masks.yaml").read_text(encoding="utf-8"))
KEY = bytes(range(32))


def mask_named(text: str) -> Mask:
    name, _, number = text.rstrip(")").partition("(")
    return Mask(MaskKind(name), int(number) if number else None)


def python_value(kind: str, text: str | None) -> object:
    """A value of a PostgreSQL type as Python holds it; what Python cannot hold is a plain object."""
    if text is None:
        return None
    if kind in ("integer", "bigint"):
        return int(text)
    if kind == "numeric":
        return Decimal(text)
    if kind == "double precision":
        return float(text)
    if kind in ("date", "timestamp", "timestamptz"):
        if "inf" in text or "BC" in text or text.index("-") > 4:
            return object()
        return date.fromisoformat(text) if kind == "date" else datetime.fromisoformat(text)
    return object() if kind in ("boolean", "jsonb", "bytea") else text


@pytest.mark.parametrize(
    "case", MASK_CASES, ids=lambda case: f"{case['mask']} {case['type']} {case['value']!r}"
)
def test_mask_shows_of_a_value_exactly_this(case: dict[str, Any]) -> None:
    shown = apply(mask_of(case["mask"]), python_value(case["type"], case["value"]), KEY)
    assert (None if shown is None else str(shown)) == case["shows"]


def test_every_kind_of_mask_has_cases_and_one_for_a_missing_value_where_it_could_differ() -> None:
    kinds = {mask_of(case["mask"]).kind for case in MASK_CASES}
    assert kinds == set(MaskKind)
    missing = {mask_of(case["mask"]).kind for case in MASK_CASES if case["value"] is None}
    assert missing == set(MaskKind) - {MaskKind.NULL, MaskKind.MONTH}


@pytest.mark.parametrize("kind", list(MaskKind))
def test_a_value_of_a_type_that_the_mask_does_not_fit_shows_nothing(kind: MaskKind) -> None:
    for value in (True, b"bytes", {"a": 1}, [1], UUID(int=1)):
        assert apply(Mask(kind, 2), value, KEY) == ("***" if kind is MaskKind.REDACT else None)


@pytest.mark.parametrize("kind", [MaskKind.PARTIAL, MaskKind.PREFIX])
def test_a_mask_without_its_number_shows_nothing(kind: MaskKind) -> None:
    assert apply(Mask(kind), "anna", KEY) is None


def test_the_key_decides_the_hash() -> None:
    assert apply(Mask(MaskKind.HASH), "anna", KEY) != apply(Mask(MaskKind.HASH), "anna", KEY[1:])


def test_a_mask_that_does_not_fit_the_type_becomes_null() -> None:
    assert fitted(Mask(MaskKind.YEAR), "text") == NULL
    assert fitted(Mask(MaskKind.YEAR), "date") == Mask(MaskKind.YEAR)
    assert fitted(Mask(MaskKind.YEAR), None) == Mask(MaskKind.YEAR)
    assert all(fits(Mask(kind), "json") for kind in (MaskKind.NULL, MaskKind.REDACT))


# each line: masks in falling strictness
CHAINS = (
    ("null", "redact", "hash", "partial(4)"),
    ("null", "redact", "year", "month", "partial(2)"),
    ("redact", "email_domain", "partial(2)", "partial(3)", "partial(10)"),
    ("redact", "prefix(1)", "prefix(2)", "partial(1)"),
    ("redact", "bucket(100)", "bucket(50)", "bucket(10)", "partial(4)"),
)


@pytest.mark.parametrize("chain", CHAINS)
def test_the_order_of_strictness(chain: tuple[str, ...]) -> None:
    masks = [mask_named(text) for text in chain]
    for at, mask in enumerate(masks):
        for weaker in masks[at + 1 :]:
            assert at_least(mask, weaker)
            assert not at_least(weaker, mask)
            assert join([mask, weaker]) == join([weaker, mask]) == mask
        assert at_least(mask, None)
        assert not at_least(None, mask)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hash", "year"),
        ("hash", "prefix(2)"),
        ("email_domain", "prefix(2)"),
        ("bucket(10)", "bucket(15)"),
        ("year", "bucket(10)"),
    ],
)
def test_masks_that_cannot_be_compared_join_to_null(one: str, other: str) -> None:
    assert join([mask_named(one), mask_named(other)]) == NULL


EVERY = [mask_named(text) for text in sorted({text for chain in CHAINS for text in chain} | {"bucket(15)"})]


def test_joining_does_not_depend_on_order_and_never_loosens() -> None:
    assert join([]) is None
    for three in product(EVERY, repeat=3):
        joined = {join(list(order)) for order in permutations(three)}
        assert len(joined) == 1
        (mask,) = joined
        assert all(at_least(mask, each) for each in three)


def test_strictness_is_a_partial_order() -> None:
    for one, other, third in product(EVERY, repeat=3):
        if at_least(one, other) and at_least(other, third):
            assert at_least(one, third)
        if at_least(one, other) and at_least(other, one):
            assert one == other
