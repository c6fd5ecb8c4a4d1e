"""`amanat init` from the outside."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

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
    assert not (tmp_path / "c").exists()
