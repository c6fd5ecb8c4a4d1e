"""`amanat log` and `amanat blame`, in real repositories: meanings, commits and people, and what git cannot say."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from amanat.cli.remembering import blame_of, log_of
from amanat.errors import EnvironmentFault, UsageError
from amanat.report.history import BLAME, LOG, Blame
from amanat.schema import load_schema
from tests.unit.history.repositories import Repository

ROOT = """\
catalog:
  name: Test
  languages: [en]
  jurisdictions: [EU]
  defaults: {subject: customer}
"""
ORGANISATION = """\
teams:
  crm: {label: CRM, contact: crm@shop.example}
  privacy: {label: Privacy, contact: privacy@shop.example}
subjects:
  customer: {label: Customer, definition: Somebody who bought.}
classifications:
  open: {label: Open, definition: For all.}
  secret: {label: Secret, definition: For few.}
retention:
  short: {label: Short, keep: P1Y, from: end_of_relationship, then: delete}
purposes:
  orders: {label: Orders, reason: To deliver., basis: contract}
  marketing: {label: Marketing, reason: To sell., basis: consent}
systems:
  shop: {label: Shop, owner: crm, country: DE}
"""
FIELDS = """\
defaults:
  owner: crm
  classification: secret
fields:
  customer.email:
    label: E-mail
    definition: Where the customer is written to.
    category: contact.email
    retention: short
    purposes: [orders]
    sources:
      shop.users.email: {length: 254}
  customer.other:
    label: Other
    definition: Something else.
    category: contact.email
    retention: short
    purposes: [orders]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "shop")
    made.commit("first", amanat=ROOT, organisation=ORGANISATION, fields=FIELDS)
    return made


def _log(
    repository: Repository, identifier: str = "customer.email", **options: Any
) -> list[tuple[str, list[str]]]:
    (log,) = log_of(repository.root, identifier, **{"kind": None, "limit": 0, "since": None, **options})
    return [
        (
            moment.commit.subject if moment.commit else "not committed",
            [
                f"{told.change.change_class.name} {told.change.before} -> {told.change.after}"
                if told.change.attribute
                else told.change.change_class.name
                for told in moment.changes
            ],
        )
        for moment in log.moments
    ]


def _blame(repository: Repository, identifier: str = "customer.email") -> dict[str, tuple[str, str]]:
    (made,) = blame_of(repository.root, identifier, None)
    told = {}
    for row in made.rows:
        event = None if row.origin is None else row.origin.event
        by = "built in" if row.origin is None else "unknown"
        if event is not None:
            by = event.commit.subject if event.commit else "not committed"
        told[row.key] = (by, f"{row.file}:{row.line}")
    return told


def _change(repository: Repository, subject: str, *pairs: tuple[str, str], author: str = "Ada") -> str:
    path = repository.root / "fields.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return repository.commit(subject, author, amanat=ROOT, fields=text)


def test_a_history_is_told_in_meanings_newest_first(repository: Repository) -> None:
    _change(repository, "advertise", ("[orders]", "[orders, marketing]"))
    _change(repository, "another field", ("Something else.", "Something quite else."))
    _change(repository, "withdraw", ("[orders, marketing]", "[marketing]"))
    assert _log(repository) == [
        ("withdraw", ["purpose-removed orders -> None"]),
        ("advertise", ["purpose-added None -> marketing"]),
        ("first", ["field-added"]),
    ]
    assert [subject for subject, _ in _log(repository, limit=1)] == ["withdraw"]


def test_what_a_field_inherits_and_is_governed_by_belongs_to_its_history(repository: Repository) -> None:
    _change(repository, "lower the default", ("classification: secret", "classification: open"))
    longer = ORGANISATION.replace("P1Y", "P9Y")
    repository.commit("keep longer", amanat=ROOT, organisation=longer)
    assert _log(repository)[:2] == [
        ("keep longer", ["retention-longer P1Y -> P9Y"]),
        ("lower the default", ["class-lower secret -> open"]),
    ]


def test_defaults_of_another_file_do_not(repository: Repository) -> None:
    repository.commit("elsewhere", amanat=ROOT, more="defaults: {owner: privacy}\n")
    assert [subject for subject, _ in _log(repository)] == ["first"]


