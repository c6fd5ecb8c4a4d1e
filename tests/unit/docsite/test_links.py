"""Every link leads somewhere, and every page can be reached."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from amanat.docsite import render
from tests.unit.docsite.sites import Document, pages, rich_files, site_of

BROKEN: dict[str, str | bytes] = {
    "a.yaml": """\
fields:
  a.b: {category: no.such, owner: nobody, purposes: [nothing], retention: never, classification: odd,
    subject: none_such, derived_from: [a.c], stages: [nowhere], narrative: a.d, mask_for: {nothing: hash},
    sources: {ghost.t.c: , 'bad': }, master: ghost.t.other}
  ../escape: {label: x, sources: {ghost.t.d: }}
purposes:
  p: {label: P, roles: {stranger: [read]}, recipients: [no_one], stages: [nowhere]}
  q.r.s: {label: Orphan, basis: consent}
systems:
  s: {label: S, kind: crm, country: DE, owner: nobody, recipient: no_one, customer_id: s.t.c}
roles: {r: {label: R, clearance: odd}}
holds: {h: {reason: why, by: nobody, from: 2020-01-01, review: 2021-01-01, fields: [gone.*], systems: [ghost]}}
discrepancies: {d: {field: gone, facet: length, values: {ghost.t.c: 1}, decision: accepted}}
transfers: {t: {country: US, recipient: no_one}}
""",
}


@cache
def broken_files() -> dict[str, bytes]:
    """The site of a catalog that refers to what nobody declared."""
    return render(site_of(BROKEN))


def empty_files() -> dict[str, bytes]:
    """The site of a catalog with nothing in it."""
    return render(site_of({}))


def _broken_links(files: Mapping[str, bytes]) -> list[str]:
    ids = {path: _anchors(document) for path, document in pages(files)}
    broken = []
    for path, document in pages(files):
        for element in document.elements:
            link = element.attributes.get("href") or element.attributes.get("src")
            if link is None:
                continue
            target, _, fragment = link.partition("#")
            found = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            if found not in files or (fragment and fragment not in ids[found]):
                broken.append(f"{path} → {link}")
    return broken


def _anchors(document: Document) -> set[str]:
    return {element.attributes["id"] for element in document.elements if "id" in element.attributes}


@pytest.mark.parametrize("files", [rich_files, broken_files, empty_files])
def test_every_internal_link_leads_to_a_page_and_a_place_on_it(files: Callable[[], dict[str, bytes]]) -> None:
    assert _broken_links(files()) == []


def test_every_page_can_be_reached_from_the_start() -> None:
    files = rich_files()
    documents = dict(pages(files))
    reached, waiting = set[str](), ["index.html"]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        for anchor in documents[path].all("a"):
            target = anchor.attributes["href"].partition("#")[0]
            if target:
                waiting.append(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
    assert reached == set(documents)


def test_each_language_has_the_same_pages_and_the_switch_leads_to_the_same_page() -> None:
    files = rich_files()
    english = {path.removeprefix("en/") for path in files if path.startswith("en/")}
    assert english == {path.removeprefix("fa/") for path in files if path.startswith("fa/")}
    for name in sorted(name for name in english if name.endswith(".html")):
        switch = [a for a in Document(files[f"en/{name}"]).all("a") if "hreflang" in a.attributes]
        ways = {a.attributes["hreflang"]: a.attributes["href"] for a in switch}
        there = posixpath.normpath(posixpath.join("en", posixpath.dirname(name), ways["fa"]))
        assert there == f"fa/{name}"


def test_an_id_that_could_leave_its_folder_does_not() -> None:
    files = broken_files()
    assert all(".." not in path and not path.startswith("/") for path in files)


def test_what_the_catalog_does_not_declare_is_shown_as_code_and_not_as_a_link() -> None:
    document = Document(broken_files()["en/fields/a.b.html"])
    assert "nobody" in document.text
    assert all("nobody" not in anchor.text for anchor in document.all("a"))
