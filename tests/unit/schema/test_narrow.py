"""The schemas of one catalog: they know its ids, and refuse nothing else that the published ones accept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from amanat.cli.editing import schema_files
from amanat.errors import UsageError
from amanat.load import load_catalog
from amanat.load.references import Problems, check_references
from amanat.load.yamlread import parse
from amanat.schema import FILE, ROOT, load_schema
from amanat.schema.slots import IDS, SELECTORS, SOURCES, Form, key_slot, slot
from tests.support import write_files

EXAMPLE = Path(__file__).parents[3] / "catalog"


@pytest.fixture(scope="module")
def validators() -> Mapping[str, Any]:
    return {
        name.removesuffix(".schema.json"): jsonschema_rs.Draft202012Validator(json.loads(text))
        for name, text in schema_files(EXAMPLE).items()
    }


def _files() -> Iterator[tuple[str, str, Any]]:
    for path in sorted(EXAMPLE.rglob("*.yaml")):
        name = path.relative_to(EXAMPLE).as_posix()
        if not name.startswith(("build/", "observed/")):
            data = parse(path.read_text(encoding="utf-8"), name).data
            yield name, ROOT if name == "amanat.yaml" else FILE, data


def test_the_example_catalog_is_valid_by_its_own_schemas(validators: Mapping[str, Any]) -> None:
    files = list(_files())
    assert len(files) > 10
    assert [name for name, schema, data in files if not validators[schema].is_valid(data)] == []


def _references(schema: str, data: Any) -> Iterator[tuple[Any, Any, tuple[str | int, ...]]]:
    """Every place of a file where an id stands: its container, the key or position, and the path."""
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(data, ())]
    while stack:
        node, path = stack.pop()
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for step, value in items:
            here = (*path, step)
            found = slot(here, schema == ROOT)
            if found is not None and found.form is Form.ID and isinstance(value, str):
                yield node, step, here
            stack.append((value, here))


def test_a_misspelled_id_is_refused_wherever_it_stands(validators: Mapping[str, Any]) -> None:
    plain = {name: jsonschema_rs.Draft202012Validator(load_schema(name)) for name in (ROOT, FILE)}
    seen: dict[tuple[str | int, ...], bool] = {}
    for _, schema, data in _files():
        for node, step, path in _references(schema, data):
            shape = (
                path[0],
                len(path),
                path[2] if len(path) > 2 else "",
                path[-1] if isinstance(path[-1], str) else "#",
            )
            if shape in seen:
                continue
            good, node[step] = node[step], "no_such_id"
            assert plain[schema].is_valid(data), path
            seen[shape] = validators[schema].is_valid(data)
            node[step] = good
    assert len(seen) > 20
    assert [shape for shape, accepted in seen.items() if accepted] == []


@pytest.mark.parametrize(
    ("entry", "accepted"),
    [
        ({"denials": {"d": {"role": "marketer", "field": "special.*", "reason": "r"}}}, True),
        ({"denials": {"d": {"role": "*", "reason": "r"}}}, True),
        ({"denials": {"d": {"role": "marketeer", "reason": "r"}}}, False),
        ({"expectations": {"e": {"allow": {"role": ["marketer"], "field": "contact.email"}}}}, True),
        ({"expectations": {"e": {"allow": {"role": ["marketer", "nobody"]}}}}, False),
        ({"fields": {"f": {"sources": {"saleor.t.c": None}}}}, True),
        ({"fields": {"f": {"sources": {"no_system.t.c": None}}}}, False),
        ({"fields": {"f": {"sources": {"not a column": None}}}}, True),
        ({"fields": {"f": {"master": "no_system.t.c"}}}, False),
        ({"purposes": {"p": {"label": "P", "roles": {"marketer": ["read"]}}}}, True),
        ({"purposes": {"p": {"label": "P", "roles": {"nobody": ["read"]}}}}, False),
        ({"fields": {"f": {"mask_for": {"nothing": "hash"}}}}, False),
        ({"fields": {"f": {"renamed_from": "gone", "x_own": "anything"}}}, True),
    ],
)
def test_selectors_sources_and_keys_are_ids_too(
    entry: Any, accepted: bool, validators: Mapping[str, Any]
) -> None:
    assert validators[FILE].is_valid(entry) is accepted


def test_an_editor_is_told_what_an_id_is(validators: Mapping[str, Any]) -> None:
    known = json.loads(schema_files(EXAMPLE)["catalog-file.schema.json"])["$defs"]["known_teams"]
    told = dict(zip(known["enum"], known["markdownEnumDescriptions"], strict=True))
    assert "contact: " in told["crm"] and told["crm"].startswith("**")


def test_every_place_of_the_table_is_in_the_schemas() -> None:
    """A path that the schema does not have would narrow nothing."""
    made = schema_files(EXAMPLE)
    text = {name: made[f"{name}.schema.json"].decode() for name in (ROOT, FILE)}
    for name, lines in IDS.items():
        for kind in set(lines.values()):
            assert f'"#/$defs/known_{kind}"' in text[name] or kind == "teams"
    assert '"$ref": "#/$defs/id"' in text[FILE]  # ids that refer to nothing, such as formats
    assert slot(("fields", "f", "purposes", 0)) == slot(("fields", "f", "purposes"))
    assert key_slot(("fields", "f", "mask_for", "x")) is not None
    assert slot(("fields", "f", "label")) is None
    assert len(SELECTORS) > 10 and len(SOURCES) == 9


def test_every_reference_that_the_loader_checks_is_in_the_table() -> None:
    """The loader's findings of unknown ids stand at places that the table knows."""
    loaded = load_catalog(EXAMPLE)
    problems = Problems(loaded.catalog, frozenset())
    problems.known = {kind: {} for kind in problems.known}
    missing = []
    for finding in check_references(loaded.catalog, problems):
        place = finding.place
        if finding.code == "ID101" and not place.file.startswith("<"):
            root = place.file == "amanat.yaml"
            if slot(place.path, root) is None and key_slot(place.path, root) is None:
                missing.append(place.path)
    assert missing == []
    assert len(problems.known) == 11


def test_with_an_unreadable_file_no_schema_is_made(tmp_path: Path) -> None:
    write_files(tmp_path, {"teams.yaml": "teams: [\n"})
    with pytest.raises(UsageError, match=r"teams.yaml` cannot be read"):
        schema_files(tmp_path)
