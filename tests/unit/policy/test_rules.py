"""PL101 to PL103 beyond their examples: few findings, each with the way out, and none where all is well."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from amanat.diagnostic import Finding, Severity
from amanat.lint.rule import Context
from amanat.load import load_catalog
from amanat.model.values import Action
from amanat.policy.build import build_policy
from amanat.policy.targets import TARGETS
from amanat.rules.policy import RULES
from tests.benchmarks.generate import write
from tests.unit.policy.support import CASES, changed

AS_OF = date(2026, 6, 30)
CHECKS = {rule.code: rule.check for rule in RULES}
SHOP = "systems: {shop: {label: Shop, kind: crm, owner: crm, country: DE, engine: postgresql, customer_id: shop.customers.email}}\n"


def found(code: str, more: str = SHOP, change: dict[str, str] | None = None) -> list[Finding]:
    check = CHECKS[code]
    assert check is not None
    kept = (
        change
        if "denials" in more
        else {"agent: [read, update, delete]": "agent: [read, update]", **(change or {})}
    )
    return list(check(Context(changed(kept, more).catalog, AS_OF)))


@pytest.mark.parametrize("folder", [CASES / "postgres", Path(__file__).parents[3] / "catalog"])
def test_every_loss_that_an_engine_reports_is_told_once_and_nothing_else(folder: Path) -> None:
    catalog = load_catalog(folder).catalog
    check = CHECKS["PL101"]
    assert check is not None
    told = {
        (source, why)
        for finding in check(Context(catalog, AS_OF))
        if "sources" in finding.data
        for source in finding.data["sources"]
        for why in finding.data["why"]
    }
    reported = {
        (cell.source, cell.why)
        for target, made in build_policy(catalog, AS_OF).by_target.items()
        if TARGETS[target].ENGINES is not None
        for loss in made.losses
        for cell in loss.cells
        if cell.cause not in ("", "absent", "export") and cell.action not in (Action.EXPORT, Action.SHARE)
    }
    assert reported
    assert reported <= told
    assert {source for source, _ in told} == {source for source, _ in reported}


def test_where_no_pair_can_lose_no_table_is_laid_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "clean", 100)
    catalog = load_catalog(tmp_path / "clean").catalog
    check = CHECKS["PL101"]
    assert check is not None
    monkeypatch.setattr("amanat.rules.policy.make_plan", lambda *_: pytest.fail("a plan is made"))
    assert list(check(Context(catalog, AS_OF))) == []
    with pytest.raises(pytest.fail.Exception, match="a plan is made"):
        found("PL101", change={})


def test_consent_in_another_system_is_told_once_for_all_roles_and_children() -> None:
    change = {"shop.customers.news": "till.people.news"}
    (finding,) = found("PL101", change=change)
    assert finding.subject == "marketing"
    assert finding.place.path[-2:] == ("consent", "recorded_in")
    assert finding.data["purposes"] == ["marketing", "marketing.email"]
    assert "another system, `till`" in finding.message
    assert finding.severity is None


def test_consent_in_the_same_row_is_no_loss() -> None:
    assert found("PL101") == []


def test_a_system_that_nobody_writes_policy_for_loses_nothing() -> None:
    change = {"shop.customers.news": "till.people.news"}
    assert found("PL101", SHOP.replace("postgresql", "mysql"), change) == []


def test_rows_that_cannot_go_are_a_warning_for_the_role() -> None:
    more = SHOP + "denials: {d: {field: customer.phone, role: agent, reason: no}}"
    (finding,) = found("PL101", more)
    assert "`agent` may delete 2 columns in `shop`" in finding.message
    assert (finding.severity, finding.place.path[-2:]) == (Severity.WARNING, ("roles", "agent"))


def test_a_mask_of_a_fields_own_that_does_not_fit_its_type_is_told_where_it_stands() -> None:
    (finding,) = found("PL101", change={"mask_for: {marketing: year}": "mask_for: {marketing: email_domain}"})
    assert finding.message == "mask `email_domain` does not fit type `date`, so null is shown instead"
    assert finding.place.path[-2:] == ("mask_for", "marketing")


def test_a_mask_that_does_not_fit_the_observed_column_is_told_where_the_column_is_mapped(
    tmp_path: Path,
) -> None:
    catalog = load_catalog(CASES / "postgres").catalog
    check = CHECKS["PL101"]
    assert check is not None
    (finding,) = [
        each
        for each in check(Context(catalog, AS_OF))
        if each.data.get("why") == ["prefix(2) does not fit type other"]
    ]
    assert finding.subject == "customer.tags"
    assert finding.place.path[-1] == "shop.customers.tags"


def test_an_expectation_that_holds_is_silent_and_one_of_no_cell_fails() -> None:
    assert found("PL102", "expectations: {e: {deny: {action: share}}}") == []
    (finding,) = found("PL102", "expectations: {e: {deny: {field: ghost.*}}}")
    assert finding.severity is Severity.WARNING  # ID101 tells of the selector as an error
    assert finding.message == "expectation `e` proves less than it says: it matches no field: `ghost.*`"
    (finding,) = found("PL102", "expectations: {e: {deny: {category: purchase}}}")
    assert finding.severity is None
    assert finding.message.endswith("it matches no field by category: `purchase`")


def test_a_failed_expectation_tells_how_much_and_where_first() -> None:
    (finding,) = found("PL102", "expectations: {e: {allow: {role: agent, purpose: service, action: read}}}")
    assert finding.message == (
        "expectation `e` fails in 1 of 4 cells: "
        "agent · service · read · customer.illness: expected allow, got deny (no_condition)"
    )


def test_two_fields_on_a_column_that_are_decided_alike_are_silent() -> None:
    alike = """\
fields:
  customer.nickname:
    {label: Nickname, definition: Name among friends, category: contact.email, classification: internal,
     purposes: [service, marketing], sources: {shop.customers.email: }}
"""
    assert found("PL103", alike) == []
    (finding,) = found("PL103", alike.replace("[service, marketing]", "[service]"))
    assert finding.data["fields"] == ["customer.email", "customer.nickname"]
    assert "`marketer` may not export it as declared for `marketing`" in finding.message


def test_what_was_refused_when_loading_makes_no_echo_but_an_opening_is_told() -> None:
    refused = {"service:\n": "service:\n    until: [tomorrow]\n"}
    missing = (
        "expectations: {e: {allow: {role: agent, purpose: service, action: read, field: customer.email}}}"
    )
    assert found("PL102", missing) == []
    assert found("PL102", missing, change=refused) == []
    opened = "expectations: {e: {deny: {role: marketer, field: customer.email}}}"
    assert [finding.subject for finding in found("PL102", opened, change=refused)] == ["e"]
