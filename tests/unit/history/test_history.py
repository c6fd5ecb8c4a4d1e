"""What git knows of an entry: told by id wherever it stands, and never more than git knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from amanat.history import ABSENT, Attribute, Event, History, State, What, history_of, is_committed
from amanat.text import Place
from tests.unit.history.repositories import EMAIL, Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "shop")


def _history(repository: Repository) -> History:
    return history_of(repository.root, "build")


def _told(events: tuple[Event, ...]) -> list[tuple[str, str]]:
    return [(event.commit.subject if event.commit else "", event.what.value) for event in events]


def _changes(event: Event) -> list[tuple[str, object, object]]:
    return [("/".join(change.path), change.old, change.new) for change in event.changes]


def test_who_changed_what_when_newest_first(repository: Repository) -> None:
    repository.commit("first", fields=EMAIL)
    changed = EMAIL.replace("E-mail\n", "E-mail address\n").replace("254}", "191, normal: lower}")
    identifier = repository.commit("second", "Bahar", "2026-02-03", fields=changed)
    latest, first = _history(repository).of("fields", "customer.email")
    assert latest.commit is not None
    assert tuple(latest.commit) == (identifier, "2026-02-03", "Bahar", "second")
    assert _changes(latest) == [
        ("label", "E-mail", "E-mail address"),
        ("sources/shop.users.email/length", 254, 191),
        ("sources/shop.users.email/normal", ABSENT, "lower"),
    ]
    assert (first.what, first.changes) == (What.CREATED, ())


def test_an_entry_that_moves_between_files_keeps_its_history(repository: Repository) -> None:
    repository.commit("first", fields=EMAIL)
    repository.commit("moved", fields="fields:\n  other: {label: Other}\n", contact=EMAIL)
    moved = EMAIL.replace("owner: crm", "owner: privacy")
    repository.commit("moved and changed", contact=None, people=moved)
    history = _history(repository)
    assert _told(history.of("fields", "customer.email")) == [
        ("moved and changed", "changed"),
        ("first", "created"),
    ]
    assert _told(history.of("fields", "other")) == [("moved", "created")]


def test_a_declared_rename_leads_to_the_history_under_the_earlier_id(repository: Repository) -> None:
    repository.commit("first", fields=EMAIL)
    repository.commit("renamed", fields=EMAIL.replace("customer.email", "customer.mail"))
    events = _history(repository).of("fields", "customer.mail", "customer.email", None)
    assert [(event.id, event.what.value) for event in events] == [
        ("customer.mail", "created"),
        ("customer.email", "removed"),
        ("customer.email", "created"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("# A comment\n" + EMAIL + "\n# and one more\n", id="comments"),
        pytest.param(EMAIL.replace("    label: E-mail\n", '    label: "E-mail"\n'), id="quotes"),
        pytest.param(EMAIL.replace("\n", "\r\n"), id="line ends"),
        pytest.param(
            "fields: {customer.email: {label: E-mail, definition: Where the customer is written to., owner: crm,"
            " sources: {shop.users.email: {length: 254}}}}\n",
            id="flow",
        ),
        pytest.param(EMAIL.replace("customer.email", '"customer.email"'), id="quoted id"),
    ],
)
def test_a_commit_that_says_the_same_in_other_letters_is_no_change(
    repository: Repository, other: str
) -> None:
    repository.commit("first", fields=EMAIL)
    repository.commit("tidied", fields=other)
    assert _told(_history(repository).of("fields", "customer.email")) == [("first", "created")]


@pytest.mark.parametrize("style", ["block", "flow", "quoted over lines", "anchors"])
def test_every_way_to_write_a_file_is_compared_alike(repository: Repository, style: str) -> None:
    texts = {
        "block": "fields:\n    # indented by four\n    a:\n        label: {}\n    b: {{label: B}}\n",
        "flow": "fields: {{a: {{label: {}}}, b: {{label: B}}}}\n",
        "quoted over lines": 'fields:\n  b: {{label: "B\n  a: x\n  c"}}\n  a: {{label: {}}}\n',
        "anchors": "fields:\n  b: {{label: &x B}}\n  a: {{label: {}, definition: *x}}\n",
    }
    repository.commit("first", fields=texts[style].format("One"))
    repository.commit("second", fields=texts[style].format("Two"))
    history = _history(repository)
    latest, first = history.of("fields", "a")
    assert latest.changes == (Attribute(("label",), "One", "Two"),)
    assert first.what is What.CREATED
    assert _told(history.of("fields", "b")) == [("first", "created")]
    assert set(history.events) == {
        ("catalog", "name", ""),
        ("catalog", "languages", ""),
        ("fields", "a", ""),
        ("fields", "b", ""),
    }


def test_an_entry_that_goes_and_comes_back(repository: Repository) -> None:
    repository.commit("first", fields=EMAIL)
    repository.commit("gone", fields=None)
    repository.commit("back", fields=EMAIL)
    assert _told(_history(repository).of("fields", "customer.email")) == [
        ("back", "created"), ("gone", "removed"), ("first", "created"),
    ]  # fmt: skip


def test_a_version_that_cannot_be_read_is_said_to_be_unknown(repository: Repository) -> None:
    repository.commit("first", fields=EMAIL)
    repository.commit("broken", fields=EMAIL.replace("label: E-mail", "label: 'E-mail"))
    repository.commit("mended", fields=EMAIL.replace("crm", "privacy"))
    events = _history(repository).of("fields", "customer.email")
    assert [(_told((event,))[0][0], event.readable, event.changes) for event in events] == [
        ("mended", False, ()), ("broken", False, ()), ("first", True, ()),
    ]  # fmt: skip


def test_a_merge_counts_only_for_what_no_parent_says(repository: Repository) -> None:
    two = EMAIL + "  customer.phone: {label: Phone}\n"
    repository.commit("first", fields=two)
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("on the side", "Side", fields=two.replace("label: Phone", "label: Telephone"))
    repository.git("checkout", "-q", "main")
    repository.commit("on main", "Main", fields=two.replace("owner: crm", "owner: privacy"))
    repository.git("merge", "-q", "--no-commit", "-s", "ours", "side")
    both = two.replace("label: Phone", "label: Telephone number").replace("owner: crm", "owner: privacy")
    repository.commit("merged", "Merger", fields=both)
    history = _history(repository)
    phone = history.of("fields", "customer.phone")
    assert [e.commit.author for e in phone if e.commit] == ["Merger", "Side", "Ada"]
    assert phone[0].changes[0].new == "Telephone number"
    assert _told(history.of("fields", "customer.email")) == [("on main", "changed"), ("first", "created")]


def test_a_merge_of_two_edits_of_one_entry_sets_neither(repository: Repository) -> None:
    """Both edits have commits of their own, which are to be named; only what it adds is the merge's own."""
    repository.commit("first", fields=EMAIL)
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("length", "Side", fields=EMAIL.replace("254", "191"))
    repository.git("checkout", "-q", "main")
    repository.commit("label", "Main", fields=EMAIL.replace("label: E-mail", "label: Mail"))
    repository.git("merge", "-q", "--no-edit", "side")
    history = _history(repository)
    told = [("length", "changed"), ("label", "changed"), ("first", "created")]
    assert sorted(_told(history.of("fields", "customer.email"))) == sorted(told)
    length = history.last(
        Place("fields.yaml", ("fields", "customer.email", "sources", "shop.users.email", "length"))
    )
    assert length is not None
    assert length.commit is not None
    assert length.commit.author == "Side"
    merged = (repository.root / "fields.yaml").read_text().replace("owner: crm", "owner: privacy")
    repository.write(fields=merged)
    repository.git("commit", "-q", "-a", "--amend", "--no-edit")
    (event, *_) = _history(repository).of("fields", "customer.email")
    assert _changes(event) == [("owner", "crm", "privacy")]


