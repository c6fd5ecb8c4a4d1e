"""The SQL that the OPA bundle hands out for rows, run on a real PostgreSQL: it shows the rows of people who have
consented, worked out from the rows alone, and of nobody else."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from amanat.model.values import Action, SourceId
from amanat.policy.columns import decide_column
from amanat.policy.request import Effect
from tests.differential import postgres
from tests.differential.opa import bundle_of
from tests.differential.rego import INSTALLED
from tests.differential.worlds import AS_OF, LAYOUT, SHOP, World, worlds

if "regorus" not in INSTALLED:
    pytest.skip("no evaluator of Rego: install the extra `test`", allow_module_level=True)


@pytest.fixture(scope="module")
def url(postgres_url: str) -> str:
    return postgres_url


def shown(world: World, url: str, tally: Counter[str]) -> list[str]:
    """Tables of pairs in which the SQL shows other rows than it should."""
    bundle = bundle_of(world.catalog, AS_OF)
    purposes = {str(name): purpose for name, purpose in world.catalog.purposes.items()}
    wrong = []
    with postgres.opened(url, world, {}) as engine:
        for (name, purpose), table in product(sorted(purposes.items()), LAYOUT):
            for role in sorted(purpose.roles):
                given = {
                    "role": role,
                    "purpose": name,
                    "action": "read",
                    "system": SHOP,
                    "schema": "",
                    "table": table,
                }
                (answer,) = bundle.ask(INSTALLED["regorus"], "row_filters", [given])
                sql = answer["sql"]["postgresql"]
                got = engine.rows(f'SELECT t.id FROM "{table}" AS t WHERE {sql} ORDER BY t.id')
                tally[answer["rows"]] += 1
                expected = should(world, role, name, table, answer)
                rows = engine.rows(f'SELECT t.id FROM "{table}" AS t WHERE {expected} ORDER BY t.id')
                if got != rows:
                    wrong.append(f"{role} {name} {table}: {sql} shows {got}, not {rows}")
    return wrong


def should(world: World, role: str, purpose: str, table: str, answer: object) -> str:
    """The condition for the rows that the reference opens; nothing where no column is open. Where the bundle says
    that no way leads to a record, no row may be shown."""
    assert isinstance(answer, dict)
    sources = [
        source.id
        for field in world.catalog.fields.values()
        for source in field.sources.values()
        if source.id.startswith(f"{SHOP}.{table}.")
    ]
    decisions = [
        decide_column(world.catalog, role, purpose, Action.READ, SourceId(one), AS_OF) for one in sources
    ]
    opened = [one for one in decisions if one.effect is not Effect.DENY]
    if not opened or (answer["rows"] == "none" and answer["why"]):
        return "FALSE"
    if not any(one.conditions for one in opened):
        return "TRUE"
    return world.consented[purpose].get(table, "FALSE")


@pytest.mark.usefixtures("postgres_url")
def test_the_sql_of_the_bundle_shows_the_rows_of_people_who_consented(url: str) -> None:
    tally: Counter[str] = Counter()

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(st.data())
    def judge(data: st.DataObject) -> None:
        assert shown(data.draw(worlds(postgres.NATIVE)), url, tally) == []

    judge()
    assert min(tally[rows] for rows in ("all", "some", "none")) > 0, tally
