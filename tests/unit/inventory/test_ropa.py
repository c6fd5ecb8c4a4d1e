"""The record of processing: every purpose once, every cell with its places, every gap as a question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from amanat.errors import UsageError
from amanat.history.provenance import NOWHERE
from amanat.inventory.columns import Absent
from amanat.inventory.ropa import TEMPLATES, record, template
from amanat.inventory.ropa.slots import SLOTS, rights
from amanat.inventory.ropa.template import from_data
from amanat.load import Loaded, load_catalog
from amanat.model.catalog import Catalog
from amanat.report.ropa import to_html
from amanat.rules.base import base_files
from tests.property.policies import catalogs
from tests.support import catalog_of

EXAMPLE = Path(__file__).parents[3] / "catalog"
MORE = """\
recipients:
  mailer: {label: Mailer, role: processor, contract: C-1, country: US, contact: a@mailer.example}
transfers:
  mail: {label: Mail, recipient: mailer, country: US, mechanism: scc, evidence: E-1}
purposes:
  orders.news: {label: News, reason: To tell the news, basis: consent, recipients: [mailer], x_created: 2026-01-01}
  later: {label: Later, reason: To do it later, basis: contract, status: planned}
fields:
  customer.illness:
    {label: Illness, definition: What the customer told us., category: special.health, subject: customer, owner: sales,
     classification: restricted, retention: account, purposes: [orders.news], sources: {crm.contacts.illness: }}
