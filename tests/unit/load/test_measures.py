"""Files of measures that are not as they should be: told with their line, and the rest counts."""

from __future__ import annotations

import pytest

from amanat.load.measures import HEADER, measures_in
from tests.support import catalog_of

FILE = "observed/shop.measures.csv"
HEAD = ",".join(HEADER) + "\n"
GOOD = "c.x,t.x,valid,,2026-06-30,9,9,8,,98%,fail,\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "has another header than"),
        ("field,column\n", 1, "has another header than"),
        (HEAD + GOOD + "c.x,t.x\n", 3, "has 2 cells, but the header has 12"),
        (HEAD + GOOD.replace("valid", "nice"), 2, "`nice` is not a value of `check`"),
        (HEAD + GOOD.replace("fail", "bad"), 2, "`bad` is not a value of `outcome`"),
        (HEAD + GOOD.replace("2026-06-30", "30.6.2026"), 2, "`30.6.2026` is not a value of `as_of`"),
        (HEAD + GOOD.replace(",8,", ",-8,"), 2, "`-8` is not a value of `met`"),
        (HEAD + "<<<<<<< ours\n" + GOOD + "=======\n>>>>>>> theirs\n", 2, "a merge conflict is not resolved"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, line: int, words: str) -> None:
    _, findings = measures_in(FILE, text.encode())
    assert [(f.code, f.place.path, f.message.startswith(words)) for f in findings] == [
        ("LD101", (line,), True)
    ]


def test_the_other_lines_count() -> None:
    found, findings = measures_in(FILE, (HEAD + "broken\n" + GOOD).encode())
    assert len(findings) == 1
    assert [(one.field, one.line) for one in found.all] == [("c.x", 3)]


def test_a_catalog_has_its_measures_by_system_and_its_digest_knows_them() -> None:
    with_it = catalog_of({FILE: HEAD + GOOD}).catalog
    assert [(system, len(one.all)) for system, one in with_it.measures.items()] == [("shop", 1)]
    assert FILE in with_it.files
    assert with_it.digest != catalog_of({}).catalog.digest
