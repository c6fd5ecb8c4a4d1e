"""The Trino policy against the reference: every cell that is told exact is given, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.model.values import Action, Pair, SystemId
from amanat.policy.build import build_policy
from amanat.policy.columns import decide_column
from amanat.policy.loss import Loss, Status
from amanat.policy.plan import acting_pairs
from amanat.policy.request import Effect
from amanat.policy.targets.granting import principal
from tests.differential.rego import Make
from tests.unit.policy.support import CASES

AS_OF = date(2026, 6, 30)
FILES = CASES / "trino"


@dataclass(frozen=True)
class Policy:
    """The files of the policy, read: its Rego and its data."""

    rego: str
    data: Any

    def ask(self, make: Make, rule: str, inputs: list[Any]) -> list[Any]:
        """What the policy answers."""
        return make({"trino.rego": self.rego}, self.data).ask_all(f"trino.{rule}", inputs)


def catalog() -> Catalog:
    """The catalog of tests/cases/policy/trino."""
    return load_catalog(FILES).catalog


def policy_of(files: Mapping[str, str]) -> Policy:
    """The policy among generated files."""
    return Policy(files["policy/trino/trino.rego"], json.loads(files["policy/trino/data.json"]))


def asked(who: str | list[str], action: Any) -> Any:
    """A request in the form that the plugin documents."""
    user, *groups = [who] if isinstance(who, str) else who
    return {
        "context": {
            "identity": {"user": user, "groups": groups},
            "queryId": "20260630_081710_03427_trino",
            "softwareStack": {"trinoVersion": "476"},
        },
        "action": action,
    }


def wrong_requests(make: Make, policy: Policy, cases: list[Any]) -> list[str]:
    """Cases of requests.yaml that are not answered as they say."""
    wrong = []
    for rule in ("allow", "batch", "rowFilters", "columnMask", "batchColumnMasks"):
        chosen = [case for case in cases if case.get("rule", "allow") == rule]
        answers = policy.ask(make, rule, [asked(case["as"], case["action"]) for case in chosen])
        for case, found in zip(chosen, answers, strict=True):
            same = _unordered(found) == _unordered(case["answer"])
            wrong += [] if same else [f"{rule} {case['as']} {case['action']}: {found}"]
    return wrong


def _unordered(answer: Any) -> Any:
    return sorted(answer, key=repr) if isinstance(answer, list) else answer


def wrong_cells(make: Make, policy: Policy, catalog: Catalog, losses: tuple[Loss, ...]) -> list[str]:
    """Cells of reading and updating, and tables of inserting, deleting and rows, that are not as the reference
    and the losses say. Every column is asked for, and the ones that only the snapshot knows."""
    told = {(each.pair, each.action, each.source): each for each in losses}
    wrong = []
    for pair in acting_pairs(catalog):
        columns = {
            f"lake.{path}": path.rsplit(".", 2)
            for path in catalog.snapshots[SystemId("lake")].columns
            if path.count(".") == 2
        }
        requests, expected = [], []
        for source, (schema, table, column) in columns.items():
            place = {"catalogName": "lake", "schemaName": schema.lower(), "tableName": table.lower()}
            for action, operation in (
                (Action.READ, "SelectFromColumns"),
                (Action.UPDATE, "UpdateTableColumns"),
            ):
                decision = decide_column(catalog, pair.role, pair.purpose, action, source, AS_OF)
                loss = told.get((pair, action, source))  # type: ignore[arg-type]
                given = decision.effect is not Effect.DENY and loss is not None and loss.status in _GIVEN
                resource = {"table": {**place, "columns": [column.lower()]}}
                requests.append(asked(principal(pair), {"operation": operation, "resource": resource}))
                expected.append(given)
        found = policy.ask(make, "allow", requests)
        wrong += [
            f"{given['context']['identity']['user']} {given['action']}: {answer}"
            for given, answer, should in zip(requests, found, expected, strict=True)
            if answer is not should
        ]
        wrong += _wrong_shown(make, policy, catalog, pair, columns)
    return wrong


_GIVEN = (Status.EXACT, Status.MASK_APPROXIMATE, Status.DENY_AS_NULL)


def _wrong_shown(
    make: Make, policy: Policy, catalog: Catalog, pair: Pair, columns: Mapping[str, list[str]]
) -> list[str]:
    """Columns that are shown other than the reference says: bare where it masks, or with every row where it
    asks for consent."""
    wrong = []
    requests = []
    for source, (schema, table, column) in columns.items():
        place = {"catalogName": "lake", "schemaName": schema.lower(), "tableName": table.lower()}
        kind = catalog.snapshots[SystemId("lake")].columns[source.removeprefix("lake.")].type
        shown = {**place, "columnName": column.lower(), "columnType": kind}
        requests.append(
            (
                asked(
                    principal(pair), {"operation": "GetColumnMask", "filterResources": [{"column": shown}]}
                ),
                asked(principal(pair), {"operation": "GetRowFilters", "resource": {"table": place}}),
            )
        )
    masks = policy.ask(make, "batchColumnMasks", [mask for mask, _ in requests])
    filters = policy.ask(make, "rowFilters", [rows for _, rows in requests])
    for source, mask, rows in zip(columns, masks, filters, strict=True):
        decision = decide_column(catalog, pair.role, pair.purpose, Action.READ, source, AS_OF)
        if decision.effect is Effect.MASK and [each["index"] for each in mask] != [0]:
            wrong.append(f"{pair} sees {source} bare")
        if decision.effect is Effect.ALLOW and mask and rows != [{"expression": "false"}]:
            wrong.append(f"{pair} sees {source} masked: {mask}")
        if decision.conditions and not rows:
            wrong.append(f"{pair} sees every row of {source}")
        if decision.effect is not Effect.DENY and not decision.conditions and rows not in ([], _NOTHING):
            wrong.append(f"{pair} does not see every row of {source}: {rows}")
    return wrong


_NOTHING = [{"expression": "false"}]


def generated() -> tuple[dict[str, str], tuple[Loss, ...]]:
    """The files of the catalog's policy, and its losses."""
    built = build_policy(catalog(), AS_OF, ["trino"])
    return built.files, built.by_target["trino"].losses[0].cells
