"""`amanat init` from the outside."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.e2e.terminal import in_terminal

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SHOP = (
    *("--name", "Shop: all of it", "--controller", "Shop GmbH", "--contact", "privacy@shop.example"),
    *("--country", "DE", "--laws", "EU,IR"),
)


def test_an_empty_catalog_passes_check_and_is_laid_out(run: Run, tmp_path: Path) -> None:
    done = run("init", "shop", *SHOP)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "wrote shop/amanat.yaml\ncheck has nothing to say about it\n"
    assert run("check", "shop").returncode == 0
    assert run("fmt", "--check", "shop").returncode == 0


def test_nothing_is_written_over(run: Run, tmp_path: Path) -> None:
    run("init", "shop", *SHOP)
    before = (tmp_path / "shop/amanat.yaml").read_bytes()
    done = run("init", "shop", *SHOP, "--languages", "fa")
    assert done.returncode == 2 and "already" in done.stderr
    assert (tmp_path / "shop/amanat.yaml").read_bytes() == before


def test_tables_from_ddl_and_what_is_missing_with_its_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.sql").write_text("CREATE TABLE people (id uuid PRIMARY KEY, email text);")
    done = run("init", "shop", *SHOP, "--from-ddl", "shop.sql", "--engine", "postgresql", "--system", "db")
    assert done.returncode == 0, done.stderr
    assert "error shop/systems/db.yaml:2: key `kind` is missing [SC103 missing-key]" in done.stdout
    assert (tmp_path / "shop/observed/db.columns.csv").read_text() == (
        "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
        "people,email,text,,,,yes,,,,\n"
        "people,id,uuid,,,,no,,,PK,\n"
    )
    assert run("fmt", "--check", "shop").returncode == 0


def test_what_is_wrong_or_missing_is_told_and_nothing_written(run: Run, tmp_path: Path) -> None:
    assert "`--name` is missing" in run("init", "shop").stderr
    assert "`country`" in run("init", "shop", *SHOP, "--country", "Germany").stderr.replace("controller.", "")
    (tmp_path / "no.sql").write_text("SELECT 1;")
    assert "creates no table" in run("init", "shop", *SHOP, "--from-ddl", "no.sql").stderr
    assert "cannot be read" in run("init", "shop", *SHOP, "--from-ddl", "gone.sql").stderr
    assert (
        "`x.y` is not an id" in run("init", "shop", *SHOP, "--from-ddl", "no.sql", "--system", "x.y").stderr
    )
    assert not (tmp_path / "shop").exists()


def test_tables_from_a_contract_and_from_dbt(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(
        "kind: DataContract\nschema:\n- name: people\n  properties:\n  - {name: id, physicalType: uuid, primaryKey: true}\n"
    )
    done = run("init", "a", *SHOP, "--from-odcs", "shop.yaml", "--system", "db")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a/observed/db.columns.csv").read_text().endswith("people,id,uuid,,,,no,,,PK,\n")
    assert "engine" not in (tmp_path / "a/systems/db.yaml").read_text()
    servers = {
        "mysql": "[{server: a, type: mysql}, {server: b, type: mysql}]",
        "postgresql": "[{server: a, type: custom, customProperties: [{property: engine, value: postgresql}]}]",
        "": "[{server: a, type: mysql}, {server: b, type: kafka}]",
    }
    for engine, written in servers.items():
        (tmp_path / "s.yaml").write_text(f"{(tmp_path / 'shop.yaml').read_text()}servers: {written}\n")
        assert run("init", f"s{engine}", *SHOP, "--from-odcs", "s.yaml").returncode == 0
        entry = (tmp_path / f"s{engine}/systems/shop.yaml").read_text()
        assert entry.endswith(f"    engine: {engine}\n" if engine else "    label: shop\n")
    (tmp_path / "dbt/models").mkdir(parents=True)
    (tmp_path / "dbt/models/s.yml").write_text(
        "sources:\n- name: crm\n  tables:\n  - name: people\n    columns:\n    - {name: id, data_tests: [not_null]}\n"
    )
    (tmp_path / "dbt/dbt_packages").mkdir()
    (tmp_path / "dbt/dbt_packages/x.yml").write_text("sources: [")
    done = run("init", "b", *SHOP, "--from-dbt", "dbt", "--system", "db")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "b/observed/db.columns.csv").read_text().endswith("people,id,,,,,no,,,,\n")
    broken = run("init", "c", *SHOP, "--from-dbt", "dbt/dbt_packages")
    assert broken.returncode == 2 and "x.yml`:2:1: not valid YAML" in broken.stderr
    two = run("init", "c", *SHOP, "--from-dbt", "dbt", "--from-odcs", "shop.yaml")
    assert two.returncode == 2 and "two sources" in two.stderr
    assert "documents no column" in run("init", "c", *SHOP, "--from-dbt", "a").stderr
    assert "SHOP_URL is not set" in run("init", "c", *SHOP, "--from-url-env", "SHOP_URL").stderr
    url = run("init", "c", *SHOP, "--from-url-env", "postgresql://me:secret@db/shop").stderr
    assert "is not the name of an environment variable" in url
    assert "secret" not in url
    assert not (tmp_path / "c").exists()


def test_in_a_terminal_it_asks_again_where_an_answer_is_wrong(tmp_path: Path) -> None:
    answers = ["Shop", "Shop GmbH", "p@shop.example", "Germany", "DE", "FOO", "EU, IR"]
    code, seen = in_terminal(tmp_path, ["init", "shop"], ": ", answers)
    assert code == 0
    assert "`Germany` is not a valid value" in seen
    assert "`FOO` is not a valid value" in seen
    assert "jurisdictions: [EU, IR]" in (tmp_path / "shop/amanat.yaml").read_text()
    code, seen = in_terminal(tmp_path, ["init", "shop"], ": ", [])
    assert (code, "already" in seen) == (2, True), "before anything is asked"
    code, seen = in_terminal(tmp_path, ["init", "other"], ": ", ["\x03"])
    assert (code, seen.endswith("interrupted\n")) == (130, True)
    assert not (tmp_path / "other").exists()
