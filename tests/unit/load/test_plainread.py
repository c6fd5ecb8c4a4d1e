"""Plain YAML is read quickly, and never otherwise than by the strict builder."""

from __future__ import annotations

from pathlib import Path

import pytest

from amanat.load.files import STRICTLY, read_file
from amanat.load.plainread import read_plain
from amanat.load.yamlread import parse
from amanat.schema import FILE
from tests.benchmarks.generate import files
from tests.support import write_files

EXAMPLE = Path(__file__).parents[3] / "catalog"

PLAIN = {
    "maps and lists": "a:\n  b: 1\n  c:\n    - x\n    - w z\n  d:\n  - 1\n  - true\ne: x\n",
    "nothing as a value": "a:\n\nb:\n  c:\nd:\n",
    "scalars of every kind": "a: 12\nb: 1.50\nc: 1e3\nd: 0x1F\ne: 0o17\nf: True\ng: null\nh: 2026-01-31\ni: 1a\n",
    "a number of too many digits": "a: 1234567890123456789\n",
    "keys that look like values": "a:\n  1: x\n  true: x\n  null: z\n  1.5: w\n",
    "quoted keys and values": "a: \"x: z # w\"\n\"b c\": 'q\"q'\n'd': \"\"\ne: ''\nf: 'no'\n",
    "brackets": 'a: [x, w z, "1", 1, \'\']\nb: {c: d, "1": 2}\nc: []\nd: { }\ne: [ x , w ]\n',
    "brackets within brackets": "a: {b: [x, z], e: {f: g}}\nc: [[x], {d: 1}]\n",
    "maps in a list": "a:\n  - b: 1\n    c:\n      - x\n  -   d: 2\n      e: 3\n  - f:\n    - z\n",
    "comments and blank lines": "# a\n\n  # b\na: b # c\n   # d\n\nc:   # e\n  d: x#z  \n    \n",
    "marks inside a text": 'a: it\'s a "b" [c], {d} & e* f! 100% g@h | i\nb: a:b, http://c/#d\n',
    "Persian": "a: شمارهٔ سامانه\u200cها، ۱۲\nb: [نام, نشانی]\n",
    "no line break at the end": "a:\n  b: c",
}
OTHER = {
    "nothing": "",
    "only a comment": "# a\n",
    "a list at the top": "- a\n",
    "a scalar at the top": "a\n",
    "a key twice": "a: 1\nb: 2\na: 3\n",
    "a key twice in brackets": "a: {b: 1, b: 2}\n",
    "a key twice, once in quotes": "a: 1\n'a': 2\n",
    "a surprising value": "a: no\n",
    "a surprising value in brackets": "a: [x, 007]\n",
    "a surprising key": "a: {on: 1}\n",
    "an indentation that fits nothing": "a:\n    b: 1\n  c: 2\n",
    "an item in a map": "a:\n  b: 1\n  - c\n",
    "a key in a list": "a:\n  - b\n  c: 1\n",
    "a text on two lines": "a: b\n  c\n",
    "something below a value": "a: b\n  c: d\n",
    "two keys on a line": "a: b: c\n",
    "a block text": "a: |\n  b\n",
    "an escape": 'a: "b\\n"\n',
    "two quotes in a text": "a: 'it''s'\n",
    "a quote that is not closed": "a: 'b\n",
    "something behind a quote": "a: 'b' c\n",
    "a bracket that is not closed": "a: [b\n",
    "brackets on two lines": "a: [b,\n  c]\n",
    "a gap in brackets": "a: [b, , c]\n",
    "a map in a list in brackets": "a: [b: c]\n",
    "an anchor": "a: &b c\n",
    "an alias": "a: *b\n",
    "a tag": "a: !b c\n",
    "a merge key": "<<: {a: b}\n",
    "a second document": "a: b\n---\nc: d\n",
    "a directive": "%YAML 1.2\n---\na: b\n",
    "a tab": "a:\tb\n",
    "a carriage return": "a: b\r\n",
    "a next line of another kind": "a: b\u2028c\n",
    "a byte order mark": "\ufeffa: b\n",
    "a control character": "a: b\x07\n",
    "a merge that is not resolved": "<<<<<<< a\na: 1\n=======\na: 2\n>>>>>>> b\n",
    "very deep": "".join(" " * n + "a:\n" for n in range(70)),
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_what_is_plain_is_read_as_the_strict_builder_reads_it(text: str) -> None:
    strict = parse(text, "f.yaml")
    assert strict.readable and not strict.findings
    assert repr(read_plain(text)) == repr(strict.data)  # 1 is not true, nor 1.0; and keys in their order


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_what_is_not_plain_is_left_to_the_strict_builder(text: str) -> None:
    assert read_plain(text) is None


def test_every_file_of_the_example_is_plain_and_nearly_every_generated_one() -> None:
    texts = {str(file): file.read_text(encoding="utf-8") for file in EXAMPLE.rglob("*.yaml")}
    texts |= {name: text for name, text in files(120, defects=0.02) if name.endswith(".yaml")}
    assert {name for name, text in texts.items() if read_plain(text) is None} == {"systems.yaml"}
    assert len(texts) > 30
    for name, text in texts.items():
        if name != "systems.yaml":
            assert repr(read_plain(text)) == repr(parse(text, name).data)


def test_no_two_entries_share_a_list_or_a_map() -> None:
    data = read_plain("a: [x]\nb: [x]\nc: {d: [x]}\ne: {d: [x]}\n")
    assert data is not None
    data["a"].append("y")
    data["c"]["d"].append("z")
    assert data["b"] == ["x"] and data["e"] == {"d": ["x"]}


def test_a_switch_leaves_every_file_to_the_strict_builder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "teams:\n  t: {label: T, contact: t@shop.example}\n  u:\n    labl: U\n"
    write_files(tmp_path, {"t.yaml": text})
    monkeypatch.setenv(STRICTLY, "1")
    strictly = read_file(tmp_path, "t.yaml", FILE)
    monkeypatch.setattr("amanat.load.files.parse", lambda *_: pytest.fail("the strict builder reads"))
    with pytest.raises(pytest.fail.Exception, match="the strict builder reads"):
        read_file(tmp_path, "t.yaml", FILE)
    monkeypatch.delenv(STRICTLY)
    assert read_file(tmp_path, "t.yaml", FILE) == strictly
    assert strictly.findings
