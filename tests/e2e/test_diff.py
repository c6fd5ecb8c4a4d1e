"""`amanat diff`: what a change means, told from the outside, with approvals, and as git's diff driver."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from amanat.schema import load_schema
from tests.e2e.conftest import Run
from tests.e2e.test_check_for_ci import git


@pytest.fixture
def repository(small: Path) -> Path:
    """A repository with the base catalog in `small/`, and who approves what."""
    root = small / "amanat.yaml"
    rules = "approvals: {widening: [owner, privacy_office], audience-wider: privacy_office}\n"
    root.write_text(root.read_text() + rules)
    git(small.parent, "init", "-q", "-b", "main")
    git(small.parent, "add", "-A")
    git(small.parent, "commit", "-qm", "one")
    return small.parent


def edit(small: Path, old: str, new: str) -> None:
    file = small / "base.yaml"
    text = file.read_text()
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new))


WIDER = ("roles: {agent: [read, update]}", "roles: {agent: [read, update, export]}")
LOWER = ("classification: internal", "classification: public")


def test_a_change_is_told_with_its_class_values_place_and_cells(
    run: Run, repository: Path, small: Path
) -> None:
    edit(small, *WIDER)
    done = run("diff", "-C", "small")
    assert (done.returncode, done.stderr) == (0, "")
    line = (small / "base.yaml").read_text().splitlines().index("    " + WIDER[1]) + 1
    commit = git(repository, "rev-parse", "HEAD")
    fingerprint = re.findall(r"\[(c[0-9a-f]{15})]", done.stdout)[0]
    assert done.stdout.splitlines() == [
        "widening (1)",
        f"  audience-wider  orders · roles.agent  (base.yaml:{line})",
        "    - read, update",
        "    + export, read, update",
        "    opens customer.id to agent for orders: export",
        f"    needs approval by privacy_office  [{fingerprint}]",
        f"1 widening from HEAD ({commit[:12]}) to the working tree",
    ]
    data = json.loads(run("diff", "-C", "small", "-f", "json").stdout)
    jsonschema.validate(data, load_schema("diff"))
    assert data["changes"][0]["fingerprint"] == fingerprint
    assert data["changes"][0]["after_place"] == {"file": "base.yaml", "line": line, "column": 5}
    assert (
        "| **audience-wider** | `orders` `roles.agent`<br>" in run("diff", "-C", "small", "-f", "md").stdout
    )
    assert "audience-wider</span>" in run("diff", "-C", "small", "-f", "html").stdout


def test_states_are_revisions_folders_and_folders_of_revisions(
    run: Run, repository: Path, small: Path
) -> None:
    edit(small, *WIDER)
    git(repository, "mv", "small", "moved")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    said = "1 widening from "
    assert said in run("diff", "HEAD~1:small", "HEAD:moved", "-C", "moved").stdout
    assert said in run("diff", "HEAD~1:small", "-C", "moved").stdout
    shutil.copytree(repository / "moved", repository / "copy")
    file = repository / "copy/base.yaml"
    file.write_text(file.read_text().replace(WIDER[1], WIDER[0]))
    assert said in run("diff", "copy", "moved").stdout
    assert "1 narrowing from moved to copy" in run("diff", "moved", "copy").stdout
    done = run("diff", "HEAD:nowhere", "-C", "moved")
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        "error: there was no catalog in `nowhere` at `HEAD`",
    )
    assert "there is no revision `nope`" in run("diff", "nope", "-C", "moved").stderr
    assert said in run("diff", "HEAD~1", "-C", "moved").stdout


def test_facets_and_sources_are_told_at_their_own_lines(run: Run, repository: Path, small: Path) -> None:
    column = "      crm.contacts.customer_no:\n"
    edit(small, column, "      crm.contacts.customer_no: {length: 9}\n      crm.contacts.other:\n")
    edit(small, "    master: shop.customers.id\n", "    master: shop.customers.id\n    length: 12\n")
    lines = (small / "base.yaml").read_text().splitlines()
    at = {line.split(":")[0].strip(): number for number, line in enumerate(lines, 1)}
    master = lines.index("    master: shop.customers.id") + 1
    told = run("diff", "-C", "small").stdout
    assert f"customer.id · facets.length  (base.yaml:{master + 1})\n" in told
    number = at["crm.contacts.customer_no"]
    assert f"customer.id · sources.crm.contacts.customer_no/length  (base.yaml:{number})\n" in told
    assert f"customer.id · sources  (base.yaml:{number + 1})\n" in told


def test_long_values_are_told_where_they_differ(run: Run, repository: Path, small: Path) -> None:
    """What comes before, and is cut, says nothing."""
    many = "one and the same word " * 20
    file = small / "base.yaml"
    text = file.read_text()
    file.write_text(text.replace("definition: ", f"definition: {many}", 1))
    git(repository, "commit", "-qam", "long")
    file.write_text(text.replace("definition: ", f"definition: {many}now ", 1))
    before, after = [
        line for line in run("diff", "-C", "small").stdout.splitlines() if line[4:6] in ("- ", "+ ")
    ]
    assert before.startswith("    - …")
    assert after.startswith("    + …")
    assert "same word now " in after


def test_moves_comments_and_order_are_silent(run: Run, repository: Path, small: Path) -> None:
    (small / "deep").mkdir()
    git(repository, "mv", "small/base.yaml", "small/deep/other.yaml")
    file = small / "deep/other.yaml"
    file.write_text("# moved\n\n" + file.read_text())
    done = run("diff", "-C", "small", "--fail-on", "any")
    assert done.returncode == 0
    assert done.stdout.startswith("no change in meaning from HEAD")


def approve(run: Run, fingerprint: str, *by: str) -> str:
    teams = [part for team in by for part in ("--by", team)]
    done = run(
        "diff",
        "-C",
        "small",
        "--approve",
        fingerprint,
        *teams,
        "--on",
        "2026-11-26",
        "--reason",
        'A "fair" one',
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def fingerprints(run: Run) -> dict[str, str]:
    data = json.loads(run("diff", "-C", "small", "-f", "json").stdout)
    return {change["class"]: change["fingerprint"] for change in data["changes"]}


def test_an_approval_lets_a_change_pass_and_dies_with_it(run: Run, repository: Path, small: Path) -> None:
    edit(small, *WIDER)
    check = ("diff", "-C", "small", "--fail-on", "widening")
    assert run(*check).returncode == 1
    (one,) = fingerprints(run).values()
    assert approve(run, one, "privacy_office") == f"wrote small/approvals/{one}.yaml\n"
    done = run(*check)
    assert done.returncode == 0
    assert "    approved by privacy_office\n" in done.stdout
    assert run("check", "small", "--fail-on", "warning").returncode == 0
    edit(small, WIDER[1], WIDER[1].replace("export", "share"))
    assert run(*check).returncode == 1, "another change than the one that was approved"
    edit(small, WIDER[1].replace("export", "share"), WIDER[1])
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    assert run("diff", "HEAD~1", "-C", "small", "--fail-on", "widening").returncode == 0
    edit(small, WIDER[1], WIDER[0])
    git(repository, "commit", "-qam", "three")
    edit(small, *WIDER)
    assert run(*check).returncode == 1, "the approval was spent"


def test_every_team_that_is_asked_has_to_approve(run: Run, repository: Path, small: Path) -> None:
    edit(small, *LOWER)
    (one,) = fingerprints(run).values()
    approve(run, one, "privacy_office")
    done = run("diff", "-C", "small", "--fail-on", "widening")
    assert done.returncode == 1
    assert "needs approval by sales" in done.stdout
    again = run(
        "diff", "-C", "small", "--approve", one, "--by", "sales", "--on", "2026-11-26", "--reason", "r"
    )
    assert again.returncode == 2
    assert "has an approval already" in again.stderr
    file = small / f"approvals/{one}.yaml"
    file.write_text(file.read_text().replace("[privacy_office]", "[privacy_office, sales]"))
    assert run("diff", "-C", "small", "--fail-on", "widening").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("--approve", "c000000000000000", "--by", "sales", "--on", "2026-01-01", "--reason", "r"),
            "no change has the fingerprint",
        ),
        (
            ("--approve", "{one}", "--by", "salse", "--on", "2026-01-01", "--reason", "r"),
            "there is no team `salse`",
        ),
        (("--approve", "{one}", "--by", "sales", "--on", "today", "--reason", "r"), "`today` is not a date"),
        (("--approve", "{one}", "--by", "sales"), "an approval needs who, when and why"),
        (("--by", "sales"), "go with `--approve`"),
        (("a", "b", "c"), "give one state or two"),
        (("--driver", "x", "y"), "seven arguments"),
        (("",), "is no state of a catalog"),
        (("HEAD..main",), "name both: amanat diff HEAD main"),
        (("HEAD...",), "name both: amanat diff HEAD HEAD"),
        (("./nowhere",), "there is no folder `./nowhere`"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    run: Run, repository: Path, small: Path, arguments: tuple[str, ...], says: str
) -> None:
    edit(small, *LOWER)
    (one,) = fingerprints(run).values()
    done = run("diff", "-C", "small", *(part.format(one=one) for part in arguments))
    assert done.returncode == 2
    assert says in done.stderr
    assert not (small / "approvals").exists()


def test_an_unknown_class_or_team_in_the_rules_of_approval_is_a_finding(run: Run, small: Path) -> None:
    root = small / "amanat.yaml"
    root.write_text(root.read_text() + "approvals: {widenning: [owner], mask-weaker: [nobody]}\n")
    done = run("check", "small")
    assert done.returncode == 1
    assert "amanat.yaml:10:13" in done.stdout
    assert "did you mean `widening`?" in done.stdout
    assert "there is no team `nobody`" in done.stdout


def test_a_file_that_cannot_be_read_is_told(run: Run, repository: Path, small: Path) -> None:
    (small / "base.yaml").write_text("teams: [\n")
    done = run("diff", "-C", "small")
    assert "warning: `base.yaml` cannot be read in the working tree" in done.stderr
    assert run("diff", "-C", "small", "--fail-on", "widening").returncode == 1, "nobody knows"
    assert run("diff", "-C", "small", "--fail-on", "never").returncode == 0
    assert (
        "`base.yaml` cannot be read, and may declare it" in run("show", "customer.id", "-C", "small").stderr
    )


def test_a_value_that_is_refused_is_told(run: Run, repository: Path, small: Path) -> None:
    """It counts as not said, which may look narrower than what was meant."""
    edit(small, "roles: {agent: [read, update]}", "roles: {agent: [read, read, update]}")
    done = run("diff", "-C", "small", "--fail-on", "widening")
    assert done.stderr == (
        "warning: the working tree has a fault in how it is written (first: SC102 in `base.yaml`): "
        "what is refused counts as not there; run `amanat check`\n"
    )
    git(repository, "commit", "--quiet", "--all", "--message", "twice")
    edit(small, "roles: {agent: [read, read, update]}", "roles: {agent: [read, update]}")
    assert "warning: HEAD (" in run("diff", "-C", "small").stderr


@pytest.fixture
def driven(repository: Path) -> Path:
    """The repository with the driver set up as the README says."""
    (repository / ".gitattributes").write_text("*.yaml diff=amanat\n")
    git(repository, "config", "diff.amanat.command", f"{sys.executable} -m amanat diff --driver")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "driver")
    return repository


def test_git_shows_meaning_with_the_driver(driven: Path, small: Path) -> None:
    edit(small, *WIDER)
    shown = git(driven, "diff")
    assert shown.startswith("amanat diff small/base.yaml\nwidening (1)\n  audience-wider  orders")
    assert git(small, "diff", "--relative") == shown.replace("small/base.yaml", "base.yaml", 1)
    git(driven, "mv", "small/base.yaml", "small/a b.yaml")
    git(driven, "add", "-A")
    head = "amanat diff small/base.yaml -> small/a b.yaml\nwidening (1)\n"
    assert git(driven, "diff", "--cached").startswith(head)
    git(driven, "commit", "-qm", "wider")
    assert head in git(driven, "show", "--ext-diff")
    assert head in git(driven, "log", "-p", "-1", "--ext-diff")


def test_the_driver_shows_text_where_it_cannot_tell_meaning(driven: Path, small: Path) -> None:
    """A pattern of `.gitattributes` catches files of others too, and their changes have to stay visible."""
    (driven / "other.yaml").write_text("a: 1\n")
    git(driven, "add", "-A")
    assert git(driven, "diff", "--cached", "--", "other.yaml").splitlines() == [
        "amanat diff other.yaml",
        "told as text: `other.yaml` is in no catalog",
        "--- /dev/null",
        "+++ b/other.yaml",
        "@@ -0,0 +1 @@",
        "+a: 1",
    ]
    (small / "base.yaml").write_text("teams: [\x1b")
    shown = git(driven, "diff")
    assert shown.startswith("amanat diff small/base.yaml\ntold as text: ")
    assert "\n+teams: [\\u001b\n\\ No newline at end of file" in shown
    (small / "base.yaml").write_bytes(b"a: \xff\n")
    assert git(driven, "diff").endswith("what it holds is no text")


def test_the_driver_tells_of_a_merge_that_is_not_resolved(driven: Path, small: Path) -> None:
    git(driven, "checkout", "-qb", "theirs")
    edit(small, *LOWER)
    git(driven, "commit", "-qam", "theirs")
    git(driven, "checkout", "-q", "main")
    edit(small, LOWER[0], "classification: secret")
    git(driven, "commit", "-qam", "ours")
    with pytest.raises(subprocess.CalledProcessError):
        git(driven, "merge", "-q", "theirs")
    said = "amanat diff small/base.yaml\na merge conflict is not resolved here"
    assert said in git(driven, "diff", "--cached")
    assert "told as text: " in git(driven, "diff", "HEAD")


def test_the_driver_tells_faults_only_of_the_side_that_has_them(driven: Path, small: Path) -> None:
    (small / "more.yaml").write_text("roles: {agent: {label: A}, other: {unknown: 1}}\n")
    edit(small, *LOWER)
    assert "counts as not there" not in git(driven, "diff", "--", "small/base.yaml")
    git(driven, "add", "-A")
    shown = git(driven, "diff", "--cached", "--", "small/more.yaml")
    assert "\nafter: " in shown
    assert "\nbefore: " not in shown
