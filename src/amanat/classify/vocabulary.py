"""The words that names are made of, and what they hint at: three tables of data beside this file.

`hints.csv`: a kind of data, a pattern of words (`|` between words that may stand in a place), and its weight
in per cent. `kinds.csv`: the category that a kind proposes. `contexts.csv`: words that say what a table is
about, and words that make a name technical. None of them names a system or a table of one.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from amanat.model.values import CategoryId

DETECTOR = "1"
"""The version of the tables and of how they are weighed; a rejected proposal is judged again by another."""


class Hint(NamedTuple):
    """A pattern of words, each place with the words that may stand there, and its weight (0 to 1)."""

    kind: str
    places: tuple[frozenset[str], ...]
    weight: float


@cache
def hints() -> tuple[Hint, ...]:
    """Every hint."""
    return tuple(
        Hint(row["kind"], tuple(frozenset(place.split("|")) for place in row["words"].split()), _share(row))
        for row in _rows("hints.csv")
    )


def _share(row: Mapping[str, str]) -> float:
    return int(row["weight"]) / 100


@cache
def kinds() -> Mapping[str, CategoryId]:
    """The category that each kind proposes."""
    return {row["kind"]: CategoryId(row["category"]) for row in _rows("kinds.csv")}


@cache
def contexts() -> Mapping[str, frozenset[str]]:
    """Words by what they say about a table or a name."""
    return {row["context"]: frozenset(row["words"].split()) for row in _rows("contexts.csv")}


@cache
def vocabulary() -> frozenset[str]:
    """Every word of the tables: what a name that is written together is cut into."""
    found = {word for hint in hints() for place in hint.places for word in place}
    return frozenset(found | {word for words in contexts().values() for word in words})


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
