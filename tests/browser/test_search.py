"""People type, and see what they look for: from a file, in any language, with the keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from amanat.docsite import render
from amanat.docsite.search.words import words_of
from tests.browser.conftest import Open, written
from tests.unit.docsite.sites import site_of
from tests.unit.docsite.test_safety import EVIL, hostile

if TYPE_CHECKING:
    from playwright.sync_api import Page

TEXTS = [
    "E-mail address",
    "نشاني ايميل",
    "نشانی ایمیل",
    "می‌شود نام‌خانوادگی",
    "مُشتَرِی کتاب",
    "كتاب مشترى",
    "خانهٔ مشتری خانۀ",
    "۱۲٬۳۴۵ and ٦٧",
    "آدرس أحمد إيران ئ ؤ ء",
    "Straße GROẞE Ünïcödé ﬁne ΑΣ λόγος",
    "saleor.account_user.email lastName",
    "a\u200cb\u200dc\u00add soft",
    "it’s «quoted» – dashed",
    "日本語 emoji 👩‍👩‍👧 x²",
    "",
    "…!?",
]


def _found(page: Page) -> list[str]:
    return page.locator("#found > li .head > code").all_inner_texts()


def _answered(page: Page, query: str, kind: str = "page") -> None:
    page.wait_for_function(
        "([kind, query]) => document.querySelector(`form[data-kind=${kind}]`).dataset.answered === query",
        arg=[kind, query],
    )


def test_a_query_is_folded_in_the_browser_as_in_the_index(example: Path, open_page: Open) -> None:
    page = open_page(example, "en/index.html")
    for text in TEXTS:
        asked = page.evaluate("text => amanatSearch.wordsOf(text)", text)
        assert set(asked) <= set(words_of(text)), text
        assert bool(asked) == bool(words_of(text)), text


@pytest.mark.parametrize("start", ["en/index.html", "fa/fields/customer.email.html", "en/rules.html"])
def test_the_box_of_every_page_finds_as_one_types_and_the_keyboard_leads_there(
    example: Path, open_page: Open, start: str
) -> None:
    page = open_page(example, start)
    page.keyboard.press("/")
    page.keyboard.type("telephone num")
    _answered(page, "telephone num", "box")
    box = page.get_by_role("combobox")
    assert box.get_attribute("aria-expanded") == "true"
    assert page.locator("#hits li code").first.inner_text() == "customer.phone"
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#hits [aria-selected=true]")
    assert chosen.count() == 1
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/fields/customer.phone.html")


def test_escape_closes_the_list_then_empties_the_box(example: Path, open_page: Open) -> None:
    page = open_page(example, "en/index.html")
    page.keyboard.press("/")
    page.keyboard.type("email")
    page.wait_for_selector("#hits li")
    page.keyboard.press("Escape")
    assert page.locator("#hits").is_hidden()
    page.keyboard.press("Escape")
    assert page.get_by_role("combobox").input_value() == ""


def test_enter_without_a_choice_shows_everything_that_matches(example: Path, open_page: Open) -> None:
    page = open_page(example, "en/systems/saleor.html")
    page.keyboard.press("/")
    page.keyboard.type("address")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/search.html#q=address")
    _answered(page, "address")
    assert len(_found(page)) > 8


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("customer.email", "customer.email"),
        ("e-mail address", "customer.email"),
        ("نشاني ايميل", "customer.email"),
        ("نشانی ایمیل", "customer.email"),
        ("suitecrm contacts phone_work", "customer.phone"),
        ("phonework", "customer.phone"),
        ("Matomo", "matomo"),
        ("missing-retention", "missing-retention"),
        ("RT101", "missing-retention"),
    ],
)
@pytest.mark.parametrize("language", ["en", "fa"])
def test_everything_is_found_in_every_language(
    example: Path, open_page: Open, language: str, query: str, expected: str
) -> None:
    page = open_page(example, f"{language}/search.html", anchor=f"q={quote(query)}")
    _answered(page, query)
    assert expected in _found(page)[:3]


def test_what_does_not_exist_is_not_found_and_one_letter_is_too_little(
    example: Path, open_page: Open
) -> None:
    page = open_page(example, "en/search.html")
    page.get_by_role("searchbox").fill("zzzzqq")
    _answered(page, "zzzzqq")
    assert page.locator("#answer").inner_text() == "nothing matches"
    page.get_by_role("searchbox").fill("z")
    _answered(page, "z")
    assert page.locator("#answer").inner_text() == "one more letter"
    assert _found(page) == []


def test_filters_leave_the_fields_that_the_pages_of_things_list(example: Path, open_page: Open) -> None:
    page = open_page(example, "en/search.html", anchor="system=saleor&class=confidential&conflict=accepted")
    page.wait_for_selector("#found > li")
    by_both = set(_found(page))
    assert by_both
    page.locator("input[name=conflict][value=accepted]").uncheck()
    page.wait_for_function("!location.hash.includes('conflict')")
    page.wait_for_function("n => document.querySelectorAll('#found > li').length > n", arg=len(by_both))
    assert by_both < set(_found(page))
    told = page.locator("label:has(input[name=class][value=confidential]) .count").inner_text()
    assert len(_found(page)) == int(told)


def test_a_link_with_filters_can_be_shared_and_the_language_switch_keeps_them(
    example: Path, open_page: Open
) -> None:
    page = open_page(example, "en/search.html")
    page.get_by_text("Owner", exact=True).click()
    page.locator("input[name=owner]").first.check()
    page.get_by_role("searchbox").fill("date")
    _answered(page, "date")
    english = _found(page)
    address = page.url
    assert "owner=" in address and "q=date" in address
    page.locator(".languages a[hreflang=fa]").click()
    page.wait_for_url("**/fa/search.html#*")
    _answered(page, "date")
    assert _found(page) == english
    again = open_page(example, "en/search.html", anchor=address.partition("#")[2])
    _answered(again, "date")
    assert _found(again) == english
    again.get_by_role("button", name="Clear").click()
    again.wait_for_function("location.hash === ''")
    assert again.locator("input:checked").count() == 0


def test_more_results_are_shown_when_asked_for(example: Path, open_page: Open) -> None:
    page = open_page(example, "en/search.html", anchor="q=customer")
    _answered(page, "customer")
    assert len(_found(page)) == 50
    page.get_by_role("button", name="Show more").click()
    page.wait_for_function("document.querySelectorAll('#found > li').length > 50")
    assert page.evaluate("document.activeElement.closest('#found > li') !== null")


def test_a_missing_piece_of_the_index_is_said(tmp_path: Path, browser: object, example: Path) -> None:
    broken = written(
        {
            str(path.relative_to(example)): path.read_bytes()
            for path in example.rglob("*")
            if path.is_file() and not path.name.startswith("words-")
        },
        tmp_path / "site",
    )
    page = browser.new_page()  # type: ignore[attr-defined] # not watched: the missing file is an error there
    page.goto(f"{broken.as_uri()}/en/search.html#q=email")
    page.wait_for_function("document.getElementById('answer').textContent.includes('index is missing')")
    page.close()


def test_hostile_texts_are_shown_and_never_run(tmp_path: Path, open_page: Open) -> None:
    for n, evil in enumerate([*EVIL, "</script><script>alert(1)</script>"]):
        site = written(render(site_of(hostile(evil))), tmp_path / str(n))
        page = open_page(site, "en/search.html", anchor="conflict=none&conflict=open")
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.wait_for_selector("#found > li")
        assert page.locator("#found script, #found img, #found b").count() == 0
