"""Adding a suppression to amanat.yaml: nothing else changes, and it counts only once a person filled it in. Edits of lines."""

from __future__ import annotations

import pytest

from amanat.cli.lsp.actions import applied, between, suppression
from amanat.load.yamlread import parse

ITEM = '- {rule: length-differs, subject: a.b, reason: "", by: "", expires: ""}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("catalog: {}\n", f"catalog: {{}}\nrules:\n  ignore:\n    {ITEM}\n"),
        ("catalog: {}", f"catalog: {{}}\nrules:\n  ignore:\n    {ITEM}\n"),
        ("rules:\n  profiles: [core]\n", f"rules:\n  ignore:\n    {ITEM}\n  profiles: [core]\n"),
        (
            "rules:\n  ignore:\n  - rule: x\n    subject: y # why\n# end\nbuild: {}\n",
            f"rules:\n  ignore:\n  - rule: x\n    subject: y # why\n  {ITEM}\n# end\nbuild: {{}}\n",
        ),
    ],
)
def test_it_is_added_below_the_others(before: str, after: str) -> None:
    edit = suppression(before, "length-differs", "a.b")
    assert edit is not None
    assert applied(before, [edit]) == after
    assert parse(after, "amanat.yaml").readable


@pytest.mark.parametrize(
    "text",
    ["rules: {ignore: []}\n", "rules:\n  ignore: []\n", "rules: {profiles: [core]}\n", "rules: [\n", "- a\n"],
)
def test_where_it_cannot_be_added_line_by_line_it_is_not_offered(text: str) -> None:
    assert suppression(text, "length-differs", "a.b") is None


@pytest.mark.parametrize("old", ["", "a", "a\n", "a\nb\nc\n", "a\nb\nc"])
@pytest.mark.parametrize("new", ["", "x", "a\nx\nc\n", "b\nc\n", "a\nb\nc\nd", "z\na\nb\nc\n"])
def test_edits_between_two_texts_lead_from_one_to_the_other(old: str, new: str) -> None:
    assert applied(old, between(old.split("\n"), new.split("\n"))) == new
