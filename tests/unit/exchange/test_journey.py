"""The map of the journey, on a catalog in which every answer is known."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from amanat.exchange.document import journey_document
from amanat.exchange.journey import Journey, journey_of
from amanat.exchange.told_journey import journey_sheet
from amanat.lint.engine import lint
from amanat.load import Loaded
from amanat.report.console import Paint
from amanat.report.sheets import to_markdown, to_text
from amanat.rules import RULES
from amanat.schema import load_schema
from tests.support import catalog_of

DAY = date(2026, 6, 30)
CATALOG = """\
journey:
  before: {label: Before, definition: Nobody knows them}
  during: {label: "During | <i>all</i>", definition: They buy}
  after: {label: After, definition: They think}
systems:
  shop: {label: Shop, kind: commerce, country: DE}
  crm: {label: CRM, kind: crm, country: DE}
purposes:
  orders: {label: Orders, basis: contract, benefit: It arrives, stages: [during]}
  orders.returns: {label: Returns, stages: [after]}
  gone: {label: Gone, status: retired, stages: [before]}
  over: {label: Over, until: 2020-01-01, stages: [during], benefit: It was}
defaults: {origin: given}
fields:
  x.phone:
    label: Phone
    stages: [during, after]
    compulsory: true
    purposes: [orders]
    sources: {shop.t.phone: , crm.t.phone: {origin: staff}, crm.t.more: {origin: observed}}
  x.name: {label: Name, stages: [during], compulsory: true, purposes: [orders.returns], sources: {shop.t.name: }}
  x.seen: {label: Seen, stages: [during], origin: observed, compulsory: false, sources: {}}
  x.old: {label: Old, stages: [before], status: retired}
  x.lone: {label: Lone}
"""


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return catalog_of({"all.yaml": CATALOG})


@pytest.fixture(scope="module")
def found(loaded: Loaded) -> Journey:
    return journey_of(loaded.catalog, DAY)


def test_each_stage_is_counted(found: Journey) -> None:
    told = [
        (step.stage.id, len(step.fields), dict(step.origins), step.compulsory, step.heavy, step.beneficial)
        for step in found.steps
    ]
    assert told == [
        ("before", 0, {}, 0, False, 0),
        ("during", 3, {"given": 2, "observed": 1}, 2, True, 1),
        ("after", 1, {"given": 1}, 1, False, 1),
    ]
    assert [[p.id for p in step.purposes] for step in found.steps] == [[], ["orders"], ["orders.returns"]]
    assert [one.id for one in found.unplaced] == ["x.lone"]


def test_touchpoints_say_how_data_arises_there(found: Journey) -> None:
    during = found.steps[1]
    assert [
        (
            point.system.id if point.system else None,
            [
                (one.field.id, one.origin, one.compulsory, [p.id for p in one.purposes])
                for one in point.moments
            ],
        )
        for point in during.touchpoints
    ] == [
        ("crm", [("x.phone", "observed", None, ["orders", "orders.returns"])]),
        (
            "shop",
            [
                ("x.name", "given", True, ["orders.returns"]),
                ("x.phone", None, None, ["orders", "orders.returns"]),
            ],
        ),
        (None, [("x.seen", "observed", None, [])]),
    ]


def test_of_several_systems_the_master_has_what_the_field_says() -> None:
    text = CATALOG.replace(
        "    compulsory: true\n    purposes", "    compulsory: true\n    master: shop.t.phone\n    purposes"
    )
    (shop,) = (
        point
        for point in journey_of(catalog_of({"all.yaml": text}).catalog, DAY).steps[1].touchpoints
        if point.system is not None and point.system.id == "shop"
    )
    assert [(one.field.id, one.origin, one.compulsory) for one in shop.moments] == [
        ("x.name", "given", True),
        ("x.phone", "given", True),
    ]


def test_a_stage_is_empty_where_the_rule_says_so() -> None:
    text = CATALOG.replace("stages: [during, after]", "stages: [during]")
    steps = {step.stage.id: step for step in journey_of(catalog_of({"all.yaml": text}).catalog, DAY).steps}
    assert {name: step.empty for name, step in steps.items()} == {
        "before": True,
        "during": False,
        "after": False,
    }
    loaded = catalog_of({"all.yaml": text})
    found = [one.subject for one in lint(loaded, RULES, DAY) if one.code == "QU103"]
    assert found == ["before"]
    shown = to_markdown(journey_sheet(journey_of(loaded.catalog, DAY), "en"), loaded.spans)
    assert "its purposes use fields of others" in shown


@pytest.mark.parametrize(("lang", "words"), [("en", "Purposes"), ("fa", "هدف‌ها")])
def test_no_comma_stands_behind_a_colon(lang: str, words: str, loaded: Loaded, found: Journey) -> None:
    sheet = journey_sheet(found, lang)
    marked = to_markdown(sheet, loaded.spans)
    assert f"- {words}&#58; Orders (`orders`)" in marked or f"- {words}: Orders (`orders`)" in marked
    assert f"  {words}: Orders (orders)\n" in to_text(sheet, loaded.spans, Paint(False))


def test_two_equal_stages_are_not_heavy() -> None:
    text = CATALOG.replace("stages: [during], compulsory", "stages: [before], compulsory")
    assert [step.heavy for step in journey_of(catalog_of({"all.yaml": text}).catalog, DAY).steps] == [
        False
    ] * 3


def test_the_document_is_what_its_schema_says(loaded: Loaded, found: Journey) -> None:
    document = json.loads(journey_document(loaded.catalog, found, loaded.spans))
    jsonschema.validate(document, load_schema("journey"))
    assert document["stages"][0]["empty"] is True and document["stages"][1]["heavy"] is True
    assert document["unplaced"] == [
        {"field": "x.lone", "file": "all.yaml", "line": len(CATALOG.splitlines())}
    ]


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_hostile_labels_stay_in_their_cells(lang: str, loaded: Loaded, found: Journey) -> None:
    text = to_markdown(journey_sheet(found, lang), loaded.spans)
    assert "<i>" not in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    (row,) = (line for line in table if "During" in line)
    assert row.replace(r"\\|", "").count("|") == table[0].count("|")
