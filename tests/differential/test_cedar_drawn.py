"""The Cedar target on drawn catalogs, and Cedar's own parser on what the target quotes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import cedarpy
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amanat.model.catalog import Catalog
from amanat.model.values import Action, FieldId, PurposeId, RoleId
from amanat.policy.matrix import matrix
from amanat.policy.plan import in_use, make_plan
from amanat.policy.targets import cedar
from amanat.policy.targets.cedar.quoting import comment, entity, string
from amanat.policy.targets.quoting import UnquotableError
from tests.differential import shop
from tests.differential.cedar import Ask, Engine, Setting, compare, uid
from tests.property.policies import AS_OF, base, catalogs

HOSTILE = st.text(
    st.one_of(
        st.sampled_from("\"'\\*{}@;/\n\r\t\0\x7f\x85\u200c\u202e\u2028 éن🙂"),
        st.characters(codec="utf-8"),
    )
)


def setting(catalog: Catalog, as_of: date | None) -> Setting:
    systems = [system for system in catalog.systems.values() if in_use(system)]
    return Setting(catalog, as_of, cedar.generate(catalog, make_plan(matrix(catalog, as_of), systems)))


@settings(max_examples=25)
@given(catalogs(), AS_OF)
def test_every_cell_of_a_drawn_catalog_is_what_the_reference_decides(
    catalog: Catalog, as_of: date | None
) -> None:
    compare(setting(replace(catalog, systems=shop.catalog().systems), as_of))


def test_an_empty_catalog_permits_nothing() -> None:
    bare = replace(base(), fields={}, purposes={}, roles={})
    engine = Engine(setting(bare, None).made.files)
    engine.check()
    assert engine.static == {}
    assert engine.allows([Ask("agent", "service", "read", ("Field", "customer.email"))]) == [False]


@given(HOSTILE)
def test_a_string_reads_back_as_itself(text: str) -> None:
    policy = f"@id({string(text)})\npermit (principal == {entity('Role', text)}, action, resource);"
    (read,) = json.loads(cedarpy.policies_to_json_str(policy))["staticPolicies"].values()
    assert read["annotations"] == {"id": text}
    assert read["principal"]["entity"] == uid(("Role", text))


@given(HOSTILE)
def test_what_cannot_be_seen_is_escaped(text: str) -> None:
    assert all(char.isprintable() or char in "\u200c\u200d" for char in string(text))


@given(HOSTILE)
def test_a_comment_never_ends_early(text: str) -> None:
    policies = f"{comment(text)}\npermit (principal, action, resource);"
    assert len(json.loads(cedarpy.policies_to_json_str(policies))["staticPolicies"]) == 1
    assert len(comment(text).splitlines()) == 1


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnquotableError, match=r"U\+D800"):
        string("a\ud800")


@settings(max_examples=50)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_hostile_ids_come_through_whole(role: str, purpose: str, field: str, other: str, reason: str) -> None:
    assume(field != other)
    catalog = named(role, purpose, field, other, reason)
    engine = Engine(setting(catalog, None).made.files)
    (policy,) = engine.static.values()
    assert policy["annotations"]["reason"] == reason
    asks = [Ask(role, purpose, "read", ("Field", name)) for name in (field, other)]
    assert engine.allows(asks) == [True, False]
    assert engine.allows([ask._replace(role=role + "x") for ask in asks]) == [False, False]
    assert engine.allows([ask._replace(purpose=purpose + "x") for ask in asks]) == [False, False]


def named(role: str, purpose: str, field: str, other: str, reason: str) -> Catalog:
    """A catalog in which one role may read one field for one purpose, and not the other field."""
    start = base()
    names = RoleId(role), PurposeId(purpose), FieldId(field), FieldId(other)
    entry = start.fields[FieldId("customer.email")]
    return replace(
        start,
        roles={names[0]: replace(start.roles[RoleId("agent")], id=names[0])},
        purposes={
            names[1]: replace(
                start.purposes[PurposeId("service")],
                id=names[1],
                reason={"en": reason},
                roles={names[0]: (Action.READ,)},
            )
        },
        fields={
            names[2]: replace(entry, id=names[2], purposes=(names[1],)),
            names[3]: replace(entry, id=names[3], purposes=()),
        },
        denials={},
    )
