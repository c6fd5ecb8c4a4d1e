"""The example catalog's site: whole, linked, and in both languages."""

from __future__ import annotations

import posixpath
from pathlib import Path

from amanat.load import load_catalog
from amanat.rules import RULES
from tests.support import example_site
from tests.unit.docsite.sites import Document


class _Outline(Document):
    """A page without its texts, which links have no need of and which take longest to put together."""

    def handle_data(self, data: str) -> None:
        pass


def test_every_link_of_the_example_site_leads_to_its_target_and_every_page_is_well_formed() -> None:
    files = example_site()
    anchors: dict[str, set[str]] = {}
    links: list[tuple[str, str, str]] = []
    for path, content in files.items():
        if not path.endswith(".html"):
            continue
        document = _Outline(content)
        assert document.faults == [], path
        anchors[path] = {e.attributes["id"] for e in document.elements if "id" in e.attributes}
        for element in document.elements:
            link = element.attributes.get("href") or element.attributes.get("src")
            if link is not None:
                target, _, fragment = link.partition("#")
                folder = posixpath.dirname(path)
                links.append(
                    (path, posixpath.normpath(posixpath.join(folder, target)) if target else path, fragment)
                )
    broken = [link for link in links if link[1] not in files or (link[2] and link[2] not in anchors[link[1]])]
    assert broken == []
    reached = {target for _, target, _ in links}
    assert set(anchors) - reached <= {"index.html"}


def test_the_example_site_speaks_persian_where_the_catalog_does() -> None:
    files = example_site()
    page = Document(files["fa/fields/customer.email.html"])
    assert next(page.all("h1")).text == "نشانی ایمیل"
    assert "سه" not in next(page.all("title")).text
    assert "۳ سال" in page.text


def test_every_field_system_purpose_role_and_rule_has_a_page_in_both_languages() -> None:
    files = example_site()
    catalog = load_catalog(Path(__file__).parents[2] / "catalog").catalog
    for language in ("en", "fa"):
        for folder, ids in (
            ("fields", catalog.fields),
            ("systems", catalog.systems),
            ("purposes", catalog.purposes),
            ("roles", catalog.roles),
            ("rules", [rule.name for rule in RULES]),
        ):
            assert {f"{language}/{folder}/{i}.html" for i in ids} <= files.keys()
