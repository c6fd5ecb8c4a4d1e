"""CODEOWNERS: every file with its owners, and nothing that a path or a name could smuggle in."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest
from typer.testing import CliRunner

from amanat.cli.commands.export import export
from amanat.inventory.codeowners import codeowners
from tests.support import MINIMAL_ROOT, catalog_of, write_files

TEAMS = """\
teams:
  crm: {label: CRM, contact: crm@shop.example, handle: "@shop/crm"}
  care: {label: Care, contact: care@shop.example}
  lost: {label: Lost, contact: "third floor # 3"}
"""


def lines(files: dict[str, str | bytes], folder: str = "") -> list[str]:
    made = codeowners(catalog_of({"teams.yaml": TEAMS, **files}).catalog, folder).text
    return [line for line in made.splitlines() if not line.startswith("#")]


def field(name: str, owner: str) -> str:
    return f"fields: {{{name}: {{label: A, owner: {owner}}}}}"


def test_a_file_belongs_to_the_owners_of_what_it_declares() -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": "fields: {f.a: {label: A, owner: crm}, f.b: {label: B, owner: care}, f.c: {label: C}}",
        "s.yaml": "systems: {shop: {label: S, kind: crm, owner: care, country: DE}}",
        "c.yaml": "categories: {contact.fax: {label: Fax, owner: crm}}",
        "d.yaml": "discrepancies: {d: {field: f.a, facet: length, approved_by: care}}",
        "purposes.yaml": "purposes: {p: {label: P}}",
        "observed/shop.columns.csv": "table,column,type,length,precision,scale,nullable,default,values,key,comment\nt,c,text,,,,,,,,\n",
    }
    assert lines(files, "data/catalog/") == [
        "/data/catalog/ privacy@shop.example",
        "/data/catalog/a.yaml @shop/crm care@shop.example",
        "/data/catalog/c.yaml @shop/crm",
        "/data/catalog/d.yaml @shop/crm care@shop.example",
        "/data/catalog/observed/shop.columns.csv care@shop.example",
        "/data/catalog/s.yaml care@shop.example",
    ]


def test_an_office_goes_before_the_controller_and_a_catalog_may_be_the_whole_repository() -> None:
    root = MINIMAL_ROOT + "  dpo: {name: Office, contact: dpo@shop.example}\n"
    assert lines({"amanat.yaml": root, "a.yaml": field("f.a", "crm")}) == [
        "* dpo@shop.example",
        "/a.yaml @shop/crm",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "with space.yaml",
        "#hash.yaml",
        "!not.yaml",
        "a[b]*?.yaml",
        "back\\slash.yaml",
        "نشانی.yaml",
        "new\nline.yaml",
    ],
)
def test_a_hostile_path_is_one_pattern_that_matches_it(name: str) -> None:
    *_, line = lines({name: field("f.a", "crm")})
    pattern, _, owner = line.rpartition(" ")
    assert owner == "@shop/crm"
    assert "\n" not in line
    assert pattern[1:].replace("\\ ", "").count(" ") == 0
    assert fnmatch.fnmatchcase(name, pattern[1:].replace("\\ ", " "))
    assert not fnmatch.fnmatchcase("other.yaml", pattern[1:].replace("\\ ", " "))


def test_the_order_of_files_and_entries_does_not_matter() -> None:
    one = "fields: {f.a: {label: A, owner: crm}, f.b: {label: B, owner: care}}"
    other = "fields: {f.b: {label: B, owner: care}, f.a: {label: A, owner: crm}}"
    assert lines({"z.yaml": one}) == lines({"z.yaml": other})


@pytest.mark.parametrize("handle", ["shop/crm", "@", "@a b", "@a\n/ @evil", "@a/", "'@a #x'"])
def test_a_handle_that_is_none_is_refused(handle: str) -> None:
    text = f'teams: {{crm: {{label: C, contact: c@shop.example, handle: "{handle}"}}}}'.replace("\n", "\\n")
    findings = catalog_of({"a.yaml": text}).findings
    assert [(finding.code, finding.place.path[-1]) for finding in findings] == [("SC102", "handle")]


def test_a_handle_that_ends_a_line_never_gets_out() -> None:
    text = 'teams: {crm: {label: C, contact: c@shop.example, handle: "@a\\n"}}'
    assert lines({"teams.yaml": text, "a.yaml": field("f.a", "crm")})[1:] == ["/a.yaml c@shop.example"]


def test_an_owner_that_no_line_can_name_is_said(tmp_path: Path) -> None:
    root = write_files(
        tmp_path / "cat",
        {
            "t.yaml": TEAMS,
            "a.yaml": field("f.a", "lost"),
            "b.yaml": field("f.b", "ghost"),
            "c.yaml": field("f.c", "crm"),
        },
    )
    out = tmp_path / "CODEOWNERS"
    done = CliRunner().invoke(export, ["codeowners", "-C", str(root), "--output", str(out)])
    assert done.exit_code == 1
    assert "warning: no line can name `ghost`, `lost`\n" in done.stderr
    assert out.read_text(encoding="utf-8").splitlines()[2:] == ["* privacy@shop.example", "/c.yaml @shop/crm"]
