"""The Cedar target's files: which there are, what stands in them, and what is told as lost. That they mean what
they should is shown by Cedar itself, in tests/differential."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.model.values import Action, Mask, MaskKind, Pair, PurposeId, RoleId
from amanat.policy.build import build_policy
from amanat.policy.loss import Generated, Status
from amanat.policy.matrix import matrix
from amanat.policy.plan import in_use, make_plan
from amanat.policy.targets import cedar
from amanat.policy.targets.cedar.files import policy_id
from amanat.policy.targets.cedar.permits import Permit
from tests.unit.policy.support import CASES

AS_OF = date(2026, 6, 30)
CATALOG = load_catalog(CASES / "postgres").catalog


def made(catalog: Catalog = CATALOG, dated: bool = True) -> Generated:
    return build_policy(catalog, AS_OF, ["cedar"], dated=dated).by_target["cedar"]


def file(name: str, catalog: Catalog = CATALOG) -> str:
    return made(catalog).files[f"policy/cedar/{name}"]


def test_there_are_three_files_and_the_reports() -> None:
    assert list(made().files) == [
        f"policy/cedar/{name}"
        for name in (
            "entities.json",
            "loss.json",
            "policies.cedar",
            "schema.cedarschema",
            "shop.loss.json",
            "till.loss.json",
        )
    ]


def test_files_say_which_catalog_and_day_they_are_made_for() -> None:
    for name in ("policies.cedar", "schema.cedarschema"):
        assert file(name).startswith("//")
        assert f"sha256:{CATALOG.digest}, judged on 2026-06-30\n" in file(name).split("\n", 1)[0] + "\n"
        undated = made(dated=False).files[f"policy/cedar/{name}"]
        assert undated.split("\n", 1)[0].endswith(f"sha256:{CATALOG.digest}")
    first = json.loads(file("entities.json"))[0]
    assert first["uid"] == {"type": "Amanat::Catalog", "id": f"sha256:{CATALOG.digest}"}
    assert first["attrs"] == {"as_of": "2026-06-30"}


def test_policies_only_permit_and_name_their_pair() -> None:
    text = re.sub("(?m)^//.*$", "", file("policies.cedar"))
    assert "forbid" not in text and "unless" not in text
    count = len(re.findall(r"^permit \(", text, re.MULTILINE))
    assert count > 50
    for part in ("@id", "@reason", "  principal == Amanat::Role::", "  action == Amanat::Action::"):
        assert len(re.findall(f"^{re.escape(part)}", text, re.MULTILINE)) == count, part
    assert text.count("context.purpose == Amanat::Purpose::") == count


def test_the_order_of_what_is_declared_changes_no_byte() -> None:
    turned = replace(
        CATALOG,
        fields=dict(reversed([*CATALOG.fields.items()])),
        purposes=dict(reversed([*CATALOG.purposes.items()])),
        roles=dict(reversed([*CATALOG.roles.items()])),
        systems=dict(reversed([*CATALOG.systems.items()])),
    )
    assert made(turned).files == made().files


def test_a_mask_is_an_action_that_says_what_it_shows() -> None:
    schema = file("schema.cedarschema")
    partial = "  // Shows *** and the last characters, 3 of them; *** alone for a value of fewer than 6."
    assert f'{partial}\n  action "read as partial(3)" appliesTo {{' in schema
    assert '  // Shows the first characters, 4 of them.\n  action "read as prefix(4)" appliesTo {' in schema
    assert "{n}" not in schema and "{twice}" not in schema


def test_a_pair_that_could_be_read_in_two_ways_has_a_name_of_its_own() -> None:
    names = {
        policy_id(Permit(Pair(RoleId(role), PurposeId(purpose)), Action.READ, mask, ()))
        for role, purpose in (("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c"), ("a", "b"))
        for mask in (None, Mask(MaskKind.PREFIX, 2))
    }
    assert len(names) == 8
    assert "a/b/read as prefix(2)" in names


def test_consent_that_nobody_can_know_is_denied_and_told() -> None:
    cells = [cell for loss in made().losses for cell in loss.cells if cell.pair.purpose == "news.vague"]
    assert cells
    assert {(cell.status, cell.cause) for cell in cells} == {(Status.ROWS_UNSUPPORTED, "rows")}
    assert not re.search(r"^@id\(\"[^\"]*news\.vague", file("policies.cedar"), re.MULTILINE)
    others = {c.status for loss in made().losses for c in loss.cells if c.pair.purpose != "news.vague"}
    assert others == {Status.EXACT}


def test_losses_are_those_of_the_report_without_what_is_exact() -> None:
    systems = [system for system in CATALOG.systems.values() if in_use(system)]
    plan = make_plan(matrix(CATALOG, AS_OF), systems)
    told = {loss.system: loss.cells for loss in cedar.losses(plan)}
    assert told == {
        loss.system: tuple(cell for cell in loss.cells if cell.status is not Status.EXACT)
        for loss in made().losses
    }
    assert any(told.values())


def test_a_column_that_the_snapshot_has_not_is_in_no_file_and_told() -> None:
    assert "shop.customers.gone" not in file("entities.json") + file("policies.cedar")
    assert json.loads(file("shop.loss.json"))["vanished"] == ["shop.customers.gone"]
