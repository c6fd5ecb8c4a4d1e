"""Names and values in the SQL of Trino."""

from __future__ import annotations

import pytest

from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.targets.trino.quoting import identifier, literal, qualified


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("email", '"email"'),
        ("select", '"select"'),
        ("Email", '"email"'),
        ('we"ird', '"we""ird"'),
        ('"; DROP TABLE x; --', '"""; drop table x; --"'),
        ("ستون\u200cها", '"ستون\u200cها"'),
        ("x" * 100, f'"{"x" * 100}"'),
        ("back\\slash", '"back\\slash"'),
    ],
)
def test_a_name_is_one_quoted_name_in_lower_case(name: str, written: str) -> None:
    assert identifier(name) == written


@pytest.mark.parametrize("name", ["", "a\nb", "a\0b", "a\u2028b", "\ud800", "İstanbul", "ÄRGER"])
def test_a_name_that_trino_could_know_otherwise_is_refused(name: str) -> None:
    with pytest.raises(UnquotableError):
        identifier(name)


@pytest.mark.parametrize(
    ("text", "written"),
    [("yes", "'yes'"), ("", "''"), ("O'Brien", "'O''Brien'"), ("a\\", "'a\\'"), ("\\'; --", "'\\''; --'")],
)
def test_a_text_is_one_quoted_text_in_which_a_backslash_is_itself(text: str, written: str) -> None:
    assert literal(text) == written


@pytest.mark.parametrize("text", ["a\nb", "a\0b", "\udfff"])
def test_a_text_with_control_characters_is_refused(text: str) -> None:
    with pytest.raises(UnquotableError):
        literal(text)


def test_a_qualified_name_quotes_every_part() -> None:
    assert qualified("lake", "a.b", 'c"d') == '"lake"."a.b"."c""d"'
