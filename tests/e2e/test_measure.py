"""`amanat measure` as people use it, on files of CSV."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from amanat.cli.main import app, main
from amanat.schema import load_schema
from tests.support import write_files

CATALOG = """\
systems:
  shop: {label: Shop, kind: commerce, engine: duckdb, url_env: SHOP_FILES}
  desk: {label: Desk, kind: crm, url_env: DESK_URL}
fields:
  customer.email:
    label: E-mail
    definition: Where one writes to
    format: email
    quality: {complete: 60%, valid: 98%}
    master: shop.users.email
    sources: {shop.users.email: , desk.people.mail: }
  customer.country:
    label: Country
    codes: {DE: Germany}
    quality: {in_code_list: 100%}
    sources: {shop.users.country: }
"""
USERS = "id,email,country\n1,a@b.example,DE\n2,SECRET-VALUE,DE\n3,,DE\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalog, and beside it the files of the shop."""
    monkeypatch.delenv("SHOP_FILES", raising=False)
    monkeypatch.delenv("DESK_URL", raising=False)
    write_files(tmp_path / "catalog", {"a.yaml": CATALOG})
    (tmp_path / "files").mkdir()
    (tmp_path / "files/users.csv").write_text(USERS)
    return tmp_path


def measure(shop: Path, *words: str) -> Result:
    return CliRunner().invoke(
        app, ["measure", "-C", str(shop / "catalog"), "--as-of", "2026-06-30", *words], prog_name="amanat"
    )


def test_counts_are_shown_and_kept_and_no_value_is(shop: Path) -> None:
    done = measure(shop, "shop", "--url", str(shop / "files"))
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0] == (
        "shop (duckdb): 3 checks of 1 table with 3 rows: 2 met, 1 not met, 0 told, 0 not measured"
    )
    assert lines[1] == "  NOT MET valid        users.email    customer.email: 50.00% of 2 (expected: 98%)"
    kept = (shop / "catalog/observed/shop.measures.csv").read_text()
    assert kept == (
        "field,column,check,against,as_of,rows,counted,met,newest,expected,outcome,why\n"
        "customer.country,users.country,in_code_list,,2026-06-30,3,3,3,,100%,pass,\n"
        "customer.email,users.email,complete,,2026-06-30,3,3,2,,60%,pass,\n"
        "customer.email,users.email,valid,,2026-06-30,3,2,1,,98%,fail,\n"
    )
    assert "SECRET-VALUE" not in done.output + kept


def test_later_days_are_added(shop: Path) -> None:
    measure(shop, "--url", f"shop={shop / 'files'}")
    (shop / "files/users.csv").write_text(USERS.replace("SECRET-VALUE", "c@d.example"))
    done = measure(shop, "--url", f"shop={shop / 'files'}", "--as-of", "2026-07-31")
    assert done.exit_code == 0, done.output
    kept = (shop / "catalog/observed/shop.measures.csv").read_text().splitlines()
    assert [line.split(",")[4:8] for line in kept if ",valid," in line] == [
        ["2026-06-30", "3", "2", "1"],
        ["2026-07-31", "3", "2", "2"],
    ]
    assert "desk: not asked: DESK_URL is not set" in done.stdout


