"""How an impact is told: complete words in both languages, the same facts in every format, nothing as markup."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

import amanat.breach
from amanat.breach import find_target, impact_of, ranking
from amanat.breach.document import impact_document, ranking_document
from amanat.breach.told import impact_sheet, ranking_sheet
from amanat.breach.words import words_for
from amanat.report.console import Paint
from amanat.report.sheets import to_markdown, to_text
from amanat.schema import load_schema
from amanat.sheet import Sheet
from amanat.speech import Word
from tests.unit.breach.test_impact import MEASURES
from tests.unit.breach.world import REST, known, world

TARGETS = ("system:shop", "desk", "lake", "empty", "customer.email", "customer.old", "host", "mailer", "idle")
_ROOM = Path(amanat.breach.__file__).parent
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def _forms(word: Word) -> list[str]:
    return [word] if isinstance(word, str) else list(word.values())


def test_every_word_stands_in_both_languages_with_the_same_placeholders() -> None:
    english, persian = words_for("en").words, words_for("fa").words
    assert english.keys() == persian.keys()
    for key, word in english.items():
        expected = set(_PLACEHOLDER.findall(_forms(word)[-1]))
        assert all(set(_PLACEHOLDER.findall(form)) == expected for form in _forms(persian[key])), key
        for form in _forms(persian[key]):
            assert not re.search("[يكةىؤ٠-٩]", form), key
            assert not re.search(r"\b(می|نمی) ", form), key


def test_no_word_is_left_over() -> None:
    source = "\n".join(
        file.read_text(encoding="utf-8") for file in (*sorted(_ROOM.glob("*.py")), _ROOM / "clocks.json")
    )
    built = re.compile(
        r"(kind|section|empty|head|jurisdiction|clock|within|why|recipient_role|element|said|ask|step|unit|nothing|unnamed)\."
    )
    for key in words_for("en").words:
        last = key.rpartition(".")[2]
        found = f'"{key}"' in source or (built.match(key) and f"{last}" in source)
        assert found or key == "and", key


@pytest.mark.parametrize("lang", ["en", "fa"])
@pytest.mark.parametrize("target", TARGETS)
def test_each_format_has_every_fact(target: str, lang: str) -> None:
    loaded = world(shop=MEASURES)
    impact = impact_of(known(loaded), find_target(loaded.catalog, target))
    sheet = impact_sheet(impact, lang)
    document = impact_document(impact, loaded.spans, lang)
    jsonschema.validate(json.loads(json.dumps(document)), load_schema("impact"))
    text, marked = to_text(sheet, loaded.spans, Paint(False)), to_markdown(sheet, loaded.spans)
    for one in impact.exposed:
        assert one.field.id in text and one.field.id in marked.replace("&#95;", "_")
    for call in impact.calls:
        assert call.contact and call.contact in text
    assert [one["id"] for one in document["fields"]] == [one.field.id for one in impact.exposed]
    assert words_for(lang).say("section.open") in text
    assert all(len(line) <= 200 for line in text.splitlines())


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_the_ranking_shows_the_numbers_that_it_compared(lang: str) -> None:
    loaded = world(shop=MEASURES)
    found = ranking(known(loaded))
    document = ranking_document(loaded.catalog, found, loaded.spans)
    jsonschema.validate(json.loads(json.dumps(document)), load_schema("exposure"))
    sheet: Sheet = ranking_sheet(loaded.catalog, found, lang)
    table = sheet.sections[0].table
    assert table is not None and len(table.rows) == len(found) == 4
    assert len(document["steps"]) == len(document["systems"][0]["compared"])


def test_texts_of_a_catalog_are_no_markup_and_steer_no_terminal() -> None:
    bad = "<script>alert(1)</script> | `x` \\u202e"
    loaded = world(rest=REST.replace("label: Desk,", f'label: "{bad}",'))
    impact = impact_of(known(loaded), find_target(loaded.catalog, "desk"))
    sheet = impact_sheet(impact, "en")
    assert "\u202e" not in to_text(sheet, loaded.spans, Paint(False))
    marked = to_markdown(sheet, loaded.spans)
    assert "<script>" not in marked and "\u202e" not in marked


def test_the_same_catalog_is_told_the_same() -> None:
    told = []
    for _ in range(2):
        loaded = world()
        impact = impact_of(known(loaded), find_target(loaded.catalog, "system:shop"))
        told.append(to_text(impact_sheet(impact, "en"), loaded.spans, Paint(False)))
    assert told[0] == told[1]


def test_whom_nobody_named_is_told() -> None:
    from tests.unit.breach.world import ROOT

    bare = ROOT.replace("  dpo: {name: Data protection office, contact: dpo@shop.example}\n", "")
    loaded = world(bare, REST.replace("kind: survey, owner: lab", "kind: survey, owner: lost"))
    impact = impact_of(known(loaded), find_target(loaded.catalog, "empty"))
    text = to_text(impact_sheet(impact, "en"), loaded.spans, Paint(False))
    for line in ("No declared team owns: Empty (empty)", "No administrator is named for: Empty (empty)"):
        assert line in text
    assert "No data protection officer is named" in text
    assert "Special categories\n  None is known." in text


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_of_data_that_nobody_knows_nothing_is_said_to_be_absent(lang: str) -> None:
    loaded, say = world(), words_for(lang).say
    text = to_markdown(
        impact_sheet(impact_of(known(loaded), find_target(loaded.catalog, "idle")), lang), loaded.spans
    )
    assert text.count(say("empty.unknown")) == 3
    for key in ("said.no_special", "empty.readers", "empty.downstream", "empty.receivers"):
        assert say(key) not in text, key
    assert say("said.special_unknown") in text


def test_a_planned_purpose_gives_nothing_to_anybody_yet() -> None:
    planned = REST.replace("orders.mail: {label: Mail,", "orders.mail: {label: Mail, status: planned,")
    loaded = world(rest=planned)
    shop = impact_of(known(loaded), find_target(loaded.catalog, "system:shop"))
    assert [one.recipient.id for one in shop.receivers] == ["host"]
    assert impact_of(known(loaded), find_target(loaded.catalog, "mailer")).exposed == ()
    whole = impact_of(known(world()), find_target(world().catalog, "system:shop"))
    assert [one.recipient.id for one in whole.receivers] == ["host", "mailer"]
