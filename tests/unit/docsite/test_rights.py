"""Plans as pages: they say what the commands say, and the pages of their things lead to them."""

from __future__ import annotations

from dataclasses import replace

from amanat.docsite import render
from amanat.rights.access import access_plan
from amanat.rights.erasing import erasure_plan
from amanat.rights.objecting import objection_plan
from tests.unit.docsite.sites import DAY, Document, rich_files, rich_site


def _leads(page: str, to: str) -> bool:
    return to in {a.attributes["href"] for a in Document(rich_files()[page]).all("a")}


def test_access_and_erasure_of_every_kind_of_people_have_a_page() -> None:
    catalog = rich_site().catalog
    for subject in catalog.subjects:
        read = access_plan(catalog, subject)
        erased = erasure_plan(catalog, subject, DAY)
        for lang in ("en", "fa"):
            page = Document(rich_files()[f"{lang}/subjects/{subject}~access.html"]).text
            assert f"amanat access-request {subject}" in page
            for system in read.systems:
                assert system.anchor.column in page
            page = Document(rich_files()[f"{lang}/subjects/{subject}~erasure.html"]).text
            assert f"amanat erasure {subject}" in page
            for one in erased.problems:
                assert one.about in page
            for what in ("access", "erasure"):
                assert _leads(f"{lang}/subjects/{subject}.html", f"../subjects/{subject}~{what}.html")


def test_an_objection_to_every_purpose_has_a_page() -> None:
    catalog = rich_site().catalog
    for purpose in catalog.purposes:
        plan = objection_plan(catalog, purpose)
        for lang in ("en", "fa"):
            page = Document(rich_files()[f"{lang}/purposes/{purpose}~objection.html"]).text
            assert f"amanat objection {purpose}" in page
            for stop in plan.fields:
                assert (stop.field.label.get(lang) or next(iter(stop.field.label.values()))) in page
            assert _leads(f"{lang}/purposes/{purpose}.html", f"../purposes/{purpose}~objection.html")


def test_no_plan_names_a_day_that_pages_may_not_name() -> None:
    files = render(replace(rich_site(), names_day=False))
    plans = [content for name, content in files.items() if "~erasure" in name]
    assert plans and not any(DAY.isoformat().encode() in content for content in plans)
