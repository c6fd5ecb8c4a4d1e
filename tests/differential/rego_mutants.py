"""Mutants of the OPA and Trino policies: one fault each, which the comparison with the reference has to find.

A mutant is a name and a function from the policy to a faulty one. `survivors` runs them; what it gives back
has not been found out.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml

from tests.differential import opa, shop, trino
from tests.differential.rego import Make
from tests.unit.policy.support import CASES


def _rego(old: str, new: str) -> Callable[[Any], Any]:
    """A fault in the Rego. The text to be replaced has to be there."""

    def mutate(policy: Any) -> Any:
        assert old in policy.rego, f"`{old}` does not occur"
        return replace(policy, rego=policy.rego.replace(old, new, 1))

    return mutate


def _data(change: Callable[[Any], None]) -> Callable[[Any], Any]:
    """A fault in the data."""

    def mutate(policy: Any) -> Any:
        data = copy.deepcopy(policy.data)
        change(data)
        return replace(policy, data=data)

    return mutate


def _every_denial_allows(reason: str) -> Callable[[Any], Any]:
    """A gate that is left out: what it alone denies is allowed."""

    def change(data: Any) -> None:
        hits = [each for each in data["outcomes"] if each["reason"] == reason]
        assert hits, reason
        for each in hits:
            each |= {"effect": "allow", "reason": ""}

    return _data(change)


def _no_masks(data: Any) -> None:
    for each in data["outcomes"]:
        if each["effect"] == "mask":
            each |= {"effect": "allow", "mask": None}


def _weaker_mask(data: Any) -> None:
    for each in data["outcomes"]:
        if each["mask"] and each["mask"]["n"]:
            each["mask"]["n"] += 1


def _no_conditions(data: Any) -> None:
    for each in data["outcomes"]:
        each["conditions"] = []


def _no_filters(data: Any) -> None:
    for each in data["filters"]:
        each |= {"rows": "all", "filters": [], "sql": {"postgresql": "TRUE"}}


def _problems_show_all(data: Any) -> None:
    for each in data["filters"]:
        if each["why"]:
            each |= {"rows": "all", "sql": {"postgresql": "TRUE"}, "why": ""}


def _kinds_mixed_up(data: Any) -> None:
    first, second = data["fields"]["customer.email"], data["fields"]["customer.illness"]
    data["fields"] |= {"customer.email": second, "customer.illness": first}


def _shared_column_takes_the_looser(data: Any) -> None:
    columns = data["columns"]["shop"][""]["customers"]
    columns["full_name"] = data["fields"]["customer.first_name"]


OPA: Mapping[str, Callable[[opa.Bundle], opa.Bundle]] = {
    "decision allows by default": _rego(
        'default decision := {"effect": "deny"', 'default decision := {"effect": "allow"'
    ),
    "an undeclared column is allowed": _rego(
        "} else := denied(missing) if {",
        '} else := {"effect": "allow", "mask": null, "conditions": [], "reason": ""} if {',
    ),
    "an unknown purpose is let through": _rego("not data.amanat.purposes[input.purpose]", "false"),
    "the first gate is not the reason": _rego('denied("unknown_role")', 'denied("unknown_field")'),
    "the standing of a role is ignored": _rego(
        'default standing := "unnamed"', 'default standing := "named"'
    ),
    "extra keys are taken": _rego("count(keys - (required | optional)) == 0", "true"),
    "a role need not be a text": _rego("every key in required {", 'every key in required - {"role"} {'),
    "consent for another purpose is enough": _rego("condition.purpose in input.consented", "true"),
    "a value that nobody named counts as granted": _rego("		condition.known\n", ""),
    "two parts make a column": _rego("	many > 2\n", ""),
    "rows by default": _rego('	"rows": "none",', '	"rows": "all",'),
    "rows for every action": _rego("	input.action in open.actions\n", ""),
    "no denial is kept": _every_denial_allows("purpose_not_allowed"),
    "clearance is not looked at": _every_denial_allows("above_clearance"),
    "special categories need no condition": _every_denial_allows("no_condition"),
    "the numbers of the outcomes are shifted": _data(
        lambda data: data["outcomes"].sort(key=lambda each: each["reason"])
    ),
    "masks are dropped": _data(_no_masks),
    "a mask keeps one character more": _data(_weaker_mask),
    "conditions are dropped": _data(_no_conditions),
    "row filters are dropped": _data(_no_filters),
    "a filter with a problem shows all": _data(_problems_show_all),
    "two kinds of field are mixed up": _data(_kinds_mixed_up),
    "the looser of two fields in a column wins": _data(_shared_column_takes_the_looser),
}


def _tables(change: Callable[[Any], None]) -> Callable[[Any], Any]:
    def each(data: Any) -> None:
        for table in data["trino"]["tables"]:
            change(table)

    return _data(each)


def _bare(table: Any) -> None:
    table["read"] = dict.fromkeys(table["read"])


def _no_trino_filters(table: Any) -> None:
    table["filters"] = []


def _writes_under_masks(table: Any) -> None:
    table["update"] = list(table["read"])


def _inserts(table: Any) -> None:
    table["insert"] = True


def _undeclared(table: Any) -> None:
    if "email" in table["read"]:
        table["read"]["secret"] = None


TRINO: Mapping[str, Callable[[trino.Policy], trino.Policy]] = {
    "allowed by default": _rego("default allow := false", "default allow := true"),
    "rows by default": _rego('default rowFilters := [{"expression": "false"}]', "default rowFilters := []"),
    "the first of two pairs acts": _rego(
        "	count(pairs) == 1\n	some name in pairs\n",
        "	count(pairs) > 0\n	name := sort(pairs)[0]\n",
    ),
    "only the user is looked at": _rego("array.concat([identity.user], identity.groups)", "[identity.user]"),
    "the reader runs queries": _rego(
        '	operation == "ExecuteQuery"\n	acting\n', '	operation == "ExecuteQuery"\n'
    ),
    "the reader reads everything": _rego(
        "	every column in resource.table.columns {\n		column in known\n	}\n", ""
    ),
    "any column is readable": _rego(
        "	every column in what.table.columns {\n		readable(what.table, column)\n	}\n", ""
    ),
    "counting is free": _rego("	count(granted(what.table).read) > 0\n", "	granted(what.table)\n"),
    "every function may run": _rego('	function.schemaName == "builtin"\n', ""),
    "index off by one": _rego('{"index": i, "viewExpression"', '{"index": i + 1, "viewExpression"'),
    "batch off by one": _rego("batch contains i if {", "batch contains i + 1 if {"),
    "an unknown type shows the column bare": _rego(
        '} else := {"expression": "NULL"}', '} else := {"expression": sprintf("%q", [column.columnName])}'
    ),
    "any text is a type": _rego(r"`^varchar(\([0-9]{1,10}\))?$`", "`^varchar`"),
    "what is not readable is not masked": _rego("	writable(granted(column))\n", ""),
    "filters read as the user": _rego('"identity": data.trino.reader} |', '"identity": identity.user} |'),
    "masks are dropped": _tables(_bare),
    "row filters are dropped": _tables(_no_trino_filters),
    "masked columns are written": _tables(_writes_under_masks),
    "every table is inserted into": _tables(_inserts),
    "an undeclared column is readable": _tables(_undeclared),
}


def opa_faults(make: Make, bundle: opa.Bundle) -> Iterator[str]:
    """What the comparison finds wrong with a bundle of the shop, cheapest first."""
    catalog, as_of = shop.catalog(), shop.AS_OF
    yield from opa.wrong_hostile(make, bundle, HOSTILE)
    yield from opa.wrong_parts(make, bundle)
    yield from opa.wrong_rows(make, bundle, catalog, as_of)
    yield from opa.wrong_tables(make, bundle, catalog, as_of)
    yield from opa.wrong_fields(make, bundle, catalog, as_of)


def trino_faults(make: Make, policy: trino.Policy) -> Iterator[str]:
    """What the comparison finds wrong with a Trino policy."""
    yield from trino.wrong_requests(make, policy, REQUESTS)
    yield from trino.wrong_cells(make, policy, trino.catalog(), trino.generated()[1])


HOSTILE = yaml.safe_load((CASES / "opa" / "hostile.yaml").read_text(encoding="utf-8"))
REQUESTS = yaml.safe_load((trino.FILES / "requests.yaml").read_text(encoding="utf-8"))


def survivors(make: Make, names: Sequence[str] | None = None) -> list[str]:
    """Mutants (`opa: …`, `trino: …`) that the comparison takes for right."""
    bundle, policy = opa.bundle_of(shop.catalog(), shop.AS_OF), trino.policy_of(trino.generated()[0])
    left = [
        f"opa: {name}"
        for name, mutate in OPA.items()
        if (not names or f"opa: {name}" in names) and not any(opa_faults(make, mutate(bundle)))
    ]
    return left + [
        f"trino: {name}"
        for name, mutate in TRINO.items()
        if (not names or f"trino: {name}" in names) and not any(trino_faults(make, mutate(policy)))
    ]
