"""The canonical layout of a YAML file, case by case."""

from __future__ import annotations

import pytest

from amanat.load.insert import Refused
from amanat.load.layout import formatted

CASES = {
    "keys in order, with their comments": (
        """\
fields:
  a.b:
    sources: {crm.t.c: }
    # who answers
    owner: crm
    x_ticket: 7
    label: B
""",
        """\
fields:
  a.b:
    label: B
    # who answers
    owner: crm
    sources: {crm.t.c: }
    x_ticket: 7
""",
    ),
    "the order of entries, codes and lists is the writer's": (
        "fields:\n  b:\n    codes:\n      z: Z\n      a: A\n  a:\n    purposes: [z, a]\n",
        None,
    ),
    "indentation, also of lists and of texts over several lines": (
        """\
roles:
    agent:
        definition: |
            First.
              Second.

            Third.
        people: >-
            one
            two
rules:
- rule: x
  subject: s
-   - deep
""",
        """\
roles:
  agent:
    definition: |
      First.
        Second.

      Third.
    people: >-
      one
      two

rules:
  - rule: x
    subject: s
  - - deep
""",
    ),
    "quotes where they are needed": (
        """\
fields:
  "a.b":
    label: 'Plain words'
    definition: "Colon: here"
    owner: "no"
    zone: NO
    x_own: "as it is"
    codes: {"open": 'x'}
    mask: "null"
    quality: {fresh: "P1D", note: "a, b"}
""",
        """\
fields:
  a.b:
    label: Plain words
    definition: "Colon: here"
    owner: "no"
    zone: "NO"
    quality: {fresh: P1D, note: "a, b"}
    mask: "null"
    codes: {"open": 'x'}
    x_own: "as it is"
""",
    ),
    "spaces in braces and after colons": (
        "fields:\n  a:\n    label:   {  en:  A ,fa: B,  }\n    purposes: [ a,b , c ]  # why\n    mask:     # none\n",
        "fields:\n  a:\n    label: {en: A, fa: B}\n    purposes: [a, b, c]  # why\n    mask:     # none\n",
    ),
    "blank lines": (
        "\n\n# head\nteams:\n\n  a:\n    label: A\n\n\n\n  b: {label: B}\nroles:\n  c: {label: C}\n\n\n",
        "# head\nteams:\n  a:\n    label: A\n\n  b: {label: B}\n\nroles:\n  c: {label: C}\n",
    ),
    "anchors stay before their aliases": (
        "fields:\n  a:\n    definition: &d Text\n    label: *d\n  b:\n    owner: &o crm\n    label: B\n",
        "fields:\n  a:\n    definition: &d Text\n    label: *d\n  b:\n    label: B\n    owner: &o crm\n",
    ),
    "comments at the end of a map stay in it": (
        "fields:\n  a:\n     owner: crm\n     label: A\n     # last word of a\n  # before b\n  b: {label: B}\n# end\n",
        "fields:\n  a:\n    label: A\n    owner: crm\n    # last word of a\n  # before b\n  b: {label: B}\n# end\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_layout(name: str) -> None:
    before, after = CASES[name]
    assert formatted(before, "catalog-file") == (before if after is None else after)


@pytest.mark.parametrize("name", CASES)
def test_windows_line_ends_stay(name: str) -> None:
    before, after = CASES[name]
    made = formatted(before.replace("\n", "\r\n"), "catalog-file")
    assert made == (after or before).replace("\n", "\r\n")


def test_a_byte_order_mark_goes_and_mixed_line_ends_become_one() -> None:
    made = formatted("\ufeffteams:\r\n  a: {label: A}\r\n  b: {label: B}\n", "catalog-file")
    assert made == "teams:\r\n  a: {label: A}\r\n  b: {label: B}\r\n"


@pytest.mark.parametrize("text", ["# only a comment", "---\n", "null\n", "\n\n"])
def test_what_holds_no_entry_stays_as_it_is(text: str) -> None:
    assert formatted(text, "catalog-file") == text


def test_spaces_that_a_text_holds_stay() -> None:
    text = 'x_a: |+\n  two  \n\n\nx_b: "a  \\\n  b"\n'
    assert formatted(text, "catalog-file") == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [", "it cannot be read as YAML"),
        ("a: 1\na: 2\n", "it cannot be read as YAML"),
        ("- a\n", "it is not a map"),
        ("? a\n: b\n", "a key is written with `?`"),
    ],
)
def test_what_cannot_be_laid_out_is_refused(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why.replace("?", "[?]")):
        formatted(text, "catalog-file")
