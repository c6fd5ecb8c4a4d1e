"""The three files of a Cedar policy: schema, policies, entities."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from urllib.parse import quote

from amanat.model.catalog import Catalog
from amanat.model.resources import Purpose
from amanat.model.values import Action, Mask, MaskKind, in_language
from amanat.policy.plan import Plan
from amanat.policy.targets.cedar.permits import Permit, Permits
from amanat.policy.targets.cedar.quoting import NAMESPACE, comment, entity, string

_WIDTH = 80
"""Columns that Cedar's own formatter keeps to."""

_BREAK = ",\n   "
"""Between the items of a list that it breaks."""

_SHOWS: Mapping[MaskKind, str] = {
    MaskKind.NULL: "nothing: the value is missing",
    MaskKind.REDACT: "*** whatever the value",
    MaskKind.PARTIAL: "*** and the last characters, {n} of them; *** alone for a value of fewer than {twice}",
    MaskKind.HASH: "the HMAC-SHA-256 of the value, hexadecimal, under a key that stands in no file",
    MaskKind.YEAR: "the year, as in 2026",
    MaskKind.MONTH: "year and month, as in 2026-06",
    MaskKind.PREFIX: "the first characters, {n} of them",
    MaskKind.EMAIL_DOMAIN: "what follows the @ of one plain address, else ***",
    MaskKind.BUCKET: "the number rounded down to a multiple of {n}",
}

_ASK = """\
A request names one role, one purpose, one action and one resource. Nothing is open but what a policy permits.
  principal  Amanat::Role::"…"
  action     Amanat::Action::"read" for the value in clear, "read as partial(4)" for it under that mask, …
  resource   Amanat::Field::"…", or Amanat::Column::"system.table.column"
  context    {purpose: Amanat::Purpose::"…", consented: [Amanat::Purpose::"…", …]}
`consented` are the purposes for which the consent of the person whom the row is about is granted now; where
that is not known, it is []. Whoever has several roles or purposes asks for one, and never unites two answers.
Whoever may see a value only masked is denied the plain action and allowed the one that names the mask: ask in
clear first, then for each mask of the schema. At most one is allowed, and it is the mask to apply.
Give the engine the schema with every request: without it a malformed request is not refused as malformed.
Which fields and columns are of a kind stands in entities.json; a kind is named after its first field."""


def schema_text(plan: Plan, permits: Permits) -> str:
    """The schema, in Cedar's own form. It declares a masked action for each mask in use."""
    masks = sorted({(each.does, each.action, each.mask) for each in permits.kinds_of if each.mask}, key=str)
    lines = [
        *_header("Schema of the access policy", plan),
        f"namespace {NAMESPACE} {{",
        "  // The catalog that the entities were made from.",
        '  entity Catalog = { "as_of"?: String };',
        "  // Neither has members: a role is no group of roles, and a purpose stands for itself alone.",
        "  entity Role, Purpose;",
        "  // What is open to the same roles for the same purposes, in the same way.",
        "  entity Kind;",
        "  entity Field, Column in [Kind];",
        "  type Asked = {",
        '    "purpose": Purpose,',
        '    "consented": Set<Purpose>',
        "  };",
        "",
        *_action(", ".join(string(action.value) for action in sorted(Action, key=str))),
    ]
    for name, _, mask in masks:
        assert mask is not None
        lines += ["", "  " + comment(f"Shows {_shows(mask)}."), *_action(string(name))]
    return "\n".join([*lines, "}"]) + "\n"


def _action(names: str) -> list[str]:
    return [
        f"  action {names} appliesTo {{",
        "    principal: [Role],",
        "    resource: [Field, Column],",
        "    context: Asked",
        "  };",
    ]


def _shows(mask: Mask) -> str:
    return _SHOWS[mask.kind].format(n=mask.n, twice=2 * (mask.n or 0))


