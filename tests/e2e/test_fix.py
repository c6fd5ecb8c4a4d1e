"""`amanat check --fix` from the outside: what it repairs, what it only suggests, what it leaves."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from amanat.rules.base import base_files
from tests.support import write_files

Run = Callable[..., "subprocess.CompletedProcess[str]"]
TEAMS = """\
# who answers
teams:
  wholesale:
    label: NO # of all things
    contact: wholesale@shop.example
    lead: Head
    deputy: Lead
    deputty: Lead
systems:
  depot:
    label: Depot
    kind: warehouse
    owner: wholesail
    country: DE
    customer_id: {none: It knows parcels only}
    security: [encryption_at_rest, access_log, encryption_at_rest]
    erase: {method: Rows are deleted, backups: P30D}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The base catalog with faults in a file of its own."""
    files: dict[str, str | bytes] = {**base_files(), "depot.yaml": TEAMS.replace("\n", "\r\n").encode()}
    return write_files(tmp_path / "shop", files)


def codes(run: Run, root: Path) -> list[str]:
    """The codes that are found in the file."""
    shown = json.loads(run("check", "-f", "json", "--as-of", "2026-06-01", cwd=root).stdout)
    return [d["code"] for d in shown["diagnostics"] if d["file"] == "depot.yaml"]


def text(root: Path) -> str:
    """The file, whose line ends are still those of Windows."""
    content = (root / "depot.yaml").read_bytes().decode()
    assert content.count("\n") == content.count("\r\n")
    return content.replace("\r\n", "\n")


def test_safe_repairs_change_what_they_have_to_and_the_rest_is_reported(run: Run, root: Path) -> None:
    assert {"LD104", "SC101", "SC102", "ID101"} <= set(codes(run, root))
    done = run("check", "--fix", "--as-of", "2026-06-01", cwd=root)
    assert done.returncode == 1  # what is only suggested is still there
    assert "fixed depot.yaml:4: [LD104 surprising-scalar]" in done.stderr
    assert "note: suggested fixes: 1" in done.stderr
    assert "ID101" in done.stdout and "LD104" not in done.stdout
    assert text(root) == TEAMS.replace("label: NO #", 'label: "NO" #').replace(
        ", access_log, encryption_at_rest]", ", access_log]"
    )


def test_suggested_repairs_are_shown_as_a_patch_and_made_when_asked_for(run: Run, root: Path) -> None:
    shown = run("check", "--fix", "--suggested", "--diff", "--as-of", "2026-06-01", cwd=root)
    assert "would fix depot.yaml:4: [LD104 surprising-scalar]" in shown.stderr
    assert shown.returncode == 1
    assert "-    owner: wholesail\n+    owner: wholesale\n" in shown.stdout.replace("\r", "")
    assert text(root) == TEAMS
    done = run("check", "--fix", "--suggested", "--as-of", "2026-06-01", cwd=root)
    assert "owner: wholesale\n" in text(root), done.stderr
    assert not {"LD104", "ID101"} & set(codes(run, root))


def test_a_suggestion_that_would_repeat_a_key_is_not_made(run: Run, root: Path) -> None:
    run("check", "--fix", "--suggested", "--as-of", "2026-06-01", cwd=root)
    assert "    deputy: Lead\n    deputty: Lead\n" in text(root)


def test_a_moot_suppression_goes_with_its_comment(run: Run, tmp_path: Path) -> None:
    suppressed = """\
rules:
  ignore:
    # The depot is closed next year.
    - rule: missing-owner
      subject: depot
      reason: It closes
      by: privacy_office
      expires: 2027-01-31
"""
    files = dict(base_files())
    files["amanat.yaml"] = files["amanat.yaml"].split("rules:")[0] + suppressed
    root = write_files(tmp_path / "shop", files)
    run("check", "--fix", "--as-of", "2026-06-01", cwd=root)
    assert (root / "amanat.yaml").read_text() == files["amanat.yaml"]  # only suggested
    run("check", "--fix", "--suggested", "--as-of", "2026-06-01", cwd=root)
    left = (root / "amanat.yaml").read_text()
    assert "ignore" not in left and "closed" not in left


def test_a_clean_catalog_is_not_touched(run: Run, small: Path) -> None:
    before = {path: path.read_bytes() for path in small.iterdir()}
    done = run("check", "--fix", "--suggested", cwd=small)
    assert "fixed" not in done.stderr
    assert {path: path.read_bytes() for path in small.iterdir()} == before


def test_options_that_belong_to_fix(run: Run, small: Path) -> None:
    assert run("check", "--diff", cwd=small).returncode == 2


PERSIAN = """\
# كسي اين را نمي‌خواند: an Arabic keyboard in a comment stays
subjects:
  caller:
    label: {en: Caller, fa: "تماس‌گيرنده"} # ك
    definition:
      en: Who calls us
      fa: |  # ي in a comment
        كسی که تماس می‌گیرد،
        با ٥ شماره
  visitor:
    label: {en: Visitor, fa: 'بازديدكننده'}
    definition: {en: Who looks, fa: كسی که
      نگاه می‌کند}
  guest:
    label: {en: Guest, fa: "\\u0643سی"}
    definition: {en: Who eats, fa: مهمان، با ي تنها}
