"""`amanat rename` from the outside: what changes, what stays, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from amanat.lint.engine import lint
from amanat.load import Loaded, load_catalog
from amanat.load.measures import HEADER
from amanat.policy.matrix import cells
from amanat.rules import RULES
from tests.e2e.test_since import git
from tests.support import write_files

Run = Callable[..., "subprocess.CompletedProcess[str]"]
DAY = date(2026, 10, 20)
SHOP = """\
# crm answers for most
teams:
  crm: &crm {label: CRM, contact: crm@shop.example, lead: Head, deputy: Lead}
  "care":
    label: Care   # by telephone
    contact: care@shop.example
    lead: Head
    deputy: Lead
systems:
  crm:
    label: CRM
    owner: 'care'
    kind: crm
    country: DE
    customer_id: crm.people.id
roles:
  agent: {label: Agent, clearance: internal}
purposes:
  service:
    label: Service
    reason: Questions are answered
    basis: contract
    roles: {agent: [read]}
  service.phone:
    label: By telephone
    reason: Questions are answered by telephone
fields:
  person.name:
    label: Name
    definition: What the person is called
    category: contact.email
    owner: "care" # of course
    purposes: [ "service.phone" ]
    sources: {crm.people.name: }
denials:
  no_exports: {role: agent, field: person.*, reason: Nobody needs them}
expectations:
  seen: {allow: {role: [agent], purpose: service.*, action: read, field: person.name}}
