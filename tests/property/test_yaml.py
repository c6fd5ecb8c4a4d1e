"""The strict YAML builder against PyYAML's own loader, and against hostile text."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from amanat.load.positions import locate
from amanat.load.yamlread import parse

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
