"""How well, and how fast, fields that say the same are found in a large catalog.

    python -m tests.benchmarks.synonyms --fields 100000 --planted 1000

Near-duplicates of generated fields are planted: the same fact in other words, as a second team would write
it. Printed are how many of them are found (recall), how much is found that nobody planted (the generated
fields differ in one telling word each), and the seconds of the comparison alone. On a sample, grouping is
held against comparing all pairs.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from amanat.conflicts.across import compare_fields
from amanat.conflicts.terms import Terms
from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from tests.benchmarks.generate import field_text, made, write

Rewording = Callable[[str], str]


def _clauses(comma: str) -> Rewording:
    """The clauses of a text in another order."""

    def turned(text: str) -> str:
        first, *rest = text.removesuffix(".").split(comma)
        return comma.join([*rest, first])

    return turned


def _letter_less(text: str) -> str:
    """A letter left out in the middle of the last long word."""
    *_, word = re.findall(r"[a-z]{6,}", text)
    middle = len(word) // 2 + 1
    before, _, after = text.rpartition(word)
    return f"{before}{word[:middle]}{word[middle + 1 :]}{after}"


def _replacing(*pairs: tuple[str, str]) -> Rewording:
    def replaced(text: str) -> str:
        for old, new in pairs:
            text = text.replace(old, new)
        return text

    return replaced


ENGLISH: tuple[Rewording, ...] = (
    _clauses(", "),
    _replacing((" the ", " a "), (", as ", " as ")),
    _replacing(("customer", "client"), (", in ", " in ")),
    _letter_less,
    _replacing((" of the ", " of these "), (" in ", " in the "), ("is ", "was "), ("the the", "the")),
)
PERSIAN: tuple[Rewording, ...] = (
    _clauses("، "),
    _replacing(("\u200c", " ")),
    _replacing(("ی", "ي"), ("ک", "ك"), ("ٔ", "")),
    _replacing(("نشانی", "آدرس"), ("تاریخ", "روز"), (".", "")),
    _replacing(("،", " که"), (".", "")),
)


_SCATTER = 7919
"""A prime, so that twins are planted of all attributes and settings."""


class Found(NamedTuple):
    """What one run found: how many were planted and found, what nobody planted, and seconds of processor."""

    planted: int
    found: int
    others: int
    seconds: float

    @property
    def recall(self) -> float:
        """The share of the planted ones that was found."""
        return self.found / self.planted


def twin(number: int, way: int) -> str:
    """A field, as YAML, that says the same as the generated field with that number: reworded in English
    and different in Persian, or the reverse; `way` counts through the rewordings of both."""
    text = field_text(made(number))
    lines = text.splitlines(keepends=True)
    at = lines.index("    definition:\n")
    english = way % 2 == 0
    key, ways = ("en", ENGLISH) if english else ("fa", PERSIAN)
    reword = ways[way // 2 % len(ways)]
    line = lines[at + 1] if english else lines[at + 2]
    said = line.partition(": ")[2].strip()
    other = "fa: چیزی دیگر به شمارهٔ" if english else "en: Something else under the number"
    lines[at + 1 : at + 3] = [f"      {key}: '{reword(said)}'\n", f"      {other} {number}\n"]
    whole = "".join(lines).replace(f"  {made(number).id}:", f"  {made(number).id}_again:", 1)
    whole = re.sub(r"_facts\.", "_again.", whole)
    return re.sub(r"(      (?:en|fa): )(.*)", r"\1Again, \2", whole, count=2)


def plant(folder: Path, fields: int, planted: int) -> set[tuple[str, str]]:
    """Write a generated catalog with planted twins; the pairs of ids (sorted) that say the same."""
    write(folder, fields)
    numbers = sorted(number * _SCATTER % fields for number in range(planted))
    text = "fields:\n" + "".join(twin(number, way) for way, number in enumerate(numbers))
    (folder / "fields" / "planted.yaml").write_text(text, encoding="utf-8", newline="\n")
    return {(made(number).id, f"{made(number).id}_again") for number in numbers}


def measure(catalog: Catalog, pairs: set[tuple[str, str]]) -> Found:
    """Compare the fields of a catalog in which the pairs were planted."""
    start = time.process_time()
    across = compare_fields(catalog)
    seconds = time.process_time() - start
    told = {(one.earlier.id, one.field.id) for one in across.synonyms}
    return Found(len(pairs), len(told & pairs), len(told - pairs) + len(across.homonyms), seconds)


def all_pairs(catalog: Catalog, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The pairs of the fields that say the same when each two are read for themselves, all with all."""
    for one, other in combinations(sorted(ids), 2):
        first, second = (catalog.fields[name].definition for name in (one, other))  # type: ignore[index]
        for language in first.keys() & second.keys():
            terms = Terms(language, (first[language], second[language]))
            said = terms.key(first[language], spelled=True)
            if said and said == terms.key(second[language], spelled=True):
                yield one, other
                break


def main() -> None:
    """Print recall and seconds from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fields", type=int, default=10_000)
    parser.add_argument("--planted", type=int, default=200)
    parser.add_argument("--sample", type=int, default=100, help="twins in the comparison of all pairs")
    parser.add_argument("--runs", type=int, default=3, help="runs whose median is taken")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pairs = plant(Path(folder), given.fields, given.planted)
        catalog = load_catalog(Path(folder)).catalog
    runs = sorted((measure(catalog, pairs) for _ in range(given.runs)), key=lambda found: found.seconds)
    found = runs[len(runs) // 2]
    print(f"{given.fields:,} fields, {found.planted:,} near-duplicates planted in English and Persian")
    print(f"found {found.found:,}: recall {found.recall:.4f}; {found.others} that nobody planted")
    print(f"{found.seconds:.2f} s of processor, median of {given.runs} runs")
    sample = sorted(pairs)[:: max(1, len(pairs) // given.sample)][: given.sample]
    ids = [name for pair in sample for name in pair]
    slow = set(all_pairs(catalog, ids))
    told = {(one.earlier.id, one.field.id) for one in compare_fields(catalog).synonyms}
    print(f"all pairs of {len(ids)} fields: {len(slow)} say the same, {len(slow & told)} of them found")


if __name__ == "__main__":
    main()
