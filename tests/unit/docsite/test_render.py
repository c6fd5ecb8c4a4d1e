"""The site as a whole: the same input gives the same bytes, in whatever language, also of a poor catalog."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import amanat
from amanat.docsite import render
from amanat.docsite.speech import speech_for
from tests.unit.docsite.sites import Document, page, rich_files, rich_pages, rich_site, site_of

_DIGEST = """
import hashlib
from amanat.docsite import render
from amanat.docsite.speech import speech_for
from tests.unit.docsite.sites import rich_site
made = render(rich_site())
print(hashlib.sha256(b"".join(k.encode() + v for k, v in made.items())).hexdigest())
"""


def test_the_same_input_gives_the_same_bytes() -> None:
    assert render(rich_site()) == rich_files()


def test_neither_hash_order_nor_the_working_folder_matters(tmp_path: Path) -> None:
    here = hashlib.sha256(b"".join(k.encode() + v for k, v in rich_files().items())).hexdigest()
    root = os.pathsep.join(map(str, (Path(__file__).parents[3], Path(amanat.__file__).parents[1])))
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": root,
        "TZ": "Asia/Tehran",
        "LC_ALL": "C",
    }
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _DIGEST],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == here


def test_paths_are_sorted_and_relative() -> None:
    paths = list(rich_files())
    assert paths == sorted(paths)
    assert all(not path.startswith("/") for path in paths)


def test_no_path_of_this_machine_is_in_the_site() -> None:
    everything = b"".join(rich_files().values())
    assert str(Path(__file__).parents[3]).encode() not in everything


def test_every_page_is_well_formed_and_has_its_landmarks() -> None:
    for path, document in rich_pages():
        assert document.faults == [], path
        assert len(list(document.all("main"))) == 1, path
        assert len(list(document.all("h1"))) == 1, path
        ids = [element.attributes["id"] for element in document.elements if "id" in element.attributes]
        assert len(ids) == len(set(ids)), path
        if path == "index.html":
            continue
        assert next(document.all("a")).attributes["href"] == "#main", path
        captions = len(list(document.all("caption")))
        assert captions == len(list(document.all("table"))), path
        levels = [int(e.tag[1]) for e in document.elements if e.tag in ("h1", "h2", "h3", "h4")]
        assert all(after - before <= 1 for before, after in pairwise(levels)), path


def test_pages_say_their_language_and_direction() -> None:
    for path, document in rich_pages():
        html = next(document.all("html")).attributes
        persian = path.startswith("fa/")
        assert (html["lang"], html["dir"]) == (("fa", "rtl") if persian else ("en", "ltr")), path


def test_a_text_in_another_language_is_marked_with_its_language_and_direction() -> None:
    document = page(rich_files(), "fa/fields/customer.score.html")
    marked = [span for span in document.all("span") if span.text == "How satisfied the customer is"]
    assert marked
    assert all((s.attributes["lang"], s.attributes["dir"]) == ("en", "ltr") for s in marked)


def test_persian_pages_count_in_persian_digits() -> None:
    document = page(rich_files(), "fa/roles/agent.html")
    assert "۱٬۲۰۰" in document.text
    assert "1,200" in page(rich_files(), "en/roles/agent.html").text


@pytest.mark.parametrize("languages", ["[de]", "[fa-IR, ar]", "[fa]", "[pt-BR, en]"])
def test_languages_without_a_translation_get_english_words_around_their_own_texts(languages: str) -> None:
    first = languages.strip("[]").split(",")[0]
    root = f"catalog:\n  name: {{{first}: Name here}}\n  languages: {languages}\n"
    files = render(site_of({"amanat.yaml": root}))
    start = Document(files[f"{first.lower()}/index.html"])
    html = next(start.all("html")).attributes
    assert html["lang"] == ("fa" if first.startswith("fa") else "en")
    heading = next(start.all("h1"))
    assert heading.text == "Name here"
    if html["lang"] != first:
        assert any(span.attributes.get("lang") == first for span in start.all("span"))


def test_the_root_page_leads_to_the_first_language() -> None:
    root = page(rich_files(), "index.html")
    refresh = [
        m.attributes["content"] for m in root.all("meta") if m.attributes.get("http-equiv") == "refresh"
    ]
    assert refresh == ["0; url=en/index.html"]
    assert [a.attributes["href"] for a in root.all("a")] == ["en/index.html", "fa/index.html"]


def test_an_empty_catalog_still_makes_a_site_that_says_so() -> None:
    files = render(site_of({}, day=None))
    assert "Nothing is declared here yet." in page(files, "en/fields.html").text
    assert "not stated" in page(files, "en/index.html").text
    assert "what depends on time is unknown" in files["en/index.html"].decode()


def test_another_day_changes_only_pages_that_speak_of_time() -> None:
    other = render(site_of({}, day=None))
    same = render(site_of({}))
    assert {path for path in same if same[path] != other[path]} == {
        "en/calendar.html",
        "en/due.html",
        "en/index.html",
        "en/meaning.html",
    }


@pytest.mark.parametrize(
    ("iso", "jalali"),
    [
        ("2026-03-21", "۱ فروردین ۱۴۰۵"),
        ("2026-03-20", "۲۹ اسفند ۱۴۰۴"),
        ("2025-03-20", "۳۰ اسفند ۱۴۰۳"),  # the last day of a leap year
        ("2026-11-26", "۵ آذر ۱۴۰۵"),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("2026-02-30", None),
    ],
)
def test_persian_views_show_jalali_days_beside_iso_ones(iso: str, jalali: str | None) -> None:
    assert speech_for("fa").jalali(iso) == jalali
    assert speech_for("fa-AF").jalali(iso) == jalali
    assert speech_for("en").jalali(iso) is None


def test_a_date_of_a_persian_page_is_both_and_a_machine_reads_one() -> None:
    page = Document(rich_files()["fa/fields/customer.email.html"])
    day = next(time for time in page.all("time") if time.attributes["datetime"] == "2026-12-01")
    assert day.text == "۱۰ آذر ۱۴۰۵ 2026-12-01"


def test_lists_are_sorted_by_what_a_reader_calls_things() -> None:
    for language, names in (("en", ["CRM", "Shop", "Silent"]), ("fa", ["خاموش", "سی‌آرام", "فروشگاه"])):
        page = Document(rich_files()[f"{language}/systems.html"])
        listed = [a.text for a in page.all("a") if a.attributes["href"].startswith("systems/")]
        assert [name for name in listed if name in names][:3] == names
