"""What is written of each field: text and line decide, and where a file cannot be cut, all of it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from amanat.load import load_catalog
from amanat.load.cache.store import Store
from amanat.load.written import Written, written_in
from amanat.model.values import FieldId
from tests.support import write_files

A, B = FieldId("a"), FieldId("b")
FIELDS = """\
defaults: {owner: crm}
fields:
  a:
    label: A
  b:  # a remark
    label: B
    definition: Second.
"""
TEAMS = "teams:\n  crm: {label: CRM, contact: crm@shop.example}\n"


def written(folder: Path, files: dict[str, str | bytes]) -> Written:
    root = write_files(folder / "catalog", files)
    found = written_in(load_catalog(root, Store(folder / "cache.sqlite")))
    assert found is not None
    return found


def test_an_edit_of_a_field_is_its_own(tmp_path: Path) -> None:
    before = written(tmp_path, {"f.yaml": FIELDS, "t.yaml": TEAMS})
    after = written(tmp_path, {"f.yaml": FIELDS.replace("Second.", "Other."), "t.yaml": TEAMS})
    assert after.rest == before.rest
    assert after.fields[A] == before.fields[A]
    assert after.fields[B] != before.fields[B]


@pytest.mark.parametrize(
    ("old", "new", "a", "b", "rest"),
    [
        ("    label: A\n", "    label: A\n    caveats: None.\n", True, True, False),  # what follows moves
        ("# a remark", "# another", False, True, False),
        ("owner: crm", "owner: crm2", False, False, True),
        ("defaults:", "# more\ndefaults:", True, True, True),
        ("fields:\n", "fields:\n\n", True, True, True),
        ("    label: A\n", "    label: A\n# of b\n", True, True, False),
    ],
)
def test_what_an_edit_changes(tmp_path: Path, old: str, new: str, a: bool, b: bool, rest: bool) -> None:
    before = written(tmp_path, {"f.yaml": FIELDS})
    after = written(tmp_path, {"f.yaml": FIELDS.replace(old, new)})
    changed = [before.fields[name] != after.fields[name] for name in sorted(before.fields)]
    assert (*changed, before.rest != after.rest) == (a, b, rest)


def test_what_is_no_field_counts_for_all(tmp_path: Path) -> None:
    before = written(tmp_path, {"f.yaml": FIELDS, "t.yaml": TEAMS})
    after = written(tmp_path, {"f.yaml": FIELDS, "t.yaml": TEAMS + "# more\n"})
    assert (after.fields, after.rest != before.rest) == (before.fields, True)
    snapshot = (
        "table,column,type,length,precision,scale,nullable,default,values,key,comment\nt,c,int,,,,,,,,\n"
    )
    observed = written(tmp_path, {"f.yaml": FIELDS, "t.yaml": TEAMS, "observed/s.columns.csv": snapshot})
    assert observed.rest not in (before.rest, after.rest)


WHOLE = {
    "an alias": (
        "fields:\n  a:\n    label: &l A\n    caveats: One.\n  b:\n    label: *l\n",
        "label: &l A",
        "label: &l C",
    ),
    "one line": ("fields: {a: {label: A}, b: {label: B}}\n", "label: A", "label: C"),
    "one line of two": ("fields:\n  {a: {label: A}, b:\n    {label: B}}\n", "label: A", "label: C"),
    "other line breaks": (
        'fields:\n  a:\n    label: "A\u2028x"\n  b:\n    label: B\n',
        "label: B",
        "label: C",
    ),
    "an id in escapes": ('fields:\n  a:\n    label: A\n  "\\x62":\n    label: B\n', "label: A", "label: C"),
}


@pytest.mark.parametrize("why", WHOLE)
def test_a_file_that_cannot_be_cut_decides_on_each_of_its_fields(tmp_path: Path, why: str) -> None:
    text, old, new = WHOLE[why]
    before = written(tmp_path, {"f.yaml": text})
    after = written(tmp_path, {"f.yaml": text.replace(old, new)})
    assert sorted(before.fields) == ["a", "b"]
    assert [before.fields[name] != after.fields[name] for name in (A, B)] == [True, True]


def test_lines_that_end_in_two_characters_are_cut_as_others(tmp_path: Path) -> None:
    windows = FIELDS.replace("\n", "\r\n")
    before = written(tmp_path, {"f.yaml": windows})
    after = written(tmp_path, {"f.yaml": windows.replace("Second.", "Other.")})
    assert [name for name in before.fields if before.fields[name] != after.fields[name]] == ["b"]
    assert before.rest == after.rest


def test_without_a_cache_nothing_is_known(tmp_path: Path) -> None:
    assert written_in(load_catalog(write_files(tmp_path, {"f.yaml": FIELDS}))) is None
