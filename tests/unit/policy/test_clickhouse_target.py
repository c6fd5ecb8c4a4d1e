"""What the ClickHouse target writes, without the engine."""

from __future__ import annotations

import json

import jsonschema

from amanat.model.values import Action
from amanat.policy.loss import Status
from amanat.policy.matrix import matrix
from amanat.policy.plan import make_plan
from amanat.policy.targets.clickhouse import losses as losses_of_plan
from amanat.policy.targets.clickhouse.checks import before
from amanat.schema import load_schema
from tests.differential.clickhouse_shop import AS_OF, SQL, UNDO, catalog, files, losses


def test_what_was_not_executed_is_said_in_every_file() -> None:
    header = " ".join(line.removeprefix("-- ") for line in files()[SQL].splitlines() if line.startswith("--"))
    assert "CREATE USER, GRANT and DROP USER themselves are only parsed" in header
    for name, schema in (("shop.loss.json", "policy-loss"), ("loss.json", "policy-losses")):
        data = json.loads(files()[f"policy/clickhouse/{name}"])
        jsonschema.validate(data, load_schema(schema))
        assert data["not_executed"] in header


def test_only_accounts_databases_views_and_grants_are_made_and_nothing_on_a_whole_table() -> None:
    for line in files()[SQL].splitlines():
        if line.startswith("GRANT "):
            assert line.startswith(("GRANT SELECT(", "GRANT INSERT(")) or line.endswith(
                "ON `amanat`.`mask_key` TO `amanat_definer`;"
            )
        if line.startswith("CREATE USER "):
            assert " HOST NONE " in line
            assert line.endswith((" SETTINGS readonly = 1 CONST;", " SETTINGS apply_deleted_mask = 1 CONST;"))
        if line.startswith("CREATE VIEW "):
            assert " DEFINER = `amanat_definer` SQL SECURITY DEFINER " in line
    assert "secret" not in files()[SQL]


def test_questions_stay_shorter_than_the_longest_query_that_a_server_reads() -> None:
    columns = [("database", f"table_{at // 100}", f"column_{at}_" + "x" * 60) for at in range(10_000)]
    asked = before(["agent__service"], columns, [])
    assert max(map(len, asked)) < 262_144
    assert sum(question.count("column_") for question in asked) == len(columns)


def test_of_what_is_lost_the_catalog_is_told_what_it_can_mend() -> None:
    plan = make_plan(matrix(catalog(), AS_OF), [catalog().systems["shop"]])  # type: ignore[index]
    (told,) = losses_of_plan(plan)
    assert {(cell.action, cell.cause) for cell in told.cells} == {(Action.READ, "rows")}
    assert {cell.status for cell in told.cells} == {Status.ROWS_UNSUPPORTED}
    assert set(told.cells) <= set(losses())


def test_the_undo_names_every_account_and_database() -> None:
    made = {
        line.rstrip(";").split()[2]
        for line in files()[SQL].splitlines()
        if line.startswith(("CREATE USER", "CREATE DATABASE"))
    }
    dropped = {line.rstrip(";").split()[-1] for line in files()[UNDO].splitlines() if line.startswith("DROP")}
    assert made == dropped
