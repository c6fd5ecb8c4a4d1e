"""The pages of how all data of a person is reached."""

from __future__ import annotations

import re

from amanat.docsite import render
from amanat.identity.person import person_ways
from tests.unit.docsite.sites import Document, rich_files, rich_site, site_of
from tests.unit.rights.test_reach import LOST
from tests.unit.rights.world import REST, ROOT, SHOP

_WORLD = {
    "amanat.yaml": ROOT,
    "rest.yaml": REST,
    "observed/shop.columns.csv": SHOP,
    "observed/shop.json": LOST["observed/shop.json"],
}


def test_every_kind_of_people_has_a_page_that_its_own_leads_to() -> None:
    for subject in rich_site().catalog.subjects:
        for lang in ("en", "fa"):
            assert Document(rich_files()[f"{lang}/subjects/{subject}~reach.html"]).text
            links = {
                a.attributes["href"]
                for a in Document(rich_files()[f"{lang}/subjects/{subject}.html"]).all("a")
            }
            assert f"../subjects/{subject}~reach.html" in links


def test_the_drawings_have_every_table_and_so_has_the_text() -> None:
    for files in (_WORLD, LOST):
        site = site_of(files)
        made = render(site)
        for person in person_ways(site.catalog):
            page = made[f"en/subjects/{person.subject}~reach.html"].decode()
            drawn = re.findall(r'<text x="\d+" y="\d+">([^<]*)</text>', page)
            wanted = [str(person.field)] if person.field else []
            for system in person.systems:
                tables = [*(one.table for one in system.rows), *(one.table for one in system.lost)]
                wanted += [system.system, *tables]
                for table in tables:
                    assert table in Document(page.encode()).text
            assert sorted(drawn) == sorted(wanted)


def test_what_is_not_reached_looks_so_and_markup_is_text() -> None:
    page = render(site_of(LOST))["en/subjects/customer~reach.html"].decode()
    assert page.count('<g class="unreachable">') == 3  # two tables, and a system
    assert "<b>C</b>" not in page and "&lt;b&gt;C&lt;/b&gt;" in page
