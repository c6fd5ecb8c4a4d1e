"""How long a field is kept, and what falls due: the pages say what the commands say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from amanat.docsite import render
from amanat.docsite.atlas import atlas_of
from amanat.load import load_catalog
from amanat.retention.due import calendar
from amanat.retention.effective import Reckoning
from amanat.retention.ladder import Rung, ladder, likeness
from amanat.retention.told import Told, together
from tests.unit.docsite.sites import DAY, Document, rich_files, rich_site, site_of

_ALIKE = {
    "amanat.yaml": "catalog:\n  name: {en: Shop}\n  languages: [en, fa]\n  jurisdictions: [EU, IR]\n",
    "all.yaml": """\
retention:
  short: {label: Short, keep: P1Y, from: collected, then: delete, basis: {kind: business, why: we ask}}
  long: {label: Long, keep: P3Y, from: collected, then: delete, basis: {kind: business, why: we sell}}
systems:
  a: {label: System A, erase: {backups: P30D}}
  b: {label: System B, erase: {backups: P30D}}
  c: {label: "<b>System C</b> ر", erase: {backups: P40D}}
fields:
  f: {label: F, retention: short, sources: {a.t.c: {}, b.t.c: {}, c.t.c: {retention: long}}}
""",
}


def test_the_ladder_of_every_field_stands_on_its_page() -> None:
    site = rich_site()
    for field in site.catalog.fields.values():
        for lang in ("en", "fa"):
            told = Told(site.catalog, lang)
            page = Document(rich_files()[f"{lang}/fields/{field.id}.html"])
            rules = together(Reckoning(site.catalog, site.as_of).of_field(field))
            for rule, names in rules:
                assert told.holds_in(rule, names) in page.text
                for rung in ladder(rule, site.catalog, site.as_of):
                    for policy in rung.statements:
                        assert atlas_of(site).where(policy.place) in page.text
            assert (f"amanat retention explain {field.id}" in page.text) is bool(rules)


@pytest.mark.parametrize("day", [None, DAY])
def test_rules_that_are_alike_have_one_ladder_but_for_backups(day: date | None) -> None:
    shared = 0
    for catalog in (rich_site().catalog, load_catalog(Path(__file__).parents[3] / "catalog").catalog):
        found: dict[object, list[Rung]] = {}
        for field in catalog.fields.values():
            for rule in Reckoning(catalog, day).of_field(field):
                rungs = [one for one in ladder(rule, catalog, day) if "backups" not in one.key]
                assert found.setdefault(likeness(rule), rungs) == rungs
                shared += 1
        shared -= len(found)
    assert shared > 100


def test_systems_with_one_ladder_share_it() -> None:
    page = render(site_of(_ALIKE))["en/fields/f.html"].decode()
    summaries = [one.partition("</summary>")[0] for one in page.split("<summary>")[1:]]
    assert [one for one in summaries if "System" in one] == [
        "<bdi>In System A, EU, IR</bdi>; <bdi>In System B, EU, IR</bdi>",
        "<bdi>In &lt;b&gt;System C&lt;/b&gt; ر, EU, IR</bdi>",
    ]


def test_days_of_persian_sentences_stay_in_order() -> None:
    page = render(site_of(_ALIKE))["fa/fields/f.html"].decode()
    assert '<time dir="ltr">2026-03-01</time> (۱۰ اسفند ۱۴۰۴)' in page
    assert '<bdi dir="rtl">' in page


def test_the_calendar_has_every_entry_of_the_day() -> None:
    site = rich_site()
    entries = calendar(site.catalog, DAY)
    assert entries
    for lang in ("en", "fa"):
        page = Document(rich_files()[f"{lang}/calendar.html"])
        assert DAY.isoformat() in page.text
        for one in entries:
            assert one.id in page.text and atlas_of(site).where(one.place) in page.text


def test_a_site_that_names_no_day_has_no_day_in_ladders_and_calendar() -> None:
    site = replace(rich_site(), names_day=False)
    files = render(site)
    for lang, words in (("en", "No day was given"), ("fa", "روزی برای محاسبه داده نشده است")):
        assert words in Document(files[f"{lang}/calendar.html"]).text
    assert not [name for name, content in files.items() if DAY.isoformat().encode() in content]


_OUTLIVING = {
    **_ALIKE,
    "made.yaml": """\
fields:
  g: {label: G, origin: inferred, derived_from: [f], logic: "<i>sum</i>", retention: long, sources: {a.t.g: {}}}
  h: {label: H, retention: short, sources: {a.t.h: {}}}
""",
}


def test_a_copy_that_outlives_what_it_is_made_from_is_told_on_both_pages() -> None:
    site = site_of(_OUTLIVING)
    made = render(site)
    for lang in ("en", "fa"):
        told = Told(site.catalog, lang)
        title, words = told.t("section.derived"), told.t("derived.longer", derived="g", origin="f")
        for name, there in (("f", True), ("g", True), ("h", False)):
            text = Document(made[f"{lang}/fields/{name}.html"]).text
            assert (title in text) is (words in text) is there, (lang, name)
