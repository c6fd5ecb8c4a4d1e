"""A ledger entry is put into any YAML text by insertion alone: nothing else changes, neither bytes nor data."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from amanat.conflicts.acceptance import entry_lines
from amanat.conflicts.ways import flow
from amanat.load.insert import Refused, add_entry, change_values
from amanat.load.yamlread import parse

_VALUES = st.one_of(
    st.integers(-99, 999),
    st.booleans(),
    st.none(),
    st.text(max_size=8),
    st.sampled_from(
        ["no", "2026-01-01", "+98", "a: b", "# c", "\u2028", "\x85", "\ufeff", "خانه", "~", "{", "😀"]
    ),
    st.lists(st.integers(0, 9) | st.sampled_from(["a", "null"]), max_size=3),
    st.dictionaries(st.sampled_from(["1", "m", "no"]), st.sampled_from(["x", None]), max_size=2),
)
_SOURCES = st.sampled_from(["field", "shop.a.x", "crm.b.y", "erp.t.z", "crm.b.two words", "خ.ب.پ"])
_MAPS = st.dictionaries(_SOURCES, _VALUES, min_size=1, max_size=5)
_COMMENTS = st.sampled_from(["", "# a note: {", "  # indented", "", "\t# tab"])


@st.composite
def _ledgers(draw: st.DrawFn) -> tuple[str, dict[str, dict[str, Any]]]:
    """A text with a ledger among other maps in several styles, and the values of its entries."""
    entries = draw(st.dictionaries(st.sampled_from(["a", "b_two", "c3"]), _MAPS, max_size=3))
    step = " " * draw(st.integers(1, 4))
    lines = [draw(_COMMENTS).strip()]
    if draw(st.booleans()):
        lines += ['other: {"x": [1, 2]}', draw(_COMMENTS).strip()]
    style = draw(st.sampled_from(["block", "flow", "none"])) if not entries else "block"
    if style == "flow":
        lines.append(
            draw(
                st.sampled_from(["discrepancies: {}", "discrepancies: {z: {field: q},}", "discrepancies: ~"])
            )
        )
    elif style == "block":
        lines.append(
            draw(st.sampled_from(["discrepancies:", "discrepancies:  # the ledger", '"discrepancies" :']))
        )
    for number, (name, values) in enumerate(entries.items()):
        if number and draw(st.booleans()):
            lines.append("")
        lines.append(f"{step}{name}:")
        if draw(st.booleans()):
            lines.append(f"{step}{step}values: {flow(values)}")
        else:
            lines.append(f"{step}{step}values:{draw(st.sampled_from(['', '  # seen']))}")
            for key, value in values.items():
                note = draw(st.sampled_from(["", "  # why"]))
                lines.append(f"{step}{step}{step}{flow(key)}: {flow(value)}{note}")
        lines.append(f"{step}{step}reason: |")
        lines += [f"{step}{step}{step}two", f"{step}{step}{step}lines # no comment"]
        if draw(st.booleans()):
            lines.append(f"{step}{step}# about {name}")
    if draw(st.booleans()):
        lines += [draw(_COMMENTS).strip(), "last:", "  - one", "  - {two: 3}", ""]
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = newline.join(lines) + draw(st.sampled_from(["", newline, newline * 2]))
    return draw(st.sampled_from(["", "\ufeff"])) + text, entries


@given(_ledgers(), _MAPS)
def test_an_entry_is_added_by_insertion_alone(
    ledger: tuple[str, dict[str, dict[str, Any]]], values: dict[str, Any]
) -> None:
    text = ledger[0]
    before = parse(text, "").data or {}
    entry = {"field": "q.x", "facet": "length", "values": values, "reason": None, "expires": "2026-01-01"}
    if text.endswith("no comment"):
        # The text of the last entry would gain the line break that ends it.
        with pytest.raises(Refused):
            add_entry(text, "discrepancies", "new", entry, lambda step: ["new:", f"{step}field: q.x"], flow)
        return
    made = add_entry(
        text, "discrepancies", "new", entry, lambda step: list(entry_lines("new", entry, "crm", step)), flow
    )
    assert parse(made, "").data == {
        **before,
        "discrepancies": {**(before.get("discrepancies") or {}), "new": entry},
    }
    if "discrepancies: ~" not in text:
        at = next((i for i, (a, b) in enumerate(zip(text, made, strict=False)) if a != b), len(text))
        tail = text[at:]
        grown = len(made) - len(text)
        assert any(made[:k] == text[:k] and made[k + grown :] == text[k:] for k in range(at + 1)), (
            text,
            made,
        )
        assert made.endswith(tail)
    if "\r\n" in text:
        assert "\n" not in made.replace("\r\n", "")


@given(_ledgers(), _MAPS, st.data())
def test_new_values_change_only_their_own_lines(
    ledger: tuple[str, dict[str, dict[str, Any]]], values: dict[str, Any], data: st.DataObject
) -> None:
    text, entries = ledger
    if not entries:
        return
    name = data.draw(st.sampled_from(sorted(entries)))
    before = parse(text, "").data
    made = change_values(text, ("discrepancies", name, "values"), values, flow)
    wanted = {**before, "discrepancies": {**before["discrepancies"]}}
    wanted["discrepancies"][name] = {**before["discrepancies"][name], "values": values}
    assert parse(made, "").data == wanted
    if "\r\n" in text:
        assert "\n" not in made.replace("\r\n", "")
    kept = [line for line in text.splitlines() if "values" not in line and not _is_value(line, entries[name])]
    rest = iter(made.splitlines())
    assert all(line in rest for line in kept), (text, made)


def _is_value(line: str, values: dict[str, Any]) -> bool:
    return any(line.lstrip().startswith(f"{flow(key)}:") for key in values)


@given(_VALUES)
def test_a_value_in_flow_style_is_read_back_by_both_yaml_versions(value: object) -> None:
    text = flow(value)
    assert "\n" not in text
    assert parse(f"a: {text}\n", "").data == {"a": value}
    assert yaml.safe_load(f"a: {text}\n") == {"a": value}


@pytest.mark.parametrize(
    "text",
    [
        "{fields: {}}\n",
        "- a\n",
        "discrepancies: x\n",
        "discrepancies: [\n",
        "a: 1\na: 2\n",
        "x: &x {a: {field: q}}\ndiscrepancies: *x\n",
        "discrepancies: {a: {field: q}}\n---\n",
    ],
)
def test_what_cannot_be_done_by_insertion_is_refused(text: str) -> None:
    entry = {"field": "q.x"}
    with pytest.raises(Refused):
        add_entry(text, "discrepancies", "new", entry, lambda step: ["new:", f"{step}field: q.x"], flow)


@pytest.mark.parametrize(
    "text",
    [
        "discrepancies: {a: {values: {x: 1, # note\n y: 2}}}\n",
        "discrepancies:\n  a:\n    values:\n      x:  # note\n        - 1\n",
        "v: &v {x: 1}\ndiscrepancies:\n  a:\n    values: *v\n",
        "discrepancies:\n  a:\n    values: &v {x: 1}\n  b:\n    values: *v\n",
    ],
)
def test_values_that_cannot_be_changed_alone_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        change_values(text, ("discrepancies", "a", "values"), {"x": 3}, flow)
