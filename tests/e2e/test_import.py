"""`amanat import`: what other tools know, as YAML that loads, with everything kept or told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from openpyxl import Workbook

from amanat.imports.entry import identifier
from amanat.load import load_catalog
from amanat.load.entries import DOTTED_ID
from amanat.model.catalog import Catalog
from amanat.schema import load_schema
from tests.e2e.conftest import TEAMS, Run
from tests.support import write_files

FIDES = {
    "dataset": [
        {
            "fides_key": "shop_db",
            "name": "Shop Database",
            "description": "Orders and people",
            "collections": [
                {
                    "name": "people",
                    "fields": [
                        {
                            "name": "mail",
                            "description": "Where one writes to",
                            "data_categories": ["user.contact.email"],
                            "fides_meta": {"primary_key": True},
                        },
                        {
                            "name": "home",
                            "fields": [
                                {"name": "zip", "data_categories": ["user.contact.address.postal_code"]}
                            ],
                        },
                        {"name": "odd", "data_categories": ["system.operations"]},
                    ],
                }
            ],
        }
    ],
    "system": [
        {
            "fides_key": "mailer",
            "name": "Mailer",
            "system_type": "Service",
            "privacy_declarations": [
                {
                    "name": "Letters",
                    "data_use": "marketing.advertising",
                    "data_categories": ["user.contact.email"],
                    "data_subjects": ["customer"],
                }
            ],
        }
    ],
}
USES = {
    "data_use": [
        {
            "fides_key": "essential.parcels",
            "parent_key": "essential",
            "name": "Parcels",
            "description": "So that parcels arrive",
        }
    ]
}
CONTRACT = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "c1",
    "name": "crm",
    "version": "1.0.0",
    "status": "active",
    "schema": [
        {
            "name": "people",
            "quality": [{"type": "text", "description": "Checked by hand"}],
            "properties": [
                {
                    "name": "mail",
                    "businessName": "E-mail address",
                    "logicalType": "string",
                    "description": "Where one writes to",
                    "criticalDataElement": True,
                    "classification": "secret",
                }
            ],
        }
    ],
}
DBT = {
    "version": 2,
    "sources": [
        {
            "name": "raw_shop",
            "tables": [
                {
                    "name": "people",
                    "loaded_at_field": "at",
                    "columns": [{"name": "mail", "description": "Mail", "meta": {"pii": True}}],
                }
            ],
        }
    ],
    "models": [{"name": "dim_people", "columns": [{"name": "mail", "tests": ["unique"]}]}],
}
GLOSSARY = {
    "version": "1",
    "owners": {"users": ["ann"]},
    "nodes": [
        {
            "name": "Customer",
            "description": "About customers",
            "terms": [
                {
                    "name": "Email Address",
                    "description": "Where one writes to",
                    "custom_properties": {"pii": "yes"},
                }
            ],
        }
    ],
}
SHEET = """\
Data element,Description,Steward,Category,System,Table,Column,Data type,Remarks
person.mail,Where one writes to,CRM,contact.email,crm,people,mail,varchar(254),=cmd
person.mail,,CRM,contact.email,shop,users,email,,
person.age,Years,Nobody,demographic.age,,,,integer,
,No name,,,,,,,
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_files(tmp_path / "c", {"teams.yaml": TEAMS})


def _written(tmp_path: Path, name: str, data: Any) -> str:
    (tmp_path / name).write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return name


def _imported(run: Run, catalog: Path, form: str, *files: str) -> tuple[Catalog, Any]:
    done = run("import", form, *files, "-C", str(catalog), "-f", "json")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, load_schema("import"))
    loaded = load_catalog(catalog)
    assert not [one for one in loaded.findings if one.code.startswith("LD")]
    return loaded.catalog, document


def _fields(catalog: Catalog) -> dict[str, list[str]]:
    return {str(name): [str(one) for one in field.sources] for name, field in catalog.fields.items()}


def _lost(document: Any) -> dict[str, str]:
    return {loss["at"]: loss["what"] for loss in document["losses"]}


