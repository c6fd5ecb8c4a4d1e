"""The search index: complete, in pieces that a browser can find, the same each time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from amanat.docsite import render
from amanat.docsite.search.words import searched, words_of, words_of_name
from tests.unit.docsite.sites import rich_files, rich_pages, site_of
from tests.unit.docsite.test_safety import EVIL, hostile

Made = Mapping[str, bytes]


def _pieces(files: Made, what: str, folder: str = "assets") -> list[Any]:
    """What the scripts of the index hold, in their order."""
    found = {}
    for name, content in files.items():
        call = re.fullmatch(r'amanatSearch\("(\w+)",(\d+),(.*)\);\n', content.decode(), re.DOTALL)
        if call is not None and name.startswith(f"{folder}/search/") and call[1] == what:
            found[int(call[2])] = json.loads(call[3])
    return [found[n] for n in range(len(found))]


def _leads_to(files: Made, word: str) -> set[str]:
    entries = [entry for piece in _pieces(files, "entries", "en") for entry in piece]
    number, found = 0, set()
    for piece in _pieces(files, "words"):
        for posting in piece.get(word, []):
            number += posting >> 2
            found.add(entries[number][1])
    return found


@pytest.mark.parametrize(
    ("word", "entry"),
    [
        ("address", "customer.email"),  # a label
        ("نشانی", "customer.email"),  # in another language
        ("household", "customer.email"),  # not its own definition, but that of a source
        ("written", "customer.email"),  # its definition
        ("people", "customer.email"),  # a table
        ("relations", "customer.phone"),  # the team that owns it
        ("scc", ""),
    ],
)
def test_a_word_leads_to_what_it_stands_in(word: str, entry: str) -> None:
    found = _leads_to(rich_files(), word)
    assert (entry in found) if entry else (found == set())


def test_every_thing_with_a_page_can_be_found_by_its_id() -> None:
    files = rich_files()
    for entry in (entry for piece in _pieces(files, "entries", "en") for entry in piece):
        assert f"en/{entry[2]}" in files
        for word in words_of_name(entry[1]):
            assert entry[1] in _leads_to(files, word)


def test_the_pieces_are_in_the_order_in_which_they_are_looked_up() -> None:
    files = rich_files()
    (manifest,) = _pieces(files, "index")
    pieces = _pieces(files, "words")
    assert manifest["first"] == [next(iter(piece)) for piece in pieces]
    words = [word for piece in pieces for word in piece]
    assert words == sorted(set(words), key=lambda word: word.encode("utf-16-be"))
    assert manifest["entries"] == sum(len(piece) for piece in _pieces(files, "entries", "fa"))


def test_filters_hold_the_fields_that_the_pages_of_things_list() -> None:
    files = rich_files()
    entries = [entry for piece in _pieces(files, "entries", "en") for entry in piece]
    (groups,) = _pieces(files, "filters")
    folders = {"owner": "teams", "class": "classifications", "category": "categories", "stage": "stages"}
    pages = {name: document for name, document in rich_pages() if name.startswith("en/")}
    compared = 0
    for group, folder in folders.items():
        for choice, distances in groups[group].items():
            numbers = [sum(distances[: n + 1]) for n in range(len(distances))]
            ids = {entries[number][1] for number in numbers}
            page = pages[f"en/{folder}/{choice}.html"]
            linked = {
                a.attributes["href"] for a in page.all("a") if "/fields/" in a.attributes.get("href", "")
            }
            assert {f"../fields/{identifier}.html" for identifier in ids} <= linked
            compared += 1
    assert compared > 5
    states = groups["conflict"]
    assert sum(map(len, states.values())) >= sum(entry[0] == 0 for entry in entries)


def test_a_hostile_text_stays_within_its_script() -> None:
    for name, content in render(site_of(hostile("</script>" + EVIL[0]))).items():
        if "/search/" in name:
            assert b"<" not in content
            assert not re.search("[\u2028\u2029]", content.decode())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("نشاني ايميل", "نشانی ایمیل"),
        ("كتاب", "کتاب"),
        ("مُشتَرِی", "مشتری"),
        ("خانۀ", "خانهٔ"),
        ("آدرس", "ادرس"),
        ("۱۲۳", "123"),
        ("Ünïcödé", "unicode"),
        ("Straße", "STRASSE"),
        ("ﬁne", "fine"),
    ],
)
def test_what_a_reader_takes_for_the_same_is_the_same(one: str, other: str) -> None:
    assert searched(one) == searched(other)


def test_parts_around_a_joiner_are_found_together_and_apart() -> None:
    assert words_of("نام‌خانوادگی") == ("نامخانوادگی", "نام", "خانوادگی")


def test_a_name_is_found_by_its_parts_and_as_one_word() -> None:
    assert set(words_of_name("crm.people.lastName")) >= {"crm", "people", "last", "name", "lastname"}
    assert "phonework" in words_of_name("suitecrm.contacts.phone_work")
