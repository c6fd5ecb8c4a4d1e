"""`amanat conflicts` as people and programs use it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from amanat.cli import drawing
from amanat.cli.main import main
from amanat.conflicts import compare
from amanat.load import load_catalog
from tests.support import write_files
from tests.unit.conflicts.samples import ORGANISATION, snapshots

FIELDS = """\
fields:
  customer.email:
    label: E-mail address
    definition: Address at which the customer wants to be written to.
    category: contact.email
    owner: sales
    subject: customer
    classification: internal
    retention: three_years
    purposes: [orders]
    master: shop.accounts.email_address_of_the_person_who_signed_up
    sources:
      shop.accounts.email_address_of_the_person_who_signed_up: {format: email}
      crm.contacts.email: {format: free_text}
      erp.t.mail:
  customer.birth:
    label: Birth
    definition: Day of birth.
    category: demographic.birth_date
    owner: sales
    subject: customer
    classification: internal
    retention: three_years
    purposes: [orders]
    master: shop.accounts.born
    sources: {shop.accounts.born: {type: date}, crm.contacts.born: {type: text}}
"""
OBSERVED = {
    "shop.accounts.email_address_of_the_person_who_signed_up": "varchar(254)",
    "crm.contacts.email": "varchar(191)",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalog with an error, two warnings and no ledger."""
    return write_files(
        tmp_path,
        {
            "amanat.yaml": "catalog: {name: T, languages: [en], jurisdictions: [EU]}\n",
            "organisation.yaml": ORGANISATION,
            "fields.yaml": FIELDS,
            **snapshots(OBSERVED),
        },
    )


def run(monkeypatch: pytest.MonkeyPatch, root: Path, *options: str) -> int:
    """The exit code of `amanat conflicts` on the catalog."""
    monkeypatch.setattr("sys.argv", ["amanat", "conflicts", "-C", str(root), *options])
    return main()


def test_the_table_has_sources_side_by_side_and_marks_the_odd_one_out(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, root) == 1
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "\x1b" not in shown
    assert re.search(r"crm\.contacts\.email +! free_text +! 191", shown)
    assert "warning CF103 length: longer values are cut on their way to" in shown
    assert "  align: widen `crm.contacts.email` to `254`" in shown
    assert "3 conflicts: 1 error, 2 warnings; 0 accepted" in shown


def test_one_conflict_alone_shows_its_ledger_entry_on_whole_lines(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, root, "--field", "customer.email", "--facet", "length") == 0
    shown = capsys.readouterr().out
    assert "    discrepancies:\n      customer_email_length:\n" in shown
    values = "values: {crm.contacts.email: 191, shop.accounts.email_address_of_the_person_who_signed_up: 254}"
    assert f"        {values}\n" in shown


@pytest.mark.parametrize(
    ("options", "count", "code"),
    [
        ((), 3, 1),
        (("--fail-on", "never"), 3, 0),
        (("--field", "customer.email"), 2, 0),
        (("--field", "customer.email", "--fail-on", "warning"), 2, 1),
        (("--facet", "type", "--facet", "format"), 2, 1),
        (("--system", "erp"), 0, 0),
        (("--severity", "error"), 1, 1),
        (("--status", "accepted"), 0, 0),
    ],
)
def test_filters_choose_what_is_shown_and_what_fails(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    count: int,
    code: int,
) -> None:
    assert run(monkeypatch, root, "--format", "json", *options) == code
    assert len(json.loads(capsys.readouterr().out)["conflicts"]) == count


def test_a_file_gets_the_same_bytes_each_time(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("one.txt", "two.txt"):
        run(monkeypatch, root, "--output", str(tmp_path / name))
    assert (tmp_path / "one.txt").read_bytes() == (tmp_path / "two.txt").read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        ("--field", "customer.gone"),
        ("--system", "mars"),
        ("--facet", "size"),
        ("--status", "done"),
        ("--as-of", "soon"),
    ],
)
def test_an_option_that_names_nothing_is_a_usage_error(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    assert run(monkeypatch, root, *options) == 2
    assert "error: " in capsys.readouterr().err


def test_a_catalog_that_agrees_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    root = write_files(tmp_path, {"organisation.yaml": ORGANISATION})
    assert run(monkeypatch, root) == 0
    assert "0 conflicts: none" in capsys.readouterr().out


def test_a_terminal_shows_what_a_person_can_read_and_says_what_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalog = load_catalog(Path(__file__).parents[3] / "catalog")
    report = compare(catalog.catalog, None)
    every = drawing.draw_conflicts(report.conflicts, report, catalog.catalog, plain=False)
    fields = len({conflict.field for conflict in report.conflicts})
    assert "not shown" not in every
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(drawing, "MOST_FIELDS", 2)
    monkeypatch.setenv("NO_COLOR", "1")
    shown = drawing.draw_conflicts(report.conflicts, report, catalog.catalog, plain=False)
    assert len(shown) < len(every) / 10
    assert f"{fields - 2} more fields not shown" in shown
    assert "--severity" in shown
    assert f"{len(report.conflicts)} conflicts" in shown
    assert "not shown" not in drawing.draw_conflicts(report.conflicts, report, catalog.catalog, plain=True)
