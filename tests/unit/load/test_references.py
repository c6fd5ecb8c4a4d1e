"""An id that nobody declares is found wherever a field names it, also where it is the only one in the catalog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from amanat.load import load_catalog
from amanat.rules.base import base_files
from tests.support import write_files

FIELD: dict[str, Any] = {
    "label": "Phone",
    "definition": "Number under which the customer wants to be called",
    "category": "contact.phone",
    "owner": "sales",
    "subject": "customer",
    "retention": "account",
    "purposes": ["orders"],
    "sources": {"shop.customers.phone": {}, "crm.contacts.phone": {}},
    "master": "shop.customers.phone",
}
SOURCE = "shop.customers.phone"
NAMES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a category": lambda field: field.update(category="contact.fone"),
    "a team": lambda field: field.update(owner="slaes"),
    "a classification": lambda field: field.update(classification="secret"),
    "a retention policy": lambda field: field.update(retention="acount"),
    "a subject": lambda field: field.update(subject="custmer"),
    "a narrative": lambda field: field.update(narrative="customer.tale"),
    "a purpose": lambda field: field.update(purposes=["orders", "ordres"]),
    "a stage": lambda field: field.update(stages=["sign-up"]),
    "what it is derived from": lambda field: field.update(derived_from=["customer.id", "customer.nr"]),
    "a purpose that it is masked for": lambda field: field.update(mask_for={"ordres": "redact"}),
    "a system": lambda field: field["sources"].update({"shpo.customers.phone": {}}),
    "a team of a source": lambda field: field["sources"][SOURCE].update(owner="slaes"),
    "a retention policy of a source": lambda field: field["sources"][SOURCE].update(retention="acount"),
    "a classification of a source": lambda field: field["sources"][SOURCE].update(classification="secret"),
    "a purpose of a source": lambda field: field["sources"][SOURCE].update(purposes=["ordres"]),
    "a stage of a source": lambda field: field["sources"][SOURCE].update(stages=["sign-up"]),
    "a source in the order of trust": lambda field: field.update(
        survivorship={"strategy": "source_priority", "priority": ["shop.customers.fone"]}
    ),
}


def found(root: Path, field: dict[str, Any]) -> list[str]:
    text = yaml.safe_dump({"fields": {"customer.phone": field}}, allow_unicode=True)
    loaded = load_catalog(write_files(root, {**base_files(), "f.yaml": text}))
    return [
        f"{finding.code} {finding.place.path[2]}"
        for finding in loaded.findings
        if finding.place.file == "f.yaml"
    ]


def test_what_is_declared_is_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, FIELD) == []


@pytest.mark.parametrize("what", NAMES)
def test_the_only_unknown_id_is_found(what: str, tmp_path: Path) -> None:
    field = {**FIELD, "sources": {name: dict(facets) for name, facets in FIELD["sources"].items()}}
    NAMES[what](field)
    key = next(key for key in field if field[key] != FIELD.get(key))
    assert found(tmp_path, field) == [f"ID101 {key}"]
