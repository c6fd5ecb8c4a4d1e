"""The start page and the pages of teams: what is due, what changed, what is open, and what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from amanat.docsite import render
from amanat.docsite.due import Ends, Matter, due_of, ends
from amanat.docsite.released import moved_of
from amanat.history import ABSENT, Attribute, Commit, Event, History, Key, Release, State, What
from tests.unit.docsite.sites import DAY, RICH, page, rich_files, rich_site, site_of

COMMIT = Commit("c" * 40, "2026-02-20", "Ada", "Work")


def _event(what: What, *changes: Attribute, readable: bool = True) -> Event:
    return Event(COMMIT, what, changes, "x", readable)


def test_everything_with_a_day_is_due_the_earliest_first() -> None:
    due = due_of(rich_site().catalog, DAY)
    assert [(one.matter, one.id, one.day) for one in due] == [
        (Matter.HOLD, "lawsuit", date(2026, 7, 1)),
        (Matter.TRAINING, "agent", date(2026, 11, 2)),
        (Matter.FIELD, "customer.email", date(2026, 12, 1)),
        (Matter.PURPOSE, "marketing", date(2027, 1, 1)),
        (Matter.DISCREPANCY, "mail_length", date(2027, 1, 15)),
    ]


@pytest.mark.parametrize(
    ("day", "overdue"), [(date(2026, 7, 1), False), (date(2026, 7, 2), True), (None, None)]
)
def test_what_is_due_by_a_day_is_overdue_on_the_next(day: date | None, overdue: bool | None) -> None:
    (hold, *_) = due_of(rich_site().catalog, day)
    assert hold.overdue is overdue


def test_training_whose_last_day_nobody_wrote_is_due_on_an_unknown_day() -> None:
    files = {**RICH, "people.yaml": str(RICH["people.yaml"]).replace(", last: 2025-11-02", "")}
    site = site_of(files)
    (training,) = (one for one in due_of(site.catalog, DAY) if one.matter is Matter.TRAINING)
    assert (training.day, training.overdue) == (None, None)
    assert "unknown training to be repeated: Agent · Data" in page(render(site), "en/due.html").text


def test_overdue_is_said_on_the_start_page_and_for_the_team() -> None:
    files = render(site_of(RICH, date(2026, 8, 1)))
    assert "1 of 5 is overdue" in page(files, "en/index.html").text
    assert (
        "2026-07-01 overdue legal hold to be reviewed: lawsuit" in page(files, "en/teams/privacy.html").text
    )
    assert "Nothing is overdue." in page(rich_files(), "en/index.html").text


def test_each_team_is_counted_and_what_no_team_owns_is_too() -> None:
    text = page(rich_files(), "en/index.html").text
    assert "Customer relations 6 3" in text
    assert "Privacy office 0 0 none warning 1 0 2" in text


def test_what_is_not_watched_is_said() -> None:
    text = page(rich_files(), "en/index.html").text
    assert "Quality of values not monitored" in text
    assert "Users of systems unknown for 1 of 3" in text
    assert "Columns of systems observed unknown for 2 of 3" in text
    assert "When fields were last used unknown for 5 of 6" in text


def _released(**events: tuple[Event, ...]) -> History:
    made = {Key("fields", name.replace("__", ".")): found for name, found in events.items()}
    return History(State.KNOWN, release=Release("v1", made))


def test_what_changed_since_the_release_is_told_all_commits_together() -> None:
    shorter, longer = Attribute(("length",), 254, 100), Attribute(("length",), 100, 254)
    label = Attribute(("label", "en"), ABSENT, "E")
    history = _released(
        customer__email=(_event(What.CHANGED, label, longer), _event(What.CHANGED, shorter)),
        there_and_back=(_event(What.CHANGED, longer), _event(What.CHANGED, shorter)),
        gone=(_event(What.REMOVED),),
        a_guest=(_event(What.REMOVED), _event(What.CREATED)),
        newcomer=(_event(What.CHANGED, label), _event(What.CREATED)),
        torn=(_event(What.CHANGED, readable=False),),
    )
    assert [(one.key.id, one.what.value, one.names) for one in moved_of(history)] == [
        ("newcomer", "created", ()),
        ("gone", "removed", ()),
        ("customer.email", "changed", ("label",)),
        ("torn", "changed", ()),
    ]
    files = render(replace(rich_site(), history=history))
    assert "Since v1: 1 created, 1 removed, 2 changed" in page(files, "en/index.html").text
    assert (
        "E-mail addresscustomer.emailfields changed label 2026-02-20 Ada"
        in page(files, "en/changes.html").text
    )


@pytest.mark.parametrize(
    ("history", "said"),
    [
        (History(State.KNOWN), "No tag of git is in reach, so no release is known to compare with."),
        (_released(), "Nothing changed since v1"),
        (History(State.NO_REPOSITORY), "The history is unknown: the catalog is not in a git repository"),
    ],
)
def test_without_a_release_nothing_is_said_to_have_changed(history: History, said: str) -> None:
    files = render(replace(rich_site(), history=history))
    assert said in page(files, "en/index.html").text
    assert said in page(files, "en/changes.html").text


@pytest.mark.parametrize(
    ("start", "keep", "last", "due"),
    [
        (date(2026, 1, 15), "P3Y", date(2029, 1, 15), date(2029, 1, 16)),
        (date(2026, 1, 31), "P1M", date(2026, 2, 28), date(2026, 3, 1)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28), date(2025, 3, 1)),
        (date(2026, 1, 1), "P2W", date(2026, 1, 15), date(2026, 1, 16)),
    ],
)
def test_data_is_due_to_go_on_the_day_after_its_period(start: date, keep: str, last: date, due: date) -> None:
    assert ends(start, keep) == Ends(last, due)


@pytest.mark.parametrize("keep", [None, "PT36H", "forever", "P9000Y", "P10000Y"])
def test_a_period_without_a_last_day_has_no_end(keep: str | None) -> None:
    assert ends(date(2026, 1, 15), keep) is None