def test_an_entry_is_followed_between_files_and_through_a_rename_with_edits(repository: Repository) -> None:
    moved = FIELDS.replace("E-mail", "Mail")
    repository.commit("move", amanat=ROOT, fields=None, contact=moved)
    renamed = moved.replace("  customer.email:\n", "  customer.mail:\n    renamed_from: customer.email\n")
    renamed = renamed.replace("[orders]", "[orders, marketing]", 1)
    repository.commit("rename", amanat=ROOT, contact=renamed)
    assert _log(repository, "customer.mail") == [
        ("rename", ["purpose-added None -> marketing", "renamed"]),
        ("move", ["label-changed {'en': 'E-mail'} -> {'en': 'Mail'}"]),
        ("first", ["field-added"]),
    ]
    assert [subject for subject, _ in _log(repository, "customer.email")] == ["rename", "move", "first"]
    blamed = _blame(repository, "customer.mail")
    assert {key: by for key, (by, _) in blamed.items() if by != "built in"} == {
        "label.en": "move",
        "definition.en": "first",
        "category": "first",
        "owner": "first",
        "classification": "first",
        "retention": "first",
        "purposes": "rename",
        "subject": "first",
        "sources.shop.users.email.length": "first",
        "renamed_from": "rename",
    }
    assert blamed["owner"][1] == "contact.yaml:2"


def test_blame_follows_inherited_values_to_where_they_are_written(repository: Repository) -> None:
    _change(repository, "privacy owns it", ("owner: crm", "owner: privacy"))
    blamed = _blame(repository)
    assert blamed["owner"] == ("privacy owns it", "fields.yaml:2")
    assert blamed["classification"] == ("first", "fields.yaml:3")
    assert blamed["subject"] == ("first", "amanat.yaml:5")
    assert blamed["sources.shop.users.email.length"] == ("first", "fields.yaml:12")


def test_a_value_that_is_changed_and_changed_back_is_the_latest_commits(repository: Repository) -> None:
    _change(repository, "there", ("E-mail", "Mail"))
    _change(repository, "back", ("Mail", "E-mail"))
    assert _blame(repository)["label.en"][0] == "back"


def test_what_is_not_committed_is_said(repository: Repository) -> None:
    path = repository.root / "fields.yaml"
    path.write_text(FIELDS.replace("[orders]", "[orders, marketing]", 1), encoding="utf-8")
    assert _log(repository)[0] == ("not committed", ["purpose-added None -> marketing"])
    assert _blame(repository)["purposes"] == ("not committed", "fields.yaml:10")
    (blame,) = blame_of(repository.root, "customer.email", None)
    assert "not committed" in BLAME["text"]([blame])


