"""Names and values in MariaDB's SQL: what can be written is nothing else, the rest is refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given

from amanat.policy.targets.mariadb.quoting import LIMIT, exactly, identifier, listed, literal, qualified
from amanat.policy.targets.mariadb.script import view_database
from amanat.policy.targets.quoting import UnquotableError
from tests.property.test_policy_quoting import HOSTILE, quoted


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("email", "`email`"),
        ("select", "`select`"),
        ("we`ird", "`we``ird`"),
        ("`; DROP TABLE x; -- ", None),
        ("`; DROP TABLE x; --", "```; DROP TABLE x; --`"),
        ("back\\slash\\", "`back\\slash\\`"),
        ('a"b', '`a"b`'),
        ("a.b", "`a.b`"),
        ("a//b", "`a//b`"),
        ("ستون\u200cها", "`ستون\u200cها`"),
        ("ن" * LIMIT, f"`{'ن' * LIMIT}`"),
        ("x" * (LIMIT + 1), None),
        ("🙂", None),
        ("", None),
        ("a\nb", None),
        ("a\0b", None),
        ("a\u2028b", None),
        ("\ud800", None),
    ],
)
def test_a_name_is_one_quoted_name_or_refused(name: str, written: str | None) -> None:
    if written is None:
        with pytest.raises(UnquotableError):
            identifier(name)
    else:
        assert identifier(name) == written


@pytest.mark.parametrize(
    ("text", "written", "compared"),
    [
        ("yes", "_utf8mb4'yes'", "_binary'yes'"),
        ("", "_utf8mb4''", "_binary''"),
        ("O'Brien", "_utf8mb4 X'4f27427269656e'", "_binary X'4f27427269656e'"),
        ("a\\", "_utf8mb4 X'615c'", "_binary X'615c'"),
        ("50%", "_utf8mb4 X'353025'", "_binary X'353025'"),
        ("بله", "_utf8mb4 X'd8a8d984d987'", "_binary X'd8a8d984d987'"),
        ("🙂", "_utf8mb4 X'f09f9982'", "_binary X'f09f9982'"),
    ],
)
def test_a_value_reads_the_same_under_every_mode(text: str, written: str, compared: str) -> None:
    assert literal(text) == written
    assert exactly(text) == compared


@given(HOSTILE)
def test_a_hostile_name_reads_back_as_itself(name: str) -> None:
    written = quoted(identifier, name)
    assume(written is not None)
    assert written is not None
    assert re.fullmatch(r"`(?:[^`]|``)+`", written)
    assert written[1:-1].replace("``", "`") == name


@given(HOSTILE)
def test_a_hostile_value_reads_back_as_itself(text: str) -> None:
    written = quoted(literal, text)
    assume(written is not None)
    assert written is not None
    found = re.fullmatch(r"_utf8mb4(?: X'([0-9a-f]+)'|'([^'\\\\\"%]*)')", written)
    assert found is not None
    assert (bytes.fromhex(found[1]).decode() if found[1] else found[2]) == text


def test_a_table_without_a_schema_is_in_the_default_database() -> None:
    assert qualified("", "orders") == "`orders`"
    assert qualified("crm", "or`ders") == "`crm`.`or``ders`"


def test_no_rows_are_a_table_too() -> None:
    assert listed([]).endswith("FROM DUAL WHERE FALSE)")


def test_two_systems_never_share_the_databases_of_their_views() -> None:
    names = {
        view_database(system, name)
        for system in ("a", "a_", "a__b", "b", "s" * 60)
        for name in ("b__c", "_b__c", "c", "r" * 60)
    }
    assert len(names) == 20
    assert all(len(name.encode()) < LIMIT for name in names)
