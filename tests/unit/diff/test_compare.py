"""Changes by class: cases as data, and that no attribute of the model is forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields as attributes
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import yaml

from amanat.diff import Change, Level, compare
from amanat.diff.classes import CLASSES
from amanat.diff.tables import APPEARS, ATTRIBUTES, CATALOG, PASSED
from amanat.load import Loaded
from amanat.model.catalog import Catalog
from amanat.model.field import FIELD_ATTRIBUTES, Field
from amanat.rules.base import base_files
from amanat.schema import load_schema
from tests.support import catalog_of

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases/diff/cases.yaml").read_text(encoding="utf-8"))
APART = {"snapshots", "measures", "approvals"}
"""Maps of a catalog that are compared elsewhere: what was observed and measured, and the approvals of changes."""


def case_files(case: Mapping[str, Any], changed: bool) -> dict[str, str]:
    files = dict(base_files())
    (name,) = (name for name in files if name != "amanat.yaml")
    if changed:
        for file, key in ((name, "change"), ("amanat.yaml", "root")):
            for old, new in case.get(key, {}).items():
                count = files[file].count(old)
                assert count == 1 or (count == 2 and case["name"].startswith("order")), (old, count)
                files[file] = files[file].replace(old, new, 1)
    more = case.get("more" if changed else "before_more")
    return {**files, "more.yaml": more} if more else files


def both(case: Mapping[str, Any]) -> tuple[Loaded, Loaded]:
    return catalog_of(case_files(case, False)), catalog_of(case_files(case, True))


def told(change: Change) -> str:
    key = "" if change.key in (change.before, change.after) and change.attribute != "sources" else change.key
    what = ".".join(part for part in (change.attribute, key) if part)
    return f"{change.change_class.name} {change.kind} {change.id}{f' {what}' if what else ''}"


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_change_has_its_class_there_and_back(case: Mapping[str, Any]) -> None:
    before, after = both(case)
    for loaded in (before, after):
        assert not [f for f in loaded.findings if f.code != "ID101" or "ghost" in f.message], loaded.findings
    there = compare(before.catalog, after.catalog, None)
    back = compare(after.catalog, before.catalog, None)
    assert sorted(map(told, there.changes)) == sorted(case["there"])
    assert sorted(map(told, back.changes)) == sorted(case["back"])
    assert (there.loose, back.loose) == ((), ())
    for change in (*there.changes, *back.changes):
        json.dumps([change.before, change.after])
        assert change.before != change.after
        assert change.before_place or change.after_place


def test_every_class_but_a_few_has_a_case() -> None:
    seen = {line.split()[0] for case in CASES for way in ("there", "back") for line in case[way]}
    assert seen <= CLASSES.keys()
    assert len(seen) > len(CLASSES) * 0.6


def test_no_map_and_no_attribute_of_the_model_is_forgotten() -> None:
    hints = get_type_hints(Catalog)
    entries = {name: get_args(hint)[1] for name, hint in hints.items() if len(get_args(hint)) == 2}
    maps = {name: entry for name, entry in entries.items() if is_dataclass(entry) and name not in APART}
    assert maps.keys() == ATTRIBUTES.keys() == APPEARS.keys()
    for kind, entry in maps.items():
        said = FIELD_ATTRIBUTES if entry is Field else [one.name for one in attributes(entry)]
        named = set(said) - PASSED
        assert named == set(ATTRIBUTES[kind]), kind
    rest = {one.name for one in attributes(Catalog)} - maps.keys() - APART
    assert rest == set(CATALOG) | {"place", "files", "digest", "unreadable"}


def test_the_classes_that_amanat_yaml_may_name_are_the_classes_there_are() -> None:
    named = load_schema("amanat")["properties"]["approvals"]["propertyNames"]["enum"]
    assert sorted(named) == sorted([*map(str, Level), *CLASSES])


def test_a_fingerprint_survives_moves_and_dies_with_the_values() -> None:
    case = next(case for case in CASES if case["name"] == "data is kept longer")
    before, after = both(case)
    (change,) = compare(before.catalog, after.catalog, None).changes
    files = case_files(case, True)
    (name,) = (name for name in files if name != "amanat.yaml")
    moved = catalog_of(
        {"amanat.yaml": files["amanat.yaml"], "elsewhere/x.yaml": "# a line\n\n" + files[name]}
    )
    (same,) = compare(before.catalog, moved.catalog, None).changes
    assert same.fingerprint == change.fingerprint
    other = catalog_of({**files, name: files[name].replace("P4Y", "P5Y")})
    (changed,) = compare(before.catalog, other.catalog, None).changes
    assert changed.fingerprint != change.fingerprint


def test_opened_cells_stand_with_the_change_that_opens_them() -> None:
    case = next(case for case in CASES if case["name"] == "more may act")
    before, after = both(case)
    (change,) = compare(before.catalog, after.catalog, None).changes
    assert [(move.role, move.purpose, move.action, move.field) for move in change.cells] == [
        ("agent", "orders", "export", "customer.id")
    ]