def test_the_last_change_of_a_fact_is_found_by_its_place(repository: Repository) -> None:
    repository.commit("first", fields="defaults: {owner: crm}\n" + EMAIL)
    repository.commit("second", fields="defaults: {owner: crm}\n" + EMAIL.replace("254", "191"))
    repository.commit("third", fields="defaults: {owner: care}\n" + EMAIL.replace("254", "191"))
    history = _history(repository)

    def last(*path: str) -> str | None:
        event = history.last(Place("fields.yaml", path))
        return event.commit.subject if event and event.commit else None

    assert last("fields", "customer.email", "label") == "first"
    assert last("fields", "customer.email", "sources") == "second"
    assert last("fields", "customer.email", "sources", "shop.users.email", "length") == "second"
    assert last("defaults", "owner") == "third"
    assert last("fields", "nothing", "label") is None
    assert last() is None


def test_edits_that_are_not_committed_are_told_as_such(repository: Repository) -> None:
    repository.commit("first", fields=EMAIL)
    repository.write(fields=EMAIL.replace("crm", "care"), new="fields:\n  a: {label: A}\n")
    history = _history(repository)
    assert next((e.commit, _changes(e)) for e in history.of("fields", "customer.email")) == (
        None,
        [("owner", "crm", "care")],
    )
    assert [(e.commit, e.what) for e in history.of("fields", "a")] == [(None, What.CREATED)]


