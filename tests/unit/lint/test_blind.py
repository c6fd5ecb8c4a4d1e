"""What a rule says that it does not look at makes no difference to what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from amanat.lint.rule import Context, Rule
from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.rules import RULES
from amanat.rules.base import base_files
from amanat.schema import FILE, load_schema
from tests.support import write_files

DAY = date(2026, 6, 30)
EXAMPLE = Path(__file__).parents[3] / "catalog"
BLIND = [rule for rule in RULES if rule.blind]
SETS = sorted({rule.blind for rule in BLIND}, key=lambda keys: (len(keys), sorted(keys)))

SAMPLES: Mapping[str, tuple[Any, Any]] = {
    "label": ("Customer", {"en": "Order", "fa": "سفارش"}),
    "definition": ("What the customer is called", {"en": "It", "fa": "آن"}),
    "caveats": ("Not all of them", {"en": "Few", "fa": "کم"}),
    "logic": ("The sum", {"en": "The mean", "fa": "میانگین"}),
    "x_": ("said", {"more": ["said", 1]}),
    "category": ("name", "contact.email"),
    "owner": ("sales", "nobody_known"),
    "classification": ("public", "restricted"),
    "retention": ("account", "nothing_known"),
    "purposes": ([], ["orders"]),
    "stages": ([], ["purchase"]),
    "master": ("shop.customers.id", "crm.people.id"),
    "survivorship": ({"strategy": "longest"}, {"strategy": "most_recent"}),
    "type": ("boolean", "money"),
    "length": (3, "unlimited"),
    "precision": (1, 9),
    "scale": (1, 4),
    "format": ("email", "iso_3166"),
    "normal": ("trim", ["lower", "trim"]),
    "unit": ("kg", "percent"),
    "currency": ("EUR", "IRR"),
    "zone": ("UTC", "Asia/Tehran"),
    "calendar": ("jalali", "gregorian"),
    "codes": ({"a": "A"}, {"b": {"en": "B", "fa": "ب"}}),
    "nullable": (True, False),
    "unique": (True, False),
    "structure": ("list", "single"),
    "polarity": ("negative", "positive"),
    "grain": ("order", "customer"),
    "origin": ("observed", "third_party"),
    "kind": ("metric", "fact"),
    "confidence": ("80%", "1%"),
    "compulsory": (True, False),
    "critical": (True, False),
    "quality": ({"complete": "98%"}, {"complete": "1%"}),
    "mask": ("redact", "hash"),
    "mask_for": ({}, {"agent": "redact"}),
    "review_by": ("2020-01-01", "2030-01-01"),
    "last_used": ("2020-01-01", "2026-01-01"),
    "renamed_from": ("customer.was", "order.was"),
}
"""Two values that fields may have under each key (`x_`: under keys of the team's own)."""


def test_what_rules_are_blind_to_are_keys_of_fields_with_samples_here() -> None:
    known = {*load_schema(FILE)["$defs"]["field"]["properties"], "x_"}
    for rule in BLIND:
        assert rule.blind <= known
        assert rule.blind <= SAMPLES.keys()


def edited(data: Any, edit: Callable[[dict[str, Any]], None]) -> Any:
    """The data of a file with every field edited."""
    if isinstance(data, dict) and isinstance(data.get("fields"), dict):
        data["fields"] = {name: field or {} for name, field in data["fields"].items()}
        for field in data["fields"].values():
            edit(field)
    return data


def edits_of(keys: frozenset[str]) -> Iterator[Callable[[dict[str, Any]], None]]:
    """All keys set to one value, to another, and taken away."""
    for at in (0, 1):

        def put(field: dict[str, Any], at: int = at) -> None:
            field.update({f"{key}said" if key == "x_" else key: SAMPLES[key][at] for key in keys})

        yield put

    def take(field: dict[str, Any]) -> None:
        for key in list(field):
            if key in keys or (key.startswith("x_") and "x_" in keys):
                del field[key]

    yield take


def found(rule: Rule, catalog: Catalog) -> list[str]:
    assert rule.check is not None
    return sorted(map(repr, rule.check(Context(catalog, DAY))))


@pytest.mark.parametrize("rule", BLIND, ids=lambda rule: rule.code)
def test_its_example_gives_the_same(rule: Rule, tmp_path: Path) -> None:
    texts = {**base_files(), **rule.example.files, **rule.example.bad_files, "example.yaml": rule.example.bad}
    before = found(rule, load_catalog(write_files(tmp_path / "before", texts)).catalog)
    assert before
    for at, edit in enumerate(edits_of(rule.blind)):
        after = {
            name: yaml.safe_dump(edited(yaml.safe_load(text), edit), allow_unicode=True, sort_keys=False)
            if name.endswith(".yaml")
            else text
            for name, text in texts.items()
        }
        assert found(rule, load_catalog(write_files(tmp_path / str(at), after)).catalog) == before


@pytest.mark.parametrize("keys", SETS, ids=lambda keys: f"{len(keys)} keys")
def test_the_example_catalog_gives_the_same(keys: frozenset[str], tmp_path: Path) -> None:
    rules = [rule for rule in BLIND if rule.blind == keys]
    catalog = load_catalog(EXAMPLE).catalog
    before = {rule.code: found(rule, catalog) for rule in rules}
    texts = {
        path.relative_to(EXAMPLE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(EXAMPLE.rglob("*"))
        if path.suffix in (".yaml", ".csv", ".json") and "build" not in path.parts
    }
    for at, edit in enumerate(edits_of(keys)):
        after = {
            name: yaml.safe_dump(
                edited(yaml.load(text, yaml.CSafeLoader), edit), allow_unicode=True, sort_keys=False
            )
            if name.startswith("fields/")
            else text
            for name, text in texts.items()
        }
        now = load_catalog(write_files(tmp_path / str(at), after)).catalog
        assert len(now.fields) == len(catalog.fields)
        assert {rule.code: found(rule, now) for rule in rules} == before
