"""`amanat classify` from proposal to catalog, as people run it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import jsonschema
import pytest

from amanat.load import load_catalog
from amanat.schema import load_schema
from tests.e2e.conftest import TEAMS, Run
from tests.support import write_files

HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
COLUMNS = """\
customers,id,bigint,,,,no,,,PK,
customers,email,varchar,254,,,no,,,UQ,
customers,mobile,varchar,20,,,yes,,,,
customers,xq,varchar,20,,,yes,,,,
customers,zz,varchar,20,,,yes,,,,
"""
CATALOG = {
    "teams.yaml": TEAMS,
    "systems.yaml": "systems:\n  shop: {label: Shop, kind: crm, owner: crm, country: DE, url_env: SHOP_URL}\n"
    "  mail: {label: Mail, kind: crm, owner: crm, country: DE}\n",
    "fields/person.yaml": """\
fields:
  person.email:  # where one writes to
    label: E-mail
    definition: Where one writes to
    category: contact.email
    owner: crm
    sources:
      mail.people.email: # the master
""",
    "observed/shop.columns.csv": HEADER + COLUMNS,
}


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_files(tmp_path / "c", CATALOG)


def _rows(catalog: Path) -> list[dict[str, str]]:
    with (catalog / "observed/shop.proposals.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _decide(catalog: Path, **decisions: dict[str, str]) -> None:
    rows = _rows(catalog)
    for row in rows:
        row.update(decisions.get(row["column"], {}))
    with (catalog / "observed/shop.proposals.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_proposals_are_reviewed_and_written(run: Run, catalog: Path) -> None:
    done = run("classify", "-C", str(catalog))
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 to decide, 0 accepted, 0 rejected; of 2 unmapped columns nothing is known" in done.stdout
    found = {row["column"]: row for row in _rows(catalog)}
    assert list(found) == ["email", "id", "mobile"]
    assert (found["email"]["category"], found["email"]["field"]) == ("contact.email", "person.email")
    assert found["mobile"]["category"] == "contact.phone"
    assert found["email"]["classification"] == "confidential"

    _decide(
        catalog,
        email={"decision": "accept"},
        mobile={"decision": "Accept", "field": "person.phone"},
        id={"decision": "reject", "reason": "a number of the shop alone"},
    )
    done = run("classify", "-C", str(catalog), "--write")
    assert (done.returncode, done.stderr) == (0, "")
    assert "shop.customers.email added to person.email in c/fields/person.yaml" in done.stdout
    assert "shop.customers.mobile begins person.phone in c/fields/person.yaml" in done.stdout
    text = (catalog / "fields/person.yaml").read_text()
    assert "person.email:  # where one writes to" in text and "mail.people.email: # the master" in text
    fields = load_catalog(catalog).catalog.fields
    assert [str(one) for one in fields["person.email"].sources] == [  # type: ignore[index]
        "mail.people.email",
        "shop.customers.email",
    ]
    assert fields["person.phone"].category == "contact.phone"  # type: ignore[index]
    assert fields["person.phone"].status == "planned"  # type: ignore[index]

    # What was rejected stays so, and what was written needs no proposal any more.
    again = run("classify", "-C", str(catalog))
    assert "0 to decide, 0 accepted, 1 rejected" in again.stdout
    (left,) = _rows(catalog)
    assert (left["column"], left["decision"], left["reason"]) == (
        "id",
        "reject",
        "a number of the shop alone",
    )
    assert (
        run("classify", "-C", str(catalog), "--write").stdout
        == "nothing is accepted, so nothing was written\n"
    )


def test_a_rejected_column_that_changes_is_judged_again(run: Run, catalog: Path) -> None:
    run("classify", "-C", str(catalog))
    _decide(catalog, mobile={"decision": "reject", "reason": "device name"})
    text = COLUMNS.replace("customers,mobile,varchar,20", "customers,mobile,varchar,40")
    (catalog / "observed/shop.columns.csv").write_text(HEADER + text)
    done = run("classify", "-C", str(catalog))
    assert "3 to decide, 0 accepted, 0 rejected" in done.stdout
    mobile = {row["column"]: row for row in _rows(catalog)}["mobile"]
    assert (mobile["decision"], mobile["before"]) == ("", "rejected by detector 1 (device name)")


def test_values_speak_and_are_never_kept(run: Run, catalog: Path, tmp_path: Path) -> None:
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "CREATE TABLE customers AS SELECT n AS id, 'p' || n || '@secret.example' AS email, "
            "'none' AS mobile, '+49 30 9018' || (10 + n) AS xq, 'word' AS zz FROM range(40) t(n)"
        )
    done = run(
        "classify", "shop", "-C", str(catalog), "--sample", "30", "--url", f"duckdb:///{file}", "-f", "json"
    )
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    jsonschema.validate(document, load_schema("classify"))
    found = {one["source"].rpartition(".")[2]: one for one in document["proposals"]}
    assert found["email"]["confidence"] == 0.98
    assert "values: 30 of 30 are of this kind" in found["email"]["evidence"]
    assert (found["xq"]["category"], found["xq"]["confidence"]) == ("contact.phone", 0.9)
    assert "mobile" not in found  # its values are no telephone numbers
    held = "".join(one.read_text() for one in (catalog / "observed").iterdir())
    assert "secret.example" not in held + done.stdout and "+49" not in held + done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ghost",), "no system is called `ghost`"),
        (("mail",), "system `mail` has no snapshot"),
        (("--url", "x"), "`--url` goes with `--sample`"),
        (("shop", "--sample", "5"), "no URL of system `shop` is known"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], words: str, run: Run, catalog: Path) -> None:
    done = run("classify", "-C", str(catalog), *arguments)
    assert done.returncode == 2 and words in " ".join(done.stderr.split())
    assert not (catalog / "observed/shop.proposals.csv").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"decision": "maybe"}, "`maybe` is no decision: write accept, reject or nothing"),
        ({"decision": "reject"}, "rejected without a `reason`"),
    ],
)
def test_a_file_that_was_edited_wrongly_is_told_and_kept(
    change: dict[str, str], words: str, run: Run, catalog: Path
) -> None:
    run("classify", "-C", str(catalog))
    _decide(catalog, email=change)
    before = (catalog / "observed/shop.proposals.csv").read_bytes()
    for arguments in ((), ("--write",)):
        done = run("classify", "-C", str(catalog), *arguments)
        assert done.returncode == 2 and words in done.stderr
        assert "observed/shop.proposals.csv:2:" in done.stderr
    assert (catalog / "observed/shop.proposals.csv").read_bytes() == before


def test_an_accepted_column_without_a_field_is_left_and_told(run: Run, catalog: Path) -> None:
    run("classify", "-C", str(catalog))
    _decide(catalog, mobile={"decision": "accept"}, email={"decision": "accept", "field": "Not An Id"})
    done = run("classify", "-C", str(catalog), "--write")
    assert done.returncode == 1
    assert "shop.customers.mobile: accepted without a `field`" in done.stderr
    assert "shop.customers.email: `Not An Id` is not the id of a field" in done.stderr
    assert len(_rows(catalog)) == 3


def test_hostile_names_are_no_formulas_and_come_back_as_they_are(run: Run, catalog: Path) -> None:
    hostile = 'customers,"=email+1",varchar,20,,,yes,,,,\n'
    (catalog / "observed/shop.columns.csv").write_text(HEADER + hostile + COLUMNS)
    for _ in range(3):
        assert run("classify", "-C", str(catalog)).returncode == 0
        assert next(row["column"] for row in _rows(catalog)) == "'=email+1"
    _decide(catalog, **{"'=email+1": {"decision": "accept", "field": "person.email"}})
    done = run("classify", "-C", str(catalog), "--write")
    assert "shop.customers.=email+1 added to person.email" in done.stdout