"""
FOLDED = (
    PERSIAN.replace("تماس‌گيرنده", "تماس‌گیرنده")
    .replace("بازديدكننده", "بازدیدکننده")
    .replace("كسی که", "کسی که")
    .replace("با ٥", "با ۵")
)


def test_persian_letters_are_folded_and_comments_quotes_and_escapes_stay(run: Run, tmp_path: Path) -> None:
    """What is written as an escape is told and left to a person."""
    root = write_files(tmp_path / "shop", {**base_files(), "depot.yaml": PERSIAN.encode()})
    settings = (root / "amanat.yaml").read_text(encoding="utf-8")
    settings = settings.replace("languages: [en]", "languages: [en, fa]")
    (root / "amanat.yaml").write_text(settings, encoding="utf-8")
    assert codes(run, root).count("TX102") == 5
    done = run("check", "--fix", "--as-of", "2026-06-01", cwd=root)
    assert (root / "depot.yaml").read_text(encoding="utf-8") == FOLDED, done.stderr
    assert done.stderr.count("TX102 unfolded-persian") == 4
    assert codes(run, root).count("TX102") == 1


def test_a_byte_order_mark_goes_and_nothing_else(run: Run, tmp_path: Path) -> None:
    (name,) = (name for name in base_files() if name != "amanat.yaml")
    written = base_files()[name].encode()
    root = write_files(tmp_path / "shop", {**base_files(), name: b"\xef\xbb\xbf" + written})
    found = json.loads(run("check", "-f", "json", "--as-of", "2026-06-01", cwd=root).stdout)
    assert [one["code"] for one in found["diagnostics"]] == ["LD101"]
    done = run("check", "--fix", "--as-of", "2026-06-01", cwd=root)
    assert done.returncode == 0, done.stdout
    assert f"fixed {name}:1: [LD101 " in done.stderr
    assert (root / name).read_bytes() == written


LEDGER = """\
# what was decided
discrepancies:
  # About the length of addresses.
  email_length:
    field: customer.email
    facet: length
    values: {shop.customers.email: 254, crm.contacts.email: 191}
    decision: accepted
    reason: No address of a customer is longer than 100 characters.
    approved_by: privacy_office
    approved_on: 2026-01-15
    expires: 2026-12-31
  email_null: # may be empty in one
    field: customer.email
    facet: nullable
    values: {shop.customers.email: false, crm.contacts.email: true}
    decision: accepted
    reason: The CRM also has people without an address.
    approved_by: privacy_office
    approved_on: 2026-01-15
    expires: 2026-12-31
"""
MAIL = """\
fields:
  customer.email:
    label: E-mail
    definition: Where to write.
    category: contact.email
    subject: customer
    owner: sales
    classification: internal
    retention: account
    purposes: [orders]
    master: shop.customers.email
    sources:
      shop.customers.email: {length: 191, nullable: false}
      crm.contacts.email: {length: 191, nullable: true} # the same length by now
"""


def test_a_decision_on_a_conflict_that_is_gone_goes_with_its_comment(run: Run, tmp_path: Path) -> None:
    root = write_files(tmp_path / "shop", {**base_files(), "mail.yaml": MAIL, "ledger.yaml": LEDGER})
    run("check", "--fix", "--as-of", "2026-06-01", cwd=root)
    assert (root / "ledger.yaml").read_text() == LEDGER  # only suggested
    done = run("check", "--fix", "--suggested", "--as-of", "2026-06-01", cwd=root)
    assert "fixed ledger.yaml:4: [CF132 moot-acceptance]" in done.stderr
    start, end = LEDGER.index("  # About the length"), LEDGER.index("  email_null")
    assert (root / "ledger.yaml").read_text() == LEDGER[:start] + LEDGER[end:]
    assert (root / "mail.yaml").read_text() == MAIL


def test_a_column_that_is_misspelt_gets_the_name_that_was_observed(run: Run, tmp_path: Path) -> None:
    seen = (
        "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
        "customers,closed_at,date,,,,yes,,,,\n"
        "customers,email,varchar,191,,,no,,,,\n"
        "customers,id,integer,,,,no,,,PK,\n"
    )
    wrong = MAIL.replace("shop.customers.email", "shop.customers.emial")
    files = {**base_files(), "mail.yaml": wrong, "observed/shop.columns.csv": seen}
    root = write_files(tmp_path / "shop", files)
    done = run("check", "--fix", "--as-of", "2026-06-01", cwd=root)
    assert "SR105 vanished-column" in done.stdout and (root / "mail.yaml").read_text() == wrong
    done = run("check", "--fix", "--suggested", "--as-of", "2026-06-01", cwd=root)
    assert "SR105" not in done.stdout and "[SR105 vanished-column]" in done.stderr
    assert (root / "mail.yaml").read_text() == MAIL
