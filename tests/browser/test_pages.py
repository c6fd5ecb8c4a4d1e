"""Every kind of page as people meet it: with their eyes, on a phone, in the dark, on paper, with a screen reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from amanat.docsite.paths import Kind
from tests.browser.conftest import Open

if TYPE_CHECKING:
    from axe_playwright_python.base import AxeResults

SERIOUS = ("serious", "critical")
ASKED = {"resultTypes": ["violations"], "preload": False}
"""Axe would fetch style sheets by itself, which the pages do not allow."""
REST = {**ASKED, "rules": {"color-contrast": {"enabled": False}}}
COLORS = {**ASKED, "runOnly": ["color-contrast", "link-in-text-block"]}
"""Colors take axe four times as long as everything else, and nearly all elements look as one seen before."""

MARK_NEW_LOOKS = """
seen => {
  const known = new Set(seen), added = [], paints = new Map([[null, ""]]);
  const name = element => element.localName + "." + (element.getAttribute("class") ?? "");
  const paint = element => {
    if (!paints.has(element)) {
      const style = getComputedStyle(element), behind = paint(element.parentElement);
      const own = [style.color, style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
                   style.mixBlendMode].join(" ");
      paints.set(element, behind.endsWith("/" + own) ? behind : `${behind}/${own}`);
    }
    return paints.get(element);
  };
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    const style = getComputedStyle(element);
    const look = [name(element.parentElement), name(element), paint(element), style.fontSize, style.fontWeight,
                  style.textShadow, style.textDecorationLine, style.position, style.visibility].join(" ");
    if (known.has(look)) continue;
    known.add(look);
    added.push(look);
    element.setAttribute("data-look", "new");
  }
  return added;
}
"""
"""Marks one element of each look that no page had before: what it is, its type, its color and all behind it."""


def _of_each_kind(site: Path) -> list[str]:
    """A page of every kind there is: the lists, and the first page in each folder."""
    first = [
        min(folder.glob("*.html")) for folder in sorted((site / "en").iterdir()) if any(folder.glob("*.html"))
    ]
    # The longest page of those that tell one thing of a thing, such as `customer~reach.html`.
    about: dict[tuple[str, str], list[Path]] = {}
    for page in sorted((site / "en").glob("*/*~*.html")):
        what = page.stem.partition("~")[2]
        if not what.isdigit():
            about.setdefault((page.parent.name, what.partition("~")[0]), []).append(page)
    first += [max(pages, key=lambda one: one.stat().st_size) for pages in about.values()]
    lists = [page for page in sorted((site / "en").glob("*.html")) if "~" not in page.name]
    return [str(page.relative_to(site / "en")) for page in (*lists, *first)]


def test_every_kind_of_page_is_looked_at(example: Path) -> None:
    looked_at = _of_each_kind(example)
    assert {"index.html", "search.html", "conflicts.html", "access.html", "due.html"} <= set(looked_at)
    assert {f"subjects/customer~{one}.html" for one in ("reach", "access", "erasure")} <= set(looked_at)
    assert any(name.endswith("~objection.html") for name in looked_at)
    folders = {name.partition("/")[0] for name in looked_at if "/" in name}
    assert folders >= {kind.value for kind in Kind} | {"losses"}


@pytest.mark.parametrize(
    ("language", "dark", "every"), [("en", False, 1), ("fa", False, 3), ("en", True, 2), ("fa", True, 6)]
)
def test_no_page_has_a_serious_barrier(
    example: Path, open_page: Open, language: str, dark: bool, every: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: dict[str, list[tuple[str, str]]] = {}
    looks: list[str] = []
    page = open_page(example, f"{language}/index.html", dark=dark)
    for name in _of_each_kind(example)[::every]:
        page.goto(f"{example.as_uri()}/{language}/{name}")
        # What is dark differs in its colors alone.
        serious = [] if dark else _serious(axe.run(page, options=REST))
        if added := page.evaluate(MARK_NEW_LOOKS, looks):
            looks += added
            serious += _serious(axe.run(page, {"include": [["[data-look]"]]}, COLORS))
        if serious:
            found[name] = serious
    assert found == {}
    assert len(looks) > 100


def _serious(results: AxeResults) -> list[tuple[str, str]]:
    found = results.response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in SERIOUS]


@pytest.mark.parametrize("language", ["en", "fa"])
def test_no_page_scrolls_sideways_on_a_phone(example: Path, open_page: Open, language: str) -> None:
    page = open_page(example, f"{language}/index.html", width=360)
    wide = []
    for name in _of_each_kind(example):
        page.goto(f"{example.as_uri()}/{language}/{name}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(name)
    assert wide == []


def test_the_menu_of_a_phone_opens_and_leads_on(example: Path, open_page: Open) -> None:
    page = open_page(example, "en/index.html", width=390)
    assert page.locator("#sections").is_hidden()
    page.get_by_role("button", name="Menu").click()
    page.locator("#sections").get_by_role("link", name="Systems").click()
    page.wait_for_url("**/en/systems.html")


def test_the_language_switch_leads_to_the_same_page(example: Path, open_page: Open) -> None:
    page = open_page(example, "en/fields/customer.email.html")
    page.locator(".languages a[hreflang=fa]").click()
    page.wait_for_url("**/fa/fields/customer.email.html")
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert page.locator("h1").inner_text() == "نشانی ایمیل"
    assert page.evaluate("getComputedStyle(document.querySelector('.ident code')).direction") == "ltr"


def test_paper_has_no_menus_and_nothing_that_is_cut_off(example: Path, open_page: Open) -> None:
    page = open_page(example, "en/fields/customer.email.html")
    page.emulate_media(media="print")
    for what in (".top", ".sections", ".onpage"):
        assert page.locator(what).first.is_hidden()
    assert page.evaluate(
        "[...document.querySelectorAll('.scroll')].every(box => getComputedStyle(box).overflowX === 'visible')"
    )
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(example: Path, open_page: Open) -> None:
    page = open_page(example, "en/fields/customer.email.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_without_scripts_every_page_is_there_and_nothing_is_promised(example: Path, browser: object) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{example.as_uri()}/en/fields.html")
    assert page.locator("form:visible").count() == 0
    page.get_by_role("link", name="E-mail address", exact=True).first.click()
    assert page.locator("h1").inner_text() == "E-mail address"
    context.close()


def test_the_quiz_counts_first_answers_and_folds_out_what_is_right(example: Path, open_page: Open) -> None:
    page = open_page(example, "fa/roles/marketer~handbook.html")
    questions = page.locator(".quiz fieldset")
    total = questions.count()
    assert total > 3
    right = [questions.nth(n).get_attribute("data-right") for n in range(total)]

    def answer(at: int, choice: str) -> None:
        # By keyboard: what the answer unfolds moves what a pointer has aimed at.
        page.locator(f".quiz fieldset >> nth={at} >> input[value='{choice}']").focus()
        page.keyboard.press("Space")

    answer(0, right[0] or "")
    wrong = "0" if right[1] != "0" else "1"
    answer(1, wrong)
    answer(1, right[1] or "")
    digits = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    assert page.locator(".quiz output").inner_text() == f"1 از {total} درست".translate(digits)
    assert page.locator(".quiz details[open]").count() == 2


def test_whoever_points_at_a_name_in_the_flow_sees_its_bands(example: Path, open_page: Open) -> None:
    page = open_page(example, "en/flow.html")
    page.locator(".flow a[href='purposes/marketing.html']").focus()
    followed = page.locator(".flow path.on").count()
    assert 0 < followed < page.locator(".flow path").count()
    page.locator("body").click(position={"x": 1, "y": 1})
    assert page.locator(".flow .followed").count() == 0


def test_the_filter_of_the_field_list_takes_what_a_reader_takes_for_the_same(
    example: Path, open_page: Open
) -> None:
    page = open_page(example, "fa/fields.html")
    page.locator("#q").fill("آخرين  فعاليت")
    shown = page.locator(".entry-row:visible")
    assert shown.count() == 1
    assert "customer.last_activity_at" in shown.inner_text()
    page.locator("#q").fill("zzzz")
    assert page.locator(".entry-row:visible").count() == 0
    page.locator("#q").fill("")
    assert page.locator(".entry-row:visible").count() == page.locator(".entry-row").count()