def test_a_field_alone_and_nothing_kept(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_FILES", str(shop / "files"))
    done = measure(shop, "customer.country", "--no-keep", "--format", "json")
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    jsonschema.Draft202012Validator(load_schema("measure")).validate(data)
    assert [one["check"] for system in data["systems"] for one in system["measures"]] == ["in_code_list"]
    assert data["systems"][0]["tables"] == [{"table": "users", "rows": 3, "queries": 1, "why": None}]
    assert not (shop / "catalog/observed").exists()


def test_what_cannot_be_measured_is_said_and_the_rest_is_kept(shop: Path) -> None:
    (shop / "files/users.csv").write_text("id,country\n1,DE\n")
    done = measure(shop, "shop", "--url", str(shop / "files"))
    assert "customer.email: not measured: the column is not there (expected: 98%)" in done.stdout
    kept = (shop / "catalog/observed/shop.measures.csv").read_text()
    assert ",1,1,1,,100%,pass,\n" in kept
    assert "customer.email,users.email,valid,,2026-06-30,,,,,98%,unmeasured,no_column\n" in kept
    (shop / "files/users.csv").unlink()
    again = measure(shop, "shop", "--url", str(shop / "files"), "--as-of", "2026-07-01")
    assert again.exit_code == 1
    assert "shop (duckdb, partial)" in again.stdout
    assert "  table `users`: the table is not there\n" in again.stdout
    assert (shop / "catalog/observed/shop.measures.csv").read_text().startswith(kept[:60])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("shopp",), "there is no system or field `shopp`\n  help: did you mean shop?"),
        (("shop",), "nobody says where system `shop` is: SHOP_FILES is not set"),
        ((), "no system can be reached: none of their variables is set"),
        (("--url", "x.csv"), "`--url` does not say which system it is of"),
        (("shop", "--url", "oracle://me:s3cret@h/x"), "`--url` holds a URL of no engine that can measure"),
        (("shop", "--url", "nowhere/at/all"), "the file that `--url` names is not there"),
        (
            ("desk", "--url", "postgresql://me:s3cret@localhost:1/x"),
            "cannot connect to the database of system",
        ),
        (("desk", "--url", "mariadb://me:s3cret@localhost:1/x"), "cannot connect to the database of system"),
        (("shop", "--url", "x.csv", "--as-of", "June"), "`June` is not a date"),
    ],
)
def test_wrong_input_is_said_without_a_secret(
    shop: Path, words: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sys, "argv", ["amanat", "measure", "-C", str(shop / "catalog"), "--as-of", "2026-06-30", *words]
    )
    written: list[str] = []
    monkeypatch.setattr(sys.stderr, "write", written.append)
    assert main() == 2
    assert f"error: {message}" in "".join(written)
    assert "s3cret" not in "".join(written)
    assert not (shop / "catalog/observed").exists()


def test_systems_are_compared_with_each_other(shop: Path) -> None:
    write_files(
        shop / "catalog",
        {
            "b.yaml": """\
subjects: {customer: {label: C, definition: c, global_id: customer.no}}
systems:
  till: {label: Till, kind: commerce, customer_id: till.people.no}
  club: {label: Club, kind: crm, customer_id: club.members.no}
fields:
  customer.no: {label: No, subject: customer, sources: {till.people.no: , club.members.no: }}
  customer.tier: {label: T, subject: customer, master: till.people.tier, quality: {consistent: 100%}, sources: {till.people.tier: , club.members.tier: }}
""",
            **{
                f"observed/{system}.columns.csv": "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
                f"{table},no,text,,,,no,,,PK,\n{table},tier,text,,,,yes,,,,\n"
                for system, table in (("till", "people"), ("club", "members"))
            },
        },
    )
    (shop / "files/people.csv").write_text("no,tier\n1,gold\n2,plain\n3,plain\n")
    (shop / "files/members.csv").write_text("no,tier\n1,gold\n2,gold\n9,gold\n")
    urls = ("--url", f"till={shop / 'files'}", "--url", f"club={shop / 'files'}")
    done = measure(shop, "till", "club", *urls, "--ids")
    assert done.exit_code == 1
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert (
        "NOT MET consistent   members.tier → till.people.tier  customer.tier: 50.00% of 2 (expected: 100%)"
        in lines
    )
    assert "told    overlap      people.no → club.members.no  customer.no: 66.66% of 3" in lines
    assert "told    reach        members.no → members.no          customer.no: 100.00% of 3" in lines
    kept = (shop / "catalog/observed/club.measures.csv").read_text()
    assert "customer.tier,members.tier,consistent,till.people.tier,2026-06-30,3,2,1,,100%,fail,\n" in kept


def test_a_system_that_does_not_answer_leaves_the_others(shop: Path) -> None:
    url = "postgresql://me:s3cret@localhost:1/x"
    done = measure(shop, "--url", f"shop={shop / 'files'}", "--url", f"desk={url}")
    assert done.exit_code == 1
    assert "shop (duckdb): 3 checks" in done.stdout
    assert (
        "desk: not asked: cannot connect to the database of system `desk`: no server answers there"
        in done.stdout
    )
    assert "s3cret" not in done.output
    assert not list((shop / "catalog").rglob("*desk*"))


def test_a_broken_file_of_measures_is_never_written_over(shop: Path) -> None:
    observed = shop / "catalog/observed"
    observed.mkdir()
    (observed / "shop.measures.csv").write_text("something else\n")
    done = measure(shop, "shop", "--url", str(shop / "files"))
    assert done.exit_code != 0
    assert "observed/shop.measures.csv:1: has another header" in str(done.exception)
    assert (observed / "shop.measures.csv").read_text() == "something else\n"
