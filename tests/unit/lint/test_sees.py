"""What a rule finds rests on no keys of fields but those that it says it sees: it reads no others, and they
make no difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from amanat.lint.rule import Context, Rule, keys
from amanat.load import load_catalog
from amanat.load.build_field import CANONICAL_FACETS
from amanat.model.catalog import Catalog
from amanat.model.field import Details, Field
from amanat.rules import RULES
from amanat.rules.base import base_files
from amanat.schema import FILE, load_schema
from amanat.text import Place
from tests.benchmarks.generate import write
from tests.support import write_files

DAY = date(2026, 6, 30)
EXAMPLE = Path(__file__).parents[3] / "catalog"
SEEING = [rule for rule in RULES if rule.sees is not None]
SETS = sorted({rule.sees or frozenset() for rule in SEEING}, key=lambda keys: (len(keys), sorted(keys)))

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
    "subject": ("customer", "nobody_known"),
    "status": ("retired", "planned"),
    "sources": ({}, {"crm.contacts.said": {"type": "text"}}),
    "derived_from": (["customer.id"], ["nothing.known"]),
    "narrative": ("customer.id", "nothing.known"),
}
"""Two values that fields may have under each key (`x_`: under keys of the team's own)."""


def unseen(keys: frozenset[str]) -> frozenset[str]:
    """All other keys of fields."""
    return frozenset(SAMPLES) - keys


def test_what_rules_see_are_keys_of_fields_and_all_have_samples_here() -> None:
    known = {*load_schema(FILE)["$defs"]["field"]["properties"], "x_"}
    assert known == SAMPLES.keys()
    for rule in SEEING:
        assert rule.sees is not None and rule.sees <= known


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


@pytest.mark.parametrize("rule", SEEING, ids=lambda rule: rule.code)
def test_its_example_gives_the_same(rule: Rule, tmp_path: Path) -> None:
    texts = {**base_files(), **rule.example.files, **rule.example.bad_files, "example.yaml": rule.example.bad}
    before = found(rule, load_catalog(write_files(tmp_path / "before", texts)).catalog)
    assert before
    for at, edit in enumerate(edits_of(unseen(rule.sees or frozenset()))):
        after = {
            name: yaml.safe_dump(edited(yaml.safe_load(text), edit), allow_unicode=True, sort_keys=False)
            if name.endswith(".yaml")
            else text
            for name, text in texts.items()
        }
        assert found(rule, load_catalog(write_files(tmp_path / str(at), after)).catalog) == before


@pytest.mark.parametrize("keys", SETS, ids=lambda keys: f"{len(keys)} keys")
def test_the_example_catalog_gives_the_same(keys: frozenset[str], tmp_path: Path) -> None:
    rules = [rule for rule in SEEING if rule.sees == keys]
    catalog = load_catalog(EXAMPLE).catalog
    before = {rule.code: found(rule, catalog) for rule in rules}
    texts = {
        path.relative_to(EXAMPLE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(EXAMPLE.rglob("*"))
        if path.suffix in (".yaml", ".csv", ".json") and "build" not in path.parts
    }
    for at, edit in enumerate(edits_of(unseen(keys))):
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


READ: set[str] = set()
"""Attributes of fields that were read."""


class Facets(Mapping[str, object]):
    """The facets of a field, which tell of each that is asked for."""

    def __init__(self, facets: Mapping[str, object]) -> None:
        self._facets = facets

    def __getitem__(self, key: str) -> object:
        READ.add(key)
        return self._facets[key]

    def get(self, key: str, default: Any = None) -> Any:
        READ.add(key)
        return self._facets.get(key, default)

    def __iter__(self) -> Iterator[str]:
        READ.update(CANONICAL_FACETS)
        return iter(self._facets)

    def __len__(self) -> int:
        READ.update(CANONICAL_FACETS)
        return len(self._facets)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields tell which of their attributes are read."""

    def telling(name: str, kept: Any) -> property:
        def read(holder: object) -> object:
            READ.add(name)
            return kept.__get__(holder)

        return property(read, kept.__set__)

    def facets(kept: Any) -> property:
        return property(lambda field: Facets(kept.__get__(field, Field)), kept.__set__)

    inherited = Field.__dict__["inherited"]

    def place_of(field: Field, attribute: str) -> Place:
        READ.add(attribute)
        return inherited.__get__(field, Field).get(attribute) or field.place.at(attribute)

    for holder in (Field, Details):
        for one in fields(holder):
            kept = holder.__dict__[one.name]
            told = facets(kept) if one.name == "facets" else telling(one.name, kept)
            monkeypatch.setattr(holder, one.name, told)
    monkeypatch.setattr(Field, "place_of", place_of)


NO_KEYS = {"id", "file", "details", "broken", "inherited"}
"""Attributes that rest on no key alone. A refused value has a finding of loading, and then all rules are run;
of what is inherited, rules ask for what they also read."""


def keys_read(rule: Rule, catalogs: Iterable[Catalog]) -> set[str]:
    assert rule.check is not None
    READ.clear()
    for catalog in catalogs:
        for day in (DAY, None):
            list(rule.check(Context(catalog, day)))
    return {"x_" if name == "extras" else name for name in keys(*READ - NO_KEYS)}


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> list[Catalog]:
    folder = tmp_path_factory.mktemp("defects")
    write(folder, 200, defects=0.15, snapshots=True)
    return [load_catalog(EXAMPLE).catalog, load_catalog(folder).catalog]


@pytest.mark.parametrize("rule", SEEING, ids=lambda rule: rule.code)
@pytest.mark.usefixtures("watched")
def test_it_reads_no_others(rule: Rule, catalogs: list[Catalog], tmp_path: Path) -> None:
    example, own = rule.example, []
    for which, text, more in (("bad", example.bad, example.bad_files), ("good", example.good, {})):
        texts = {**base_files(), **example.files, **more, "example.yaml": text}
        own.append(load_catalog(write_files(tmp_path / which, texts)).catalog)
    assert rule.sees is not None
    assert keys_read(rule, [*catalogs, *own]) <= rule.sees


@pytest.mark.usefixtures("watched")
def test_what_is_read_is_told(catalogs: list[Catalog]) -> None:
    """The test above would notice."""
    rule = next(rule for rule in RULES if rule.code == "SE101")
    assert keys_read(rule, catalogs) == {"classification", "category", "sources", "status"}
    rule = next(rule for rule in RULES if rule.code == "SR114")
    assert "type" in keys_read(rule, catalogs)
    rule = next(rule for rule in RULES if rule.code == "CF103")
    assert {"length", "type", "sources"} <= keys_read(rule, catalogs)
