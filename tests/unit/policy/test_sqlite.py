"""What is written for SQLite: the policy file, the guard beside it, and what is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from amanat.load import load_catalog
from amanat.model.values import Action, SourceId
from amanat.policy.build import build_policy
from amanat.policy.loss import Loss, Status
from amanat.policy.targets.quoting import UnquotableError
from amanat.policy.targets.sqlite import guard
from amanat.policy.targets.sqlite.quoting import identifier, literal
from amanat.schema import load_schema
from tests.unit.policy.support import CASES

CATALOG = load_catalog(CASES / "sqlite").catalog
MADE = build_policy(CATALOG, date(2026, 6, 30), ["sqlite"]).by_target["sqlite"]


def cells(role: str, purpose: str, table: str) -> dict[tuple[Action, str], Loss]:
    start = f"shop.{table}."
    return {
        (cell.action, cell.source.removeprefix(start)): cell
        for cell in MADE.losses[0].cells
        if (cell.pair.role, cell.pair.purpose) == (role, purpose) and cell.source.startswith(start)
    }


def test_the_files_keep_their_contracts() -> None:
    base = "policy/sqlite/"
    assert sorted(MADE.files) == [
        base + name for name in ("guard.py", "loss.json", "shop.json", "shop.loss.json")
    ]
    for name, schema in (
        ("shop.json", "policy-sqlite"),
        ("shop.loss.json", "policy-loss"),
        ("loss.json", "policy-losses"),
    ):
        jsonschema.validate(json.loads(MADE.files[base + name]), load_schema(schema))
    assert build_policy(CATALOG, date(2026, 6, 30), ["sqlite"]).files == MADE.files


def test_the_guard_is_the_tested_module_and_needs_no_other(tmp_path: Path) -> None:
    text = MADE.files["policy/sqlite/guard.py"]
    assert text == Path(guard.__file__).read_text(encoding="utf-8")
    (tmp_path / "guard.py").write_text(text, encoding="utf-8")
    ask = "import guard, sys; print(sorted(m for m in sys.modules if m.startswith('amanat')), guard.Guard.__name__)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {ask}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[] Guard\n"


def test_no_guard_without_a_system() -> None:
    empty = build_policy(load_catalog(CASES / "postgres").catalog, None, ["sqlite"]).files
    assert list(empty) == ["policy/sqlite/loss.json"]


def test_new_rows_cannot_be_said() -> None:
    found = cells("agent", "service", "customers")
    assert found[Action.CREATE, "email"].status is Status.NOT_EXPRESSIBLE
    assert "not of its columns" in found[Action.CREATE, "email"].why
    assert found[Action.UPDATE, "email"].status is Status.EXACT
    assert found[Action.DELETE, "email"].status is Status.NOT_EXPRESSIBLE  # `secret` is closed to it
    assert cells("agent", "service", "orders")[Action.DELETE, "id"].status is Status.EXACT


@pytest.mark.parametrize(("role", "purpose"), [("analyst", "research"), ("marketer", "news")])
def test_nothing_is_written_through_a_view(role: str, purpose: str) -> None:
    found = cells(role, purpose, "customers")
    assert found[Action.READ, "email"].status is Status.EXACT
    assert found[Action.UPDATE, "email"].status is Status.NOT_EXPRESSIBLE
    assert "writes through no view" in found[Action.UPDATE, "email"].why
    assert found[Action.READ, "secret"].status is Status.DENY_AS_ABSENT


def test_a_column_whose_name_cannot_be_written_still_goes_with_its_row() -> None:
    found = cells("agent", "service", "numbers")
    assert found[Action.READ, "RowId"].status is Status.NOT_EXPRESSIBLE
    assert found[Action.DELETE, "RowId"].status is Status.EXACT
    assert found[Action.DELETE, "value"] == found[Action.DELETE, "RowId"]._replace(
        source=SourceId("shop.numbers.value")
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("email", '"email"'),
        ('we"ird', '"we""ird"'),
        ("a`b]c", '"a`b]c"'),
        ("x" * 200, f'"{"x" * 200}"'),
        ("ستون\u200cها", '"ستون\u200cها"'),
        ("line\nbreak", '"line\nbreak"'),
        ("sqlite", '"sqlite"'),
        ("oid", '"oid"'),
    ],
)
def test_a_name_is_one_quoted_name(name: str, written: str) -> None:
    assert identifier(name) == written


@pytest.mark.parametrize("name", ["", "a\0b", "\ud800", "sqlite_master", "SQLITE_x", "rowid", "ROWID"])
def test_a_name_that_is_none_of_the_users_is_refused(name: str) -> None:
    with pytest.raises(UnquotableError):
        identifier(name)


def test_backslashes_are_letters_in_a_text() -> None:
    assert literal("a\\'; --") == "'a\\''; --'"
    with pytest.raises(UnquotableError):
        literal("a\0b")
