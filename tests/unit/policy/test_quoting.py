"""Names and values in SQL: what can be written is written so that it is nothing else, the rest is refused."""

from __future__ import annotations

import sys
from unicodedata import category

import pytest

from amanat.policy.targets.quoting import (
    LIMIT,
    UnquotableError,
    body,
    comment,
    fit,
    identifier,
    literal,
    qualified,
    refuse_control,
    texts,
)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("email", '"email"'),
        ("select", '"select"'),
        ("Email", '"Email"'),
        ('we"ird', '"we""ird"'),
        ('"; DROP TABLE x; --', '"""; DROP TABLE x; --"'),
        ("a.b", '"a.b"'),
        ("ستون\u200cها", '"ستون\u200cها"'),
        ("x" * LIMIT, f'"{"x" * LIMIT}"'),
        ("back\\slash", '"back\\slash"'),
    ],
)
def test_a_name_is_one_quoted_name(name: str, written: str) -> None:
    assert identifier(name) == written


@pytest.mark.parametrize(
    "name",
    ["", "x" * (LIMIT + 1), "ن" * 32, "a\nb", "a\0b", "a\rb", "a\x1b[0m", "a\u2028b", "a\x85b", "\ud800"],
)
def test_a_name_that_the_engine_would_refuse_or_cut_is_refused(name: str) -> None:
    with pytest.raises(UnquotableError):
        identifier(name)


def test_control_characters_are_those_of_unicode() -> None:
    refused = set()
    for char in map(chr, range(sys.maxunicode + 1)):
        try:
            refuse_control(char)
        except UnquotableError:
            refused.add(char)
        assert (char in comment(f"a{char}b")) is (char not in refused)
    kinds = {
        char for char in map(chr, range(sys.maxunicode + 1)) if category(char) in ("Cc", "Cs", "Zl", "Zp")
    }
    assert refused == kinds


def test_a_qualified_name_quotes_both_parts() -> None:
    assert qualified("a.b", 'c"d') == '"a.b"."c""d"'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("yes", "'yes'"),
        ("", "''"),
        ("O'Brien", "'O''Brien'"),
        ("a\\", "E'a\\\\'"),
        ("\\'; DROP TABLE x; --", "E'\\\\''; DROP TABLE x; --'"),
        ("بله", "'بله'"),
    ],
)
def test_a_text_is_one_quoted_text(text: str, written: str) -> None:
    assert literal(text) == written


@pytest.mark.parametrize("text", ["a\nb", "a\0b", "\udfff"])
def test_a_text_with_control_characters_is_refused(text: str) -> None:
    with pytest.raises(UnquotableError):
        literal(text)


def test_an_array_of_texts() -> None:
    assert texts(["a", "b'c"]) == "ARRAY['a', 'b''c']::text[]"
    assert texts([]) == "ARRAY[]::text[]"


def test_code_cannot_end_its_own_quotes() -> None:
    assert body("x").startswith("$amanat$\n")
    hostile = "x $amanat$ y $amanat1$"
    quoted = body(hostile)
    tag = quoted.partition("\n")[0]
    assert tag not in hostile
    assert quoted == f"{tag}\n{hostile}\n{tag}"


@pytest.mark.parametrize("text", ["a\nDROP TABLE x;", "a\rb", "a\u2028b", "a\0b"])
def test_a_comment_is_one_line(text: str) -> None:
    written = comment(text)
    assert written.startswith("-- a ")
    assert len(written.splitlines()) == 1


def test_an_empty_comment_has_no_trailing_space() -> None:
    assert comment("") == "--"


def test_a_long_name_is_cut_between_characters_and_stays_its_own() -> None:
    one, other = fit("ن" * 40 + "a"), fit("ن" * 40 + "b")
    assert one != other
    assert all(len(name.encode()) <= LIMIT and name.startswith("ن" * 20) for name in (one, other))
    assert fit("short") == "short"
    assert fit("short", "one") != fit("short", "other") != "short"
