"""The Snowflake policy: every statement read by a linter and a transpiler, masks, rows and key run by proxy."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlglot
import yaml
from sqlglot import exp

from amanat.load import Loaded, load_catalog
from amanat.load.entries import mask_of
from amanat.model.values import Mask, MaskKind, PurposeId, SourceId
from amanat.policy.build import build_policy
from amanat.policy.plan import Column
from amanat.policy.request import Condition
from amanat.policy.rows import Hop, RowFilter
from amanat.policy.targets.snowflake.consent import condition
from amanat.policy.targets.snowflake.masks import expression
from amanat.policy.targets.snowflake.script import Script, apply_script, undo_script
from tests.differential.snowflake import functions, in_duckdb, statements
from tests.differential.test_postgres_masks import KINDS
from tests.unit.policy.support import CASES, changed
from tests.unit.policy.test_masks import KEY

duckdb = pytest.importorskip("duckdb", reason="duckdb is missing: install the extra `test`")
sqlfluff = pytest.importorskip("sqlfluff", reason="sqlfluff is missing: install the extra `test`")

AS_OF = date(2026, 6, 30)
MASKS: list[dict[str, Any]] = yaml.safe_load((CASES / "masks.yaml").read_text(encoding="utf-8"))
TYPES = {
    "text": "varchar",
    "varchar(20)": "varchar",
    "integer": "decimal(38, 0)",
    "bigint": "decimal(38, 0)",
    "numeric": "decimal(38, 8)",
    "double precision": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
}
"""Type of a case → type of DuckDB."""
BEYOND = ("9.99999999999999999999999999999999", "123456789012345678901234567890.5")
"""Numbers that need more digits than Snowflake has."""
SYSTEM = "systems: {shop: {label: Shop, kind: commerce, owner: crm, country: DE, engine: snowflake, customer_id: shop.customers.id}}"
SNAPSHOT = """\
table,column,type,length,precision,scale,nullable,default,values,key,comment
customers,birth_date,DATE,,,,yes,,,,
customers,care,VARCHAR,,,,yes,,,,
customers,email,VARCHAR,,,,yes,,,,
customers,id,NUMBER,,38,0,no,,,PK,
customers,illness,VARCHAR,,,,yes,,,,
customers,news,BOOLEAN,,,,yes,,,,
customers,phone,VARCHAR,,,,yes,,,,
"""


@pytest.fixture
def database() -> Iterator[Any]:
    with duckdb.connect() as connection:
        functions(connection)
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def catalog_like_base(change: Mapping[str, str] | None = None) -> Loaded:
    """The base catalog of the policy cases, in a Snowflake."""
    snapshot: dict[str, str] = {"observed/shop.columns.csv": SNAPSHOT}
    return changed(change, SYSTEM, **snapshot)


def files() -> dict[str, str]:
    loaded = catalog_like_base()
    made = build_policy(loaded.catalog, AS_OF, ["snowflake"]).by_target["snowflake"]
    return dict(made.files)


def test_every_value_of_the_table_that_snowflake_can_hold(database: Any) -> None:
    database.execute(
        "CREATE SCHEMA amanat; CREATE SCHEMA amanat_key; CREATE TABLE amanat_key.mask_key (key BLOB)"
    )
    database.execute("INSERT INTO amanat_key.mask_key VALUES (?)", [KEY])
    database.execute(in_duckdb(pads()))
    wrong, count = [], 0
    for case in MASKS:
        kind, value = case["type"], case["value"]
        if kind not in TYPES or value in BEYOND or "infinity" in str(value) or "BC" in str(value):
            continue
        if value in ("NaN", "-Infinity", "Infinity") and kind == "numeric":
            continue  # an exact number of Snowflake is one
        column = Column(
            "v",
            SourceId("s.t.v"),
            (),
            KINDS.get(kind, "text"),
            {"timestamp": False, "timestamptz": True}.get(kind),
        )
        shown = in_duckdb(expression(mask_of(case["mask"]), 't."v"', column))
        query = f'SELECT CAST(({shown}) AS varchar) FROM (SELECT CAST($v AS {TYPES[kind]}) AS "v") AS t CROSS JOIN amanat.mask_pads AS k'
        ((got,),) = database.execute(query, {"v": value}).fetchall()
        count += 1
        wrong += [] if got == case["shows"] else [(case, got)]
    assert wrong == []
    assert count > 80


def pads() -> str:
    """The statement that makes the pads of the key."""
    loaded = catalog_like_base(
        {
            "confidential: {label: Confidential, mask: redact}": "confidential: {label: Confidential, mask: hash}"
        }
    )
    made = build_policy(loaded.catalog, AS_OF, ["snowflake"]).by_target["snowflake"]
    (statement,) = (
        one
        for one in statements(made.files["policy/snowflake/shop.sql"])
        if "mask_pads" in one and one.startswith("CREATE TABLE")
    )
    return statement


@pytest.mark.parametrize("key", [KEY, bytes(range(64)), bytes(range(100))])
def test_the_pads_make_the_code_of_the_standard(database: Any, key: bytes) -> None:
    database.execute(
        "CREATE SCHEMA amanat; CREATE SCHEMA amanat_key; CREATE TABLE amanat_key.mask_key (key BLOB)"
    )
    database.execute("INSERT INTO amanat_key.mask_key VALUES (?)", [key])
    database.execute(in_duckdb(pads()))
    shown = in_duckdb(
        expression(Mask(MaskKind.HASH), 't."v"', Column("v", SourceId("s.t.v"), (), "text", None))
    )
    ((got,),) = database.execute(
        f"SELECT {shown} FROM (SELECT 'نشانی' AS v) AS t CROSS JOIN amanat.mask_pads AS k"
    ).fetchall()
    assert got == hmac.new(key, "نشانی".encode(), hashlib.sha256).hexdigest()


CONSENT = Condition(PurposeId("news"), SourceId("lake.sales.customers.news"), True)
SMS = Condition(PurposeId("sms"), SourceId("lake.sales.consents.sms"), "O'K")
QUIET = Condition(PurposeId("quiet"), SourceId("lake.sales.customers.objected_on"), None)
UP = Hop("customer_id", "sales", "customers", "id")


@pytest.mark.parametrize(
    ("table", "rows", "shown"),
    [
        ("customers", RowFilter(CONSENT, (), "news"), [1, 4]),
        ("customers", RowFilter(QUIET, (), "objected_on"), [1, 3, 5]),
        ("orders", RowFilter(CONSENT, (UP,), "news"), [11, 12, 15]),
        ("customers", RowFilter(SMS, (Hop("id", "sales", "consents", "customer_id"),), "sms"), [1]),
        ("orders", RowFilter(SMS, (UP, Hop("id", "sales", "consents", "customer_id")), "sms"), [11, 12]),
        # a subject with a record that does not say yes is not shown
        ("customers", RowFilter(SMS, (Hop("id", "sales", "log", "customer_id"),), "sms"), [2]),
    ],
)
def test_a_row_condition_shows_the_rows_of_people_who_consented(
    database: Any, table: str, rows: RowFilter, shown: list[int]
) -> None:
    day = date(2026, 1, 1)
    database.execute("CREATE SCHEMA sales; USE sales")
    for name, columns, values in (
        ("customers", "id bigint, news boolean, objected_on date", [(1, True, None), (2, False, day), (3, None, None), (4, True, day), (5, False, None)]),
        ("orders", "id bigint, customer_id bigint", [(11, 1), (12, 1), (13, 2), (14, 3), (15, 4), (16, 99), (17, None)]),
        ("consents", "id bigint, customer_id bigint, sms varchar", [(1, 1, "O'K"), (2, 2, "no"), (3, 3, None), (4, 4, "o'k")]),
        ("log", "customer_id bigint, sms varchar", [(1, "O'K"), (1, "no"), (2, "O'K"), (2, "O'K"), (3, None)]),
    ):  # fmt: skip
        database.execute(f"CREATE TABLE {name} ({columns})")
        marks = ", ".join("?" * len(values[0]))
        database.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
    where = in_duckdb(f"SELECT t.id FROM {table} AS t WHERE {condition(rows)} ORDER BY t.id")
    assert database.execute(where).fetchall() == [(at,) for at in shown]


HOSTILE = [*"\"'\\;$&!", "--", "/*", "$$", "\\'", '""', "x" * 255, "select", "نشانی", "a b"]


def hostile_script(bad: Sequence[str] = HOSTILE) -> Script:
    """A policy whose names and values are as bad as can be."""
    from amanat.model.values import Pair, RoleId
    from amanat.policy.plan import Table
    from amanat.policy.targets.relational import Privileges, Shown, View

    given = []
    for number, name in enumerate(bad):
        columns = tuple(
            Column(name + str(at), SourceId(f"s.t.{at}"), (), kind, False)
            for at, kind in enumerate(("text", "integer", "date"))
            if len(name) < 255
        )
        table = Table(name, name, columns or (Column(name, SourceId("s.t.c"), (), "text", None),))
        masks = (None, Mask(MaskKind.HASH), Mask(MaskKind.MONTH))
        shown = tuple(Shown(column, mask, True) for column, mask in zip(table.columns, masks, strict=False))
        rows = RowFilter(
            Condition(PurposeId("p"), SourceId("s.t.c"), name),
            (Hop(name, name, name, name), Hop(name, "", name, name)),
            name,
        )
        pair = Pair(RoleId(f"r{number}"), PurposeId("p.q"))
        given.append(Privileges(pair, table, View(shown, (rows,)), {}, {"SELECT": ()}))
    return Script("s'\\;", "0" * 64, "2026-06-30", given)


def all_scripts() -> dict[str, str]:
    made = {name: text for name, text in files().items() if name.endswith(".sql")}
    # The linter takes a backslash in a name for an escape, which it is not: those names are read by sqlglot only.
    bad = hostile_script([name for name in HOSTILE if "\\" not in name])
    return {**made, "hostile.sql": apply_script(bad), "hostile.undo.sql": undo_script(bad)}


@pytest.mark.parametrize(
    "name", ["policy/snowflake/shop.sql", "policy/snowflake/shop.undo.sql", "hostile.sql", "hostile.undo.sql"]
)
def test_every_statement_reads_as_snowflakes(name: str) -> None:
    text = all_scripts()[name]
    linter = sqlfluff.core.Linter(dialect="snowflake")
    parsed = linter.parse_string(text)
    assert [str(violation) for violation in parsed.violations] == []
    tree = parsed.tree
    assert tree is not None
    assert not list(tree.recursive_crawl("unparsable"))
    kinds = (
        "CREATE SCHEMA",
        "CREATE TABLE",
        "CREATE ROLE",
        "CREATE SECURE VIEW",
        "GRANT",
        "DROP",
        "SELECT",
        "SET",
        "SHOW",
    )
    told = statements(text)
    assert all(one.startswith(kinds) for one in told), told
    for one in told:
        (statement,) = sqlglot.parse(one, dialect="snowflake")
        assert statement is not None
        if one.startswith(("CREATE SECURE", "SELECT", "CREATE TABLE")):
            assert not isinstance(statement, exp.Command), one


def test_names_with_backslashes_stay_names() -> None:
    for one in statements(apply_script(hostile_script())):
        tree = sqlglot.parse_one(one, dialect="snowflake")
        if one.startswith("CREATE SECURE VIEW"):
            names = {each.name for each in tree.find_all(exp.Identifier) if each.args.get("quoted")}
            known = {*HOSTILE, *(name + str(at) for name in HOSTILE for at in range(3))}
            ours = {each.name for each in tree.this.find_all(exp.Identifier)}  # the view itself
            assert names - ours <= known | {"amanat", "mask_pads", "PUBLIC"}


def test_the_example_for_snowflake_reads_as_snowflakes() -> None:
    """A real catalog: one of the example's systems, as if it ran on Snowflake."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "catalog"
        shutil.copytree(Path(__file__).parents[2] / "catalog", root, ignore=shutil.ignore_patterns("build"))
        system = root / "systems/suitecrm.yaml"
        text = system.read_text()
        assert "engine: mysql" in text or "engine: mariadb" in text
        system.write_text(
            text.replace("engine: mysql", "engine: snowflake").replace("engine: mariadb", "engine: snowflake")
        )
        made = build_policy(load_catalog(root).catalog, AS_OF, ["snowflake"]).by_target["snowflake"]
    script = made.files["policy/snowflake/suitecrm.sql"]
    told = statements(script)
    views = [one for one in told if one.startswith("CREATE SECURE VIEW")]
    assert len(views) > 20
    for one in told:
        sqlglot.parse_one(one, dialect="snowflake")
    linter = sqlfluff.core.Linter(dialect="snowflake")
    some = "".join(f"{one};\n" for one in views[:12])
    assert not linter.parse_string(some).violations


def test_no_secret_and_no_privilege_on_a_table_is_in_the_files() -> None:
    text = files()["policy/snowflake/shop.sql"]
    assert KEY.hex() not in text
    grants = [one for one in statements(text) if one.startswith("GRANT")]
    assert grants
    assert all(
        one.startswith(("GRANT USAGE ON DATABASE", "GRANT USAGE ON SCHEMA", "GRANT SELECT ON VIEW"))
        for one in grants
    )
    assert all(
        "CURRENT_ROLE() IN (" in one for one in statements(text) if one.startswith("CREATE SECURE VIEW")
    )
