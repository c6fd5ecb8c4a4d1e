"""SQLite, whatever the names and values: quoting, in the engine itself; and the guard's own copy of the masks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from hypothesis import assume, given
from hypothesis import strategies as st

from amanat.model.values import Mask, MaskKind
from amanat.policy.masks import apply
from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.targets.sqlite.guard import mask
from amanat.policy.targets.sqlite.quoting import folded, identifier, literal

KEY = bytes(range(32))
HOSTILE = st.text(st.one_of(st.sampled_from("\"'`[]\\;-$%\n\0 aA_éن\u200c🙂"), st.characters()), max_size=80)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_names_and_values_read_back_as_themselves(table: str, column: str, value: str) -> None:
    try:
        table_, column_, value_ = identifier(table), identifier(column), literal(value)
    except UnquotableError:
        assume(False)
    with sqlite3.connect(":memory:") as made:
        made.execute(f"CREATE TABLE {table_} ({column_} TEXT)")
        made.execute(f"INSERT INTO {table_} VALUES (?)", [value])
        cursor = made.execute(f"SELECT t.{column_} FROM main.{table_} AS t WHERE t.{column_} = {value_}")
        assert cursor.fetchall() == [(value,)]
        assert cursor.description[0][0] == column
        assert made.execute("SELECT name FROM sqlite_schema").fetchall() == [(table,)]
        assert made.execute("SELECT name FROM pragma_table_info(?)", [table]).fetchall() == [(column,)]
    made.close()


RESPELLED = st.sampled_from((str.upper, str.lower, str.swapcase, str.casefold, str.strip, str))


@given(HOSTILE, RESPELLED)
def test_names_are_the_same_where_sqlite_says_so(one: str, respell: Callable[[str], str]) -> None:
    other = respell(one)
    made = sqlite3.connect(":memory:")
    try:
        made.execute(f"CREATE TABLE t ({identifier(one)}, {identifier(other)})")
    except UnquotableError:
        assume(False)
    except sqlite3.OperationalError as error:
        assert "duplicate column name" in str(error)
        assert folded(one) == folded(other)
    else:
        assert folded(one) != folded(other)
    finally:
        made.close()


@given(HOSTILE)
def test_names_of_sqlite_itself_are_refused(rest: str) -> None:
    for name in ("sqlite_" + rest, "SQLite_" + rest, "rowid", "RowId", "", rest + "\0", rest + "\ud800"):
        try:
            identifier(name)
        except UnquotableError:
            continue
        raise AssertionError(name)


TEXT = [
    Mask(MaskKind.PARTIAL, 1),
    Mask(MaskKind.PARTIAL, 4),
    Mask(MaskKind.PREFIX, 3),
    Mask(MaskKind.EMAIL_DOMAIN),
]
ANY = [Mask(MaskKind.NULL), Mask(MaskKind.REDACT)]
HASH = [Mask(MaskKind.HASH)]
BUCKETS = [Mask(MaskKind.BUCKET, 1), Mask(MaskKind.BUCKET, 7), Mask(MaskKind.BUCKET, 1000)]
ADDRESSES = st.from_regex(r"[^@]{0,5}@[a-z.@ -]{0,12}") | HOSTILE.filter(lambda text: text.isprintable())


@given(st.sampled_from(TEXT + ANY + HASH), ADDRESSES)
def test_the_guard_masks_text_as_the_reference_does(worn: Mask, value: str) -> None:
    assert mask(KEY, worn.kind, worn.n or 0, "text", value) == apply(worn, value, KEY)


@given(st.sampled_from(BUCKETS + ANY + HASH), st.integers(-(2**63), 2**63 - 1))
def test_the_guard_masks_whole_numbers_as_the_reference_does(worn: Mask, value: int) -> None:
    shown, expected = mask(KEY, worn.kind, worn.n or 0, "integer", value), apply(worn, value, KEY)
    assert str(shown) == str(expected)


@given(st.sampled_from(BUCKETS + ANY), st.floats())
def test_the_guard_masks_numbers_as_the_reference_does(worn: Mask, value: float) -> None:
    assert mask(KEY, worn.kind, worn.n or 0, "float", value) == apply(worn, value, KEY)


@given(st.sampled_from([Mask(MaskKind.YEAR), Mask(MaskKind.MONTH)]), st.dates() | st.datetimes())
def test_the_guard_masks_days_as_the_reference_does(worn: Mask, value: object) -> None:
    assert mask(KEY, worn.kind, 0, "date", str(value)) == apply(worn, value, KEY)