def policies_text(catalog: Catalog, plan: Plan, permits: Permits) -> str:
    """The policies, as Cedar's formatter leaves them. Each permits; there is none that forbids, because one
    that forbids and fails forbids nothing."""
    lines = [*_header("Access policy", plan), *map(comment, _ASK.splitlines()), "//"]
    blocks = []
    for pair, of_pair in groupby(permits.kinds_of.items(), key=lambda item: item[0].pair):
        purpose = catalog.purposes[pair.purpose]
        head = comment(f"{pair.role} acting for {pair.purpose}")
        made = [_policy(permit, kinds, _reason(catalog, purpose)) for permit, kinds in of_pair]
        blocks.append("\n".join([head, "\n\n".join(made)]))
    return "\n".join([*lines, "\n\n".join(blocks)]).rstrip("\n") + "\n"


def policy_id(permit: Permit) -> str:
    """The name of a policy: `role/purpose/action`, and the mask where there is one."""
    name = "/".join([quote(permit.pair.role, safe=""), quote(permit.pair.purpose, safe=""), permit.does])
    return f"{name} with consent" if permit.conditions else name


def _reason(catalog: Catalog, purpose: Purpose) -> str:
    label = in_language(purpose.label, catalog.language, str(purpose.id))
    return in_language(purpose.reason, catalog.language, label)


def _policy(permit: Permit, kinds: tuple[str, ...], reason: str) -> str:
    consents = dict.fromkeys(condition.purpose for condition in permit.conditions)
    told = "; ".join(str(condition) for condition in permit.conditions)
    tests = [
        f"context.purpose == {entity('Purpose', permit.pair.purpose)}",
        *(f"context.consented.contains({entity('Purpose', purpose)})" for purpose in consents),
    ]
    return "\n".join(
        [
            f"@id({string(policy_id(permit))})",
            f"@reason({string(reason)})",
            *([f"@mask({string(str(permit.mask))})"] if permit.mask else []),
            *([f"@consent({string(told)})"] if told else []),
            "permit (",
            f"  principal == {entity('Role', permit.pair.role)},",
            f"  action == {entity('Action', permit.does)},",
            "  resource",
            ")",
            *_when(tests, [entity("Kind", kind) for kind in kinds]),
        ]
    )


def _when(tests: list[str], kinds: list[str]) -> Iterator[str]:
    """The conditions, broken into lines where the formatter breaks them."""
    inside = f"resource in [{', '.join(kinds)}]"
    whole = f"when {{ {' && '.join([*tests, inside])} }};"
    if len(whole) <= _WIDTH:
        yield whole
        return
    if len(inside) + 2 > _WIDTH:
        inside = f"resource in [{_BREAK.join(kinds)}]"
    yield from ("when", "{", *(f"  {test} &&" for test in tests), f"  {inside}", "};")


def entities_text(catalog: Catalog, plan: Plan, permits: Permits) -> str:
    """The entities, one a line. No role or purpose has a parent, so that none can stand for another."""
    made = [_entity("Catalog", f"sha256:{plan.digest}", {"as_of": plan.as_of} if plan.as_of else {})]
    kinds = {kind for found in permits.kinds_of.values() for kind in found}
    for name, ids in (("Kind", kinds), ("Purpose", catalog.purposes), ("Role", catalog.roles)):
        made += [_entity(name, str(each)) for each in sorted(ids)]
    for resource, kind in permits.kind_of.items():
        made.append(_entity(resource.type, resource.id, kind=kind))
    return "[\n" + ",\n".join(made) + "\n]\n"


def _entity(name: str, value: str, attributes: Mapping[str, str] | None = None, kind: str = "") -> str:
    def uid(of: str, text: str) -> dict[str, str]:
        return {"type": f"{NAMESPACE}::{of}", "id": text}

    parents = [uid("Kind", kind)] if kind else []
    data = {"uid": uid(name, value), "attrs": attributes or {}, "parents": parents}
    return json.dumps(data, ensure_ascii=False)


def _header(title: str, plan: Plan) -> list[str]:
    judged = f", judged on {plan.as_of}" if plan.as_of else ""
    return [
        comment(f"{title}, made by amanat from catalog sha256:{plan.digest}{judged}"),
        comment("Do not edit: change the catalog and build again."),
    ]
