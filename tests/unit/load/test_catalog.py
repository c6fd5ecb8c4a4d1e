"""What a loaded catalog holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from amanat.errors import EnvironmentFault, UsageError
from amanat.load import load_catalog
from amanat.load.discover import find_root
from amanat.model.values import FieldId, Mask, MaskKind, PurposeId, SourceId, Status
from amanat.text import Place
from tests.support import MINIMAL_ROOT, catalog_of, write_files

INHERITING = {
    "amanat.yaml": """\
catalog:
  name: Test
  languages: [en, fa]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  jurisdictions: [EU]
  defaults: {owner: crm, subject: customer, classification: internal, purposes: [orders]}
""",
    "base.yaml": """\
teams:
  crm: {label: CRM, contact: crm@shop.example}
  shop: {label: Shop, contact: shop@shop.example}
subjects:
  customer: {label: Customer, definition: A person who orders}
categories:
  purchase.invoice: {label: Invoices, retention: books}
  contact.email: {owner: shop}
retention:
  books: {keep: P10Y, where: {EU: {keep: P8Y}}, from: fiscal_year_end, then: delete}
purposes:
  orders: {label: Orders, basis: contract, roles: {}, benefit: Goods}
  orders.returns: {label: Returns, basis: legal_obligation}
""",
    "fields.yaml": """\
defaults: {classification: confidential}
fields:
  a.email: {label: E-mail, category: contact.email}
  a.number: {label: Number, category: purchase.invoice, owner: shop, mask: {partial: 4}, mask_for: {orders: null}}
  a.name: {label: {en: Name, fa: نام}, category: name, purposes: []}
