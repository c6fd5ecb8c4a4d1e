"""Quick templates write what jinja's own environment writes."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from markupsafe import Markup, escape

from amanat.docsite import render
from amanat.docsite.quick import Form, Quick, shown
from tests.unit.docsite.sites import rich_files, rich_site


def test_the_whole_site_is_what_jinja_itself_makes_of_the_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["amanat.docsite.render"], "Quick", Environment)
    assert render(rich_site()) == rich_files()


@given(st.one_of(st.text(), st.integers(), st.none(), st.text().map(Markup), st.text().map(escape)))
def test_a_value_is_escaped_once(value: object) -> None:
    assert shown(value) == escape(value)


@given(
    st.lists(st.one_of(st.text(), st.integers(), st.none(), st.text().map(Markup)), min_size=2, max_size=2)
)
def test_a_form_is_filled_as_markup_is(values: list[object]) -> None:
    text = '<a title="{}">{}</a>'
    made = Form(text).format(*values)
    assert type(made) is Markup
    assert made == Markup(text).format(*values)


@pytest.mark.parametrize("values", [(), ("a",), ("a", "b", "c")])
def test_a_form_takes_a_value_for_each_gap(values: tuple[object, ...]) -> None:
    with pytest.raises(ValueError):
        Form("<i>{}{}</i>").format(*values)


_TEMPLATE = """{% macro pair(a, b='-') %}<i>{{ a }}{{ b }}{{ caller() if caller else '' }}</i>{% endmacro %}
{% for row in rows if row %}{{ loop.index }}{{ pair(row.name, row['of'][0]) }}{{ row['of'][1:]|join(', ') }}
{% call pair(row.name|upper) %}{{ '<b>' }}{{ (row.name ~ '&')|length }}{% endcall %}{% endfor %}
{{ (rows|first).name if rows else 'none' }}"""


class Row(dict[str, list[str]]):
    """Something with attributes and items."""

    name = "<&>"


@pytest.mark.parametrize("rows", [[], [Row(of=["<", "b", "c"]), None, Row(of=["d"])]])
def test_macros_loops_and_filters_work_as_in_jinja(rows: list[Row | None]) -> None:
    quick, plain = (kind(autoescape=True).from_string(_TEMPLATE) for kind in (Quick, Environment))
    assert quick.render(rows=rows) == plain.render(rows=rows)


def test_what_is_missing_is_an_error() -> None:
    with pytest.raises(AttributeError):
        Quick(autoescape=True).from_string("{{ row.missing }}").render(row=Row())
    with pytest.raises(KeyError):
        Quick(autoescape=True).from_string("{{ row['missing'] }}").render(row=Row())