def test_a_shallow_clone_does_not_say_who_made_what_it_begins_with(
    repository: Repository, tmp_path: Path
) -> None:
    repository.commit("first", fields=EMAIL)
    second = repository.commit("second", fields=EMAIL.replace("crm", "care"))
    repository.commit("third", fields=EMAIL.replace("crm", "privacy"))
    repository.git("clone", "-q", "--depth", "2", f"file://{repository.folder}", str(tmp_path / "shallow"))
    history = history_of(tmp_path / "shallow" / "data", "build")
    assert history.begins is not None
    assert history.begins.id == second
    assert _told(history.of("fields", "customer.email")) == [("third", "changed"), ("second", "found")]
    assert _history(repository).begins is None


def test_what_changed_since_the_nearest_tag(repository: Repository) -> None:
    repository.commit("first", fields=EMAIL)
    assert _history(repository).release is None
    repository.git("tag", "v1")
    repository.commit("second", fields=EMAIL + "  customer.phone: {label: Phone}\n")
    release = _history(repository).release
    assert release is not None
    assert (release.tag, [key.id for key in release.events]) == ("v1", ["customer.phone"])


def test_a_commit_that_changes_nothing_in_the_catalog_changes_nothing_here(repository: Repository) -> None:
    repository.commit("first", fields=EMAIL)
    before = _history(repository)
    (repository.folder / "README").write_text("x")
    (repository.root / "build").mkdir()
    (repository.root / "build" / "made.yaml").write_text("fields: {made: {}}\n")
    (repository.root / "observed").mkdir()
    (repository.root / "observed" / "x.yaml").write_text("fields: {seen: {}}\n")
    (repository.root / ".hidden.yaml").write_text("fields: {hidden: {}}\n")
    repository.commit("elsewhere")
    after = _history(repository)
    assert (after.events, after.commits) == (before.events, before.commits)


def test_why_there_is_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lonely = tmp_path / "lonely"
    lonely.mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert history_of(lonely, "build").state is State.NO_REPOSITORY
    repository = Repository(tmp_path / "shop")
    repository.write()
    assert _history(repository).state is State.NO_COMMIT
    (repository.root / ".gitignore").write_text("*")
    (repository.folder / "README").write_text("x")
    repository.git("add", "README")
    repository.git("commit", "-q", "-m", "elsewhere")
    assert _history(repository).state is State.NOT_COMMITTED
    monkeypatch.setenv("PATH", str(lonely))
    assert _history(repository).state is State.NO_GIT


def test_a_clone_without_contents_asks_no_other_machine(repository: Repository, tmp_path: Path) -> None:
    repository.commit("first", fields=EMAIL)
    repository.commit("second", fields=EMAIL.replace("crm", "care"))
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "partial"
    repository.git("clone", "-q", "--filter=blob:none", f"file://{repository.folder}", str(clone))
    assert history_of(clone / "data", "build").state is State.INCOMPLETE


def test_names_from_git_can_hold_anything(repository: Repository) -> None:
    hostile = "&\x1f\x1e|\u202e"
    repository.commit(f"{hostile} subject", hostile, fields=EMAIL)
    event = _history(repository).of("fields", "customer.email")[0]
    assert event.commit is not None
    # A separator in a name moves the border between name and subject, and nothing else.
    assert (event.commit.author, event.commit.subject) == ("&", f"\x1e|\u202e\x1f{hostile} subject")
    assert event.commit.day == "2026-01-01"


def test_whether_a_folder_is_committed(repository: Repository) -> None:
    repository.commit("first", fields=EMAIL)
    assert not is_committed(repository.root / "build")
    (repository.root / "build").mkdir()
    (repository.root / "build" / "site.html").write_text("x")
    assert not is_committed(repository.root / "build")
    repository.commit("build")
    assert is_committed(repository.root / "build")


@pytest.mark.parametrize("before", ["old", "deep/old", ""])
def test_the_history_goes_on_where_the_folder_got_another_name(repository: Repository, before: str) -> None:
    """Also from the top of the repository; a file that says the same in the other folder is no change."""
    now, was = repository.root, repository.folder / before
    repository.root = was
    repository.commit("first", fields=EMAIL)
    repository.commit("second", "Bahar", fields=EMAIL.replace("254", "191"))
    repository.root = now
    now.mkdir(exist_ok=True)
    for name in ("amanat", "fields"):
        (was / f"{name}.yaml").rename(now / f"{name}.yaml")
    repository.commit("folder renamed", fields=EMAIL.replace("254", "191"))
    repository.commit("third", fields=EMAIL.replace("254", "64"))
    events = _history(repository).of("fields", "customer.email")
    assert _told(events) == [("third", "changed"), ("second", "changed"), ("first", "created")]


def test_a_catalog_that_was_copied_has_no_history_of_the_other(repository: Repository) -> None:
    now, repository.root = repository.root, repository.folder / "other"
    repository.commit("first", fields=EMAIL)
    repository.root = now
    repository.commit("copied", fields=EMAIL)
    assert _told(_history(repository).of("fields", "customer.email")) == [("copied", "created")]
