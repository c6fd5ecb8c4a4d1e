"""Two values have one digest only where they say the same, in every process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from amanat.digest import value_digest
from amanat.model.values import Action, Status
from amanat.text import Place


@dataclass(frozen=True)
class One:
    said: object


@dataclass(frozen=True)
class Other:
    said: object


class Read(Mapping[str, int]):
    """A mapping that is no dict."""

    def __getitem__(self, key: str) -> int:
        return {"a": 1, "b": 2}[key]

    def __iter__(self) -> Iterator[str]:
        return iter("ab")

    def __len__(self) -> int:
        return 2


DIFFERENT: list[object] = [
    *(None, "", "None", 0, False, 1, True, 1.0, "1"),
    *((), [], {}, frozenset(), ("a",), ["a"], {"a"}, {"a": None}, (("a", None),), (("a", None), "mapping")),
    *({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": {"b": 2}}, {"a": (("b", 2),)}, [["a"], "b"], [["a", "b"]]),
    *(
        date(2026, 1, 1),
        "2026-01-01",
        Status.LIVE,
        "live",
        "LIVE",
        Action.READ,
        Place("a"),
        Place("a", ("b",)),
    ),
    *(One(1), Other(1), One("1"), One(One(1)), "\ud800", "\u200d", ("One", 1), {1, "1"}, {"1"}),
]


def test_what_says_something_else_has_another_digest() -> None:
    for one, other in combinations(DIFFERENT, 2):
        assert value_digest(one) != value_digest(other), (one, other)


def test_what_says_the_same_has_the_same() -> None:
    for value in DIFFERENT:
        assert value_digest(value) == value_digest(deepcopy(value))


def test_neither_the_kind_of_mapping_nor_the_order_of_a_set_says_anything() -> None:
    assert value_digest(Read()) == value_digest({"a": 1, "b": 2})
    assert value_digest({"a", "b", "c"}) == value_digest(frozenset(("c", "a", "b")))


def test_of_what_nobody_knows_it_is_never_the_same() -> None:
    unknown = object()
    assert value_digest(unknown) != value_digest(unknown)
    assert value_digest([{"a": unknown}]) != value_digest([{"a": unknown}])


def test_it_is_the_same_in_a_process_that_hashes_differently() -> None:
    told = "from amanat.digest import value_digest; print(value_digest([{'a', 'b', 'c'}, {'x': ('y', 1.5)}]))"
    made = {
        subprocess.run(
            [sys.executable, "-c", told],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert made == {value_digest([{"a", "b", "c"}, {"x": ("y", 1.5)}]) + "\n"}
