"""A catalog of which something cannot be read: whoever counts, plans or exports says so, once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.conftest import Run

WARNING = "warning: the catalog has a fault in how it is written (first: SC101 in `fields/identity.yaml`); "
COMMANDS = (
    "benefit",
    "journey",
    "meaning",
    "maturity",
    "reach customer",
    "access-request customer",
    "erasure customer",
    "correction customer.email",
    "objection marketing",
    "impact --rank",
    "retention calendar --as-of 2026-06-30",
    "retention explain customer.email",
    "coverage",
    "drift",
    "identity",
    "golden customer.email",
    "conflicts",
    "where saleor.account_user.email",
    "show customer.email",
    "list fields",
    "query SELECT+1",
    "policy explain --role marketer --purpose marketing.email --field customer.email",
    "policy matrix --role marketer",
    "quiz support_agent --answers 1",
)


@pytest.fixture(scope="module")
def faulty(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("faulty") / "catalog"
    shutil.copytree(example, copy, ignore=shutil.ignore_patterns("build", ".git"))
    file = copy / "fields/identity.yaml"
    text = file.read_text(encoding="utf-8")
    first = text.index("    category: ")
    file.write_text(text[:first] + "    clasification: restricted\n" + text[first:], encoding="utf-8")
    return copy


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_said_once_on_standard_error(command: str, faulty: Path, run: Run) -> None:
    words = [word.replace("+", " ") for word in command.split()]
    done = run(*words, "--catalog", str(faulty))
    assert done.stderr.count("in how it is written") == 1, done.stderr
    assert WARNING in done.stderr and "run `amanat check`" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("what", ["inventory", "ropa", "notice", "retention", "odcs saleor", "dcat"])
def test_an_export_says_it_too_and_fails(what: str, faulty: Path, run: Run) -> None:
    done = run("export", *what.split(), "--catalog", str(faulty))
    assert done.returncode == 1
    assert done.stderr.count("warning: ") == 1
    assert "may be missing" in done.stderr or "in how it is written" in done.stderr


def test_of_a_whole_catalog_nothing_is_said(example: Path, run: Run) -> None:
    assert run("benefit", "--catalog", str(example)).stderr == ""
