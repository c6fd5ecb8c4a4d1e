"""What is counted of purposes and their benefit, on a catalog in which every answer is known."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from amanat.diagnostic import Severity
from amanat.exchange.benefit import Benefit, benefit_of
from amanat.exchange.document import benefit_document
from amanat.exchange.told import benefit_sheet
from amanat.exchange.words import words_for
from amanat.lint.engine import lint
from amanat.load import Loaded
from amanat.policy.readings import access_of
from amanat.report.sheets import to_markdown
from amanat.rules import RULES
from amanat.schema import load_schema
from tests.support import catalog_of

DAY = date(2026, 6, 30)
CATALOG = """\
classifications:
  internal: {label: Internal, mask: redact}
  secret: {label: Secret}
roles:
  agent: {label: Agent, clearance: secret}
  clerk: {label: Clerk, clearance: internal}
systems:
  shop: {label: Shop, kind: commerce, country: DE}
  crm: {label: CRM, kind: crm, country: DE}
  later: {label: Later, kind: crm, status: planned, owner: care}
purposes:
  orders: {label: Orders, basis: contract, benefit: It arrives, expected: true, roles: {agent: [read]}}
  orders.returns: {label: Returns, roles: {clerk: [read]}}
  ads: {label: Ads, basis: consent, expected: false, roles: {clerk: [read]}}
  stats: {label: Figures, basis: contract, roles: {}}
  gifts: {label: Gifts, reason: To please, status: planned, basis: contract}
  over: {label: Over, basis: contract, benefit: It was, expected: true, until: 2020-01-01, roles: {agent: [read]}}
fields:
  x.number:
    label: Number
    category: id.internal
    classification: internal
    purposes: [orders, stats, over]
    compulsory: true
  x.phone:
    label: Phone
    category: contact.phone
    classification: internal
    purposes: [orders.returns]
    sources: {shop.t.phone: {origin: given}, crm.t.phone: {origin: given}, crm.t.more: {origin: staff}}
  x.note: {label: Note, category: message.content, classification: secret, mask: redact, purposes: [orders]}
  x.lost: {label: Lost, category: purchase, classification: secret, purposes: [stats]}
  x.idle: {label: "<b>Idle</b> | x", category: purchase, classification: internal, purposes: [nowhere]}
  x.next: {label: Next, category: purchase, status: planned, purposes: [gifts]}
  x.ill: {label: Ill, category: special.health, classification: secret, status: planned, purposes: [gifts]}
