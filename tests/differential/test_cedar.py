"""The Cedar target on the hostile catalog of the policy cases: every cell, and requests that nobody should make."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import cedarpy
import pytest

from amanat.model.values import RoleId
from amanat.policy.build import build_policy
from amanat.policy.loss import Generated
from tests.differential.cedar import FOLDER, Ask, Engine, Setting, compare, uid
from tests.differential.cedar_mutants import MUTANTS, NOTICED_BY_CHECKS, guarded, killed_by
from tests.differential.shop import AS_OF

EMAIL = ("Field", "customer.email")
VIEWER = RoleId("viewer")


@cache
def made() -> Generated:
    return build_policy(guarded(), AS_OF, ["cedar"]).by_target["cedar"]


@cache
def engine() -> Engine:
    return Engine(made().files)


def test_every_cell_is_what_the_reference_decides() -> None:
    tally = compare(Setting(guarded(), AS_OF, made()))
    assert tally.allow > 900 and tally.mask > 60 and tally.deny > 14_000
    assert tally.consent > 500 and tally.lost > 50


@pytest.mark.parametrize("name", MUTANTS)
def test_the_comparison_notices_a_fault(name: str) -> None:
    assert killed_by(MUTANTS[name], guarded(), AS_OF) == ("files" if name in NOTICED_BY_CHECKS else "cells")


def answered(change: Mapping[str, Any], ask: Ask | None = None, schema: bool = True) -> bool:
    """Whether Cedar allows a request of which some parts are changed (None: taken away)."""
    request = (ask or Ask("marketer", "news", "read", EMAIL, ["news"])).request()
    request["context"] |= {key: value for key, value in change.items() if key not in request}
    request |= {key: value for key, value in change.items() if key in request}
    request["context"] = {key: value for key, value in request["context"].items() if value is not None}
    result = cedarpy.is_authorized(
        request, engine().policies, engine().entities, engine().schema if schema else None
    )
    return bool(result.allowed)


PURPOSES = [{"__entity": uid(("Purpose", name))} for name in ("news", "service")]
FORGED: Mapping[str, Mapping[str, Any]] = {
    "no consent": {"consented": []},
    "consent missing": {"consented": None},
    "consent as text": {"consented": ["news"]},
    "consent as one purpose": {"consented": PURPOSES[0]},
    "consent of a role": {"consented": [{"__entity": uid(("Role", "news"))}]},
    "purpose missing": {"purpose": None},
    "purpose as text": {"purpose": "news"},
    "two purposes": {"purpose": PURPOSES},
    "another purpose": {"purpose": PURPOSES[1]},
    "role as purpose": {"purpose": {"__entity": uid(("Role", "news"))}},
    "another role": {"principal": uid(("Role", "agent"))},
    "unknown role": {"principal": uid(("Role", "nobody"))},
    "purpose as principal": {"principal": uid(("Purpose", "news"))},
    "role of another namespace": {"principal": {"type": "Role", "id": "marketer"}},
    "unknown action": {"action": uid(("Action", "peek"))},
    "action of another namespace": {"action": {"type": "Action", "id": "read"}},
    "a mask that is not the decided one": {"action": uid(("Action", "read as redact"))},
    "unknown field": {"resource": uid(("Field", "customer.soul"))},
    "undeclared column": {"resource": uid(("Column", "shop.customers.secret"))},
    "field as column": {"resource": uid(("Column", "customer.email"))},
}


@pytest.mark.parametrize("schema", [True, False], ids=["with schema", "without schema"])
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_request_is_denied(name: str, schema: bool) -> None:
    assert answered({}, schema=schema)
    assert not answered(FORGED[name], schema=schema)


def test_an_attribute_that_the_schema_does_not_know_is_denied() -> None:
    assert not answered({"role": PURPOSES[1]})
    assert not answered({"mask": "none"})


def test_a_kind_is_nothing_to_ask_about() -> None:
    (kind,) = engine().parents[EMAIL]
    assert not answered({"resource": uid(kind)})


def test_who_is_two_roles_is_none() -> None:
    both = {
        "uid": uid(("Role", "both")),
        "attrs": {},
        "parents": [uid(("Role", "marketer")), uid(("Role", "agent"))],
    }
    with pytest.raises(ValueError, match="conform"):
        cedarpy.Entities.from_json_str(json.dumps([*engine().raw, both]), engine().schema)
    entities = cedarpy.Entities.from_json_str(json.dumps([*engine().raw, both]))
    for role, allowed in (("marketer", True), ("both", False)):
        request = Ask(role, "news", "read", EMAIL, ["news"]).request()
        assert cedarpy.is_authorized(request, engine().policies, entities).allowed is allowed


def test_who_knows_nothing_of_masks_sees_nothing() -> None:
    ask = Ask("viewer", "service", "read", EMAIL)
    assert not answered({}, ask)
    assert answered({}, ask._replace(action="read as redact"))
    assert not answered({}, ask._replace(action="read as partial(3)"))


def test_entities_beside_policies_of_another_catalog_never_get_more_than_their_own_gave_them() -> None:
    stricter = replace(guarded(), denials={}, holds={})
    other = replace(
        guarded(), roles={**guarded().roles, VIEWER: replace(guarded().roles[VIEWER], clearance=None)}
    )
    for catalog in (stricter, other):
        files = build_policy(catalog, AS_OF, ["cedar"]).files
        mixed = Engine({**files, f"{FOLDER}entities.json": made().files[f"{FOLDER}entities.json"]})
        asks = [
            Ask(role, purpose, action, resource, [purpose])
            for role in guarded().roles
            for purpose in guarded().purposes
            for action in ("read", "update", "delete")
            for resource in engine().parents
            if resource[0] == "Field"
        ]
        own, got = engine().allows(asks), mixed.allows(asks)
        assert any(got)
        assert not [ask for ask, before, after in zip(asks, own, got, strict=True) if after and not before]
