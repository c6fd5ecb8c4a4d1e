"""What `amanat golden` prints: SQL, words, JSON of its schema, the list of fields; and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from amanat.cli.main import app
from amanat.errors import UsageError
from amanat.schema import load_schema

EXAMPLE = Path(__file__).parents[3] / "catalog"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["golden", "--catalog", str(EXAMPLE), *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_the_explanation_says_who_wins_who_does_not_and_where_it_stands() -> None:
    lines = run("customer.phone", "--explain").splitlines()
    assert lines[0] == "customer.phone  Telephone number"
    assert lines[1].startswith("decides: survivorship: source_priority  (fields/contact.yaml:")
    assert "  1. the source that comes first in the order of trust" in lines
    (first,) = [line for line in lines if line.startswith("  1  ")]
    assert first.startswith("  1  chatwoot.contacts.phone_number  (fields/contact.yaml:")
    assert "       declared to have no customer id (`mautic`)" in lines
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("arguments", [(), ("customer.phone",)])
def test_the_json_follows_its_schema(arguments: tuple[str, ...]) -> None:
    found = json.loads(run(*arguments, "--format", "json"))
    jsonschema.validate(found, load_schema("golden"))
    phone = next(one for one in found["fields"] if one["field"] == "customer.phone")
    assert phone["steps"][0] == "source_priority"
    assert phone["view"] == "golden.customer_phone"


def test_without_a_field_all_are_listed_with_what_decides() -> None:
    rows = [line.split("\t") for line in run().splitlines()]
    assert rows[0] == ["field", "decides", "takes part"]
    assert next(row[:2] for row in rows if row[0] == "customer.email") == [
        "customer.email",
        "the master saleor.account_user.email",
    ]


def test_sql_is_for_the_engine_asked_for() -> None:
    assert run("customer.phone").startswith("-- Golden records for PostgreSQL")
    assert run("customer.phone", "--target", "duckdb").startswith("-- Golden records for DuckDB")
    assert run("--target", "duckdb").count("CREATE VIEW") > 20


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("customer.fone",), "there is no field `customer.fone`", "did you mean `customer.phone`?"),
        (("--explain",), "`--explain` needs a field", "lists them"),
        (
            ("customer.phone", "--explain", "-t", "duckdb"),
            "`--target` writes SQL, `--explain` does not",
            "one",
        ),
        (("customer.phone", "--schemas", "raw"), "`raw` does not say where the system's id goes", "{system}"),
        (("customer.phone", "--schemas", "a\n{system}"), "cannot be the name of a schema", ""),
        (
            ("customer.phone", "--as-of", "soon"),
            "there is no revision `soon`",
            "a day is written as 2026-01-31",
        ),
    ],
)
def test_a_wrong_use_is_told_with_the_way_out(arguments: tuple[str, ...], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        run(*arguments)
    assert message in error.value.message
    assert hint in (error.value.hint or "")
