"""`amanat coverage` and `amanat drift`: what is catalogued, what is really there, and what is not known."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from amanat.schema import load_schema
from tests.e2e.conftest import TEAMS, Run
from tests.support import write_files

SYSTEM = "{{label: {0}, kind: crm, owner: {1}, country: DE, engine: postgresql{2}}}"
FIELD = """\
  {0}:
    label: {0}
    definition: What is kept in {0}
    category: {1}
    owner: crm
    sources: {{{2}}}
    subject: customer
"""
HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
SHOP = [
    "people,email,varchar,254,,,no,,,UQ,",
    "people,id,integer,,,,no,,,PK,",
    "people,name,varchar,100,,,yes,,,,",
    "people,seen_by,text,,,,yes,,,,",
    "people,stage,varchar,1,,,no,,a=active|b=blocked,,",
]


def _snapshot(*lines: str) -> str:
    return HEADER + "".join(f"{line}\n" for line in lines)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    systems = {
        "shop": SYSTEM.format("Shop", "crm", ", ignore: [{columns: [people.seen_by], reason: Staff}]"),
        "mail": SYSTEM.format("Mail", "post", ""),
        "gone": SYSTEM.format("Gone", "post", ", status: retired"),
    }
    fields = [
        ("person.email", "contact.email", "shop.people.email: {length: 255}, mail.t.address: {}"),
        ("person.name", "name", "shop.people.name: {nullable: true}, shop.people.nick: {}"),
        ("person.id", "id.internal", "shop.people.id: {}"),
        ("person.old", "name", "gone.t.name: {}"),
    ]
    return write_files(
        tmp_path / "shop",
        {
            "teams.yaml": TEAMS
            + "  post: {label: Post, contact: post@shop.example}\n"
            + "subjects: {customer: {label: Customer, definition: Who has ordered}}\n",
            "systems.yaml": "systems:\n" + "".join(f"  {k}: {v}\n" for k, v in systems.items()),
            "fields.yaml": "fields:\n" + "".join(FIELD.format(*one) for one in fields),
            "observed/shop.columns.csv": _snapshot(*SHOP),
        },
    )


def _json(run: Run, code: int, name: str, *arguments: str) -> Any:
    done = run(name, *arguments, "-f", "json")
    assert (done.returncode, done.stderr) == (code, "")
    document = json.loads(done.stdout)
    jsonschema.validate(document, load_schema(name))
    return document


def _counts(group: dict[str, Any]) -> tuple[list[int], list[int], float | None]:
    return list(group["columns"].values()), list(group["sources"].values()), group["settled"]


def test_every_column_and_every_source_is_counted_once(run: Run, shop: Path) -> None:
    found = _json(run, 0, "coverage", "-C", str(shop))
    groups = {group["name"]: _counts(group) for group in found["groups"]}
    assert groups == {
        "shop": ([5, 3, 1, 1], [4, 3, 1, 0], 0.8),
        "mail": ([0, 0, 0, 0], [1, 0, 0, 1], None),
    }
    assert _counts(found["total"]) == ([5, 3, 1, 1], [5, 3, 1, 1], None)
    assert found["total"]["without_snapshot"] == ["mail"]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("table", {"mail": None, "mail.t": None, "shop.people": 0.8}),
        ("team", {"crm": 0.8, "post": None}),
        ("category", {None: 0.5, "contact.email": None, "id.internal": None, "name": None}),
    ],
)
def test_groups_share_the_same_columns(
    by: str, expected: dict[str | None, float | None], run: Run, shop: Path
) -> None:
    found = _json(run, 0, "coverage", "-C", str(shop), "--by", by)
    assert {group["name"]: group["settled"] for group in found["groups"]} == expected
    for side in ("columns", "sources"):
        for what, count in found["total"][side].items():
            assert sum(group[side][what] for group in found["groups"]) == count


def test_the_unknown_is_never_covered(run: Run, shop: Path) -> None:
    assert run("coverage", "-C", str(shop), "--fail-under", "1").returncode == 1
    assert run("coverage", "-C", str(shop), "--fail-under", "0").returncode == 0
    assert run("coverage", "-C", str(shop), "--system", "shop", "--fail-under", "80%").returncode == 0
    assert run("coverage", "-C", str(shop), "--system", "shop", "--fail-under", "80.1").returncode == 1
    told = run("coverage", "-C", str(shop)).stdout
    assert "without a snapshot, so unknown and not covered: mail" in told
    assert "mail\tunknown\tunknown\tunknown\tunknown\tunknown\t1\t0\t0\t1\n" in told


@pytest.mark.parametrize("least", ["x", "101", "-1", "1/2", ""])
def test_what_is_no_percentage_is_refused(least: str, run: Run, shop: Path) -> None:
    done = run("coverage", "-C", str(shop), "--fail-under", least)
    assert done.returncode == 2 and "is not a percentage: write it as 95%" in done.stderr


def test_csv_and_markdown_hold_the_same_rows(run: Run, shop: Path) -> None:
    assert "shop,5,3,1,1,80.0%,4,3,1,0\n" in run("coverage", "-C", str(shop), "-f", "csv").stdout
    assert "| shop | 5 | 3 | 1 | 1 | 80.0% | 4 | 3 | 1 | 0 |" in (
        run("coverage", "-C", str(shop), "-f", "md").stdout.replace("\\", "")
    )


def test_the_example_is_covered_by_everything_it_holds(run: Run, example: Path) -> None:
    total = _json(run, 0, "coverage", "-C", str(example))["total"]
    assert total["columns"]["observed"] == 1909
    assert total["sources"]["unknown"] == total["sources"]["vanished"] == 0


def _drift(found: Any) -> list[tuple[str, ...]]:
    return [(one["severity"], one["column"], one["what"], one["was"], one["now"]) for one in found["drift"]]


def test_what_is_declared_is_held_against_what_is_there(run: Run, shop: Path) -> None:
    found = _json(run, 1, "drift", "-C", str(shop))
    assert _drift(found) == [
        ("warning", "people.email", "length", "255", "254"),
        ("error", "people.nick", "vanished", "declared", None),
        ("warning", "people.stage", "new", None, "varchar(1)"),
    ]
    assert (found["compared"], found["unknown"], found["against"]) == (["shop"], ["mail"], None)
    assert found["drift"][0]["at"] == "fields.yaml:7"
    assert found["drift"][0]["observed_at"] == "observed/shop.columns.csv:2"
    assert run("drift", "-C", str(shop), "--fail-on", "never").returncode == 0


LATER = [
    "people,email,character varying(254),,,,no,,,UQ,",  # the same type in other words
    "people,id,bigint,,,,no,,,PK,",
    "people,nick,text,,,,yes,,,,",
    "people,seen_by,varchar,9,,,yes,,,,",
    "people,stage,varchar,1,,,yes,a,a=active|c=closed,,",
    "people,zeal,integer,,,,yes,,,,",
]
BETWEEN = [
    ("warning", "people.id", "type", "integer", "bigint"),
    ("error", "people.name", "vanished", "varchar(100)", None),
    ("info", "people.nick", "new", None, "text"),
    ("info", "people.seen_by", "type", "text", "varchar(9)"),
    ("info", "people.stage", "codes", "a=active | b=blocked", "a=active | c=closed"),
    ("info", "people.stage", "default", "none", "a"),
    ("info", "people.stage", "nullable", "no", "yes"),
    ("warning", "people.zeal", "new", None, "integer"),
]


def test_a_snapshot_is_held_against_an_earlier_one(run: Run, shop: Path, tmp_path: Path) -> None:
    shutil.copytree(shop / "observed", tmp_path / "before")
    (shop / "observed" / "shop.columns.csv").write_text(_snapshot(*LATER))
    found = _json(run, 1, "drift", "-C", str(shop), "--against", "before")
    assert _drift(found) == BETWEEN
    assert found["against"] == "before" and found["unknown"] == ["mail"]
    assert found["drift"][1]["fields"] == ["person.name"]


def test_a_snapshot_is_held_against_a_revision(run: Run, shop: Path) -> None:
    def git(*arguments: str) -> None:
        names = ("-c", "user.name=a", "-c", "user.email=a@shop.example", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *names, *arguments], cwd=shop, check=True, capture_output=True)

    git("init", "-q", ".")
    git("add", "-A")
    git("commit", "-qm", "before")
    (shop / "observed" / "shop.columns.csv").write_text(_snapshot(*LATER))
    assert _drift(_json(run, 1, "drift", "-C", str(shop), "--since", "HEAD")) == BETWEEN
    text = run("drift", "-C", str(shop), "--since", "HEAD").stdout
    assert "1 system compared with the snapshots of HEAD (" in text
    assert "without a snapshot on both sides, so nothing is known: mail" in text


def test_nothing_earlier_is_said_and_not_taken_for_no_drift(run: Run, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("drift", "-C", str(shop), "--against", "empty")
    assert done.returncode == 2 and "`empty` holds no snapshot" in done.stderr
    write_files(tmp_path / "torn", {"observed/shop.columns.csv": _snapshot(SHOP[0], "people,id,integer,x")})
    done = run("drift", "-C", str(shop), "--against", "torn")
    assert done.returncode == 2 and "an earlier snapshot cannot be read whole" in done.stderr
    done = run("drift", "-C", str(shop), "--since", "HEAD")
    assert done.returncode == 2 and "is not in a git repository" in done.stderr
    done = run("drift", "-C", str(shop), "--since", "HEAD", "--against", "empty")
    assert done.returncode == 2 and "give one" in done.stderr


def test_a_damaged_snapshot_is_told_beside_what_it_seems_to_say(run: Run, shop: Path) -> None:
    (shop / "observed" / "shop.columns.csv").write_text(_snapshot(*SHOP[:4], "people,stage,varchar,x"))
    done = run("drift", "-C", str(shop))
    assert done.returncode == 1
    assert "observed/shop.columns.csv cannot be read whole" in done.stderr


def test_names_of_columns_are_never_formulas_or_markup(run: Run, shop: Path) -> None:
    hostile = '"=cmd|\'/c calc\'!A0","<script>|",varchar,1,,,yes,,,,'
    (shop / "observed" / "shop.columns.csv").write_text(_snapshot(hostile, *SHOP))
    sheet = run("drift", "-C", str(shop), "-f", "csv").stdout
    assert not any(cell.startswith(("=", '"=')) for line in sheet.splitlines() for cell in line.split(","))
    assert "<script>" not in run("drift", "-C", str(shop), "-f", "md").stdout
    assert run("coverage", "-C", str(shop), "--by", "table", "-f", "md").returncode == 0
