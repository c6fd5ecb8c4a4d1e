"""The self-assessment counts: each number is known beforehand, the weakest decides, unknown is not done."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.lint.engine import lint
from amanat.load import Loaded, load_catalog
from amanat.people.document import render
from amanat.people.maturity import DIMENSIONS, Answer, Dimension, Proof, Stage, maturity
from amanat.people.told import maturity_sheet
from amanat.people.words import words_for
from amanat.report.console import Paint
from amanat.report.sheets import to_markdown, to_text
from amanat.rules import RULES
from amanat.rules.base import base_files
from amanat.schema import load_schema
from amanat.text import Place
from tests.support import catalog_of
from tests.unit.breach.test_told import _PLACEHOLDER, _forms
from tests.unit.breach.world import world

DAY = date(2026, 6, 30)
EXAMPLE = Path(__file__).parents[3] / "catalog"
MORE = """\
systems:
  desk: {label: Desk, kind: contact_centre, owner: sales, country: DE, customer_id: {none: Old}, users: 12, users_max: 10,
    security: [mfa], erase: {method: delete, backups: P1D}}
roles:
  clerk: {label: Clerk, clearance: internal, people: 3, training: {course: Orders, every: P6M, last: 2025-01-31}}
purposes:
  desk: {label: Desk, reason: To answer, basis: contract, roles: {clerk: [read]}}
fields:
  customer.mail: {label: Mail, definition: Where to write, category: contact.email, owner: sales, subject: customer,
    classification: restricted, retention: account, purposes: [desk], length: 9, critical: true,
    sources: {shop.customers.mail: {length: 10}, desk.people.mail: {length: 20}}}
"""


def found(loaded: Loaded, day: date | None = DAY) -> dict[str, Dimension]:
    return {one.key: one for one in maturity(loaded.catalog, lint(loaded, RULES, day), day)}


def answers(loaded: Loaded) -> dict[str, Answer]:
    return {answer.key: answer for one in found(loaded).values() for answer in one.answers}


def test_each_answer_counts_what_it_says() -> None:
    got = answers(catalog_of({**base_files(), "more.yaml": MORE}))
    told = {key: (one.met, len(one.lacking), len(one.unknown)) for key, one in got.items()}
    assert told["observed"] == (0, 3, 0)
    assert told["owned_systems"] == (3, 0, 0)
    assert told["users"] == (2, 1, 0)
    assert told["controls"][1] == 1, "desk lacks encryption_at_rest"
    assert told["trained"] == (1, 1, 0)
    assert told["beneficial"] == (1, 1, 0)
    assert told["expected"] == (0, 0, 2)
    assert told["decided"][1] == 1 and told["agreeing"][1] == 1
    assert told["expected_quality"] == (0, 1, 0)
    assert told["identified"] == (2, 1, 0)
    (lacking,) = got["trained"].lacking
    assert (lacking.id, lacking.place.file) == ("clerk", "more.yaml")


def test_a_purpose_that_is_over_is_served_by_nothing() -> None:
    more = MORE.replace("  desk: {label: Desk, reason", "  desk: {label: Desk, until: 2026-06-29, reason")
    loaded = catalog_of({**base_files(), "more.yaml": more})
    assert [one.id for one in answers(loaded)["purposeful"].lacking] == ["customer.mail"]
    assert not {
        key: one
        for key, one in found(loaded, date(2026, 6, 29)).items()
        for a in one.answers
        if a.key == "purposeful" and a.lacking
    }


def test_data_that_goes_abroad_without_a_declared_transfer_is_no_complete_answer() -> None:
    abroad = """
recipients:
  mailer: {label: Mailer, role: processor, contract: C-1, country: US, contact: a@mailer.example}
