"""Two of the example catalog's MySQL systems, each in a real MariaDB: every cell equals the reference."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.model.values import SystemId
from amanat.policy.loss import Generated
from amanat.policy.matrix import matrix
from amanat.policy.plan import make_plan
from amanat.policy.targets import mariadb
from tests.differential.mariadb import Database, MariaEngine, create_tables, fill, privileges
from tests.differential.reference import Setting, compare

AS_OF = date(2026, 6, 30)
KEY = bytes(range(32))
CATALOG = Path(__file__).parents[2] / "catalog"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(CATALOG).catalog


@pytest.fixture(scope="module")
def generated(catalog: Catalog) -> Generated:
    systems = [system for system in catalog.systems.values() if system.engine in mariadb.ENGINES]
    return mariadb.generate(catalog, make_plan(matrix(catalog, AS_OF), systems))


def consented(catalog: Catalog) -> dict[str, dict[str, str]]:
    """Rows of people who consented. The example records consent in the row itself or in another system; a
    way through other tables would have to be written down here."""
    found: dict[str, dict[str, str]] = {}
    for purpose in catalog.purposes.values():
        if purpose.consent and purpose.consent.recorded_in:
            _, table, column = purpose.consent.recorded_in.split(".")
            found[purpose.id] = {table: f"BINARY t.{column} = '{purpose.consent.granted}'"}
    return found


@pytest.mark.parametrize("system", ["matomo", "suitecrm"])
def test_every_cell_of_the_example_equals_the_reference(
    system: str, catalog: Catalog, generated: Generated, maria: Database
) -> None:
    snapshot = catalog.snapshots[SystemId(system)]
    create_tables(maria, snapshot)
    given = {"email_addresses.confirm_opt_in": ("confirmed-opt-in", "Confirmed-Opt-In", "opt-in", None)}
    fill(maria, snapshot, 7, given)
    before = privileges(maria)
    maria.run(generated.files[f"policy/mariadb/{system}.sql"], key=KEY)
    (losses,) = [each.cells for each in generated.losses if each.system == system]
    setting = Setting(
        MariaEngine(maria, system), catalog, SystemId(system), AS_OF, KEY, losses, consented(catalog)
    )
    tally = compare(setting)
    assert tally.allow and tally.deny and tally.rows and tally.mask
    maria.run(generated.files[f"policy/mariadb/{system}.undo.sql"])
    assert maria.principals() == []
    roles = [row for row in privileges(maria) if "person_" not in str(row)]
    assert set(roles) == {row for row in before if "person_" not in str(row)}
