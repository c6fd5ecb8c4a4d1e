"""CSV cells: harmless whatever stands in them, and nothing is lost on the way."""

from __future__ import annotations

import csv
import io
import re

from hypothesis import example, given
from hypothesis import strategies as st

from amanat.inventory.columns import Absent
from amanat.inventory.csv import RESERVED, harmless, lines, written

NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from("=+-@\t\r\n;'\"|,\\ \uff1d\uff0b\uff0d\uff20\u200f\ufeffa\u0646"),
        st.characters(codec="utf-8"),
    )
)
STARTS = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def _undone(text: str) -> str:
    """The text with the apostrophes of `harmless` taken away: one where a cell may begin before a danger."""
    return re.sub(
        "(?:(?<=[;\t\r\n\x0b\x0c\x85\u2028\u2029])|\\A)'"
        "(?='*[ \"\u00a0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u3000\x00-\x08\x0e-\x1f\x7f]*"
        "[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212])"
        "|\\A'(?='*[\t\r\n\x0b\x0c\x85])",
        "",
        text,
    )


@given(NASTY)
def test_no_cell_begins_a_formula(text: str) -> None:
    made = written(text)
    assert not made.startswith(STARTS)
    assert not made.lstrip(' \ufeff\u200f"').startswith(STARTS)


@given(NASTY)
def test_no_cell_begins_a_formula_where_another_separator_is_the_custom(text: str) -> None:
    for separator in ";\t\n\r":
        for part in written(text).split(separator)[1:]:
            assert not part.startswith(("=", "+", "-", "@"))


@given(NASTY)
@example("'=1")
@example("\t\t'=")
def test_the_apostrophes_can_be_taken_away_again(text: str) -> None:
    assert _undone(harmless(text)) == text


@given(NASTY)
def test_harmless_text_is_left_alone(text: str) -> None:
    if not re.search(
        "[=+\\-@\t\r\n\x0b\x0c\x85\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]", text
    ):
        assert harmless(text) == text


@given(NASTY)
def test_a_text_is_never_taken_for_a_word_that_says_there_is_none(text: str) -> None:
    assert written(text) not in {"", "none", Absent.UNKNOWN.value, Absent.NOT_APPLICABLE.value}


def _items(text: str) -> list[str]:
    """The items of a written list."""
    items, rest = [""], iter(text)
    for sign in rest:
        if sign == "|":
            items.append("")
        else:
            items[-1] += next(rest) if sign == "\\" else sign
    last = len(items) - 1
    return [item[bool(place) : len(item) - (place < last)] for place, item in enumerate(items)]


@given(st.lists(NASTY, min_size=1, max_size=5))
def test_lists_come_apart_again(items: list[str]) -> None:
    text = _undone(written(tuple(items)))
    if text.startswith('"') and text[1:-1].strip('"') in RESERVED:
        text = text[1:-1]
    assert _items(text) == items


@given(st.lists(st.lists(NASTY, min_size=2, max_size=2), max_size=4))
def test_a_csv_reader_gives_back_every_cell(rows: list[list[str]]) -> None:
    cells = [[written(text) for text in row] for row in rows]
    text = "".join(lines(["a", "b"], cells))
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == [["a", "b"], *cells]
