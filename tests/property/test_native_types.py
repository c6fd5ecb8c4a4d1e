"""Whatever text stands as a column's type, it is read without a crash, and what is no type is unknown."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.conflicts.native import DIALECTS, Native, read_type
from amanat.conflicts.technical import differ_in_type
from amanat.conflicts.values import Kind

_ENGINES = st.sampled_from([*sorted(DIALECTS), None])
_WORDS = "varchar char number decimal enum set array map struct timestamp interval with time zone unsigned"
_MARKS = "( ) , 10 2 max [ ] < > ' \" ` : ; . - * -- /* */ null not collate default long raw zerofill 🙂 \0"
_PIECES = st.sampled_from([*_WORDS.split(), *_MARKS.split()])
_TEXTS = st.text(max_size=40) | st.lists(_PIECES, max_size=8).map(" ".join) | st.lists(_PIECES).map("".join)
_NUMBERS = st.none() | st.integers(-3, 2**40)


@given(_ENGINES, _TEXTS, _NUMBERS, _NUMBERS, _NUMBERS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_repeats_itself(
    engine: str | None, spelled: str, length: int | None, precision: int | None, scale: int | None
) -> None:
    found = read_type(engine, spelled, length, precision, scale)
    assert isinstance(found, Native)
    assert found.family is not None or found == Native(None)
    assert found.length is None or 0 <= found.length.low <= found.length.high


@given(
    _ENGINES, _ENGINES, st.sampled_from(["int unsigned", "int(10) zerofill", "year", "money", "enum('a')"])
)
def test_peculiar_types_are_never_the_same_as_those_of_another_engine(
    engine: str | None, other: str | None, spelled: str
) -> None:
    one, two = (read_type(name, spelled, None, None, None) for name in (engine, other))
    if one.family is None or two.family is None or DIALECTS.get(engine or "") == DIALECTS.get(other or ""):
        return
    same = differ_in_type(Kind(one.family, one.tag), Kind(two.family, two.tag)) is False
    assert not (same and (one.tag or two.tag))
