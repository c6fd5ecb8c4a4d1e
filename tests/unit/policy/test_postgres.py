"""What a PostgreSQL policy says and what it leaves to the loss report, before any database sees it."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from amanat.errors import UsageError
from amanat.load import Loaded
from amanat.model.values import Action, Mask, MaskKind, Pair, PurposeId, RoleId, SourceId
from amanat.policy.build import Built, build_policy, refuse_faults
from amanat.policy.loss import Loss, Status
from amanat.policy.plan import Access, Column, Table
from amanat.policy.request import Condition, Effect, Outcome
from amanat.policy.rows import RowFilter
from amanat.policy.targets import TARGETS
from amanat.policy.targets.granting import principal
from amanat.policy.targets.postgres.engine import POSTGRES
from amanat.policy.targets.postgres.script import view_name
from amanat.policy.targets.relational import Privileges, realise
from amanat.schema import load_schema
from tests.unit.policy.support import changed

AS_OF = date(2026, 6, 30)
PAIR = Pair(RoleId("agent"), PurposeId("service"))
ALLOW, DENY = Outcome(Effect.ALLOW, None, (), ""), Outcome(Effect.DENY, None, (), "x")
CONSENT = Condition(PurposeId("service"), SourceId("shop.t.ok"), True)


def masked(kind: str, n: int | None = None) -> Outcome:
    return Outcome(Effect.MASK, Mask(MaskKind(kind), n), (), "")


def column(name: str, kind: str | None = "text", zoned: bool | None = None) -> Column:
    return Column(name, SourceId(f"shop.t.{name}"), (), kind, zoned)


def outcome_of(
    columns: list[Column], rows: tuple[RowFilter, ...] = (), table: str = "t", **actions: list[Outcome]
) -> tuple[Privileges | None, dict[tuple[str, str], Loss]]:
    outcomes = {
        Action(name): {at: each for at, each in enumerate(found) if each is not DENY}
        for name, found in actions.items()
    }
    privileges, losses = realise(POSTGRES, PAIR, Access(Table("", table, tuple(columns)), outcomes, rows))
    return privileges, {(loss.action.value, loss.source.rpartition(".")[2]): loss for loss in losses}


def test_a_table_seen_as_it_is_gets_privileges_on_its_columns_only() -> None:
    privileges, losses = outcome_of(
        [column("a"), column("b"), column("c")], read=[ALLOW, DENY, ALLOW], update=[DENY, DENY, ALLOW]
    )
    assert privileges is not None
    assert privileges.view is None
    assert privileges.on_table == {"SELECT": ("a", "c"), "UPDATE": ("c",)}
    assert {loss.status for (action, _), loss in losses.items() if action in ("read", "update")} == {
        Status.EXACT
    }


def test_one_mask_moves_all_reading_into_a_view() -> None:
    privileges, losses = outcome_of(
        [column("a"), column("b"), column("c")],
        read=[ALLOW, masked("redact"), DENY],
        update=[ALLOW, ALLOW, DENY],
        create=[ALLOW, ALLOW, ALLOW],
    )
    assert privileges is not None
    assert privileges.on_table == {"INSERT": ("a", "b", "c")}
    assert privileges.on_view == {"SELECT": ("a", "b"), "UPDATE": ("a",)}
    assert losses["read", "c"].status is Status.DENY_AS_ABSENT
    assert losses["update", "b"].status is Status.NOT_EXPRESSIBLE


def test_with_a_row_condition_even_inserting_goes_through_the_view() -> None:
    rows = (RowFilter(CONSENT, (), "ok"),)
    privileges, losses = outcome_of(
        [column("a"), column("b")], rows, read=[ALLOW, masked("redact")], create=[ALLOW, ALLOW]
    )
    assert privileges is not None
    assert privileges.on_table == {}
    assert privileges.on_view == {"SELECT": ("a", "b"), "INSERT": ("a",)}
    assert losses["create", "b"].status is Status.NOT_EXPRESSIBLE


@pytest.mark.parametrize(
    ("deletes", "status"), [([ALLOW, ALLOW], Status.EXACT), ([ALLOW, DENY], Status.NOT_EXPRESSIBLE)]
)
def test_rows_are_deleted_only_if_every_declared_column_may_be(
    deletes: list[Outcome], status: Status
) -> None:
    privileges, losses = outcome_of([column("a"), column("b")], delete=deletes)
    assert losses["delete", "a"].status is status
    assert privileges is not None
    assert ("DELETE" in privileges.on_table) == (status is Status.EXACT)


def test_deleting_alone_under_a_row_condition_cannot_be_expressed() -> None:
    privileges, losses = outcome_of([column("a")], (RowFilter(CONSENT, (), "ok"),), delete=[ALLOW])
    assert privileges is not None
    assert not privileges.on_table
    assert not privileges.on_view
    assert losses["delete", "a"].status is Status.NOT_EXPRESSIBLE


def test_rows_without_a_way_to_consent_are_closed_whole() -> None:
    problem = RowFilter(CONSENT, (), "", "nobody knows")
    privileges, losses = outcome_of(
        [column("a"), column("b")], (problem,), read=[ALLOW, DENY], create=[ALLOW, ALLOW]
    )
    assert privileges is None
    assert {key: loss.status for key, loss in losses.items()} == dict.fromkeys(
        [("read", "a"), ("create", "a"), ("create", "b")], Status.ROWS_UNSUPPORTED
    )
    assert losses["read", "a"].why == "nobody knows"


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "x" * 64, "ن" * 32])
def test_a_column_whose_name_cannot_be_written_is_denied_and_told(name: str) -> None:
    privileges, losses = outcome_of([column("a"), column(name)], read=[ALLOW, ALLOW], create=[ALLOW, ALLOW])
    assert privileges is not None
    assert privileges.on_table == {"SELECT": ("a",), "INSERT": ("a",)}
    assert losses["read", name].status is Status.NOT_EXPRESSIBLE
    assert losses["create", name].cause == "name"


@pytest.mark.parametrize("value", ["gra\nnted", "\0"])
def test_a_granted_value_that_cannot_be_written_closes_the_rows(value: str) -> None:
    rows = (RowFilter(CONSENT._replace(granted=value), (), "ok"),)
    privileges, losses = outcome_of([column("a")], rows, read=[ALLOW])
    assert privileges is None
    assert losses["read", "a"].status is Status.ROWS_UNSUPPORTED


def test_a_table_whose_name_cannot_be_written_is_denied_whole() -> None:
    privileges, losses = outcome_of([column("a")], table="t\n", read=[ALLOW])
    assert privileges is None
    assert losses["read", "a"].status is Status.NOT_EXPRESSIBLE


@pytest.mark.parametrize(
    ("mask", "kind", "zoned", "status"),
    [
        (masked("partial", 4), "text", None, Status.EXACT),
        (masked("partial", 4), None, None, Status.MASK_APPROXIMATE),
        (masked("hash"), None, None, Status.MASK_APPROXIMATE),
        (masked("partial", 4), "integer", None, Status.DENY_AS_NULL),
        (masked("partial", 4), "other", None, Status.DENY_AS_NULL),
        (masked("year"), "date", None, Status.EXACT),
        (masked("year"), "timestamp", True, Status.EXACT),
        (masked("year"), "timestamp", None, Status.DENY_AS_NULL),
        (masked("year"), "text", None, Status.DENY_AS_NULL),
        (masked("year"), None, None, Status.DENY_AS_NULL),
        (masked("bucket", 5), None, None, Status.DENY_AS_NULL),
        (masked("redact"), None, None, Status.EXACT),
        (masked("null"), "other", None, Status.EXACT),
    ],
)
def test_a_mask_is_used_only_where_the_type_of_the_column_is_sure(
    mask: Outcome, kind: str | None, zoned: bool | None, status: Status
) -> None:
    privileges, losses = outcome_of([column("a", kind, zoned)], read=[mask])
    assert losses["read", "a"].status is status
    assert privileges is not None
    assert privileges.view is not None
    (shown,) = privileges.view.columns
    assert shown.mask == (Mask(MaskKind.NULL) if status is Status.DENY_AS_NULL else mask.mask)


def test_exporting_is_never_granted_and_never_claimed_to_be_prevented() -> None:
    _, losses = outcome_of(
        [column("a"), column("b"), column("c")], read=[ALLOW, ALLOW, DENY], export=[ALLOW, DENY, DENY]
    )
    exported = {name: loss.status for (action, name), loss in losses.items() if action == "export"}
    assert exported == {"a": Status.NOT_EXPRESSIBLE, "b": Status.NOT_EXPRESSIBLE}
    assert {name for action, name in losses if action == "share"} == {"a", "b"}


def test_a_view_is_named_like_its_table_unless_that_stands_in_another_schema() -> None:
    assert view_name(Table("", "orders", ())) == view_name(Table("public", "orders", ())) == "orders"
    assert view_name(Table("crm", "orders", ())) == "crm.orders"
    assert len(view_name(Table("c" * 40, "o" * 40, ()))) == 63


@pytest.mark.parametrize(
    ("role", "purpose", "name"),
    [
        ("agent", "service", "agent__service"),
        ("agent", "marketing.email", "agent__marketing.email"),
    ],
)
def test_a_principal_is_named_by_its_role_and_purpose(role: str, purpose: str, name: str) -> None:
    assert principal(Pair(RoleId(role), PurposeId(purpose))) == name


SYSTEMS = """\
systems:
  shop: {label: Shop, kind: commerce, owner: crm, country: DE, engine: postgresql, customer_id: shop.customers.email}
  till: {label: Till, kind: commerce, owner: crm, country: DE, engine: mysql, customer_id: {none: Cash}}
  paper: {label: Paper, kind: other, owner: crm, country: DE, customer_id: {none: Paper}}
  old: {label: Old, kind: other, owner: crm, country: DE, engine: postgresql, status: retired, customer_id: {none: Gone}}
