"""Where a cursor stands in text that need not be YAML yet."""

from __future__ import annotations

import pytest

from amanat.cli.lsp.cursor import entries_of, lines_of, spot_at

FIELD = "fields:\n  a.b:\n    label: x\n"


@pytest.mark.parametrize(
    ("text", "path", "key"),
    [
        ("fie|", "fie", True),
        ("fields:\n  a.|b:", "fields/a.b", True),
        (FIELD + "    own|", "fields/a.b/own", True),
        (FIELD + "    own|er: crm", "fields/a.b/owner", True),
        (FIELD + "    owner: |", "fields/a.b/owner", False),
        (FIELD + "    owner: c|rm # who", "fields/a.b/owner", False),
        (FIELD + "    purposes: [o, |", "fields/a.b/purposes/0", False),
        (FIELD + "    purposes: [o,\n      |\n    ]", "fields/a.b/purposes/0", False),
        (FIELD + "    purposes:\n    - o\n    - |", "fields/a.b/purposes/0", False),
        (FIELD + "    purposes:\n      - o|", "fields/a.b/purposes/0", False),
        (FIELD + "    mask_for: {a|", "fields/a.b/mask_for/a", True),
        (FIELD + "    mask_for: {a: hash, b|", "fields/a.b/mask_for/b", True),
        (FIELD + "    sources:\n      s.t.c: {length: 3, owner: |}", "fields/a.b/sources/s.t.c/owner", False),
        (
            FIELD + "    sources: {\n      s.t.c: {\n        owner: c|",
            "fields/a.b/sources/s.t.c/owner",
            False,
        ),
        (FIELD + '    "owner": "c|rm"', "fields/a.b/owner", False),
        (FIELD + "    purposes: [o\n    owner: |", "fields/a.b/owner", False),
        ("rules:\n  ignore:\n    - rule: x\n      by: |", "rules/ignore/0/by", False),
        ("rules:\n  ignore:\n    - {rule: x, by: |", "rules/ignore/0/by", False),
        ("rules:\n  ignore:\n  - |rule: x", "rules/ignore/0/rule", True),
        ('a:\n  "x: {": 1\n  b: {c: "}, d: ", e: |', "a/b/e", False),
        ("fields:\r\n  a.b:\r\n    owner: |\r\n", "fields/a.b/owner", False),
        ("\ufefffields:\n  a.b|:", "fields/a.b", True),
    ],
)
def test_the_path_at_a_cursor(text: str, path: str, key: bool) -> None:
    line = text[: text.index("|")].count("\n")
    lines = lines_of(text.replace("|", "", 1))
    column = len(lines_of(text[: text.index("|")])[-1])
    spot = spot_at(lines, line, column)
    assert spot is not None
    assert ("/".join(map(str, spot.path)), spot.key) == (path, key)


def test_a_comment_is_nothing() -> None:
    assert spot_at(["  # owner: crm"], 0, 11) is None
    assert spot_at(["a: b"], 7, 0) is None


def test_a_word_has_dots_and_is_taken_whole() -> None:
    spot = spot_at(["fields:", "  a:", "    purposes: [x, marketing.email]"], 2, 24)
    assert spot is not None
    assert (spot.word, spot.start, spot.end) == ("marketing.email", 18, 33)


def test_entries_are_found_whatever_is_broken_below_them() -> None:
    text = "fields:\n  a.b:\n    x: [\n  c:\n    - {\nteams:\n    t: {\n# u:\n    v:\n"
    assert list(entries_of(lines_of(text))) == [
        ("fields", "a.b", 1),
        ("fields", "c", 3),
        ("teams", "t", 6),
        ("teams", "v", 8),
    ]
