"""The OPA bundle against the reference: everything that can be asked, and what is not answered as expected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from amanat.model.catalog import Catalog
from amanat.model.values import Action, Pair
from amanat.policy.build import build_policy
from amanat.policy.columns import decide_column
from amanat.policy.decide import decide
from amanat.policy.matrix import matrix
from amanat.policy.plan import Plan, acting_pairs, in_use, make_plan
from amanat.policy.request import Decision, Effect
from amanat.policy.targets import opa
from tests.differential.rego import Make

Request = dict[str, Any]


@dataclass(frozen=True)
class Bundle:
    """The files of a bundle, read: its Rego and its data."""

    rego: str
    data: Any

    def ask(self, make: Make, rule: str, requests: Sequence[object]) -> list[Any]:
        """What the bundle answers."""
        return make({"policy.rego": self.rego}, {"amanat": self.data}).ask_all(f"amanat.{rule}", requests)


def read(files: Mapping[str, str]) -> Bundle:
    """The bundle among generated files."""
    return Bundle(files["policy/opa/amanat/policy.rego"], json.loads(files["policy/opa/amanat/data.json"]))


def bundle_of(catalog: Catalog, as_of: date | None) -> Bundle:
    """The bundle of a catalog."""
    return read(build_policy(catalog, as_of, ["opa"]).files)


def made(catalog: Catalog, as_of: date | None) -> Bundle:
    """The bundle of a catalog that need not have been loaded from files."""
    return read(opa.generate(catalog, plan_of(catalog, as_of)).files)


def plan_of(catalog: Catalog, as_of: date | None) -> Plan:
    """The plan for the systems in use."""
    return make_plan(matrix(catalog, as_of), [each for each in catalog.systems.values() if in_use(each)])


def expected(decision: Decision) -> Request:
    """A decision as the bundle has to tell it."""
    mask = decision.mask
    return {
        "effect": decision.effect.value,
        "mask": {"kind": mask.kind.value, "n": mask.n} if mask else None,
        "conditions": [
            {"purpose": each.purpose, "source": each.source, "granted": each.granted, "known": each.known}
            for each in decision.conditions
        ],
        "reason": decision.reason,
    }


def requests(catalog: Catalog) -> Iterator[Request]:
    """Every role, purpose and action, and one unknown of each."""
    for role in (*catalog.roles, "ghost"):
        for purpose in (*catalog.purposes, "ghost"):
            for action in (*Action, "fly"):
                yield {"role": role, "purpose": purpose, "action": str(action)}


def granted(catalog: Catalog) -> Iterator[Request]:
    """Every action of the pairs with a grant."""
    for pair in acting_pairs(catalog):
        for action in Action:
            yield {"role": pair.role, "purpose": pair.purpose, "action": action.value}


def wrong_fields(
    make: Make, bundle: Bundle, catalog: Catalog, as_of: date | None, step: int = 1
) -> list[str]:
    """Cells role × purpose × action × field, or every so many of them, that are not answered as `decide`
    does."""
    names = (*catalog.fields, "ghost")
    cells = ((each, name) for each in requests(catalog) for name in names)
    asked = [{**each, "field": name} for each, name in islice(cells, 0, None, step)]
    answers = bundle.ask(make, "decision", asked)
    return [
        f"{given}: {found}"
        for given, found in zip(asked, answers, strict=True)
        if found != expected(decide(catalog, *_head(given), given["field"], as_of))
    ]


def wrong_tables(
    make: Make, bundle: Bundle, catalog: Catalog, as_of: date | None, step: int = 1
) -> list[str]:
    """Tables (of pairs with a grant, or every so many) in which a column, declared or not, is not answered as
    `decide_column` does."""
    wrong = []
    systems = plan_of(catalog, as_of).systems
    asked = [
        {
            **each,
            "system": of_system.system.id,
            "schema": table.schema,
            "table": table.name,
            "columns": ["ghost"],
        }
        for each in granted(catalog)
        for of_system in systems
        for table in of_system.tables
    ]
    asked = asked[::step]
    for given, found in zip(asked, bundle.ask(make, "table", asked), strict=True):
        columns = bundle.data["columns"][given["system"]][given["schema"]][given["table"]]
        told = {
            name: expected(decide_column(catalog, *_head(given), source(given, name), as_of))
            for name in (*columns, "ghost")
        }
        if found != told:
            wrong.append(f"{given}: {found}")
    return wrong


def wrong_columns(
    make: Make, bundle: Bundle, catalog: Catalog, as_of: date | None, step: int = 1
) -> list[str]:
    """Columns of the plan, or every so many, that are not answered as `decide_column` does when asked for by
    themselves."""
    names = [
        column.source
        for of_system in plan_of(catalog, as_of).systems
        for table in of_system.tables
        for column in table.columns
    ]
    asked = [{**each, "column": name} for each in requests(catalog) for name in names][::step]
    return [
        f"{given}: {found}"
        for given, found in zip(asked, bundle.ask(make, "decision", asked), strict=True)
        if found != expected(decide_column(catalog, *_head(given), given["column"], as_of))
    ]


def _head(given: Request) -> tuple[str, str, str]:
    return given["role"], given["purpose"], given["action"]


def source(given: Request, column: str) -> str:
    """The source of a column in the table that is asked for."""
    return ".".join(part for part in (given["system"], given["schema"], given["table"], column) if part)


def wrong_rows(make: Make, bundle: Bundle, catalog: Catalog, as_of: date | None, step: int = 1) -> list[str]:
    """Tables in which the rows are not what the conditions of the reference ask for: none where every column
    is denied or a condition has no way to its record, all where nothing depends on consent."""
    plan = plan_of(catalog, as_of)
    problems = {
        (each.pair, of_system.system.id, access.table.schema, access.table.name): any(
            rows.problem for rows in access.rows
        )
        for of_system in plan.systems
        for each in of_system.pairs
        for access in each.tables
    }
    asked = [
        ({**each, "system": of_system.system.id, "schema": table.schema, "table": table.name}, table)
        for each in granted(catalog)
        for of_system in plan.systems
        for table in of_system.tables
    ]
    asked = asked[::step]
    answers = bundle.ask(make, "row_filters", [given for given, _ in asked])
    wrong = []
    for (given, table), found in zip(asked, answers, strict=True):
        decisions = [decide_column(catalog, *_head(given), column.source, as_of) for column in table.columns]
        open_columns = [each for each in decisions if each.effect is not Effect.DENY]
        conditions = {each for decision in open_columns for each in decision.conditions}
        pair = Pair(given["role"], given["purpose"])
        problem = problems.get((pair, given["system"], given["schema"], given["table"]), False)
        rows = "none" if not open_columns or problem else "some" if conditions else "all"
        sources = sorted(each.source for each in conditions) if rows == "some" else []
        told = (found["rows"], sorted(each["source"] for each in found["filters"]))
        sql = {"none": found["sql"]["postgresql"] == "FALSE", "all": found["sql"]["postgresql"] == "TRUE"}
        if told != (rows, sources) or not sql.get(rows, found["sql"]["postgresql"] != "TRUE"):
            wrong.append(f"{given}: {found}")
    return wrong


NO_ROWS = {"rows": "none", "filters": [], "sql": {"postgresql": "FALSE"}}


def wrong_hostile(make: Make, bundle: Bundle, cases: Sequence[Any], evaluator: str = "") -> list[str]:
    """Cases of hostile.yaml that are not denied as they say."""
    wrong = []
    for rule in ("decision", "table", "row_filters"):
        chosen = [
            case
            for case in cases
            if case.get("rule", "decision") == rule and case.get("but_for", "-") != evaluator
        ]
        answers = bundle.ask(make, rule, [case["given"] for case in chosen])
        for case, found in zip(chosen, answers, strict=True):
            if not _is_denied(rule, case.get("reason", "bad_request"), found):
                wrong.append(f"{rule} {case['given']}: {found}")
    return wrong


def wrong_parts(make: Make, bundle: Bundle) -> list[str]:
    """Columns with a part too few that are taken for one of a table with the name of the system."""
    columns = {"shop": {"": {"shop": bundle.data["columns"]["shop"][""]["customers"]}}}
    twin = Bundle(bundle.rego, {**bundle.data, "columns": columns})
    asked = {"role": "agent", "purpose": "service", "action": "read"}
    good, bad = twin.ask(
        make, "decision", [{**asked, "column": name} for name in ("shop.shop.email", "shop.email")]
    )
    right = good["effect"] == "allow" and bad["reason"] == "undeclared_column"
    return [] if right else [f"shop.shop.email: {good}, shop.email: {bad}"]


def _is_denied(rule: str, reason: str, found: Any) -> bool:
    if rule == "table":
        return bool(found == {})
    if rule == "row_filters":
        return {**found, "why": ""} == {**NO_ROWS, "why": ""} and bool(found["why"])
    return bool(found == {"effect": "deny", "mask": None, "conditions": [], "reason": reason})