"""


def built(
    loaded: Loaded | None = None, targets: list[str] | None = None, systems: list[str] | None = None
) -> Built:
    return build_policy((loaded or changed(more=SYSTEMS)).catalog, AS_OF, targets, systems)


def test_each_system_gets_its_policy_its_undo_and_its_losses() -> None:
    made = built()
    assert list(made.files) == [
        "policy/postgres/loss.json",
        "policy/postgres/shop.loss.json",
        "policy/postgres/shop.sql",
        "policy/postgres/shop.undo.sql",
    ]
    assert [system.id for system in made.without] == ["paper", "till"]


def test_the_files_name_the_catalog_they_were_made_from_and_are_the_same_every_time() -> None:
    loaded = changed(more=SYSTEMS)
    one, other = built(loaded), built(loaded)
    assert one.files == other.files
    for text in one.files.values():
        assert loaded.catalog.digest in text or "without_target" in text


def test_nothing_is_granted_on_a_whole_table_or_to_everybody() -> None:
    lines = built().files["policy/postgres/shop.sql"].splitlines()
    grants = [line for line in lines if line.startswith("GRANT ")]
    assert grants
    for line in grants:
        assert "(" in line or line.startswith(("GRANT USAGE ON SCHEMA", "GRANT DELETE ON TABLE")), line
        assert "PUBLIC" not in line


def test_loss_reports_keep_their_contract() -> None:
    files = built().files
    report = json.loads(files["policy/postgres/shop.loss.json"])
    jsonschema.validate(report, load_schema("policy-loss"))
    counted = sum(sum(found.values()) for found in report["summary"].values())
    assert counted == sum(len(group["sources"]) for group in report["cells"]) > 0
    overview = json.loads(files["policy/postgres/loss.json"])
    jsonschema.validate(overview, load_schema("policy-losses"))
    assert [each["system"] for each in overview["without_target"]] == ["paper", "till"]


@pytest.mark.parametrize(
    ("targets", "systems", "complaint"),
    [
        (None, ["till"], "engine `mysql` of system `till`"),
        (None, ["paper"], "engine `unknown` of system `paper`"),
        (None, ["ghost"], "no system `ghost`"),
        (["ghost"], None, "no policy target `ghost`"),
    ],
)
def test_what_cannot_be_built_is_refused(
    targets: list[str] | None, systems: list[str] | None, complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        built(None, targets, systems)


@pytest.mark.parametrize(
    "more",
    [
        "denials: {d: {role: agent, reasn: no}}",
        "denials: {d: {role: agent, role: marketer, reason: no}}",
        "denials: [",
        "denials: {d: {role: ghost, reason: no}}",
    ],
)
def test_no_policy_is_made_where_a_denial_could_have_been_lost(more: str) -> None:
    with pytest.raises(UsageError, match="no policy is made from this catalog"):
        refuse_faults(changed(more=SYSTEMS + more))


def test_a_catalog_without_faults_is_not_refused() -> None:
    complete = changed(more=SYSTEMS)
    codes = {finding.code for finding in complete.findings}
    assert codes <= {"SC103"}, codes  # the case catalog leaves retention out


def test_every_target_has_what_the_registry_promises() -> None:
    for name, target in TARGETS.items():
        assert name
        assert target.ENGINES is None or target.ENGINES
        assert callable(target.generate)
        assert callable(target.losses)
