"""Reports as pages: they say what the command says, and lead to what they name."""

from __future__ import annotations

from amanat.breach import find_target, impact_of, ranking
from amanat.breach.facts import Known
from amanat.docsite.atlas import atlas_of
from tests.unit.docsite.sites import Document, rich_files, rich_site


def _known() -> Known:
    atlas = atlas_of(rich_site())
    return Known.of(atlas.catalog, atlas.access.readings)


def test_every_system_has_a_page_of_what_its_breach_exposes() -> None:
    known = _known()
    for name, system in known.catalog.systems.items():
        page = Document(rich_files()[f"en/systems/{name}~breach.html"])
        impact = impact_of(known, find_target(known.catalog, f"system:{name}"))
        for call in impact.calls:
            assert not call.contact or call.contact in page.text
        assert "72 hours" in page.text and "Open questions" in page.text
        links = {a.attributes["href"] for a in Document(rich_files()[f"en/systems/{name}.html"]).all("a")}
        assert f"../systems/{name}~breach.html" in links, system.id
        assert "پرسش‌های باز" in Document(rich_files()[f"fa/systems/{name}~breach.html"]).text


def test_the_page_of_the_order_has_every_system_in_it() -> None:
    page = Document(rich_files()["en/exposure.html"])
    order = [one.system.id for one in ranking(_known())]
    links = [a.attributes["href"] for a in page.all("a") if a.attributes["href"].startswith("systems/")]
    assert [link.removeprefix("systems/").removesuffix(".html") for link in links[: len(order)]] == order


def test_an_empty_system_says_that_nothing_is_known() -> None:
    atlas = atlas_of(rich_site())
    empty = [name for name in atlas.catalog.systems if not atlas.held.get(name)]
    for name in empty:
        assert "what it holds is not known" in Document(rich_files()[f"en/systems/{name}~breach.html"]).text


def test_the_page_of_maturity_says_what_the_command_says() -> None:
    from amanat.people.maturity import maturity
    from amanat.people.words import words_for

    site = rich_site()
    for lang in ("en", "fa"):
        page, say = Document(rich_files()[f"{lang}/maturity.html"]).text, words_for(lang)
        for one in maturity(site.catalog, site.diagnostics, site.as_of):
            for answer in one.answers:
                assert say.say(f"ask.{answer.key}") in page
                if answer.total:
                    assert say.say("count.of", met=answer.met, all=answer.total) in page
