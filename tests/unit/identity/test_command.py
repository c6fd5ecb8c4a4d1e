"""What `amanat identity` prints: a tree in 100 columns, and JSON of its schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from amanat.cli.main import app
from amanat.errors import UsageError
from amanat.identity import IdentityGraph
from amanat.identity.show import as_text
from amanat.schema import load_schema
from tests.unit.identity.test_graph import identity

EXAMPLE = Path(__file__).parents[3] / "catalog"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(
        app, ["identity", "--catalog", str(EXAMPLE), *arguments], catch_exceptions=False
    )
    assert done.exit_code == 0
    return done.stdout


def test_the_example_is_shown_in_100_columns() -> None:
    lines = run().splitlines()
    assert max(map(len, lines)) <= 100
    assert all(line == line.rstrip() for line in lines)
    assert "customer: global id customer.external_reference" in lines
    assert "  ├ n:1 order_order by user_id → id" in lines
    assert "  ├ 1:n account_address by account_user.default_billing_address_id → account_address.id" in lines
    assert "1 unreachable, 22 without a" in " ".join(lines[-2:])


def test_one_system_alone() -> None:
    text = run("--system", "matomo")
    assert "unreachable: tracking_failure" in text
    assert "saleor: " not in text
    assert "mautic" not in text


def test_the_json_follows_its_schema() -> None:
    found = json.loads(run("--format", "json"))
    jsonschema.validate(found, load_schema("identity"))
    systems = {system["system"]: system for system in found["systems"]}
    assert systems["mautic"]["known"] == "none"
    (hop,) = next(t for t in systems["saleor"]["tables"] if t["table"] == "order_order")["hops"]
    assert (hop["columns"], hop["direction"], hop["rows"]) == (["user_id"], "along", "n:1")


def test_an_unknown_system_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no system is called `ghost`"):
        CliRunner().invoke(
            app, ["identity", "--catalog", str(EXAMPLE), "--system", "ghost"], catch_exceptions=False
        )


def test_what_nobody_looked_at_is_unknown_and_not_unreachable() -> None:
    found = identity(None, mapped=("shop.orders.id",))
    text = as_text(IdentityGraph((found,), ()), "en")
    assert "  2 mapped tables: where rows lead is unknown\n" in text
    assert "unreachable" not in text
