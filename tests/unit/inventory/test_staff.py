"""Training, users and controls: each state is known beforehand, and unknown is never good."""

from __future__ import annotations

from datetime import date

import pytest

from amanat.inventory.columns import Absent
from amanat.inventory.staff import controls, training, users
from amanat.load import Loaded
from amanat.rules.base import base_files
from tests.support import catalog_of

MORE = """\
roles:
  clerk: {label: Clerk, clearance: internal, people: 3, training: {course: Orders, every: P6M, last: 2026-01-31}}
  novice: {label: Novice, clearance: internal, people: 1, training: {course: Orders, every: P1Y}}
  once: {label: Once, clearance: internal, training: {course: Orders, last: 2026-01-31}}
  robot: {label: Robot, clearance: internal, people: 0}
  untold: {label: Untold, clearance: internal}
systems:
  desk: {label: Desk, kind: contact_centre, owner: sales, country: DE, customer_id: {none: Old}, users: 12, users_max: 10,
    security: [mfa, x_camera], assessed: 2026-01-01, erase: {method: delete, backups: P1D}}
  bare: {label: Bare, kind: survey, owner: sales, country: DE, customer_id: {none: Old}, erase: {method: delete, backups: P1D}}
fields:
  customer.secret: {label: Secret, definition: What nobody may know, category: account.secret, owner: sales, subject: customer,
    classification: restricted, retention: account, purposes: [orders], sources: {desk.people.secret: }}
"""


def loaded() -> Loaded:
    return catalog_of({**base_files(), "more.yaml": MORE})


@pytest.mark.parametrize(
    ("day", "clerk"),
    [
        (None, "done"),
        ("2026-06-30", "done"),
        ("2026-07-02", "due"),
        ("2026-07-31", "due"),
        ("2026-08-01", "lapsed"),
    ],
)
def test_training_holds_until_its_last_day_and_is_due_a_month_before(day: str | None, clerk: str) -> None:
    made = loaded()
    as_of = date.fromisoformat(day) if day else None
    rows = {row["role"]: row for row in training(made.catalog, made.spans, as_of).rows()}
    assert (rows["clerk"]["state"], rows["clerk"]["until"]) == (clerk, "2026-07-31")
    assert [rows[name]["state"] for name in ("novice", "once", "robot", "untold")] == [
        "never",
        "no_period",
        "nobody",
        "missing",
    ]
    assert rows["untold"]["course"] is Absent.UNKNOWN and rows["robot"]["course"] is Absent.NOT_APPLICABLE
    assert (rows["agent"]["working"], rows["clerk"]["working"]) == (True, False)


def test_users_are_held_against_the_limit_and_unknown_is_not_none() -> None:
    made = loaded()
    rows = {row["system"]: row for row in users(made.catalog, made.spans).rows()}
    assert (rows["desk"]["over"], rows["shop"]["over"], rows["bare"]["over"]) == (2, 0, Absent.UNKNOWN)


def test_the_checklist_has_what_is_needed_and_what_is_declared() -> None:
    made = loaded()
    rows = [
        row for row in controls(made.catalog, made.spans, date(2026, 3, 1)).rows() if row["system"] != "crm"
    ]
    desk = {row["control"]: row for row in rows if row["system"] == "desk"}
    assert {name: row["state"] for name, row in desk.items()} == {
        "encryption_at_rest": "missing",
        "mfa": "in place",
        "x_camera": "beyond",
    }
    assert desk["mfa"]["required_by"] == ("restricted",) and desk["mfa"]["fields"] == 1
    assert (desk["mfa"]["evidence"], desk["mfa"]["evidence_days"]) == ("2026-01-01", 59)
    (bare,) = (row for row in rows if row["system"] == "bare")
    assert bare["state"] is Absent.NOT_APPLICABLE and bare["evidence"] is Absent.UNKNOWN
