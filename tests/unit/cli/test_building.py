"""Which pages a build makes again: those of fields that rest on something else than when they were made."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from amanat.cli.building import Generated, finish, generated
from amanat.cli.output import MANIFEST
from amanat.cli.session import judge
from amanat.rules.base import base_files
from tests.support import write_files

MORE = """\
defaults: {subject: customer, owner: sales, retention: account, purposes: [orders]}
fields:
  customer.email:
    label: E-mail address
    definition: Address to which the customer lets us write.
    category: contact.email
    classification: confidential
    sources:
      shop.customers.email:
  customer.domain:
    label: Domain
    definition: What stands behind the sign of an address.
    category: contact.email
    classification: confidential
    origin: inferred
    derived_from: [customer.email]
    logic: What stands behind the sign.
  customer.country_guess:
    label: Country by domain
    definition: Country that the end of the domain stands for.
    category: contact.email
    classification: confidential
    origin: inferred
    derived_from: [customer.domain]
    logic: The last two letters.
  customer.reach:
    label: Share that can be written to
    definition: Share of customers with an address.
    category: contact.email
    classification: internal
    kind: metric
    narrative: customer.note
  customer.note:
    label: Note
    definition: What the agent wrote of the customer.
    category: message.content
    classification: confidential
    sources:
      crm.contacts.note:
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalog of three fields that was built."""
    root = write_files(tmp_path / "catalog", {**base_files(), "more.yaml": MORE})
    assert build(root).site.pages
    return root


def build(root: Path, anew: bool = False) -> Generated:
    judged = judge(root, None)
    made = generated(judged, root / "build", anew)
    assert finish(judged, root / "build", made, check=False, force=False, quiet=True) == 0
    return made


def made_again(root: Path) -> list[str]:
    """The fields whose pages were made again; all files are what they would be if all were made."""
    found = build(root)
    fresh = generated(judge(root, None), root / "build", anew=True)
    assert found.files == fresh.files
    assert found.site.groups == fresh.site.groups
    manifest = json.loads((root / "build" / MANIFEST).read_text())["files"]
    assert manifest == {name: hashlib.sha256(content).hexdigest() for name, content in found.files.items()}
    return [
        group or "terse"
        for group, pages in found.site.groups.items()
        if not set(pages).isdisjoint(found.site.pages)
    ]


def edit(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / file).read_text()
        assert old in text
        (root / file).write_text(text.replace(old, new))

    return change


FIELDS = ["country_guess", "domain", "email", "id", "note", "reach"]
ALL = [*(f"customer.{name}" for name in FIELDS), "terse"]


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (edit("base.yaml", "Number by which every", "Number by which each"), ["id"]),
        (edit("more.yaml", "behind the sign of an", "after the sign of an"), ["country_guess", "domain", "email"]),
        # Two steps from the address, whose correction has to reach it; and what a figure is told with.
        (edit("more.yaml", "label: Country by", "label: Land by"), ["country_guess", "domain", "email", "terse"]),
        (edit("more.yaml", "label: Note", "label: Remark"), ["note", "reach", "terse"]),
        (edit("more.yaml", "[customer.email]", "[customer.id]"), ["country_guess", "domain", "email", "id", "terse"]),
        # A finding more: the number stands around every page, and is put there without making them again.
        (edit("base.yaml", "    owner: sales\n    classification: internal\n", ""), ["id", "terse"]),
        (edit("more.yaml", "      shop.customers.email:\n", "      shop.customers.id:\n"), ["domain", "email", "id", "terse"]),
        (edit("more.yaml", "What the agent wrote of the customer.", "Share of customers with an address."), ["note", "reach", "terse"]),
        # Nothing leads to the contact centre any more, where the note is corrected.
        (edit("base.yaml", "      crm.contacts.customer_no:\n", ""), None),
        (edit("more.yaml", "  customer.note:\n", "  customer.new: {label: New, definition: A thing., category: message.content, subject: customer, owner: sales, retention: account, purposes: [orders], status: planned}\n  customer.note:\n"), ["new", "note", "reach", "terse"]),
        (edit("base.yaml", "Head of sales", "Head"), None),
        (lambda root: None, []),
    ],
    ids=[
        "definition", "of what is derived", "two steps", "narrative", "lineage", "finding", "finding of another", "the same sentence", "way", "field",
        "team", "nothing",
    ],
)  # fmt: skip
def test_pages_are_made_again_where_they_rest_on_something_else(
    root: Path, change: Callable[[Path], None], again: list[str] | None
) -> None:
    """`again` are the fields, and terse pages; None: all."""
    change(root)
    made = [name.removeprefix("customer.") for name in sorted(made_again(root))]
    assert made == ([*FIELDS, "terse"] if again is None else again)


def test_a_page_that_is_gone_or_cut_short_comes_back(root: Path) -> None:
    page = root / "build/site/en/fields/customer.id.html"
    page.unlink()
    assert made_again(root) == ["customer.id"]
    assert page.exists()


def test_what_the_cache_says_of_other_pages_is_not_believed(root: Path) -> None:
    """The page was written by somebody else: it is made again, and then found to differ."""
    from amanat.errors import UsageError

    (root / "build/site/en/fields/customer.id.html").write_text("mine")
    judged = judge(root, None)
    made = generated(judged, root / "build")
    assert "site/en/fields/customer.id.html".removeprefix("site/") in made.site.pages
    with pytest.raises(UsageError, match=r"customer\.id\.html"):
        finish(judged, root / "build", made, check=False, force=False, quiet=True)


def test_without_a_cache_everything_is_made(root: Path) -> None:
    from amanat.cli.caching import WITHOUT

    token = WITHOUT.set(True)
    try:
        assert sorted(made_again(root)) == ALL
    finally:
        WITHOUT.reset(token)


def test_a_commit_makes_the_pages_again_whose_history_it_adds_to(root: Path) -> None:
    def git(*words: str) -> None:
        day = "2026-01-01T00:00:00Z"
        environment = {**os.environ, "GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
        identity = ("-c", "user.name=t", "-c", "user.email=t@shop.example")
        subprocess.run(["git", *identity, *words], cwd=root, check=True, env=environment, capture_output=True)

    (root / ".gitignore").write_text("build\n")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    assert len(made_again(root)) == len(FIELDS) + 1
    edit("more.yaml", "What the agent wrote", "What an agent wrote")(root)
    assert made_again(root) == ["customer.note", "customer.reach"]
    git("commit", "-qam", "two")
    assert made_again(root) == ["terse", "customer.note"]
    assert "What an agent wrote" in (root / "build/site/en/fields/customer.note.html").read_text()
    assert made_again(root) == []
