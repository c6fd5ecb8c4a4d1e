"""Effective rules of small catalogs."""

from __future__ import annotations

from datetime import date

from amanat.model.values import FieldId, SystemId
from amanat.retention.derived import outliving
from amanat.retention.due import Matter, calendar
from amanat.retention.effective import Effective, Reckoning, Trouble
from amanat.retention.ladder import ladder
from amanat.rules.base import base_files
from tests.support import catalog_of

DAY = date(2026, 6, 30)


def policy(
    name: str, keep: str, kind: str = "business", trigger: str = "account_closed", more: str = ""
) -> str:
    return f"""\
  {name}:
    label: {name}
    keep: {keep}
    from: {trigger}
    proved_by: shop.customers.closed_at
    then: delete
    basis: {{kind: {kind}, law: Law of {name}, why: So}}
{more}"""


def effective(
    field: str, policies: str, where: str = "EU", more: str = "", system: str = "shop"
) -> Effective:
    """The rule of `x.field` in a system."""
    text = f"fields:\n  x.field:\n    label: X\n{field}retention:\n{policies}{more}"
    loaded = catalog_of({**base_files(), "example.yaml": text})
    assert FieldId("x.field") in loaded.catalog.fields
    rule = Reckoning(loaded.catalog, DAY).of(
        loaded.catalog.fields[FieldId("x.field")], SystemId(system), where
    )
    assert ladder(rule, loaded.catalog, DAY)
    return rule


def field(retention: str, own: str = "", purposes: str = "orders") -> str:
    facets = f"{{retention: {own}}}" if own else ""
    return f"""\
    retention: {retention}
    purposes: [{purposes}]
    sources:
      shop.t.c: {facets}
"""


def keeps(rule: Effective) -> list[list[str]]:
    return [[str(one.policy.id) for one in clause] for clause in rule.clauses]


def test_a_floor_outlasts_a_shorter_need() -> None:
    rule = effective(field("need", "law"), policy("need", "P2Y") + policy("law", "P6Y", "legal_minimum"))
    assert keeps(rule) == [["law"]]
    assert [one.policy.id for one in rule.floor] == ["law"]


def test_a_need_longer_than_the_floor_decides() -> None:
    rule = effective(field("need", "law"), policy("need", "P9Y") + policy("law", "P6Y", "legal_minimum"))
    assert keeps(rule) == [["need"]]


def test_a_ceiling_cuts_a_longer_need() -> None:
    rule = effective(field("need", "law"), policy("need", "P9Y") + policy("law", "P6Y", "legal_maximum"))
    assert keeps(rule) == [["law"]]


def test_a_floor_above_the_ceiling_gives_no_rule() -> None:
    rule = effective(
        field("least", "most"),
        policy("least", "P9Y", "legal_minimum") + policy("most", "P6Y", "legal_maximum"),
    )
    assert rule.clauses == () and Trouble.CLASH in rule.troubles


def test_the_shortest_need_of_a_purpose_counts() -> None:
    rule = effective(field("long", "short"), policy("long", "P9Y") + policy("short", "P1Y"))
    assert keeps(rule) == [["short"]]
    assert [one.policy.id for one in rule.needs[0].longer] == ["long"]


def test_a_copy_with_a_contract_of_its_own_is_not_cut_short() -> None:
    rule = effective(field("short", "own"), policy("short", "P1Y") + policy("own", "P3Y", "contract"))
    assert keeps(rule) == [["own"]] and [one.policy.id for one in rule.replaced] == ["short"]


def test_what_cannot_be_ordered_is_kept_apart_and_worked_out_by_day() -> None:
    rule = effective(field("a", "b"), policy("a", "P3Y") + policy("b", "P1095D"))
    assert sorted(keeps(rule)[0]) == ["a", "b"] and Trouble.UNORDERED in rule.troubles


def test_needs_from_different_events_must_all_be_over() -> None:
    rule = effective(field("a", "b"), policy("a", "P3Y") + policy("b", "P1Y", trigger="last_contact"))
    assert sorted(keeps(rule)) == [["a"], ["b"]] and Trouble.OTHER_EVENTS in rule.troubles


PURPOSES = """\
purposes:
  short_lived: {label: S, reason: For a while only, basis: contract, until: 2026-01-01, roles: {agent: [read]}}
"""


