"""No page grows without bound: long lists go on on further pages, which lead to each other."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from amanat.conflicts import compare
from amanat.docsite import Site, render
from amanat.docsite.paging import Part, numbered
from amanat.lint.engine import lint
from amanat.load import load_catalog
from amanat.rules import RULES
from tests.benchmarks.generate import files as generated
from tests.unit.docsite.sites import DAY, Document, site_of

HEAVIEST = 200_000
EXAMPLE = Path(__file__).parents[3] / "catalog"


@cache
def many() -> Mapping[str, bytes]:
    """A generated catalog with more of everything than one page holds."""
    made: dict[str, str | bytes] = dict(generated(700, defects=0.3))
    return render(site_of(made, rules=RULES))


@cache
def example() -> Mapping[str, bytes]:
    """The example catalog."""
    loaded = load_catalog(EXAMPLE)
    report = compare(loaded.catalog, DAY)
    return render(Site(loaded.catalog, lint(loaded, RULES, DAY), report, DAY, RULES, loaded.spans))


def _loaded(files: Mapping[str, bytes], page: bytes) -> int:
    """How heavy the style sheets and scripts are that a page loads."""
    names = {
        one.decode() for one in re.findall(rb"(?:href|src)=\"(?:\.\./)*(assets/\w+\.(?:css|js))\"", page)
    }
    assert "assets/site.css" in names
    return sum(len(files[name]) for name in names)


@pytest.mark.parametrize("made", [many, example])
def test_no_page_is_heavier_than_200_kb_with_its_style_and_scripts(made: object) -> None:
    assert callable(made)
    files = made()
    weights = {
        name: len(text) + _loaded(files, text) for name, text in files.items() if name.endswith(".html")
    }
    heavy = {name: weight for name, weight in weights.items() if weight > HEAVIEST}
    assert heavy == {}


def test_every_field_stands_on_one_page_of_the_list_in_the_order_of_the_alphabet() -> None:
    files = many()
    for language in ("en", "fa"):
        names = [f"{language}/fields.html", *(f"{language}/fields~{n}.html" for n in range(2, 9))]
        assert f"{language}/fields~9.html" not in files
        listed = [
            element.attributes["id"]
            for name in names
            for element in Document(files[name]).all("div")
            if element.attributes.get("class") == "entry-row"
        ]
        assert len(listed) == len(set(listed)) == 701


def test_the_pages_of_a_list_lead_to_each_other_and_to_every_letter() -> None:
    files = many()
    for name in (
        n
        for n in files
        if "~"
        in n.replace("~handbook", "")
        .replace("~breach", "")
        .replace("~reach", "")
        .replace("~access", "")
        .replace("~erasure", "")
        .replace("~objection", "")
        and n.startswith("en/")
    ):
        document = Document(files[name])
        links = {a.attributes["href"].partition("#")[0] for a in document.all("a")}
        there = {posixpath.normpath(posixpath.join(posixpath.dirname(name), link)) for link in links if link}
        stem = name.rpartition("~")[0]
        assert any(other == f"{stem}.html" or other.startswith(f"{stem}~") for other in there - {name}), name
        assert "Page" in next(document.all("title")).text or "conflicts~" in name, name
    letters = [a.text for a in Document(files["en/fields.html"]).all("a") if "#at-" in a.attributes["href"]]
    assert letters == sorted(letters)
    assert len(letters) > 5


def test_what_a_rule_found_is_all_on_its_own_pages() -> None:
    files = many()
    rule = "unknown-reference"
    names = [n for n in files if n.startswith(f"en/rules/{rule}") and n.endswith(".html")]
    shown = sum(
        element.attributes.get("class") == "finding"
        for name in names
        for element in Document(files[name]).all("li")
    )
    overview = Document(files["en/findings.html"])
    assert shown > 0
    assert f"{rule} {shown}" in overview.text


@pytest.mark.parametrize(
    ("number", "last", "near"),
    [
        (1, 1, [1]),
        (1, 9, [1, 2, 3, 4, None, 9]),
        (5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (50, 99, [1, None, 47, 48, 49, 50, 51, 52, 53, None, 99]),
    ],
)
def test_a_pager_names_the_pages_nearby(number: int, last: int, near: list[int | None]) -> None:
    assert list(Part(number, last, "fields.html", {}).near) == near


def test_the_path_of_a_further_page_is_no_path_of_a_thing() -> None:
    assert [numbered("fields/a.b.html", n) for n in (1, 2)] == ["fields/a.b.html", "fields/a.b~2.html"]
