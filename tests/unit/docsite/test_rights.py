"""Plans as pages: they say what the commands say, and the pages of their things lead to them."""

from __future__ import annotations

from dataclasses import replace

from amanat.docsite import render
from amanat.docsite.corrected import LISTED
from amanat.rights.access import access_plan
from amanat.rights.correcting import correction_plans, correction_sheet
from amanat.rights.erasing import erasure_plan
from amanat.rights.objecting import objection_plan
from amanat.sheet import Said
from tests.unit.docsite.sites import DAY, Document, rich_files, rich_site, site_of


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


def test_the_page_of_every_held_field_tells_how_it_is_corrected() -> None:
    catalog = rich_site().catalog
    seen = {"problem": 0, "derived": 0, "sent": 0}
    for field in catalog.fields.values():
        (plan,) = correction_plans(catalog, (field.id,))
        for lang in ("en", "fa"):
            page = Document(rich_files()[f"{lang}/fields/{field.id}.html"])
            if not field.status.held:
                assert "amanat correction" not in page.text
                continue
            part = next(one.text for one in page.all("section") if "amanat correction" in one.text)
            assert f"amanat correction {field.id}" in part
            for place in plan.places:
                assert place.source.id in part
            for sent in plan.sent:
                assert (sent.recipient.contact or "") in part
                seen["sent"] += 1
            for derived in plan.derived:
                assert (derived.label.get(lang) or next(iter(derived.label.values()))) in part
                seen["derived"] += 1
            if plan.problems:
                sheet = correction_sheet(plan, lang)
                lines = next(one.lines for one in sheet.sections if one.key == "problems")
                said = [piece for line in lines for piece in line if isinstance(piece, Said)]
                assert said and all(one.replace("`", "") in part for one in said)
                seen["problem"] += 1
    assert all(seen.values()), seen


def test_of_many_columns_the_last_page_lists_the_first_and_counts_the_rest() -> None:
    columns = ", ".join(f"a.t.c{number:02}: {{}}" for number in range(LISTED + 3))
    files = {
        "amanat.yaml": "catalog: {name: Shop, languages: [en]}\n",
        "all.yaml": f"systems: {{a: {{label: A}}}}\nfields:\n  f: {{label: F, sources: {{{columns}}}}}\n",
    }
    made = render(site_of(files))
    first, last = Document(made["en/fields/f.html"]), Document(made["en/fields/f~2.html"])
    assert "amanat correction" not in first.text
    assert "../fields/f~2.html#correction" in {a.attributes["href"] for a in first.all("a")}
    part = next(one.text for one in last.all("section") if "amanat correction" in one.text)
    assert f"a.t.c{LISTED - 1}" in part and f"a.t.c{LISTED}" not in part
    for left_out in (3, 4):  # columns; problems: one for each, and that nothing decides which is right
        said = f"and {left_out} more rows, with amanat correction f --format md"
        assert said in " ".join(part.split())