def test_since_takes_a_revision_and_a_day(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    path = repository.root / "fields.yaml"
    path.write_text(FIELDS.replace("E-mail", "Mail"), encoding="utf-8")
    repository.commit("later", day="2026-02-02", amanat=ROOT)
    for since in (first, "2026-02-01"):
        assert [subject for subject, _ in _log(repository, since=since)] == ["later"]
    with pytest.raises(UsageError, match="neither a revision nor a day"):
        _log(repository, since="--all")


def test_an_entry_that_is_gone_still_has_a_history(repository: Repository) -> None:
    gone = FIELDS.split("  customer.other:", maxsplit=1)[0]
    repository.commit("remove", amanat=ROOT, fields=gone)
    assert _log(repository, "customer.other") == [("remove", ["field-removed"]), ("first", ["field-added"])]
    with pytest.raises(UsageError, match="nothing is declared as `customer.othr`"):
        _log(repository, "customer.othr")


def test_an_unreadable_version_is_said_and_nothing_is_made_up(repository: Repository) -> None:
    repository.commit("break", amanat=ROOT, fields="<<<<<<< ours\n" + FIELDS)
    repository.commit("mend", amanat=ROOT, fields=FIELDS.replace("E-mail", "Mail"))
    (log,) = log_of(repository.root, "customer.email", None, 0, None)
    assert [moment.readable for moment in log.moments] == [False, False, True]
    assert "cannot be read before or after" in LOG["text"]([log])
    repository.write(amanat=ROOT, fields="<<<<<<< ours\n" + FIELDS)
    (torn,) = log_of(repository.root, "customer.email", None, 1, None)
    assert [(moment.readable, moment.changes) for moment in torn.moments] == [(False, ())]
    with pytest.raises(UsageError) as refused:
        blame_of(repository.root, "customer.email", None)
    assert refused.value.hint == "`fields.yaml` cannot be read, and may declare it: amanat check"
    repository.write(amanat=ROOT, fields=FIELDS.replace("E-mail", "Mail"))
    (blame,) = blame_of(repository.root, "customer.email", None)
    label = next(row for row in blame.rows if row.key == "label.en")
    assert label.origin is not None and not label.origin.certain


def test_a_merge_is_told_only_for_what_it_decided_itself(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "side")
    _change(repository, "on the side", ("E-mail", "Mail"), author="Bahar")
    repository.git("checkout", "-q", "main")
    _change(repository, "on main", ("Something else.", "Something quite else."))
    repository.git("merge", "-q", "--no-edit", "side")
    assert [subject for subject, _ in _log(repository)] == ["on the side", "first"]
    assert _blame(repository)["label.en"][0] == "on the side"


def test_a_detached_head_is_told_as_it_stands(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    _change(repository, "second", ("E-mail", "Mail"))
    repository.git("checkout", "-q", first)
    assert [subject for subject, _ in _log(repository)] == ["first"]


def test_a_shallow_clone_says_that_its_history_is_cut(repository: Repository, tmp_path: Path) -> None:
    _change(repository, "second", ("Something else.", "Something quite else."))
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{repository.folder}", str(tmp_path / "cut")],
        check=True,
    )
    root = tmp_path / "cut" / "data"
    (log,) = log_of(root, "customer.email", None, 0, None)
    text = LOG["text"]([log])
    assert "was there in the oldest commit that the clone has" in text
    assert "history is cut at" in text and "git fetch --unshallow" in text
    (blame,) = blame_of(root, "customer.email", None)
    assert {row.origin.certain for row in blame.rows if row.origin} == {False}
    assert "^" in BLAME["text"]([blame]) and "history is cut at" in BLAME["text"]([blame])


def test_without_a_history_it_says_why_and_what_to_do(repository: Repository, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(repository.root, plain)
    with pytest.raises(EnvironmentFault, match="is not in a git repository"):
        blame_of(plain, "customer.email", None)
    subprocess.run(["git", "init", "-q", str(plain)], check=True)
    with pytest.raises(EnvironmentFault, match="nothing was committed"):
        log_of(plain, "customer.email", None, 0, None)
    (repository.folder / "other").mkdir()
    shutil.copytree(plain, repository.folder / "other" / "catalog", ignore=shutil.ignore_patterns(".git"))
    with pytest.raises(EnvironmentFault, match="no commit holds the catalog"):
        blame_of(repository.folder / "other" / "catalog", "customer.email", None)


@pytest.mark.parametrize("name", ["log", "blame"])
def test_json_keeps_its_contract_and_markdown_lets_no_text_be_markup(
    repository: Repository, name: str
) -> None:
    _change(repository, "evil | **subject**", ("label: E-mail", 'label: "<b>|x|</b>"'), author="A | <i>B")
    if name == "log":
        logs = log_of(repository.root, "customer.email", None, 0, None)
        written, markdown = LOG["json"](logs), LOG["md"](logs)
    else:
        blames: list[Blame] = blame_of(repository.root, "customer.email", None)
        written, markdown = BLAME["json"](blames), BLAME["md"](blames)
    document = json.loads(written)
    jsonschema.validate(document, load_schema(name))
    assert document["entries"][0]["id"] == "customer.email"
    assert "<b>" not in markdown.replace("`<b>", "") and "<i>" not in markdown
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    bars = {line.replace("\\|", "").count("|") for line in rows}
    assert len(bars) == 1


def test_a_clone_without_all_contents_says_so(repository: Repository, tmp_path: Path) -> None:
    _change(repository, "second", ("E-mail", "Mail"))
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = [
        "git",
        "clone",
        "-q",
        "--filter=blob:none",
        f"file://{repository.folder}",
        str(tmp_path / "part"),
    ]
    subprocess.run(clone, check=True)
    with pytest.raises(EnvironmentFault, match="does not have all files") as refused:
        blame_of(tmp_path / "part" / "data", "customer.email", None)
    assert "git fetch --refetch --no-filter" in (refused.value.hint or "")
