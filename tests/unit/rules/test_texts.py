"""Every text of a catalog is looked at, wherever it stands."""

from __future__ import annotations

import re

import pytest

from amanat.lint.engine import lint
from amanat.load import Loaded
from amanat.rules import RULES
from amanat.rules.base import base_files
from amanat.rules.texts import words_of_field, written, written_in_field
from tests.support import catalog_of

CARD = "4556 7375 8689 9855"

PLACES = {
    "label of a team": "teams:\n  x: {label: '!', contact: x@shop.example, lead: L, deputy: D}\n",
    "lead of a team": "teams:\n  x: {label: X, contact: x@shop.example, lead: '!', deputy: D}\n",
    "definition of a subject": "subjects:\n  x: {label: X, definition: '!'}\n",
    "label of a category": "categories:\n  name.x: {label: '!'}\n",
    "reason to ignore columns": "systems:\n  x:\n    label: X\n    kind: other\n    owner: sales\n    country: DE\n"
    "    status: planned\n    ignore: [{columns: [a.b], reason: '!'}]\n",
    "reason of having no customer id": "systems:\n  x:\n    label: X\n    kind: other\n    owner: sales\n"
    "    country: DE\n    status: planned\n    customer_id: {none: '!'}\n",
    "contract of a recipient": "recipients:\n  x: {label: X, role: authority, country: DE, contract: '!'}\n",
    "evidence of a transfer": "recipients:\n  x: {label: X, role: authority, country: IN}\n"
    "transfers:\n  y: {recipient: x, country: IN, mechanism: scc, evidence: '!'}\n",
    "definition of a role": "roles:\n  x: {label: X, clearance: public, definition: '!'}\n",
    "benefit of a purpose": "purposes:\n  x: {label: X, status: planned, benefit: '!'}\n",
    "logic of profiling": "purposes:\n  x: {label: X, status: planned, profiling: {logic: '!'}}\n",
    "law of a retention policy": "retention:\n  x:\n    keep: P1Y\n    from: collected\n"
    "    proved_by: shop.customers.id\n    then: delete\n    basis: {kind: legal_minimum, law: '!'}\n",
    "reason of a hold": "holds:\n  x: {reason: '!', by: sales, from: 2026-01-01, review: 2026-06-01}\n",
    "reason of a denial": "denials:\n  x: {role: agent, field: customer.*, purpose: orders, reason: '!'}\n",
    "extra of a team": "teams:\n  x: {label: X, contact: x@shop.example, lead: L, deputy: D, x_note: {a: ['!']}}\n",
    "number in an extra": "teams:\n  x: {label: X, contact: x@shop.example, lead: L, deputy: D, x_n: 4556737586899855}\n",
}
_FIELD = (
    "fields:\n  customer.x:\n    label: X\n    definition: The X\n    category: name\n    owner: sales\n"
    "    subject: customer\n    status: planned\n    mask: redact\n"
)
PLACES |= {
    "label of a field": _FIELD.replace("label: X", "label: '!'"),
    "one language of a definition": _FIELD.replace("The X", "{en: The X, fa: '!'}"),
    "caveats of a field": f"{_FIELD}    caveats: '!'\n",
    "logic of a field": f"{_FIELD}    logic: '!'\n",
    "meaning of a code": f"{_FIELD}    codes: {{a: '!'}}\n",
    "extra of a field": f"{_FIELD}    x_sample: '!'\n",
    "definition in a source": f"{_FIELD}    sources: {{shop.a.b: {{definition: '!'}}}}\n",
    "default in a source": f"{_FIELD}    sources: {{shop.a.b: {{default: '!'}}}}\n",
    "empty values of a source": f"{_FIELD}    sources: {{shop.a.b: {{empty: ['!']}}}}\n",
    "extra of a source": f"{_FIELD}    sources: {{shop.a.b: {{x_note: '!'}}}}\n",
}


def load(example: str) -> Loaded:
    """The base catalog with an example."""
    return catalog_of({**base_files(), "example.yaml": example})


@pytest.mark.parametrize("example", PLACES.values(), ids=PLACES)
def test_real_data_is_found_wherever_it_stands(example: str) -> None:
    loaded = load(example.replace("!", CARD))
    (found,) = [d for d in lint(loaded, RULES, None) if d.code == "PD101"]
    assert found.place.file == "example.yaml"
    assert found.span is not None
    line = example.replace("!", CARD).splitlines()[found.span.line - 1]
    assert re.search(r"4556 ?7375", line), "the finding stands in the line of the text"
    assert "7375" not in found.message


def test_real_data_in_a_snapshot_is_found_in_its_row() -> None:
    snapshot = (
        "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
        "customers,id,uuid,,,,no,,,PK,\n"
        "customers,closed_at,text,,,,yes,,,,made by sara.ahmadi@firma.de\n"
    )
    loaded = catalog_of({**base_files(), "observed/shop.columns.csv": snapshot})
    (found,) = lint(loaded, RULES, None)
    assert (found.code, found.place.file, found.place.path) == ("PD101", "observed/shop.columns.csv", (3,))


def test_the_fast_way_over_fields_sees_the_same_texts() -> None:
    for example in PLACES.values():
        catalog = load(example).catalog
        for field in catalog.fields.values():
            assert sorted(words_of_field(field)) == sorted(
                item.text for item in written_in_field(field, "en")
            )


def test_built_in_texts_are_not_the_catalogs() -> None:
    places = {item.entry.file for item in written(load("{}\n").catalog)}
    assert places == {"amanat.yaml", "base.yaml"}
