"""The picture of all access, the role pages and the loss pages say what was decided and reported."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from amanat.conflicts import compare
from amanat.docsite import render
from amanat.docsite.atlas import Atlas, atlas_of
from amanat.docsite.pages.access import AccessView, access_pages
from amanat.docsite.pages.losses import LossView, loss_pages
from amanat.docsite.pages.roles import RoleView, role_pages
from amanat.docsite.site import Site
from amanat.load import Loaded
from amanat.model.values import Action
from amanat.policy.decide import decide
from amanat.policy.plan import make_plan
from amanat.policy.targets import TARGETS
from amanat.rules import RULES
from tests.unit.docsite.sites import ROOT, Document, page, pages, rich_files, rich_site, site_of
from tests.unit.policy.support import changed


def view(atlas: Atlas) -> AccessView:
    (only,) = access_pages(atlas)
    found = only.view
    assert isinstance(found, AccessView)
    return found


def site(loaded: Loaded, day: date = date(2026, 6, 30)) -> Site:
    return Site(loaded.catalog, (), compare(loaded.catalog, day), day, RULES, loaded.spans)


def policy_site() -> Site:
    more = "systems: {shop: {label: Shop, kind: crm, owner: crm, country: DE, engine: postgresql}}"
    return site(changed(more=more))


@pytest.mark.parametrize("made", [rich_site, policy_site])
def test_every_cell_of_the_picture_is_the_reference_decision(made: Callable[[], Site]) -> None:
    atlas = atlas_of(made())
    shown, catalog = view(atlas), atlas.catalog
    assert [pair.purpose for pair in shown.pairs] == [p for one in shown.acting for p in one.purposes]
    drawn: set[str] = set()
    for group in shown.groups:
        for kind in group.kinds:
            for pair, cell in zip(shown.pairs, kind.cells, strict=True):
                for field in kind.fields:
                    asked = (pair.role, pair.purpose, Action.READ, field)
                    assert decide(catalog, *asked, atlas.site.as_of).outcome[:3] == cell_of(cell)
            drawn.update(kind.fields)
    assert drawn.isdisjoint(shown.closed)
    assert drawn | {*shown.closed} == {*catalog.fields}
    for field in shown.closed:
        for role in catalog.roles:
            for purpose in catalog.purposes:
                assert decide(catalog, role, purpose, Action.READ, field, atlas.site.as_of).effect == "deny"


def cell_of(reading: tuple[object, ...]) -> tuple[object, ...]:
    return reading[2:5]


def test_fields_that_get_the_same_answers_share_a_row() -> None:
    more = "fields:\n" + "".join(
        f"  f.x{n}: {{label: X{n}, definition: An x, category: contact.email, classification: internal,"
        " purposes: [service, marketing]}\n"
        for n in range(1000)
    )
    shown = view(atlas_of(site(changed(more=more))))
    (contact,) = (group for group in shown.groups if group.category == "contact")
    assert sorted(len(kind.fields) for kind in contact.kinds) == [1, 1001]
    files = render(site(changed(more=more)))
    text = page(files, "en/access.html").text
    assert "and 998 more" in text
    assert "and 968 more, on the pages of their categories" in text
    assert len(files["en/access.html"]) < 60_000


def _rows(document: Document) -> list[str]:
    return [td.text.strip() for td in document.all("td") if "cell" in td.attributes.get("class", "").split()]


def test_every_cell_says_in_words_what_its_sign_shows() -> None:
    files = render(policy_site())
    document = page(files, "en/access.html")
    signs = [
        td.attributes["class"]
        for td in document.all("td")
        if "cell" in td.attributes.get("class", "").split()
    ]
    said = _rows(document)
    assert {re.sub(":.*?(;|$)", r"\1", words) for words in said} == {
        "denied",
        "in plain",
        "in plain; only rows with consent",
        "masked; only rows with consent",
    }
    for sign, words in zip(signs, said, strict=True):
        assert ("consented" in sign) == ("only rows with consent" in words)
        assert (
            sign.split()[1]
            == {"denied": "deny", "in plain": "allow", "masked": "mask"}[re.split("[;:]", words)[0]]
        )
    headers = [
        th
        for th in document.all("th")
        if th.attributes.get("scope") in ("col", "colgroup", "row", "rowgroup")
    ]
    assert len(headers) == len(list(document.all("th")))
    (region,) = (div for div in document.all("div") if div.attributes.get("role") == "region")
    assert (region.attributes["tabindex"], region.attributes["aria-labelledby"]) == ("0", "picture")


def test_the_same_stands_there_in_words() -> None:
    text = page(rich_files(), "en/access.html").text
    assert "Agent: Service, Calls" in text
    assert "Read by nobody" in text


def test_a_role_page_tells_for_each_purpose_what_is_seen_and_why() -> None:
    atlas = atlas_of(policy_site())
    views = {p.id: p.view for p in role_pages(atlas) if isinstance(p.view, RoleView)}
    marketer = views["marketer"]
    acts = {str(act.purpose.id): act for act in marketer.acts}
    assert [(share.fields, share.reading.effect) for share in acts["marketing"].plain] == [
        (("customer.email",), "allow")
    ]
    assert {str(share.reading.mask): share.fields for share in acts["marketing"].masked} == {
        "year": ("customer.birth_date",),
        "redact": ("customer.phone",),
    }
    assert [(share.reading.reason, share.fields) for share in acts["marketing"].denied] == [
        ("purpose_not_allowed", ("customer.illness",))
    ]
    assert (marketer.seen, marketer.unseen) == (3, 1)
    for role, found in views.items():
        for act in found.acts:
            for share in (*act.plain, *act.masked, *act.denied):
                for field in share.fields:
                    decision = decide(
                        atlas.catalog, role, act.purpose.id, Action.READ, field, atlas.site.as_of
                    )
                    assert decision.outcome == share.reading[2:]
    text = page(render(policy_site()), "en/roles/marketer.html").text
    assert "Only rows whose subject consented: Shop customers.news = yes" in text
    assert "masked: redacted 1 Telephone number Because: the role is only cleared for Internal" in text
    assert "denied 1 Because: the field does not allow the purpose" in text


def test_the_loss_pages_count_what_the_report_counts() -> None:
    made = policy_site()
    atlas = atlas_of(made)
    views = {p.id: p.view for p in loss_pages(atlas) if isinstance(p.view, LossView)}
    (report,) = views["shop"].reports
    target = TARGETS["postgres"]
    plan = make_plan(atlas.access.table, list(made.catalog.systems.values()))
    generated = target.generate(made.catalog, plan)
    summary = json.loads(generated.files["policy/postgres/shop.loss.json"])["summary"]
    assert {
        action.value: {s.value: n for s, n in zip(report.statuses, numbers, strict=True) if n}
        for action, numbers in report.counts
    } == summary
    lost = [cell for loss in generated.losses for cell in loss.cells if cell.status != "exact"]
    assert sum(group.cells for group in report.groups) == len(lost)
    assert {group.why for group in report.groups} == {cell.why for cell in lost}
    text = page(render(made), "en/losses/shop.html").text
    assert all(group.why.replace("`", "") in text for group in report.groups)
    assert "exact" in text


def test_a_system_that_no_target_writes_for_is_not_silent() -> None:
    files = rich_files()
    assert "no target writes for this engine" in page(files, "en/losses/crm.html").text
    assert "access in this system stays as it is" in page(files, "en/losses/crm.html").text
    assert "no target writes for this engine" in page(files, "en/losses.html").text
    assert "../losses/crm.html" in {
        a.attributes.get("href") for a in page(files, "en/systems/crm.html").all("a")
    }


def test_losses_that_are_given_are_shown_as_they_are() -> None:
    files = render(replace(policy_site(), losses={}))
    assert "no target writes for this engine" in page(files, "en/losses.html").text


def test_hostile_texts_stay_text_on_the_new_pages() -> None:
    evil = "<script>alert(1)</script>\" onload='x"
    quoted = json.dumps(evil)
    files: dict[str, str | bytes] = {
        "amanat.yaml": ROOT,
        "a.yaml": f"classifications: {{c: {{label: {quoted}, mask: redact}}}}\n"
        f"roles: {{r: {{label: {quoted}, clearance: c}}}}\n"
        f"purposes: {{p: {{label: {quoted}, reason: {quoted}, basis: contract, roles: {{r: [read]}}}}}}\n"
        f"systems: {{shop: {{label: {quoted}, kind: crm, owner: crm, country: DE, engine: postgresql}}}}\n"
        f'fields: {{f.x: {{label: {quoted}, category: device, classification: c, purposes: [p], sources: {{"shop.{evil}.x": {{}}}}}}}}',
    }
    for path, document in pages(render(site_of(files))):
        assert document.faults == [], path
        assert all(script.text == "" for script in document.all("script")), path
        assert not any("onload" in element.attributes for element in document.elements), path
