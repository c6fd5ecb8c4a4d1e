"""Formatting: whatever the layout, meaning and comments stay, and what is laid out stays as it is."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.load.insert import Refused
from amanat.load.layout import formatted
from amanat.load.layout.written import written
from amanat.load.yamlread import parse

EXAMPLE = Path(__file__).parents[2] / "catalog"

words = st.text(
    st.sampled_from("abz AB09_.:,#-'\"&*!?{}[]%@`|>~\n\\é‌میx"), min_size=0, max_size=12
) | st.sampled_from(["yes", "NO", "017", "+98912", "1:30", "null", "2026-01-31", "1e3", "a: b", "a #b", ""])
scalars = words | st.integers(-9, 999) | st.booleans() | st.none()
ids = st.from_regex(r"[a-z][a-z0-9_]{0,4}(\.[a-z]{1,3})?", fullmatch=True)
values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ids | words, inner, max_size=3)
)
fields = st.dictionaries(
    st.sampled_from(["sources", "label", "owner", "definition", "codes", "x_note", "type", "master"]), values
)
files = st.fixed_dictionaries(
    {},
    optional={
        "fields": st.dictionaries(ids, fields, min_size=1, max_size=3),
        "x_free": values,
        "teams": values,
    },
)


def laid_out_at_random(data: Any, seed: int) -> str:
    """The data as YAML in a layout of the seed's choice, with comments and blank lines thrown in."""
    drawn = random.Random(seed)
    text = yaml.safe_dump(
        data,
        sort_keys=False,
        allow_unicode=True,
        indent=drawn.choice([2, 3, 4, 8]),
        width=drawn.choice([20, 80, 10**6]),
        default_flow_style=drawn.choice([None, False, True]),
        default_style=drawn.choice([None, None, '"', "'", "|"]),
    )
    lines = text.split("\n")
    made: list[str] = []
    safe = _outside_of_scalars(text)
    for number, line in enumerate(lines):
        if number in safe and drawn.random() < 0.3:
            made.append(" " * drawn.randrange(6) + f"# note {number}" if drawn.random() < 0.6 else "")
        made.append(line + ("  " if number in safe and number + 1 in safe and drawn.random() < 0.1 else ""))
    end = drawn.choice(["\n", "\r\n"])
    return end.join(made)


def _outside_of_scalars(text: str) -> set[int]:
    """Lines that begin outside of every scalar and of braces."""
    taken: set[int] = set()
    depth_from = None
    for token in yaml.scan(text):
        if isinstance(token, yaml.ScalarToken):
            taken.update(range(token.start_mark.line + 1, token.end_mark.line + 1))
            if token.style in ("|", ">"):
                taken.add(token.end_mark.line)
        depth_from = token
    assert depth_from is not None
    return {n for n in range(text.count("\n")) if n not in taken}


@given(files, st.integers(0, 2**32))
def test_formatting_keeps_meaning_and_comments_and_settles(data: Any, seed: int) -> None:
    text = laid_out_at_random(data, seed)
    before = parse(text, "")
    if not before.readable or not isinstance(before.data, dict):
        return
    if any(one.code in ("LD101", "LD102", "LD103") for one in before.findings):
        return
    try:
        made = formatted(text, "catalog-file")
    except Refused as why:
        assert str(why) == "a key is written with `?`", text
        return
    after = parse(made, "")
    assert after.readable
    assert after.data == before.data
    assert sorted(c for _, c in written(made).comments) == sorted(c for _, c in written(text).comments)
    assert formatted(made, "catalog-file") == made


@settings(max_examples=12)  # a file of the example is long, and both of its layouts are read several times
@given(st.sampled_from(sorted(EXAMPLE.rglob("*.yaml"))), st.integers(0, 2**32))
def test_a_file_of_the_example_is_found_again_behind_any_layout(path: Path, seed: int) -> None:
    """Indented otherwise, with other blank lines and line ends, the example comes out as it is written."""
    if "build" in path.parts:
        return
    text = path.read_text(encoding="utf-8")
    drawn = random.Random(seed)
    step = drawn.choice([2, 3, 4, 7])
    end = drawn.choice(["\n", "\r\n"])
    made = []
    for line in text.split("\n"):
        body = line.lstrip(" ")
        indent = " " * ((len(line) - len(body)) // 2 * step)
        if body.startswith("- "):
            body = "-" + " " * (step - 1) + body[2:]
        made.append(indent + body + " " * drawn.randrange(3))
        made.extend([""] * (drawn.randrange(3) if not body else 0))
    messy = end.join(made).rstrip() + end * drawn.randrange(3)
    schema = "amanat" if path.name == "amanat.yaml" else "catalog-file"
    assert formatted(messy, schema).replace("\r\n", "\n") == formatted(text, schema)
