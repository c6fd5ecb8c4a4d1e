"""Groups of what shares something."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amanat.conflicts.grouping import grouped


class Clashing(str):
    """A text whose hash says hardly anything."""

    __slots__ = ()

    def __hash__(self) -> int:
        return len(self)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)


@given(st.lists(st.text("ab", max_size=3)))
def test_groups_are_what_sorting_all_into_lists_gives(items: list[str]) -> None:
    expected: dict[str, list[int]] = {}
    for at, item in enumerate(items):
        expected.setdefault(item, []).append(at)
    several = [group for group in expected.values() if len(group) > 1]
    assert list(grouped(range(len(items)), items.__getitem__)) == several
    clashing = list(map(Clashing, items))
    assert list(grouped(range(len(items)), clashing.__getitem__)) == several


def test_keys_are_asked_for_again_only_where_their_hash_stands_twice() -> None:
    asked: list[int] = []

    def by(item: int) -> int:
        asked.append(item)
        return item % 7

    assert list(grouped((1, 2, 3, 4, 5, 8), by)) == [[1, 8]]
    assert asked == [1, 2, 3, 4, 5, 8, 1, 8]