def _scalars(data: Any) -> Iterable[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield str(key)
            yield from _scalars(value)
    elif isinstance(data, list):
        for value in data:
            yield from _scalars(value)
    else:
        yield str(data).lower() if isinstance(data, bool) else str(data)


_CALLED_SO_HERE = {
    *(
        "dataset",
        "system",
        "data_use",
        "collections",
        "fields",
        "schema",
        "properties",
        "kind",
        "DataContract",
    ),
    *("sources", "tables", "models", "columns", "nodes", "terms", "version", "description", "name"),
    *("physicalName", "businessName", "criticalDataElement"),
}
"""Keys of the sources whose values stand under another name, or that only say what is below them."""


def _nowhere(file: Path, document: Any, *sources: Any) -> set[str]:
    """The keys and values of the sources that are neither in the file nor in the list of losses."""
    held = file.read_text(encoding="utf-8") + json.dumps(document["losses"], ensure_ascii=False)
    return {one for one in _scalars(list(sources)) if one not in held and one not in _CALLED_SO_HERE}


def test_the_manifests_of_the_tests_are_what_fides_takes() -> None:
    from fideslang.models import Dataset, DataUse, System

    for one in FIDES["dataset"]:
        Dataset.model_validate(one)
    for one in FIDES["system"]:
        System.model_validate(one)
    DataUse.model_validate(USES["data_use"][0])


def test_the_contract_of_the_tests_is_what_the_standard_takes() -> None:
    from open_data_contract_standard.model import OpenDataContractStandard

    assert OpenDataContractStandard.model_validate(CONTRACT).name == "crm"


def test_a_fides_manifest_becomes_systems_fields_and_purposes(
    run: Run, catalog: Path, tmp_path: Path
) -> None:
    files = (_written(tmp_path, "fides.yml", FIDES), _written(tmp_path, "uses.yml", USES))
    found, document = _imported(run, catalog, "fides", *files)
    assert _fields(found) == {
        "people.home_zip": ["shop_db.people.home.zip"],
        "people.mail": ["shop_db.people.mail"],
        "people.odd": ["shop_db.people.odd"],
    }
    assert {str(name): field.category for name, field in found.fields.items()} == {
        "people.home_zip": "contact.postcode",
        "people.mail": "contact.email",
        "people.odd": None,
    }
    assert sorted(map(str, found.systems)) == ["mailer", "shop_db"]
    assert "essential.parcels" in found.purposes
    lost = _lost(document)
    assert "no category stands for system.operations" in lost["dataset.shop_db.people.odd"]
    assert "say which fields serve `marketing.advertising`" in lost["system.mailer.privacy_declarations.0"]
    assert not _nowhere(catalog / "imported/fides.yaml", document, FIDES, USES)
    assert document["missing"]


def test_a_contract_keeps_what_a_field_has_no_key_for(run: Run, catalog: Path, tmp_path: Path) -> None:
    found, document = _imported(run, catalog, "odcs", _written(tmp_path, "c.yaml", CONTRACT))
    assert _fields(found) == {"people.mail": ["crm.people.mail"]}
    (field,) = found.fields.values()
    assert (field.critical, field.status, field.label) == (True, "planned", {"en": "E-mail address"})
    assert field.extras["x_odcs"] == {"logicalType": "string", "classification": "secret"}
    assert _lost(document)["schema.people"] == "quality: kept at the top of the file under `x_odcs`"
    assert not _nowhere(catalog / "imported/odcs.yaml", document, CONTRACT)


def test_a_dbt_project_becomes_sources_and_models(run: Run, catalog: Path, tmp_path: Path) -> None:
    found, document = _imported(run, catalog, "dbt", _written(tmp_path, "schema.yml", DBT))
    assert _fields(found) == {
        "dim_people.mail": ["warehouse.dim_people.mail"],
        "people.mail": ["raw_shop.people.mail"],
    }
    assert found.fields["people.mail"].extras["x_dbt"] == {"meta": {"pii": True}}  # type: ignore[index]
    assert "loaded_at_field" in _lost(document)["raw_shop.people"]
    assert _nowhere(catalog / "imported/dbt.yaml", document, DBT) == {"2"}  # the version of the form


def test_glossaries_become_planned_fields(run: Run, catalog: Path, tmp_path: Path) -> None:
    found, document = _imported(run, catalog, "glossary", _written(tmp_path, "g.yml", GLOSSARY))
    assert list(map(str, found.fields)) == ["customer.email_address"]
    lost = _lost(document)
    assert "owners" in lost[""] and "description" in lost["customer"]
    assert not _nowhere(catalog / "imported/glossary.yaml", document, GLOSSARY)
    (tmp_path / "om.csv").write_text(
        "parent,name*,displayName,description,synonyms,tags\nCustomer,Phone,Phone number,Where one calls,tel;fon,PII\n"
    )
    done = run("import", "glossary", "om.csv", "-C", str(catalog), "--into", "terms.yaml")
    assert done.returncode == 0 and "1 fields written to c/terms.yaml" in done.stdout
    field = load_catalog(catalog).catalog.fields["customer.phone"]  # type: ignore[index]
    assert field.definition == {"en": "Where one calls"}
    assert field.extras["x_glossary"] == {
        "parent": "Customer",
        "name*": "Phone",
        "synonyms": "tel;fon",
        "tags": "PII",
    }


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_sheet_becomes_fields_with_all_their_sources(
    form: str, run: Run, catalog: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"sheet.{form}"
    if form == "csv":
        file.write_text(SHEET)
    else:
        book = Workbook()
        for line in SHEET.splitlines():
            book.active.append([cell.replace("=cmd", "cmd") or None for cell in line.split(",")])
        book.save(file)
    found, document = _imported(run, catalog, "sheet", file.name)
    assert _fields(found) == {"person.age": [], "person.mail": ["crm.people.mail", "shop.users.email"]}
    mail, age = found.fields["person.mail"], found.fields["person.age"]  # type: ignore[index]
    assert (mail.owner, mail.category, age.owner) == ("crm", "contact.email", None)
    remarks = "=cmd" if form == "csv" else "cmd"
    assert mail.extras["x_sheet"] == {"type": "varchar(254)", "owner": "CRM", "Remarks": remarks}
    lost = _lost(document)
    at = "row 5" if form == "csv" else "Sheet, row 5"
    assert lost[at] == "has neither an id nor a name, so it is no field: No name"
    assert lost["person.age"] == "`owner`: `nobody` is not declared; it stays under `x_undeclared`"


def test_every_worksheet_column_and_wording_is_kept_or_told(run: Run, catalog: Path, tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "People"
    book.active.append(["field", "note", "note", None, "owner", "remarks"])
    book.active.append(["person.mail", "first", "second", "stray", "CRM Team", "one"])
    book.active.append(["person.mail", None, None, None, None, "two"])
    book.create_sheet("Orders").append(["field", "source"])
    book["Orders"].append(["order.total", "orders"])
    book.save(tmp_path / "s.xlsx")
    found, document = _imported(run, catalog, "sheet", "s.xlsx")
    assert list(map(str, found.fields)) == ["order.total", "person.mail"]
    lost = _lost(document)
    assert lost["People, row 2"] == "a cell stands in a column without a heading: `stray`"
    assert lost["People, row 3"] == "says another `remarks` than an earlier row of the field: `two`"
    assert lost["Orders, row 2"] == "`orders` names no system, table and column; it stays under `x_sheet`"
    mail: Any = found.fields["person.mail"].extras["x_sheet"]  # type: ignore[index]
    assert (mail["note"], mail["note (2)"], mail["owner"]) == ("first", "second", "CRM Team")


def test_a_name_without_letters_of_an_id_is_called_by_its_column(
    run: Run, catalog: Path, tmp_path: Path
) -> None:
    rows = (
        "برچسب,تعریف,سامانه,table,column",
        "نام مشتری,نامی که مشتری می‌گوید,crm,contacts,full name",
        "نام مشتری,نامی که مشتری می‌گوید,shop,users,name",
        "نشانی,جای خانه,crm,contacts,full name",
        "ایمیل,,,,",
        "full_name,another,crm,people,n",
    )
    sheet = tmp_path / "s.csv"
    sheet.write_text("\n".join(rows) + "\n", encoding="utf-8")
    _, report = _imported(run, catalog, "sheet", "s.csv")
    made = yaml.safe_load((catalog / "imported/sheet.yaml").read_text(encoding="utf-8"))["fields"]
    assert {name: entry["label"] for name, entry in made.items()} == {
        "full_name_2": "نام مشتری",
        "full_name_3": "نشانی",
        "field": "ایمیل",
        "full_name": "Full name",
    }
    assert list(made["full_name_2"]["sources"]) == ["crm.contacts.full name", "shop.users.name"]
    assert report["losses"][0]["what"] == (
        "`نام مشتری` has no letters of an id, so it is called `full_name_2`"
    )


@pytest.mark.parametrize("between", [";", "\t"])
def test_cells_may_stand_between_semicolons_and_tabs(
    between: str, run: Run, catalog: Path, tmp_path: Path
) -> None:
    rows = [["field", "definition"], ["person.mail", "Where one writes, mostly"]]
    (tmp_path / "s.csv").write_text("".join(f"{between.join(row)}\n" for row in rows))
    found, _ = _imported(run, catalog, "sheet", "s.csv")
    assert found.fields["person.mail"].definition == {"en": "Where one writes, mostly"}  # type: ignore[index]


def test_what_belongs_to_no_field_stays_at_the_top_of_the_file(
    run: Run, catalog: Path, tmp_path: Path
) -> None:
    both = {
        "system": [{"fides_key": "shop", "name": "Shop"}],
        "dataset": [
            {"fides_key": "shop", "name": "Shop data", "description": "Kept in Bonn", "collections": []}
        ],
        "policy": [{"fides_key": "p", "rules": ["no letters"]}],
    }
    _, document = _imported(run, catalog, "fides", _written(tmp_path, "f.yml", both))
    assert not _nowhere(catalog / "imported/fides.yaml", document, both)
    bare = {**CONTRACT, "schema": [{"name": "bare", "physicalName": "t_bare", "logicalType": "object"}]}
    _, document = _imported(run, catalog, "odcs", _written(tmp_path, "c.yaml", bare))
    assert not _nowhere(catalog / "imported/odcs.yaml", document, bare)
    project = {
        **DBT,
        "exposures": [{"name": "board", "owner": {"email": "bi@shop.example"}}],
        "metrics": [{"name": "gmv"}],
    }
    _, document = _imported(run, catalog, "dbt", _written(tmp_path, "d.yml", project))
    assert _nowhere(catalog / "imported/dbt.yaml", document, project) == {"2"}
    manifest = {
        "metadata": {},
        "nodes": {
            "model.a.b": {
                "resource_type": "model",
                "name": "b",
                "columns": {"c": {"name": "c", "description": "C"}},
            },
            "test.a.t": {"resource_type": "test", "name": "t"},
        },
        "exposures": {"exposure.a.e": {"name": "e"}},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    done = run("import", "dbt", "manifest.json", "-C", str(catalog), "--into", "m.yaml", "-f", "json")
    told = [loss["what"] for loss in json.loads(done.stdout)["losses"]]
    assert any(one.startswith("1 of the manifest's `test` left out") for one in told)
    assert any(one.startswith("1 of the manifest's `exposures` left out") for one in told)


@pytest.mark.parametrize("into", ["../outside.yaml", "/tmp/outside.yaml", "a/../../outside.yaml"])
def test_nothing_is_written_outside_the_catalog(into: str, run: Run, catalog: Path, tmp_path: Path) -> None:
    name = _written(tmp_path, "c.yaml", CONTRACT)
    done = run("import", "odcs", name, "-C", str(catalog), "--into", into)
    assert done.returncode == 2 and f"`{into}` is outside the catalog" in done.stderr
    assert not list(tmp_path.glob("**/outside.yaml"))


def test_nothing_that_is_there_is_changed(run: Run, catalog: Path, tmp_path: Path) -> None:
    write_files(catalog, {"fields.yaml": "fields:\n  people.mail: {label: Mine, definition: Mine}\n"})
    before = (catalog / "fields.yaml").read_bytes()
    name = _written(tmp_path, "schema.yml", DBT)
    _, document = _imported(run, catalog, "dbt", name)
    assert _lost(document)["people.mail"] == "is declared already in fields.yaml, which was left as it is"
    done = run("import", "dbt", name, "-C", str(catalog))
    assert done.returncode == 2 and "nothing is new to the catalog" in done.stderr
    other = _written(tmp_path, "c.yaml", CONTRACT)
    done = run("import", "odcs", other, "-C", str(catalog), "--into", "imported/dbt.yaml")
    assert done.returncode == 2 and "there is a `c/imported/dbt.yaml` already" in done.stderr
    assert (catalog / "fields.yaml").read_bytes() == before


def test_a_dry_run_shows_and_writes_nothing(run: Run, catalog: Path, tmp_path: Path) -> None:
    done = run("import", "odcs", _written(tmp_path, "c.yaml", CONTRACT), "-C", str(catalog), "--dry-run")
    assert done.returncode == 0 and "people.mail:" in done.stdout and "would go to" in done.stdout
    assert not (catalog / "imported").exists()


@pytest.mark.parametrize(
    ("form", "text", "words"),
    [
        ("fides", "a: 1\n", "it has no `dataset`, `system` or `data_use`"),
        ("odcs", "a: 1\n", "it has no `kind: DataContract`"),
        ("dbt", "a: 1\n", "it documents no table"),
        ("glossary", "a: 1\n", "neither `nodes` nor `terms`"),
        ("sheet", "a,b\n1,2\n", "no column holds ids or names of fields"),
        ("sheet", "field\nx,y,z\n", ":2 has 3 cells, where the header has 1"),
        ("fides", "a: [\n", "f.yaml`:2"),
    ],
)
def test_what_is_not_of_the_form_is_said(
    form: str, text: str, words: str, run: Run, catalog: Path, tmp_path: Path
) -> None:
    (tmp_path / "f.yaml").write_text(text)
    done = run("import", form, "f.yaml", "-C", str(catalog))
    assert done.returncode == 2 and words in " ".join(done.stderr.split()), done.stderr
    assert not (catalog / "imported").exists()


@pytest.mark.parametrize("name", ["E-Mail", "firstName", "9lives", "نام", "", "a.b", "  x  y "])
def test_any_name_becomes_an_id(name: str) -> None:
    assert DOTTED_ID.fullmatch(identifier(name, dotted=True)) and DOTTED_ID.fullmatch(identifier(name))
