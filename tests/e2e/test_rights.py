"""The plans for what a person asks, as people run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Run


def test_an_access_request_of_the_example_is_planned(run: Run, example: Path) -> None:
    done = run("access-request", "customer", "--catalog", str(example))
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "Access request: Customer",
        "Systems: 7 · tables: 96 · fields: ",
        "What this plan cannot do",
        "by a declared link from",
    ):
        assert line in done.stdout
    script = run("access-request", "customer", "-f", "sql", "--dialect", "duckdb", "--catalog", str(example))
    assert script.returncode == 0 and script.stdout.count("SELECT") > 200
    found = json.loads(run("access-request", "customer", "-f", "json", "--catalog", str(example)).stdout)
    assert found["systems"][0]["system"] == "saleor" and len(found["systems"]) == 7


def test_an_erasure_of_the_example_is_planned(run: Run, example: Path) -> None:
    done = run("erasure", "customer", "--as-of", "2026-11-27", "--catalog", str(example))
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "Erasure: Customer",
        "2027-01-01",
        "carrier_dispute_2026",
        "Art. 17(3)(b)",
        "Recipients to notify",
    ):
        assert line in done.stdout
    script = run("erasure", "customer", "-f", "sql", "--jurisdiction", "EU", "--catalog", str(example))
    assert script.returncode == 0 and script.stdout.count("CREATE TEMPORARY TABLE") == 96


def test_the_graph_of_the_example_reaches_every_system(run: Run, example: Path) -> None:
    done = run("reach", "customer", "--catalog", str(example))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Tables reached: 96 · not reached: 0." in done.stdout
    found = json.loads(run("reach", "customer", "-f", "json", "--catalog", str(example)).stdout)
    assert len(found["systems"]) == 7 and not any(one["lost"] for one in found["systems"])
    missed = run("reach", "custmer", "--catalog", str(example))
    assert missed.returncode == 2 and "customer" in missed.stderr


def test_a_correction_and_an_objection_are_planned(run: Run, example: Path) -> None:
    done = run("correction", "customer.email", "--catalog", str(example))
    assert done.returncode == 0 and "saleor.account_user.email" in done.stdout and "master" in done.stdout
    done = run("objection", "marketing.email", "--catalog", str(example))
    assert done.returncode == 0 and "suitecrm.email_addresses.confirm_opt_in" in done.stdout


def test_persian_goes_to_a_file(run: Run, example: Path, tmp_path: Path) -> None:
    arguments = ("access-request", "customer", "--lang", "fa", "-f", "md", "-o", "x.md")
    done = run(*arguments, "--catalog", str(example))
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "x.md").read_text(encoding="utf-8").startswith("# درخواست دسترسی: مشتری")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("access-request", "custmer"), ("no kind of people `custmer`", "did you mean `customer`")),
        (("correction", "customer.emial"), ("no field `customer.emial`", "customer.email")),
        (("objection", "marketing.emial"), ("no purpose `marketing.emial`", "marketing.email")),
        (("erasure", "customer", "--jurisdiction", "XX"), ("no jurisdiction `XX`",)),
        (("access-request", "customer", "--lang", "de"), ("no language `de`",)),
    ],
)
def test_wrong_input_is_refused_with_the_way_out(
    run: Run, example: Path, arguments: tuple[str, ...], told: tuple[str, ...]
) -> None:
    done = run(*arguments, "--catalog", str(example))
    assert done.returncode == 2 and done.stdout == ""
    assert all(one in done.stderr for one in told)