def test_a_purpose_that_ended_keeps_nothing() -> None:
    rule = effective(field("need", "", "orders, short_lived"), policy("need", "P2Y"), more=PURPOSES)
    assert [need.live for need in rule.needs] == [True, False]
    alone = effective(field("need", "", "short_lived"), policy("need", "P2Y"), more=PURPOSES)
    assert Trouble.NO_PURPOSE in alone.troubles and keeps(alone) == [["need"]], "and is deleted not sooner"


def test_a_jurisdiction_has_its_own_rule_and_counts_by_its_own_year() -> None:
    more = "    where:\n      IR: {keep: P10Y}\n"
    law = policy("law", "P8Y", "legal_minimum", "fiscal_year_end", more)
    assert effective(field("law"), law).clauses[0][0].rule.keep == "P8Y"
    iranian = effective(field("law"), law, "IR").clauses[0][0]
    assert iranian.rule.keep == "P10Y" and iranian.calendar.value == "jalali"


def test_nothing_said_is_trouble_and_never_forever() -> None:
    text = field("need").replace("    retention: need\n", "")
    rule = effective(text, policy("need", "P2Y"))
    assert rule.clauses == () and rule.troubles == (Trouble.NOTHING_SAID,)


def test_a_hold_stands_only_in_its_systems_and_from_its_day() -> None:
    hold = "holds:\n  h: {reason: R, fields: [x.field], systems: [crm], by: sales, from: 2026-01-01, review: 2027-01-01}\n"
    assert effective(field("need"), policy("need", "P2Y"), more=hold).holds == ()
    here = hold.replace("crm", "shop")
    assert [one.id for one in effective(field("need"), policy("need", "P2Y"), more=here).holds] == ["h"]
    later = here.replace("2026-01-01", "2026-07-01")
    assert effective(field("need"), policy("need", "P2Y"), more=later).holds == ()


def test_the_calendar_has_rows_years_purposes_and_holds() -> None:
    hold = "holds:\n  h: {reason: R, fields: [x.field], by: sales, from: 2026-01-01, review: 2027-01-01}\n"
    law = policy("law", "P8Y", "legal_minimum", "fiscal_year_end")
    text = f"fields:\n  x.field:\n    label: X\n{field('law', '', 'orders, short_lived')}retention:\n{law}{PURPOSES}{hold}"
    loaded = catalog_of({**base_files(), "example.yaml": text})
    found = {(one.matter, one.id): one for one in calendar(loaded.catalog, DAY) if one.system != "crm"}
    over = found[Matter.ROWS, "law"]
    assert (over.upto, over.held, over.gone) == (date(2017, 12, 31), 1, date(2026, 7, 30))
    following = found[Matter.YEAR, "law"]
    assert (following.upto, following.day) == (date(2018, 12, 31), date(2027, 1, 1))
    assert found[Matter.PURPOSE, "short_lived"].day == date(2026, 1, 1)
    assert found[Matter.HOLD, "h"].day == date(2027, 1, 1)


def test_what_is_derived_may_not_outlive_its_source_unseen() -> None:
    both = "    origin: inferred\n    derived_from: [customer.id]\n    logic: L\n"
    for keep, longer in (("P5Y", True), ("P1095D", None)):
        text = f"fields:\n  x.field:\n    label: X\n{field('need')}{both}retention:\n{policy('need', keep)}"
        catalog = catalog_of({**base_files(), "example.yaml": text}).catalog
        (pair,) = outliving(catalog, catalog.fields[FieldId("x.field")])
        assert (pair.origin.id, pair.longer) == ("customer.id", longer)
    text = f"fields:\n  x.field:\n    label: X\n{field('need')}{both}retention:\n{policy('need', 'P1Y')}"
    catalog = catalog_of({**base_files(), "example.yaml": text}).catalog
    assert list(outliving(catalog, catalog.fields[FieldId("x.field")])) == []


def test_the_register_of_the_evidence_pack_has_the_calendar() -> None:
    from amanat.inventory.falling import falling_due

    loaded = catalog_of(base_files())
    (first, *_) = falling_due(loaded.catalog, loaded.spans, DAY).rows()
    assert (first["id"], first["upto"], first["line"]) == ("account", "2023-06-29", 53)
    assert list(falling_due(loaded.catalog, loaded.spans, None).rows()) == []
