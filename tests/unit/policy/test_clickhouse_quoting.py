"""Names and values in ClickHouse's SQL."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.policy.plan import Table
from amanat.policy.targets.clickhouse.quoting import identifier, literal, literals, qualified
from amanat.policy.targets.clickhouse.script import view_name
from amanat.policy.targets.quoting import UnquotableError


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("email", "`email`"),
        ("select", "`select`"),
        ("we`ird", "`we\\`ird`"),
        ("back\\", "`back\\\\`"),
        ("`; DROP TABLE x; --", "`\\`; DROP TABLE x; --`"),
        ("{amanat_mask_key:String}", "`{amanat_mask_key:String}`"),
        ("a.b", "`a.b`"),
        ("ستون\u200cها", "`ستون\u200cها`"),
    ],
)
def test_a_name_is_one_quoted_name(name: str, written: str) -> None:
    assert identifier(name) == written


@pytest.mark.parametrize("name", ["", "a\nb", "a\0b", "a\x1b[0m", "a\u2028b", "\ud800"])
def test_a_name_that_cannot_be_written_is_refused(name: str) -> None:
    with pytest.raises(UnquotableError):
        identifier(name)


def test_values_and_places() -> None:
    assert literal("O'Brien \\") == "'O\\'Brien \\\\'"
    assert literals(["a", "'"]) == "('a', '\\'')"
    assert qualified("crm", "a`b") == "`crm`.`a\\`b`"
    with pytest.raises(UnquotableError):
        literal("a\nb")


HOSTILE = st.text(st.one_of(st.sampled_from("`\"'\\;-{}:\n\0 éن🙂"), st.characters()), min_size=1)


@given(HOSTILE)
def test_every_text_reads_back_as_itself_or_is_refused(text: str) -> None:
    for make, quote in ((identifier, "`"), (literal, "'")):
        try:
            written = make(text)
        except UnquotableError:
            continue
        assert re.fullmatch(rf"{quote}(?:[^{quote}\\]|\\.)*{quote}", written, re.DOTALL)
        assert re.sub(r"\\(.)", r"\1", written[1:-1], flags=re.DOTALL) == text


def test_views_of_tables_with_one_name_in_two_databases_have_two_names() -> None:
    names = [view_name(Table(schema, "a", ())) for schema in ("", "crm", "x" * 80, "x" * 81)]
    assert names[:2] == ["a", "crm.a"]
    assert len(set(names)) == 4
    assert all(len(name.encode()) <= 63 for name in names)
