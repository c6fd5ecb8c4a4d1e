"""Pages that rest on the same are the same: whatever is changed of a field, where the digest of another one is
what it was, so are its pages, to the byte. On the example catalog, whose fields are made from each other."""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amanat.cli.building import site_of
from amanat.cli.session import judge_loaded
from amanat.conflicts import compare
from amanat.docsite.paths import Kind, Ref, page_of
from amanat.docsite.render import Prepared
from amanat.docsite.resting import TERSE
from amanat.load import load_catalog
from amanat.load.cache.store import Store
from amanat.load.written import written_in
from amanat.model.field import Facet

EXAMPLE = Path(__file__).parents[2] / "catalog"
Fields = dict[str, Any]


def prepared(root: Path) -> Prepared:
    """The site of a catalog, with what the pages of its fields rest on."""
    loaded = load_catalog(root, Store(root.parent / "cache.sqlite")).holding_texts()
    judged = judge_loaded(loaded, None, False)
    return Prepared(site_of(judged, {}, root / "build"), written_in(loaded))


class Before(NamedTuple):
    """The example: its folder, the fields of each file, its site, and the pages that were asked for."""

    root: Path
    files: Mapping[str, Fields]
    quoted: frozenset[str]
    """Fields whose definition a conflict quotes."""
    site: Prepared
    content: Callable[[str], bytes]


@pytest.fixture(scope="module")
def before() -> Iterator[Before]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "catalog"
        shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns("build"))
        files = {}
        for file in sorted((root / "fields").iterdir()):
            files[file.name] = yaml.safe_load(file.read_text())
            dump(file, files[file.name])
        conflicts = compare(load_catalog(root).catalog, None).conflicts
        quoted = frozenset(one.field for one in conflicts if one.facet is Facet.DEFINITION)
        site = prepared(root)
        yield Before(root, files, quoted, site, cache(site.content))


def dump(file: Path, data: object) -> None:
    """Each entry in lines of its own, so that others stand where they stood."""
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100_000))


TEXTS = ["label", "definition", "caveats", "logic"]
RULES = [
    "category",
    "owner",
    "classification",
    "retention",
    "purposes",
    "subject",
    "status",
    "kind",
    "critical",
]
VALUES = [
    "type",
    "format",
    "codes",
    "unit",
    "zone",
    "length",
    "quality",
    "confidence",
    "origin",
    "compulsory",
]
OTHERS = ["sources", "master", "survivorship", "mask", "mask_for", "stages", "review_by", "renamed_from"]
LINEAGE = ["derived_from", "narrative"]
places = st.integers(0, 10_000)


class Edit(NamedTuple):
    """An attribute of a field as another field has it; gone, where that has none. What leads from one field to
    another leads to that other one."""

    field: int
    attribute: str
    other: int

    def made_in(self, files: Mapping[str, Fields]) -> tuple[str, Fields]:
        """The file that changes, and what it holds then."""
        names = [(file, name) for file, data in files.items() for name in data["fields"]]
        file, name = names[self.field % len(names)]
        donor_file, donor = names[self.other % len(names)]
        changed = copy.deepcopy(files[file])
        entry = changed["fields"][name]
        if self.attribute == "derived_from":
            entry[self.attribute] = [donor]
        elif self.attribute == "narrative":
            entry[self.attribute] = donor
        else:
            value = files[donor_file]["fields"][donor].get(self.attribute)
            entry.pop(self.attribute, None)
            if value is not None:
                entry[self.attribute] = copy.deepcopy(value)
        return file, changed


edits = st.builds(Edit, places, st.sampled_from([*TEXTS, *RULES, *VALUES, *OTHERS, *LINEAGE]), places)


@settings(
    max_examples=max(8, (settings.default.max_examples if settings.default else 100) // 12),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(edits, min_size=1, max_size=2))
def test_pages_that_rest_on_the_same_are_the_same(before: Before, steps: list[Edit]) -> None:
    files = dict(before.files)
    for edit in steps:
        file, files_now = edit.made_in(files)
        files[file] = files_now
    try:
        for file, data in files.items():
            if data is not before.files[file]:
                dump(before.root / "fields" / file, data)
        after = prepared(before.root)
    finally:
        for file, data in before.files.items():
            dump(before.root / "fields" / file, data)
    assert_same(before, after, str(steps))


def assert_same(before: Before, after: Prepared, why: str) -> list[str]:
    """Pages of groups that rest on the same are the same; these groups."""
    same = [group for group, digest in before.site.rests.items() if after.rests.get(group) == digest]
    pages = before.site.groups, after.groups
    for group in same:
        assert pages[0][group] == pages[1][group]
        for path in pages[1][group]:
            language = path.partition("/")[0]
            around = before.site.around[language], after.around[language]
            then = before.content(path)
            if group:
                assert then.count(around[0]) == 1
                then = then.replace(*around)
            assert after.content(path) == then, f"{path} after {why}"
    return same


def with_other_sentences(data: Fields, without: Collection[str]) -> Fields:
    """The same fields with a word more in each sentence, but for definitions of some."""
    changed = copy.deepcopy(data)
    for field, entry in changed["fields"].items():
        for name in ("definition", "caveats", "logic"):
            if name in entry and not (name == "definition" and field in without):
                entry[name] = {language: f"{said} Etwas." for language, said in entry[name].items()}
    return changed


def test_terse_pages_show_no_sentences_of_any_field(before: Before) -> None:
    """All sentences of all fields are changed at once, but for those that a conflict quotes."""
    try:
        for file, data in before.files.items():
            dump(before.root / "fields" / file, with_other_sentences(data, before.quoted))
        after = prepared(before.root)
    finally:
        for file, data in before.files.items():
            dump(before.root / "fields" / file, data)
    same = assert_same(before, after, "other sentences")
    assert TERSE in same
    assert set(same) <= {TERSE, *before.quoted}
    changed = [
        page_of(Ref(Kind.FIELD, group)) for group in after.groups if group not in {*same, *before.quoted}
    ]
    assert len(changed) > 0.5 * len(after.groups)
    assert all(after.content(f"en/{path}") != before.content(f"en/{path}") for path in changed)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("definition", {"en": "Another meaning.", "fa": "معنای دیگر."}),
        ("label", {"en": "Another label", "fa": "برچسب دیگر"}),
        ("owner", "crm"),
        ("purposes", ["orders"]),
        ("retention", "books"),
        ("caveats", {"en": "Not of all customers.", "fa": "نه برای همه."}),
    ],
)
def test_an_edit_of_a_field_leaves_most_pages_alone(before: Before, attribute: str, value: object) -> None:
    """Otherwise the property would hold because no two digests are ever the same."""
    file = "addresses.yaml"
    data = copy.deepcopy(before.files[file])
    name = list(data["fields"])[-1]
    assert data["fields"][name].get(attribute) != value
    data["fields"][name][attribute] = value
    try:
        dump(before.root / "fields" / file, data)
        after = prepared(before.root)
    finally:
        dump(before.root / "fields" / file, before.files[file])
    same = [group for group, digest in before.site.rests.items() if after.rests.get(group) == digest]
    assert name not in same
    assert len(same) > 0.8 * len(after.rests)