discrepancies:
  spelled:
    field: person.name
    facet: length
    values: {crm.people.name: 3}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small shop in one file, with Windows line ends."""
    return write_files(tmp_path / "shop", {"shop.yaml": SHOP.replace("\n", "\r\n").encode()})


def lines(root: Path) -> list[str]:
    """The lines of the shop that differ from what they were, as they are now."""
    now = (root / "shop.yaml").read_bytes().decode()
    assert now.count("\n") == now.count("\r\n")
    before = set(SHOP.split("\n"))
    return [line for line in now.split("\r\n") if line not in before]


def _measured(root: Path, column: str = "people.name") -> str:
    file = root / "observed/crm.measures.csv"
    file.parent.mkdir(exist_ok=True)
    row = f"person.name,{column},complete,,2026-06-30,9,9,9,,99%,pass,"
    file.write_text(f"{','.join(HEADER)}\n{row}\n")
    return file.read_text()


def test_what_was_counted_stays_with_its_field_and_its_column(run: Run, root: Path) -> None:
    before = _measured(root)
    assert run("rename", "person.name", "person.called", cwd=root).returncode == 0
    after = (root / "observed/crm.measures.csv").read_text()
    assert after == before.replace("person.name,", "person.called,")
    assert run("rename", "source:crm.people.name", "crm.people.label", cwd=root).returncode == 0
    assert (root / "observed/crm.measures.csv").read_text() == after.replace("people.name", "people.label")
    assert run("rename", "system:crm", "relations", cwd=root).returncode == 0
    assert (root / "observed/relations.measures.csv").read_text() == after.replace(
        "people.name", "people.label"
    )
    assert not (root / "observed/crm.measures.csv").exists()


def test_a_column_that_is_referred_to_keeps_its_reference(run: Run, root: Path) -> None:
    file = root / "shop.yaml"
    more = b"crm.people.name: , crm.calls.who: {refers_to: people.name}}"
    file.write_bytes(file.read_bytes().replace(b"crm.people.name: }", more))
    assert run("rename", "source:crm.people.name", "crm.people.label", cwd=root).returncode == 0
    assert "crm.calls.who: {refers_to: people.label}" in file.read_text()


def test_a_team_by_its_kind_where_a_system_has_the_id_too(run: Run, root: Path) -> None:
    done = run("rename", "crm", "sales", cwd=root)
    assert done.returncode == 2
    assert "help: say which: `system:crm` or `team:crm`" in done.stderr
    done = run("rename", "team:crm", "sales", cwd=root)
    assert (done.returncode, done.stdout) == (0, "wrote shop.yaml\n"), done.stderr
    assert lines(root) == [
        "  sales: &crm {label: CRM, contact: crm@shop.example, lead: Head, deputy: Lead, renamed_from: crm}"
    ]


def test_a_selector_of_another_kind_is_none_of_this_one(run: Run, root: Path) -> None:
    """A team that is called as a role is: the role's denials stay the role's."""
    text = SHOP.replace(
        "systems:\n", "  agent: {label: A, contact: a@shop.example, lead: H, deputy: L}\nsystems:\n"
    )
    (root / "shop.yaml").write_bytes(text.encode())
    done = run("rename", "team:agent", "agents", cwd=root)
    assert done.returncode == 0, done.stderr
    assert "no_exports: {role: agent," in (root / "shop.yaml").read_text()
    done = run("rename", "denial:no_exports", "a_first", cwd=root)
    assert done.returncode == 0, done.stderr


def test_quotes_comments_and_spaces_stay(run: Run, root: Path) -> None:
    assert run("rename", "care", "contact_centre", cwd=root).returncode == 0
    assert lines(root) == [
        '  "contact_centre":',
        "    renamed_from: care",
        "    owner: 'contact_centre'",
        '    owner: "contact_centre" # of course',
    ]


def test_a_purpose_takes_those_below_it_along(run: Run, root: Path) -> None:
    assert run("rename", "service", "care_for", cwd=root).returncode == 0
    assert lines(root) == [
        "  care_for:",
        "    renamed_from: service",
        "  care_for.phone:",
        "    renamed_from: service.phone",
        '    purposes: [ "care_for.phone" ]',
        "  seen: {allow: {role: [agent], purpose: care_for.*, action: read, field: person.name}}",
    ]


def test_a_system_takes_its_sources_and_its_snapshot_along(run: Run, root: Path) -> None:
    header = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
    write_files(
        root,
        {
            "observed/crm.columns.csv": f"{header}people,id,uuid,,,,no,,,PK,\npeople,name,text,,,,no,,,,\n",
            "observed/crm.json": '{"version": 1, "system": "crm", "taken_on": "2026-10-01"}\n',
        },
    )
    shown = run("rename", "system:crm", "people_db", "--dry-run", cwd=root)
    assert shown.returncode == 0, shown.stderr
    assert (root / "observed/crm.columns.csv").exists() and lines(root) == []
    done = run("rename", "system:crm", "people_db", cwd=root)
    assert done.returncode == 0, done.stderr
    assert [line.strip() for line in lines(root)] == [
        "people_db:",
        "customer_id: people_db.people.id",
        "renamed_from: crm",
        "sources: {people_db.people.name: }",
        "values: {people_db.people.name: 3}",
    ]
    assert sorted(path.name for path in (root / "observed").iterdir()) == [
        "people_db.columns.csv",
        "people_db.json",
    ]
    assert '"system": "people_db"' in (root / "observed/people_db.json").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("person.nam", "x"), "there is no `person.nam`\n  help: did you mean `person.name`?"),
        (("agent", "Agent"), "`Agent` is not an id"),
        (("agent", "a.b"), "`a.b` is not an id"),
        (("team:crm", "care"), "there is a `care` already"),
        (("service.phone", "calls"), "`calls` would stand away from `service` and inherit otherwise"),
        (("person.name", "name"), "`person.*` in denial `no_exports` would no longer match `name`"),
        (("contact.email", "contact.mail"), "`contact.email` is built in"),
        (("stage:signup", "join"), "`signup` is built in"),
        (("crm.people.name", "people.name"), "`people.name` is not a source"),
    ],
)
def test_what_would_change_more_than_a_name_is_refused(
    run: Run, root: Path, words: tuple[str, str], told: str
) -> None:
    done = run("rename", *words, cwd=root)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {told}"), done.stderr
    assert lines(root) == []


def test_an_id_that_was_anothers_is_not_given_again(run: Run, root: Path) -> None:
    assert run("rename", "care", "help_desk", cwd=root).returncode == 0
    done = run("rename", "team:crm", "care", cwd=root)
    assert done.stderr.startswith("error: `care` was the id of `help_desk`, and ids are never reused")
    assert run("rename", "help_desk", "care", cwd=root).returncode == 0  # back again is no reuse


@pytest.mark.parametrize(("old", "new"), [("relationship", "while_customer"), ("marketing", "promo")])
def test_the_example_has_the_same_findings_and_the_same_access_under_the_new_name(
    run: Run, example: Path, tmp_path: Path, old: str, new: str
) -> None:
    root = tmp_path / "catalog"
    shutil.copytree(example, root, ignore=shutil.ignore_patterns("build"))
    done = run("rename", old, new, "--catalog", str(root))
    assert done.returncode == 0, done.stderr
    assert run("fmt", "--check", str(root)).returncode == 0
    before, after = load_catalog(example), load_catalog(root)

    def renamed(text: str) -> str:
        return re.sub(rf"(?<![\w.]){old}\b", new, text)

    def told(loaded: Loaded) -> Counter[tuple[str, str]]:
        return Counter((d.code, renamed(d.subject)) for d in lint(loaded, RULES, DAY))

    def access(loaded: Loaded) -> Counter[str]:
        shown = cells(loaded.catalog, DAY, action="read")
        return Counter(renamed(f"{c.role} {c.purpose} {c.field} {c.effect} {c.mask}") for c in shown)

    assert told(before) == told(after)
    assert access(before) == access(after)


def test_a_rename_is_neutral_and_brings_no_new_finding(run: Run, example: Path, tmp_path: Path) -> None:
    """Whatever refers to the entry says the new name too: the ledger, guards, masters, other fields."""
    root = shutil.copytree(example, tmp_path / "shop")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "before")
    renames = (
        *(("customer.email", "customer.mail"), ("system:saleor", "store"), ("purpose:orders", "purchases")),
        *(("team:crm", "relations_team"), ("role:marketer", "promoter"), ("retention:relationship", "bond")),
    )
    known = run("check", "--write-baseline", "known.json", cwd=root).stderr
    git(root, "add", "-A")
    git(root, "commit", "-qm", "known")
    for old, new in renames:
        done = run("rename", old, new, "--baseline", "known.json", cwd=root)
        assert done.returncode == 0, done.stderr
    done = run("check", "--baseline", "known.json", "--fail-on", "info", cwd=root)
    assert (done.returncode, done.stderr) == (0, ""), "nothing is new, and the baseline is no smaller"
    assert known.startswith(f"wrote {done.stdout.rpartition('(')[2].split()[0]} findings ")
    data = json.loads(run("diff", "-f", "json", cwd=root).stdout)
    told = {(change["class"], change["id"]) for change in data["changes"]}
    below = ("purchases.delivery", "purchases.payment")
    assert told == {("renamed", one) for one in (*(new for _, new in renames), *below)}
    assert data["summary"]["widening"] == 0
    (mail,) = (change for change in data["changes"] if change["id"] == "customer.mail")
    assert (mail["before"], mail["after"], mail["cells"]) == ("customer.email", "customer.mail", [])
    done = run("check", "--since", "HEAD", "--fail-on", "info", cwd=root)
    assert (done.returncode, "0 resolved" in done.stdout) == (0, True)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "renamed")
    (entry,) = json.loads(run("log", "customer.mail", "-f", "json", cwd=root).stdout)["entries"]
    (newest, *_) = entry["commits"]
    assert {(one["class"], one["level"]) for one in newest["changes"]} == {("renamed", "neutral")}


def test_a_baseline_that_cannot_be_read_is_told_before_anything_is_renamed(run: Run, tmp_path: Path) -> None:
    root = write_files(tmp_path / "shop", {"shop.yaml": SHOP, "known.json": "{"})
    done = run("rename", "person.name", "person.full_name", "--baseline", "known.json", cwd=root)
    assert (done.returncode, "is not whole JSON" in done.stderr) == (2, True)
    assert (root / "shop.yaml").read_text() == SHOP


def test_a_rename_with_an_edit_tells_the_edit_alone(run: Run, tmp_path: Path) -> None:
    root = write_files(tmp_path / "shop", {"shop.yaml": SHOP})
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "before")
    run("rename", "person.name", "person.full_name", cwd=root)
    text = (root / "shop.yaml").read_text()
    (root / "shop.yaml").write_text(text.replace("What the person is called", "What a person is called"))
    data = json.loads(run("diff", "-f", "json", cwd=root).stdout)
    assert [(change["class"], change["id"]) for change in data["changes"]] == [
        ("definition-changed", "person.full_name"),
        ("renamed", "person.full_name"),
    ]