"""


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return catalog_of({"all.yaml": CATALOG})


@pytest.fixture(scope="module")
def found(loaded: Loaded) -> Benefit:
    return benefit_of(loaded.catalog, access_of(loaded.catalog, DAY), DAY, loaded.findings)


def test_shares_tell_what_nobody_said_apart(found: Benefit) -> None:
    assert [use.purpose.id for use in found.uses] == ["ads", "orders", "orders.returns", "stats"]
    assert (found.beneficial, found.expected(True), found.expected(False), found.expected(None)) == (
        2,
        2,
        1,
        1,
    )
    assert found.fields == 5


def test_each_purpose_knows_who_sees_its_fields_and_which_only_widen_it(found: Benefit) -> None:
    told = {
        use.purpose.id: (
            [one.id for one in use.fields],
            use.plain,
            use.masked,
            [one.id for one in use.unseen],
            [one.id for one in use.own],
            (use.compulsory, use.unsaid),
        )
        for use in found.uses
    }
    assert told == {
        "ads": ([], 0, 0, [], [], (0, 0)),
        "orders": (["x.note", "x.number"], 2, 0, [], ["x.note"], (1, 1)),
        "orders.returns": (["x.note", "x.number", "x.phone"], 2, 1, [], ["x.phone"], (1, 2)),
        "stats": (["x.lost", "x.number"], 0, 0, ["x.lost", "x.number"], ["x.lost"], (1, 1)),
    }


def test_what_serves_nobody_is_named(found: Benefit) -> None:
    assert [one.id for one in found.unread] == ["x.idle", "x.lost"]
    assert [(one.field.id, [s.id for s in one.sources]) for one in found.twice] == [
        ("x.phone", ["crm.t.phone", "shop.t.phone"])
    ]
    assert [(one.field.id, one.roots) for one in found.spread] == [("x.number", ("orders", "stats"))]
    assert found.identifiers == 1


def test_what_is_planned_says_which_rules_would_stop_it(found: Benefit) -> None:
    missing = {one.id: [what.code for what in one.missing] for one in found.planned}
    assert missing == {
        "x.ill": ["DF101", "OW101", "RT101", "SC103", "SR101"],
        "x.next": ["DF101", "OW101", "RT101", "SC103", "SC103", "SR101"],
        "gifts": ["PU104"],
        "later": ["ER101", "ID101", "SC103"],
    }


def test_what_a_planned_entry_lacks_is_what_check_says_once_it_is_live(found: Benefit) -> None:
    live = catalog_of({"all.yaml": CATALOG.replace("status: planned", "status: live")})
    said = {
        (one.subject, one.code)
        for one in lint(live, RULES, DAY)
        if one.severity is Severity.ERROR
        and one.code[:2] in ("OW", "DF", "SR", "PU", "RT", "SE", "ER", "SC", "ID")
    }
    for one in found.planned:
        assert {what.code for what in one.missing} == {code for subject, code in said if subject == one.id}


def test_a_purpose_that_is_over_is_not_live(loaded: Loaded, found: Benefit) -> None:
    assert (len(found.uses), found.purposes) == (4, 6)
    earlier = date(2019, 1, 1)
    then = benefit_of(loaded.catalog, access_of(loaded.catalog, earlier), earlier)
    assert "over" in [use.purpose.id for use in then.uses]


def test_the_document_is_what_its_schema_says(loaded: Loaded, found: Benefit) -> None:
    document = json.loads(benefit_document(loaded.catalog, found, loaded.spans))
    jsonschema.validate(document, load_schema("benefit"))
    assert document["counts"]["unread"] == 2
    assert document["unread"][0] == {"field": "x.idle", "file": "all.yaml", "line": _line("x.idle:")}
    assert document["asked_twice"][0]["sources"][0] == {
        "source": "crm.t.phone",
        "file": "all.yaml",
        "line": _line("sources: {shop.t.phone"),
    }


def _line(start: str) -> int:
    return next(n for n, line in enumerate(CATALOG.splitlines(), 1) if line.strip().startswith(start))


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_hostile_labels_stay_in_their_cells(lang: str, loaded: Loaded, found: Benefit) -> None:
    text = to_markdown(benefit_sheet(loaded.catalog, found, lang), loaded.spans)
    assert "<b>" not in text
    (row,) = (line for line in text.splitlines() if "Idle" in line and line.startswith("|"))
    assert row.replace(r"\|", "").count("|") == 3


@pytest.mark.parametrize(("action", "unread"), [("export", []), ("update", ["x.lost"])])
def test_report_and_findings_agree_on_what_shows_a_value(action: str, unread: list[str]) -> None:
    text = CATALOG.replace("contract, roles: {}}", f"contract, roles: {{agent: [{action}]}}}}")
    assert text != CATALOG
    loaded = catalog_of({"all.yaml": text})
    found = benefit_of(loaded.catalog, access_of(loaded.catalog, DAY), DAY)
    told = [d.subject for d in lint(loaded, RULES, DAY) if (d.code, d.subject) == ("PU109", "x.lost")]
    assert [one.id for one in found.unread if one.id == "x.lost"] == unread == told


def test_both_languages_have_the_same_words() -> None:
    assert words_for("en").words.keys() == words_for("fa").words.keys()


def test_an_empty_catalog_has_nothing_to_count() -> None:
    loaded = catalog_of({"all.yaml": "teams: {}\n"})
    found = benefit_of(loaded.catalog, access_of(loaded.catalog, None), None)
    assert "nothing to count" in to_markdown(benefit_sheet(loaded.catalog, found, "en"), loaded.spans)
    assert json.loads(benefit_document(loaded.catalog, found, loaded.spans))["counts"]["purposes"] == 0