"""
    more = MORE.replace(
        "purposes:\n", "purposes:\n  news: {label: N, reason: R, basis: contract, recipients: [mailer]}\n"
    )
    one = answers(catalog_of({**base_files(), "more.yaml": more + abroad}))["transfers"]
    assert (one.met, [lacking.id for lacking in one.lacking]) == (0, ["mailer"])


@pytest.mark.parametrize("example", [False, True])
def test_every_answer_has_evidence(example: bool) -> None:
    loaded = load_catalog(EXAMPLE) if example else catalog_of({**base_files(), "more.yaml": MORE})
    for key, one in answers(loaded).items():
        assert bool(one.shown) == bool(one.met), key
        assert not {shown.id for shown in one.shown} & {lacking.id for lacking in one.lacking}, key


def test_a_dimension_stands_where_its_weakest_answer_stands() -> None:
    for one in found(world()).values():
        asked = [answer.stage for answer in one.answers if answer.stage is not Stage.NOT_APPLICABLE]
        assert one.stage in asked or one.stage is Stage.NOT_APPLICABLE
        if Stage.NONE in asked:
            assert one.stage is Stage.NONE
        if one.stage is Stage.ALL:
            assert set(asked) == {Stage.ALL}


@given(st.integers(0, 60), st.integers(0, 30), st.integers(0, 30))
def test_all_is_only_said_of_all_and_unknown_is_never_met(met: int, lacking: int, unknown: int) -> None:
    proof = Proof("fields", "a.b", {}, Place("a.yaml"))
    one = Answer("defined", met, (), (proof,) * lacking, (proof,) * unknown)
    whole = met + lacking + unknown
    assert (one.stage is Stage.ALL) == (whole > 0 and lacking + unknown == 0)
    assert (one.stage is Stage.NONE) == (whole > 0 and met == 0)
    if 0 < met < whole:
        share = met / whole
        expected = Stage.MOST if share >= 0.9 else Stage.HALF if share >= 0.5 else Stage.BEGUN
        assert one.stage is expected


def test_a_catalog_of_nothing_has_nothing_to_ask() -> None:
    got = found(catalog_of({}))
    assert {one.stage for one in got.values()} == {Stage.NOT_APPLICABLE}
    assert list(got) == list(DIMENSIONS)


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_every_format_has_the_counts_and_places(lang: str) -> None:
    loaded = world()
    dimensions = tuple(found(loaded).values())
    document = json.loads(render(loaded.catalog, dimensions, loaded.spans, DAY))
    jsonschema.validate(document, load_schema("maturity"))
    sheet = maturity_sheet(dimensions, lang)
    text, marked = to_text(sheet, loaded.spans, Paint(False)), to_markdown(sheet, loaded.spans)
    for one in dimensions:
        for answer in one.answers:
            assert words_for(lang).say(f"ask.{answer.key}") in text.replace("\n      ", " ").replace(
                "\n    ", " "
            )
    assert "rest.yaml:" in text and "rest.yaml" in marked
    for one, told in zip(dimensions, document["dimensions"], strict=True):
        assert [a["total"] for a in told["answers"]] == [a.total for a in one.answers]
        assert all(len(a["lacking"]) + len(a["unknown"]) + a["met"] == a["total"] for a in told["answers"])


def test_more_findings_never_make_it_better() -> None:
    loaded = catalog_of({**base_files(), "more.yaml": MORE})
    diagnostics = lint(loaded, RULES, DAY)
    without = {a.key: a.met for d in maturity(loaded.catalog, (), DAY) for a in d.answers}
    having = {a.key: a.met for d in maturity(loaded.catalog, diagnostics, DAY) for a in d.answers}
    assert all(having[key] <= without[key] for key in without)
    assert having["agreeing"] < without["agreeing"]


def test_without_a_day_nothing_is_said_to_be_reviewed() -> None:
    loaded = world()
    first = next(iter(loaded.catalog.fields.values()))
    field = replace(first, details=replace(first.details, review_by="2099-01-01"))
    catalog = replace(loaded.catalog, fields={field.id: field})
    told = {a.key: a for d in maturity(catalog, (), None) for a in d.answers}
    assert (told["reviewed"].met, len(told["reviewed"].unknown)) == (0, 1)


def test_every_word_stands_in_both_languages() -> None:
    english, persian = words_for("en").words, words_for("fa").words
    assert english.keys() == persian.keys()
    for key, word in english.items():
        expected = set(_PLACEHOLDER.findall(_forms(word)[-1]))
        assert all(set(_PLACEHOLDER.findall(form)) == expected for form in _forms(persian[key])), key
    import amanat.people

    source = "\n".join(
        file.read_text(encoding="utf-8")
        for folder in (Path(amanat.people.__file__).parent, Path(amanat.people.__file__).parents[1] / "cli")
        for file in sorted(folder.glob("*.py"))
    )
    for key in english:
        last = key.rpartition(".")[2]
        assert f'"{key}"' in source or last in source or key == "and", key
