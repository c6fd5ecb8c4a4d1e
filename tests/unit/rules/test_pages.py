"""Rules as people and programs read them."""

from __future__ import annotations

import json

import pytest

from amanat.lint.rule import Rule
from amanat.rules import FAMILIES, RULES, nearest
from amanat.rules.pages import data, markdown_page, markdown_table, row, text_page, text_table

IDS = [rule.code for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_page_tells_everything_about_the_rule(rule: Rule) -> None:
    page = " ".join(text_page(rule).split())
    for said in (rule.code, rule.name, rule.summary, rule.rationale, rule.help, rule.source):
        assert " ".join(said.split()) in page
    assert "Bad" in page
    assert "Good" in page
    assert max(len(line) for line in text_page(rule).splitlines() if not line.startswith("    ")) <= 100


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_markdown_page_fences_its_examples(rule: Rule) -> None:
    page = markdown_page(rule)
    assert page.startswith(f"# {rule.code} {rule.name}\n")
    assert page.count("```") % 2 == 0
    assert "```yaml" in page


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_data_of_a_rule_is_json_with_its_whole_example(rule: Rule) -> None:
    known = json.loads(json.dumps(data(rule)))
    assert known["example"]["bad"] == rule.example.bad
    assert (known["example"]["line"], known["example"]["column"]) == rule.example.at
    assert row(rule).items() <= known.items()


def test_tables_have_one_line_a_rule_in_the_order_of_families() -> None:
    lines = text_table(RULES).splitlines()
    assert [line.split()[0] for line in lines] == IDS
    assert len(markdown_table(RULES).splitlines()) == len(RULES) + 2
    order = [FAMILIES.index(code[:2]) for code in IDS]
    assert order == sorted(order)


def test_a_slip_finds_the_rule_that_was_meant() -> None:
    assert nearest("mising-owner")[0] == "missing-owner"
    assert "missing-retention" in nearest("retention")
    assert "PU101" in nearest("PU1011")
    assert nearest("zzzzzz") == ()
