"""`amanat conflicts --accept` from the outside: what is written, what is refused, what stays as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import write_files
from tests.unit.conflicts.samples import ORGANISATION

Run = Callable[..., "subprocess.CompletedProcess[str]"]
FILLED = (
    *("--reason", "No customer has a longer one", "--approved-by", "privacy_office"),
    *("--approved-on", "2026-01-15", "--expires", "2027-01-15"),
)
FIELDS = """\
fields:
  customer.thing:
    label: Thing
    definition: What is held about the customer and nobody else
    category: preference
    owner: sales
    subject: customer
    classification: internal
    retention: three_years
    purposes: [orders]
    master: shop.accounts.thing
    sources: {shop.accounts.thing: {length: 254, unique: true}, crm.contacts.thing: {length: 191, unique: false}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalog with two conflicts, `length` and `unique`, and no ledger."""
    assert "privacy_office" in ORGANISATION
    return write_files(tmp_path / "shop", {"organisation.yaml": ORGANISATION, "fields.yaml": FIELDS})


def status(run: Run, root: Path, facet: str, day: str = "2026-06-01") -> str:
    """The status of a conflict of the field."""
    import json

    shown = run("conflicts", "-C", str(root), "--facet", facet, "-f", "json", "--as-of", day)
    return str(json.loads(shown.stdout)["conflicts"][0]["status"])


def test_an_entry_that_is_not_filled_in_accepts_nothing_and_check_says_where(run: Run, root: Path) -> None:
    done = run("conflicts", "--accept", "customer.thing/length", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "wrote `customer_thing_length` to discrepancies/customer.yaml:2\n"
        "not accepted yet, still to be filled in:\n"
        "  discrepancies/customer.yaml:9 reason\n"
        "  discrepancies/customer.yaml:10 approved_by\n"
        "  discrepancies/customer.yaml:11 approved_on\n"
        "  discrepancies/customer.yaml:12 expires\n"
    )
    assert (root / "discrepancies/customer.yaml").read_text() == (
        "discrepancies:\n"
        "  customer_thing_length:\n"
        "    field: customer.thing\n"
        "    facet: length\n"
        "    values:\n"
        "      crm.contacts.thing: 191\n"
        "      shop.accounts.thing: 254\n"
        "    decision: accepted\n"
        "    reason:  # why it does no harm\n"
        "    approved_by:  # another team than sales\n"
        "    approved_on:  # the day of approval\n"
        "    expires:  # at most a year after approved_on\n"
    )
    assert status(run, root, "length") == "open"
    checked = run("check", cwd=root)
    assert checked.returncode == 1
    for line in (9, 10, 11, 12):
        assert f"discrepancies/customer.yaml:{line}:" in checked.stdout


def test_a_filled_in_entry_is_in_force_and_the_next_one_joins_it(run: Run, root: Path) -> None:
    done = run("conflicts", "-C", str(root), "--accept", "customer.thing/length", *FILLED)
    assert done.stdout == (
        "wrote `customer_thing_length` to shop/discrepancies/customer.yaml:2\n"
        "`customer.thing/length` is accepted until 2027-01-15\n"
    )
    assert status(run, root, "length") == "accepted"
    os.rename(root / "discrepancies/customer.yaml", root / "decisions.yml")
    assert run("conflicts", "-C", str(root), "--accept", "customer.thing/unique", *FILLED).returncode == 0
    assert "customer_thing_unique:" in (root / "decisions.yml").read_text()
    assert not (root / "discrepancies/customer.yaml").exists()
    assert "CF13" not in run("check", "-C", str(root), "--as-of", "2026-06-01").stdout


def test_windows_lines_comments_and_permissions_stay(run: Run, root: Path) -> None:
    ledger = root / "ledger.yaml"
    before = (
        b"# ours\r\ndiscrepancies:\r\n    x_unique:   # kept\r\n        field: 'customer.thing'\r\n"
        b"        facet: unique\r\n        values: {shop.accounts.thing: true, crm.contacts.thing: false}\r\n"
        b"        decision: fixing\r\n        # end of x\r\n\r\ndefaults: {owner: sales}"
    )
    ledger.write_bytes(before)
    ledger.chmod(0o664)
    assert run("conflicts", "-C", str(root), "--accept", "customer.thing/length").returncode == 0
    after = ledger.read_bytes()
    at = before.index(b"\r\ndefaults")
    assert after[:at] == before[:at]
    assert after.endswith(before[at:])
    added = after[at : len(after) - len(before) + at]
    assert added.startswith(b"    customer_thing_length:\r\n        field: customer.thing\r\n")
    assert added.count(b"\n") == added.count(b"\r\n") == 11
    assert ledger.stat().st_mode & 0o777 == 0o664
    assert not [one for one in root.iterdir() if one.name.startswith(".")]


def test_a_reopened_entry_gets_its_new_values_in_place(run: Run, root: Path) -> None:
    run("conflicts", "-C", str(root), "--accept", "customer.thing/length", *FILLED)
    ledger = root / "discrepancies/customer.yaml"
    noted = ledger.read_text().replace("thing: 191\n", "thing: 191  # the old CRM\n").replace("254", '"254"')
    ledger.write_text(noted)
    (root / "fields.yaml").write_text(FIELDS.replace("length: 191", "length: 100"))
    assert status(run, root, "length") == "reopened"
    done = run("conflicts", "-C", str(root), "--accept", "customer.thing/length", "--as-of", "2026-06-01")
    assert done.stdout == (
        "wrote the new values of `customer_thing_length` at shop/discrepancies/customer.yaml:2\n"
        "  `crm.contacts.thing` was `191` and is `100`\n"
        "reason, handling and approval stand as they were: see that they still hold\n"
    )
    assert ledger.read_text() == noted.replace("191", "100")
    assert status(run, root, "length") == "accepted"
    again = run("conflicts", "-C", str(root), "--accept", "customer.thing/length")
    assert again.returncode == 2
    assert "`customer_thing_length` (shop/discrepancies/customer.yaml:2) says accepted" in again.stderr
    late = run("conflicts", "-C", str(root), "--accept", "customer.thing/length", "--as-of", "2027-02-01")
    assert late.returncode == 2
    assert "are as they were; it expired on 2027-01-15" in late.stderr
    assert ledger.read_text() == noted.replace("191", "100")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("customer.thing/lenght",), "did you mean `customer.thing/length`?"),
        (("customer.thing",), "`customer.thing` is not FIELD/FACET"),
        (("customer.thing/length", "--approved-by", "sales"), "`sales`, which owns the field"),
        (("customer.thing/length", "--approved-by", "privacee"), "did you mean `privacy_office`?"),
        (("customer.thing/length", "--reason", " "), "gives no reason"),
        (("customer.thing/length", "--approved-on", "soon"), "`soon` is not a date"),
        (("customer.thing/length", "--approved-on", "20260115"), "`20260115` is not a date"),
        (("customer.thing/length", "--approved-on", "2026-01-01", "--expires", "2027-01-02"), "over a year"),
        (("customer.thing/length", "--approved-on", "2026-01-02", "--expires", "2026-01-01"), "before it is"),
        (("customer.thing/length", "--as-of", "2026-02-01", "--expires", "2026-01-01"), "before the day"),
        (("customer.thing/length", "--file", "../x.yaml"), "outside the catalog"),
        (("customer.thing/length", "--file", "amanat.yaml"), "holds no entries"),
        (("customer.thing/length", "--file", "observed/x.yaml"), "holds no entries"),
        (("customer.thing/length", "--file", "build/x.yaml"), "holds no entries"),
        (("customer.thing/length", "--file", "x.json"), "holds no entries"),
        (("customer.thing/length", "--file", ".x.yaml"), "holds no entries"),
        (("customer.thing/length", "--format", "json"), "takes no filters"),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_nothing_is_written(
    run: Run, root: Path, options: tuple[str, ...], told: str
) -> None:
    before = sorted(root.rglob("*"))
    done = run("conflicts", "--accept", *options, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in " ".join(done.stderr.split())
    assert sorted(root.rglob("*")) == before
    assert not (root.parent / "x.yaml").exists()


def test_details_without_accept_are_refused(run: Run, root: Path) -> None:
    done = run("conflicts", "--reason", "so", cwd=root)
    assert done.returncode == 2
    assert "--accept FIELD/FACET" in done.stderr


def test_a_catalog_that_cannot_be_read_whole_gets_no_entry(run: Run, root: Path) -> None:
    (root / "ledger.yaml").write_text("discrepancies: [\n")
    done = run("conflicts", "--accept", "customer.thing/length", cwd=root)
    assert done.returncode == 2
    assert "`ledger.yaml` cannot be read" in done.stderr
    assert not (root / "discrepancies").exists()


def test_a_file_that_cannot_take_it_is_left_alone_and_the_entry_shown(run: Run, root: Path) -> None:
    (root / "flow.yaml").write_text("{x_note: 1}\n")
    done = run("conflicts", "--accept", "customer.thing/length", "--file", "flow.yaml", cwd=root)
    assert done.returncode == 2
    assert "not written: `" in done.stderr
    assert "customer_thing_length:\n" in done.stderr
    assert (root / "flow.yaml").read_text() == "{x_note: 1}\n"


def test_an_entry_for_what_no_longer_differs_is_named(run: Run, root: Path) -> None:
    run("conflicts", "-C", str(root), "--accept", "customer.thing/length", *FILLED)
    (root / "fields.yaml").write_text(FIELDS.replace("length: 191", "length: 254"))
    done = run("conflicts", "--accept", "customer.thing/length", cwd=root)
    assert done.returncode == 2
    assert "`customer_thing_length` (discrepancies/customer.yaml:2) decides about none" in done.stderr


def test_the_example_takes_every_open_conflict_of_a_field(run: Run, example: Path, tmp_path: Path) -> None:
    root = tmp_path / "example"
    shutil.copytree(example, root, ignore=shutil.ignore_patterns("build"))
    before = (root / "discrepancies/identity.yaml").read_bytes()
    details = (*("--reason", "Nobody is harmed: «گذرا»", "--approved-by", "privacy_office"), *FILLED[4:])
    for facet in ("length", "empty"):
        done = run("conflicts", "-C", str(root), "--accept", f"customer.phone/{facet}", *details)
        assert (done.returncode, done.stderr) == (0, "")
    after = (root / "discrepancies/identity.yaml").read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n\n  ") == before.count(b"\n\n  ") + 2
    for facet in ("length", "empty"):
        shown = run(
            "conflicts",
            "-C",
            str(root),
            "--field",
            "customer.phone",
            "--facet",
            facet,
            "--as-of",
            "2026-11-01",
        )
        assert "(accepted)" in shown.stdout
    assert "CF13" not in run("check", "-C", str(root), "--as-of", "2026-11-01").stdout


def test_what_another_conflict_explains_is_accepted_with_that(run: Run, tmp_path: Path) -> None:
    told_apart = FIELDS.replace("length: 191", "length: 36, format: uuid").replace(
        "254", "254, format: free_text"
    )
    root = write_files(tmp_path / "cat", {"organisation.yaml": ORGANISATION, "fields.yaml": told_apart})
    done = run("conflicts", "--accept", "customer.thing/length", cwd=root)
    assert done.returncode == 2
    assert "`customer.thing/length` is explained by `customer.thing/format`" in done.stderr
    assert "amanat conflicts --accept customer.thing/format" in done.stderr
