"""File names are safe on every platform, and two ids never share one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.docsite.paths import slug

_SAFE = re.compile(r"[a-z0-9][a-z0-9_.-]*")


@pytest.mark.parametrize("identifier", ["customer.email", "a", "missing-owner", "x_1.y_2"])
def test_an_ordinary_id_is_its_own_file_name(identifier: str) -> None:
    assert slug(identifier) == identifier


@pytest.mark.parametrize(
    "identifier", ["../x", "con", "nul.a", "A.B", "index", "", "a/b", "نشانی", ".hidden", "x" * 300, "a."]
)
def test_any_other_id_gets_a_safe_name_of_its_own(identifier: str) -> None:
    name = slug(identifier)
    assert _SAFE.fullmatch(name)
    assert ".." not in name
    assert len(name) <= 100
    assert name != identifier


@given(st.text(max_size=40), st.text(max_size=40))
def test_two_ids_never_share_a_name_even_where_case_does_not_count(one: str, other: str) -> None:
    assert _SAFE.fullmatch(slug(one))
    assert (slug(one).casefold() == slug(other).casefold()) == (one == other)