"""


def loaded() -> Loaded:
    return catalog_of({**base_files(), "more.yaml": MORE})


def rows(lang: str = "en", form: str = "art30") -> dict[str, dict[str, object]]:
    made = record(loaded().catalog, template(form), lang)
    return {str(row["activity"]): dict(row) for row in made.table.rows()}


def test_a_row_joins_a_purpose_with_all_that_hangs_on_it() -> None:
    found = rows()
    assert sorted(found) == ["orders", "orders.news"]
    news = found["orders.news"]
    assert news["purpose"] == "To tell the news"
    assert news["subjects"] == ("Customer",)
    assert news["recipients"] == ("Mailer (processor)",)
    assert news["third_countries"] == ("US (mailer)",)
    assert news["safeguards"] == ("mailer: scc, E-1",)
    assert news["basis"] == ("consent",)
    assert len(news["special_categories"]) == 1  # type: ignore[arg-type]
    assert news["condition"] is Absent.UNKNOWN, "a special category needs one"
    assert found["orders"]["condition"] is Absent.NOT_APPLICABLE
    assert found["orders"]["special_categories"] == ()
    assert found["orders"]["safeguards"] is Absent.NOT_APPLICABLE
    assert any("P3Y from account_closed, then delete" in item for item in found["orders"]["retention"])  # type: ignore[attr-defined]


def test_what_is_only_planned_is_in_no_activity_but_a_planned_one_and_the_last_day_is_told() -> None:
    more = MORE.replace("  later: {", "  later: {until: 2027-01-31, ").replace(
        "fields:\n",
        "fields:\n  customer.dream: {label: Dream, definition: What one dreams., category: inference, status: planned,\n"
        "    subject: customer, owner: sales, retention: account, purposes: [orders, later]}\n",
    )
    catalog = catalog_of({**base_files(), "more.yaml": more}).catalog
    made = record(catalog, template("art30"), "en", status=("live", "planned"))
    found = {str(row["activity"]): row for row in made.table.rows()}
    assert "Inferences" not in str(found["orders"]["categories"])
    assert found["later"]["categories"] == ("Inferences",)
    assert found["orders"]["until"] is Absent.NOT_APPLICABLE and found["later"]["until"] == "2027-01-31"


def test_every_cell_that_says_something_has_a_place() -> None:
    made = loaded()
    for form in TEMPLATES:
        for one in record(made.catalog, template(form), "en").evidence:
            if not isinstance(one.said.cell, Absent) and one.said.cell not in ((), False):
                assert one.said.places, one
            for place in one.said.places:
                assert made.spans.span(place) is not None or place.file == "amanat.yaml"


def test_what_nobody_says_is_a_question_with_the_key_that_answers_it() -> None:
    made = record(loaded().catalog, template("ico"), "en")
    open_ = {one.column: one for one in made.questions}
    assert open_["joint_controllers"].activities == (), "open for all"
    assert open_["condition"].activities == ("orders.news",)
    assert all(one.question and one.key for one in made.questions)
    assert "recipients" not in open_


def test_own_keys_answer() -> None:
    made = record(loaded().catalog, template("cnil"), "en")
    cells = {one.activity: one.said.cell for one in made.evidence if one.column == "created"}
    assert cells == {"orders": Absent.UNKNOWN, "orders.news": "2026-01-01"}


def test_a_field_of_no_purpose_is_told() -> None:
    files = {**base_files(), "more.yaml": MORE.replace("purposes: [orders.news]", "purposes: [later]")}
    made = record(catalog_of(files).catalog, template("art30"), "en")
    assert [field.id for field in made.outside] == ["customer.illness"]


@settings(max_examples=30, deadline=None)
@given(catalogs())
def test_every_live_purpose_stands_in_exactly_one_row_and_every_field_somewhere(catalog: Catalog) -> None:
    made = record(catalog, template("art30"), "en")
    listed = [str(row["activity"]) for row in made.table.rows()]
    assert listed == [one.id for one in catalog.purposes.values() if one.status.value == "live"]
    reached = {field for one in made.evidence for field in _fields_of(catalog, one.activity)}
    outside = {field.id for field in made.outside}
    live = {field.id for field in catalog.fields.values() if field.status.value == "live"}
    assert live == {name for name in live if (name in reached) != (name in outside)}


def _fields_of(catalog: Catalog, purpose: str) -> set[str]:
    return {
        field.id
        for field in catalog.fields.values()
        if any(purpose == listed or purpose.startswith(f"{listed}.") for listed in field.purposes)
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_name_each_column_in_both_languages(name: str) -> None:
    made = template(name)
    assert {"en", "fa"} <= made.title.keys()
    for column in made.columns:
        assert {"en", "fa"} <= column.label.keys(), column
    if name == "art30":
        sources = {column.source for column in made.columns}
        assert {f"Art. 30(1)({letter})" for letter in "abcdefg"} <= sources
    if name == "art30-2":
        assert {f"Art. 30(2)({letter})" for letter in "abcd"} <= {column.source for column in made.columns}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "is not a template"),
        ({"columns": []}, "is not a template"),
        ({"columns": [{"slot": "porpose"}]}, "column 1 of `t`: no slot `porpose`"),
        ({"columns": [{"slot": "name"}, {"label": "x"}]}, "column 2 of `t` has no `slot`"),
        ({"columns": [{"slot": "name"}, {"slot": "name"}]}, "the slot `name` in two columns"),
        ({"columns": [{"slot": "name", "lable": "x"}]}, "an unknown key `lable`"),
    ],
)
def test_a_template_that_makes_no_sense_is_refused(data: object, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        from_data("t", data)


def test_every_basis_of_the_schema_has_rights() -> None:
    from amanat.schema import load_schema

    text = json.dumps(load_schema("catalog-file"))
    for basis in rights():
        assert f'"{basis}"' in text
    assert set(rights()) == {
        "consent",
        "contract",
        "legal_obligation",
        "vital",
        "public_task",
        "legitimate_interest",
    }


def test_every_slot_that_can_stay_unknown_asks_something() -> None:
    for name, slot in SLOTS.items():
        assert bool(slot.question) == bool(slot.key), name


def test_the_page_escapes_every_text() -> None:
    bad = "<script>alert(1)</script>"
    files = {
        **base_files(),
        "more.yaml": MORE.replace("To tell the news", bad).replace("label: Mailer", f"label: {bad}"),
    }
    made = catalog_of(files)
    page = to_html(record(made.catalog, template("art30"), "en"), made.spans, NOWHERE, "en")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_example_leaves_few_questions_and_no_field_outside() -> None:
    made = record(load_catalog(EXAMPLE).catalog, template("art30"), "fa")
    assert made.outside == ()
    assert [one.column for one in made.questions] == ["joint_controllers"]
    assert made.table.total == 26
