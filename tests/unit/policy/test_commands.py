"""`amanat policy` from the outside."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from amanat.cli.commands.policy import policy
from amanat.errors import UsageError
from amanat.schema import load_schema
from tests.support import write_files
from tests.unit.policy.support import BASE, ROOT
from tests.unit.policy.test_postgres import SYSTEMS

DAY = ("--as-of", "2026-06-30")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    text = BASE.replace("    classification:", "    retention: keep\n    classification:")
    more = "retention: {keep: {label: Keep, keep: P1Y, from: order, proved_by: shop.customers.email, then: delete}}\n"
    return write_files(tmp_path, {"amanat.yaml": ROOT, "base.yaml": text, "more.yaml": more + SYSTEMS})


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(policy, [words[0], "-C", str(root), *DAY, *words[1:]])


ASKED = ("--role", "agent", "--purpose", "service", "--action", "read")


def test_explain_as_json_keeps_its_contract(root: Path) -> None:
    done = run(root, "explain", *ASKED, "--field", "customer.email", "--format", "json")
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, load_schema("policy-explain"))
    assert list(answer)[:4] == ["decision", "mask", "conditions", "because"]
    assert answer["asked"] == {
        "role": "agent",
        "purpose": "service",
        "action": "read",
        "field": "customer.email",
        "column": None,
    }
    assert (answer["ways_out"], answer["then"], answer["other_purposes"]) == ([], None, ["service.calls"])
    (column,) = answer["columns"]
    assert (column["source"], column["rows"], column["why"]) == ("shop.customers.email", "all", None)
    assert list(answer["because"][0]) == ["rule", "passed", "detail", "file", "line"]
    assert (done.exit_code, answer["decision"]) == (0, "allow")
    roles = answer["because"][7]
    assert (roles["rule"], roles["file"]) == ("role_not_for_purpose", "base.yaml")
    assert (
        BASE.replace("    classification:", "    retention: keep\n    classification:")
        .splitlines()[roles["line"] - 1]
        .strip()
        == "agent: [read, update, delete]"
    )


def test_explain_as_json_tells_conditions_and_masks(root: Path) -> None:
    asked = ("--role", "marketer", "--purpose", "marketing", "--field", "customer.phone", "--format", "json")
    answer = json.loads(run(root, "explain", *asked).stdout)
    jsonschema.validate(answer, load_schema("policy-explain"))
    assert (answer["decision"], answer["mask"]) == ("mask", "redact")
    assert answer["conditions"] == [
        {
            "kind": "consent",
            "purpose": "marketing",
            "source": "shop.customers.news",
            "granted": True,
            "known": True,
        }
    ]


def test_explain_marks_the_gate_that_decides(root: Path) -> None:
    text = run(
        root, "explain", "--role", "marketer", "--purpose", "service", "--field", "customer.email"
    ).stdout
    marked = [line for line in text.splitlines() if "this decides" in line]
    assert text.startswith("deny (role_not_for_purpose): marketer · service · read · customer.email\n")
    assert len(marked) == 1
    assert "3 NO role_not_for_purpose" in marked[0]
    assert "(base.yaml:" in marked[0]


def test_explain_by_column(root: Path) -> None:
    assert run(root, "explain", *ASKED, "--column", "shop.customers.email").stdout.startswith("allow: ")
    denied = run(root, "explain", *ASKED, "--column", "shop.customers.secret")
    assert denied.stdout.startswith("deny (undeclared_column): ")
    assert denied.exit_code == 0


@pytest.mark.parametrize("more", [(), ("--field", "customer.email", "--column", "shop.customers.email")])
def test_explain_needs_either_a_field_or_a_column(root: Path, more: tuple[str, ...]) -> None:
    done = run(root, "explain", *ASKED, *more)
    assert isinstance(done.exception, UsageError)


def test_matrix_as_csv_has_every_cell_sorted(root: Path) -> None:
    rows = list(csv.reader(io.StringIO(run(root, "matrix", "--format", "csv").stdout)))
    assert rows[0] == ["role", "purpose", "action", "field", "decision", "mask", "conditions"]
    assert len(rows) == 1 + 3 * 5 * 6 * 4
    assert [row[:4] for row in rows[1:]] == sorted(row[:4] for row in rows[1:])
    by_cell = {tuple(row[:4]): row[4:] for row in rows[1:]}
    assert by_cell["marketer", "marketing", "read", "customer.phone"] == [
        "mask",
        "redact",
        "consent for marketing: shop.customers.news = true",
    ]
    assert by_cell["agent", "marketing", "read", "customer.phone"] == ["deny", "", ""]


def test_matrix_as_json_keeps_its_contract(root: Path) -> None:
    answer = json.loads(run(root, "matrix", "--role", "marketer", "--format", "json").stdout)
    jsonschema.validate(answer, load_schema("policy-matrix"))
    assert len(answer["cells"]) == 5 * 6 * 4


def test_matrix_as_text_names_what_is_open_and_counts_what_is_not(root: Path) -> None:
    asked = ("--role", "marketer", "--purpose", "marketing")
    assert run(root, "matrix", *asked).stdout == (
        "marketer for marketing\n"
        + "".join(
            f"  {action}: customer.birth_date (year), customer.email, customer.phone (redact)\n"
            "      only in rows with consent for marketing: shop.customers.news = true\n"
            "      denied: 1 of 4 fields\n"
            for action in ("export", "read")
        )
    )
    closed = run(root, "matrix", "--role", "agent", "--purpose", "care").stdout
    assert closed == "agent for care\n  nothing: every cell is denied\n"


@pytest.mark.parametrize(
    ("option", "value", "near"),
    [
        ("--role", "agnt", "agent"),
        ("--field", "customer.mail", "customer.email"),
        ("--action", "raed", "read"),
        ("--decision", "alow", "allow"),
        ("--system", "shopp", "shop"),
        ("--category", "contacts", "contact"),
        ("--classification", "intern", "internal"),
    ],
)
def test_a_filter_that_matches_nothing_is_refused_with_what_may_be_meant(
    root: Path, option: str, value: str, near: str
) -> None:
    done = run(root, "matrix", option, value)
    assert isinstance(done.exception, UsageError)
    assert near in (done.exception.hint or "")


def test_the_catalogs_own_tests_decide_the_exit_code(root: Path) -> None:
    assert run(root, "test").exit_code == 0
    write_files(
        root,
        {
            "amanat.yaml": ROOT,
            "e.yaml": "expectations: {e: {allow: {role: agent, purpose: care, action: read}}}",
        },
    )
    done = run(root, "test")
    assert done.exit_code == 1
    assert "FAIL  e" in done.stdout


def test_the_catalogs_own_tests_can_be_read_by_programs(root: Path, tmp_path: Path) -> None:
    (root / "e.yaml").write_text("expectations: {e: {allow: {role: agent, purpose: care, action: read}}}")
    out = tmp_path / "policy.xml"
    done = run(root, "test", "--format", "junit", "--output", str(out))
    assert (done.exit_code, done.stdout) == (1, "")
    assert 'name="e"' in out.read_text(encoding="utf-8")
    document = json.loads(run(root, "test", "--format", "json").stdout)
    jsonschema.validate(document, load_schema("policy-test"))
    assert document["results"][0]["different"] == 4


def test_a_matrix_is_narrowed_by_answer_system_category_and_class(root: Path) -> None:
    def narrowed(*options: str) -> set[tuple[str, str]]:
        text = run(
            root, "matrix", "--format", "csv", "--role", "marketer", "--action", "read", *options
        ).stdout
        return {(row["field"], row["decision"]) for row in csv.DictReader(io.StringIO(text))}

    assert narrowed("--purpose", "marketing", "--decision", "mask") == {
        ("customer.birth_date", "mask"),
        ("customer.phone", "mask"),
    }
    assert {field for field, _ in narrowed("--category", "contact")} == {"customer.email", "customer.phone"}
    assert {field for field, _ in narrowed("--classification", "restricted")} == {"customer.illness"}
    assert len(narrowed("--system", "shop", "--purpose", "marketing")) == 4
    assert narrowed("--system", "till") == set()


def test_build_writes_every_file_and_says_what_is_lost(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(root, "build", "--output", str(out))
    assert done.exit_code == 0, done.exception
    assert sorted(path.name for path in (out / "policy/postgres").iterdir()) == [
        "loss.json",
        "shop.loss.json",
        "shop.sql",
        "shop.undo.sql",
    ]
    assert "postgres: shop has" in done.stdout
    assert "no target for mysql: till stays as it is" in done.stdout


def test_build_writes_into_the_build_folder_of_the_catalog(root: Path) -> None:
    run(root, "build", "--system", "shop")
    assert (root / "build/policy/postgres/shop.sql").exists()


def test_build_writes_nothing_from_a_catalog_with_faults(root: Path, tmp_path: Path) -> None:
    write_files(root, {"amanat.yaml": ROOT, "bad.yaml": "denials: {d: {role: agent, reasn: no}}"})
    done = run(root, "build", "--output", str(tmp_path / "out"))
    assert isinstance(done.exception, UsageError)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "command", [("matrix", "--format", "csv"), ("explain", *ASKED, "--field", "customer.email")]
)
def test_answers_from_a_catalog_with_faults_are_warned_of(root: Path, command: tuple[str, ...]) -> None:
    write_files(root, {"amanat.yaml": ROOT, "bad.yaml": "denials: {d: {role: agent, reasn: no}}"})
    done = run(root, *command)
    assert done.exit_code == 0
    assert "warning: the catalog has" in done.stderr
    assert "warning" not in done.stdout


@pytest.mark.parametrize("name", ["build", "explain", "matrix", "diff", "test"])
def test_every_command_shows_an_example(name: str) -> None:
    assert f"Example: amanat policy {name}" in " ".join(
        CliRunner().invoke(policy, [name, "--help"]).stdout.split()
    )


def test_what_may_stand_in_an_unreadable_file_is_denied_and_no_test_passes_on_it(root: Path) -> None:
    def answers() -> tuple[str, int]:
        asked = ("--role", "agent", "--purpose", "service", "--field", "customer.email", "--format", "json")
        done = CliRunner().invoke(policy, ["explain", *asked, "--catalog", str(root), *DAY])
        tested = CliRunner().invoke(policy, ["test", "--catalog", str(root), *DAY])
        return json.loads(done.stdout)["decision"], tested.exit_code

    assert answers() == ("allow", 0)
    (root / "denials.yaml").write_text("denials:\n  nobody: {role: agent, reason: [\n", encoding="utf-8")
    assert answers() == ("deny", 1)
