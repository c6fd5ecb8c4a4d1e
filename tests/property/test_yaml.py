"""The strict YAML builder against PyYAML's own loader, and against hostile text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.load.plainread import read_plain
from amanat.load.positions import locate
from amanat.load.yamlread import parse

_EXAMPLE = [
    file.read_text(encoding="utf-8")
    for file in sorted((Path(__file__).parents[2] / "catalog").rglob("*.yaml"))
]
_text = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=20
)
_scalars = st.one_of(st.none(), st.booleans(), st.integers(-(10**15), 10**15), _text)
_values: Any = st.recursive(
    _scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_text, inner, max_size=4)),
    max_leaves=15,
)


@given(_values)
def test_what_is_written_quoted_is_read_back_unchanged(value: Any) -> None:
    text = yaml.safe_dump({"x": value}, allow_unicode=True, default_style='"')
    # Quoted scalars other than text carry a core tag (`!!int "3"`), which the builder honours.
    assert parse(text, "f.yaml").data == {"x": value}


@given(_values)
def test_every_path_of_the_data_has_a_position(value: Any) -> None:
    text = yaml.safe_dump({"x": value}, allow_unicode=True)
    spots = locate(text)

    def walk(node: Any, path: tuple[str | int, ...]) -> None:
        assert path in spots
        if isinstance(node, dict):
            for key, item in node.items():
                walk(item, (*path, key))
        elif isinstance(node, list):
            for n, item in enumerate(node):
                walk(item, (*path, n))

    walk({"x": value}, ())


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail_and_every_fault_has_a_place(text: str) -> None:
    parsed = parse(text, "f.yaml")
    assert parsed.readable or parsed.findings
    for finding in parsed.findings:
        assert finding.span is not None
        assert finding.span.line >= 1 and finding.span.column >= 1
        assert finding.fix is not None


@given(st.text("abc:-{}[]&*!|>'\"# \n\t,?%@`<=01~.", max_size=80))
def test_yaml_shaped_text_makes_the_reader_fail_neither(text: str) -> None:
    parsed = parse(text, "f.yaml")
    assert parsed.readable or parsed.findings
    locate(text)


_KEYS = st.sampled_from(["a", "b", "c.d", "e-f", "1", "true", '"g h"', "'i'", "نام", "yes"])
_WORDS = [
    "x",
    "x y",
    "1",
    "1.0",
    "0x1F",
    "true",
    "null",
    "no",
    "007",
    "it's",
    '"q"',
    "'r s'",
    "''",
    "a:b",
    "x#y",
]
_SCALARS = st.sampled_from([*_WORDS, "", "x # c", "# c", "x  ", "a: b", "x]", "[x", "|", "&a x", "*a"])
_FLOWS = ["[]", "[x, 1]", "[x, [1], {a: b}]", "[x,, z]", "[ x , z ]", "[a: b]", "[no]", "{a: b}", "{a: }"]
_MORE_FLOWS = ['{"a": [b], c: {d: e}}', "{a: b, a: c}", "{ a: x z }", "['a, b', c]"]
_VALUES = st.one_of(_SCALARS, st.sampled_from(_FLOWS), st.sampled_from(_MORE_FLOWS))
_LINES = st.one_of(
    st.builds(
        "{}{}: {}".format, st.sampled_from(["", "  ", "    ", "- ", "  - ", "  -  ", " "]), _KEYS, _VALUES
    ),
    st.builds("{}- {}".format, st.sampled_from(["", "  ", "    "]), _VALUES),
    st.sampled_from(["", "  ", "# c", "    # c", "---", "x", "\t", "- ", "? a"]),
)


def _read_alike(text: str) -> bool:
    """Whether the text is plain; then the strict builder reads the very same, and has nothing to say."""
    plain = read_plain(text)
    if plain is None:
        return False
    strict = parse(text, "f.yaml")
    assert strict.readable and strict.findings == ()
    assert repr(plain) == repr(strict.data)
    return True


@settings(max_examples=1000)
@given(st.lists(_LINES, max_size=8).map("\n".join))
def test_lines_that_are_read_as_plain_are_read_alike(text: str) -> None:
    _read_alike(text)


@settings(max_examples=500)
@given(st.text("ab1:-{}[],'\"# \n\tن\u200c.é", max_size=60))
def test_text_that_is_read_as_plain_is_read_alike(text: str) -> None:
    _read_alike(text)
    _read_alike(f"a: {text}")


_plain_values: Any = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-99, 10**20), st.sampled_from(["x", "x y", "no", "1", "", "é"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner)),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "b c", "1"]), _plain_values, min_size=1))
def test_what_is_written_in_block_style_is_read_alike(value: dict[str, Any]) -> None:
    for style in (False, None):
        text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=style, width=1000)
        if _read_alike(text):
            assert read_plain(text) == parse(text, "f.yaml").data


@given(st.data())
def test_an_edited_catalog_is_read_alike(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(_EXAMPLE))
    start = data.draw(st.integers(0, text.count("\n") - 1))
    lines = text.split("\n")[start : start + 30]
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(st.one_of(_LINES, st.just(lines[at][1:]), st.just(f" {lines[at]}")))
    _read_alike("\n".join(lines))
    _read_alike("\n".join(["fields:", *lines]))