""",
}


def test_a_value_comes_from_the_entry_then_the_file_then_the_category_then_the_catalog() -> None:
    fields = catalog_of(INHERITING).catalog.fields
    number, email = fields[FieldId("a.number")], fields[FieldId("a.email")]
    assert number.owner == "shop" and "owner" not in number.inherited
    assert email.classification == "confidential"
    assert email.inherited["classification"] == Place("fields.yaml", ("defaults", "classification"))
    assert email.owner == "shop"
    assert email.inherited["owner"] == Place("base.yaml", ("categories", "contact.email", "owner"))
    assert number.retention == "books"
    assert number.subject == "customer"
    assert number.inherited["subject"] == Place("amanat.yaml", ("catalog", "defaults", "subject"))


def test_a_list_replaces_an_inherited_list_even_when_empty() -> None:
    fields = catalog_of(INHERITING).catalog.fields
    assert fields[FieldId("a.name")].purposes == ()
    assert fields[FieldId("a.email")].purposes == ("orders",)


def test_a_purpose_inherits_what_it_does_not_set_and_says_from_where() -> None:
    returns = catalog_of(INHERITING).catalog.purposes[PurposeId("orders.returns")]
    assert returns.basis == {"*": "legal_obligation"}
    assert returns.benefit == {"en": "Goods"}
    assert returns.inherited["benefit"] == Place("base.yaml", ("purposes", "orders", "benefit"))


def test_masks_keep_their_numbers_and_a_plain_null_is_the_null_mask() -> None:
    number = catalog_of(INHERITING).catalog.fields[FieldId("a.number")]
    assert number.mask == Mask(MaskKind.PARTIAL, 4)
    assert number.mask_for == {"orders": Mask(MaskKind.NULL)}


def test_a_jurisdiction_takes_over_what_it_does_not_change() -> None:
    books = next(iter(catalog_of(INHERITING).catalog.retention.values()))
    assert books.rule.keep == "P10Y"
    assert books.where["EU"].keep == "P8Y"
    assert books.where["EU"].then == "delete"


def test_a_refused_value_is_not_replaced_by_a_default() -> None:
    files = {
        **INHERITING,
        "fields.yaml": "fields:\n  a.x: {label: X, category: name, classification: [restricted]}\n",
    }
    field = catalog_of(files).catalog.fields[FieldId("a.x")]
    assert field.classification is None
    assert "classification" in field.broken


def test_scalars_follow_yaml_1_2_and_lose_nothing() -> None:
    text = "x_a: {no: NO, on: on, date: 1404-05-12, time: 1:30, phone: +98912, zero: 017, int: 12, float: 1.5, hex: 0x1F, null: ~, yes: true}\n"
    catalog = catalog_of(
        {
            "amanat.yaml": "catalog:\n  name: T\n  languages: [en]\n  controller: {name: E, contact: p@shop.example, country: DE}\n  jurisdictions: [EU]\n"
            + text
        }
    ).catalog
    assert catalog.extras["x_a"] == {
        "no": "NO",
        "on": "on",
        "date": "1404-05-12",
        "time": "1:30",
        "phone": "+98912",
        "zero": "017",
        "int": 12,
        "float": 1.5,
        "hex": 31,
        "null": None,
        "yes": True,
    }


def test_the_order_and_layout_of_files_never_matter() -> None:
    one = catalog_of(INHERITING).catalog
    moved = {
        "amanat.yaml": INHERITING["amanat.yaml"],
        "z/deep/base.yml": INHERITING["base.yaml"],
        "a.yaml": INHERITING["fields.yaml"],
    }
    other = catalog_of(moved).catalog
    assert list(one.fields) == list(other.fields)
    assert [f.owner for f in one.fields.values()] == [f.owner for f in other.fields.values()]


def test_snapshots_are_read_and_bad_rows_are_named() -> None:
    head = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
    rows = (
        "users,id,int,,,,no,,,PK,\n"
        "users,sex,char,1,,,yes,,m=male|f=female,,\n"
        "users,id,int,,,,no,,,PK,\n"
        "users,x,int,many,,,no,,,PK,\n"
        "users\n"
    )
    loaded = catalog_of({"observed/shop.columns.csv": head + rows})
    (snapshot,) = loaded.catalog.snapshots.values()
    assert sorted(snapshot.columns) == ["users.id", "users.sex", "users.x"]
    assert (snapshot.columns["users.x"].type, snapshot.columns["users.x"].nullable) == (None, False)
    assert snapshot.columns["users.sex"].values == {"m": "male", "f": "female"}
    assert [(f.place.path[0], f.message) for f in loaded.findings] == [
        (4, "column `users.id` stands twice; first in line 2, which counts"),
        (5, "`many` is not a value of `length` (a whole number)"),
        (6, "has 1 cells, but the header has 11"),
    ]


def test_a_snapshot_with_another_header_is_refused() -> None:
    loaded = catalog_of({"observed/shop.columns.csv": "a,b\n1,2\n"})
    assert not loaded.catalog.snapshots
    assert loaded.findings[0].message.startswith("has another header than")


def test_files_that_are_not_utf8_are_named_with_the_byte() -> None:
    loaded = catalog_of({"f.yaml": b"teams:\n  a: {label: caf\xe9}\n", "g.yaml": "teams:\n".encode("utf-16")})
    assert [(f.place.file, f.message, f.span and f.span[:2]) for f in loaded.findings] == [
        ("f.yaml", "is not UTF-8: byte 0xe9 at offset 23", (2, 17)),
        ("g.yaml", "is UTF-16, not UTF-8", (1, 1)),
    ]


def test_a_link_that_leads_back_is_a_finding_and_ends(tmp_path: Path) -> None:
    write_files(tmp_path, {"a/f.yaml": "teams: {}\n"})
    os.symlink(tmp_path, tmp_path / "a" / "loop")
    loaded = load_catalog(tmp_path)
    assert [f.message for f in loaded.findings] == ["link `a/loop` leads back to a folder that holds it"]


def test_hidden_files_observed_and_the_build_folder_are_not_read(tmp_path: Path) -> None:
    bad = "teams: [1]\n"
    write_files(tmp_path, {".git/x.yaml": bad, "observed/y.yaml": bad, "build/z.yaml": bad})
    assert load_catalog(tmp_path).findings == ()


def test_the_catalog_is_found_from_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"deep/er/f.yaml": "teams: {}\n"})
    monkeypatch.chdir(tmp_path / "deep" / "er")
    assert find_root(None) == tmp_path


def test_no_catalog_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no catalog here"):
        find_root(None)
    with pytest.raises(UsageError, match="it has no amanat.yaml"):
        find_root(tmp_path)


def test_sources_are_taken_apart_with_and_without_schema() -> None:
    files = {
        **INHERITING,
        "s.yaml": "systems:\n  shop: {label: Shop, kind: commerce, country: DE}\nfields:\n  b.x: {label: X, category: name, sources: {shop.users.name: , shop.main.users.alias: {length: 5}}}\n",
    }
    field = catalog_of(files).catalog.fields[FieldId("b.x")]
    assert field.sources[SourceId("shop.users.name")].parts[1:] == ("", "users", "name")
    assert field.sources[SourceId("shop.main.users.alias")].parts[1:] == ("main", "users", "alias")
    assert field.status is Status.LIVE


def test_a_folder_that_cannot_be_read_is_a_finding_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {"locked/f.yaml": "teams: [1]\n", "t.yaml": "teams:\n  a: {label: A}\n"})
    scandir = os.scandir

    def refuses(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("amanat.load.discover.os.scandir", refuses)
    loaded = load_catalog(tmp_path)
    assert [f.message for f in loaded.findings] == [
        "folder `locked` cannot be read: Permission denied",
        "key `contact` is missing",
    ]


def test_a_file_that_cannot_be_read_is_a_finding_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, {"f.yaml": "teams: [1]\n", "t.yaml": "teams:\n  a: {label: A}\n"})
    read_bytes = Path.read_bytes

    def refuses(path: Path) -> bytes:
        if path.name == "f.yaml":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuses)
    loaded = load_catalog(tmp_path)
    assert [(f.place.file, f.message) for f in loaded.findings] == [
        ("f.yaml", "cannot be read: Permission denied"),
        ("t.yaml", "key `contact` is missing"),
    ]


def test_a_misspelled_key_in_the_root_takes_nothing_else_with_it() -> None:
    root = MINIMAL_ROOT + "rules: {profiles: [pci], severitty: {missing-benefit: error}}\n"
    loaded = catalog_of({"amanat.yaml": root})
    assert [finding.code for finding in loaded.findings] == ["SC101"]
    assert loaded.catalog.settings.profiles == ("pci",)


@pytest.mark.parametrize("afterwards", [b"# moved\nteams:\n  a: {label: A}\n", None])
def test_a_file_that_changes_while_it_is_read_gives_no_wrong_line(
    tmp_path: Path, afterwards: bytes | None
) -> None:
    loaded = load_catalog(write_files(tmp_path, {"teams.yaml": "teams:\n  a: {label: A}\n"}))
    path = tmp_path / "teams.yaml"
    if afterwards is None:
        path.unlink()
    else:
        path.write_bytes(afterwards)
    with pytest.raises(EnvironmentFault, match=r"`teams.yaml` was changed while it was read"):
        loaded.spans.span(Place("teams.yaml", ("teams", "a")))


def test_held_texts_keep_the_lines_of_a_file_that_changes_later(tmp_path: Path) -> None:
    root = write_files(tmp_path, INHERITING)
    place = Place("base.yaml", ("teams", "crm"))
    span = load_catalog(root).spans.span(place)
    held = load_catalog(root).holding_texts()
    (root / "base.yaml").write_text("\n\n" + INHERITING["base.yaml"])
    assert held.spans.span(place) == span
    (root / "base.yaml").unlink()
    assert held.spans.span(place) == span
