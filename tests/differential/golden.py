"""Golden records under test: a catalog from a case, its tables in PostgreSQL and DuckDB, and what the views say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from amanat.golden.files import planned, script
from amanat.golden.plan import Plan
from amanat.golden.targets.script import Naming
from amanat.model.catalog import Catalog
from amanat.policy.targets.quoting import identifier, literal
from tests.differential.postgres import Database
from tests.support import catalog_of

TODAY = date(2026, 6, 30)
FIELD = "customer.x"
CUSTOMER_IDS = {"shop": "shop.customers.ref", "crm": "crm.contacts.nr", "desk": "desk.people.key"}
Column = tuple[str, str, str, str]
Answer = dict[str, tuple[object, str | None, str]]

_HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
_BASE = """\
teams: {crm: {label: CRM, contact: crm@shop.example}}
subjects: {customer: {label: Customer, definition: Who has bought, global_id: customer.id}}
purposes: {orders: {label: Orders, reason: To deliver, basis: contract}}
"""
_ENTRY = "label: L, definition: D, category: id.internal, owner: crm, subject: customer, purposes: [orders]"


def columns_of(case: Mapping[str, Any]) -> dict[str, list[Column]]:
    """System to its columns: `table column type key` in words, or spelled out under `columns`."""
    found: dict[str, list[Column]] = {}
    for system, lines in case.get("tables", {}).items():
        found[system] = [_column(line) for line in lines]
    for system, rows in case.get("columns", {}).items():
        found[system] = [tuple(row) for row in rows]
    return found


def _column(line: str) -> Column:
    parts = line.split()
    key = parts.pop() if parts[-1] in ("PK", "UQ") or parts[-1].startswith("FK:") else ""
    table, rest = parts[0], parts[1:]
    words = next(n for n in range(1, len(rest)) if " ".join(rest[n:]).split("(")[0] in _TYPES)
    return table, " ".join(rest[:words]), " ".join(rest[words:]), key


_TYPES = (
    "text",
    "integer",
    "numeric",
    "boolean",
    "date",
    "timestamp",
    "timestamp with time zone",
    "double precision",
)


def catalog(case: Mapping[str, Any]) -> Catalog:
    """The catalog of a case: its systems, the global id, and the field under test."""
    found = columns_of(case)
    ids = {**CUSTOMER_IDS, **case.get("customer_id", {})}
    systems = "".join(
        f"  {name}: {{label: L, kind: crm, owner: crm, country: DE, engine: postgresql,"
        f" customer_id: '{ids[name]}'}}\n"
        for name in found
    )
    sources = ", ".join(f"'{ids[name]}': " for name in found)
    keeper = (
        f"{_ENTRY}, sources: {{{sources}}}, {case['id']}"
        if "id" in case
        else f"{_ENTRY}, sources: {{{sources}}}"
    )
    body = "".join(f"    {line}\n" for line in case["field"].splitlines())
    about = "".join(
        f"    {part}\n"
        for part in (
            "label: X",
            "definition: X",
            "category: contact.phone",
            "owner: crm",
            "subject: customer",
            "purposes: [orders]",
        )
    )
    text = f"{_BASE}systems:\n{systems}fields:\n  customer.id: {{{keeper}}}\n  {FIELD}:\n{about}{body}"
    files: dict[str, str | bytes] = {"catalog.yaml": text}
    for system, columns in found.items():
        lines = (
            ",".join(map(_cell, (t, c, kind, "", "", "", "", "", "", key, ""))) for t, c, kind, key in columns
        )
        files[f"observed/{system}.columns.csv"] = _HEADER + "".join(f"{line}\n" for line in lines)
    loaded = catalog_of(files)
    assert not [f for f in loaded.findings if f.severity is None], loaded.findings
    return loaded.catalog


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"') else text


def plan_of(made: Catalog) -> Plan:
    """The plan of the field under test."""
    return next(plan for field, plan, _ in planned(made) if field.id == FIELD)


def setup(found: Mapping[str, list[Column]], rows: Mapping[str, Sequence[Mapping[str, str | None]]]) -> str:
    """The statements that make the tables of the systems and fill them."""
    lines: list[str] = []
    for system, columns in found.items():
        lines.append(f"CREATE SCHEMA IF NOT EXISTS {identifier(system)};")
        tables: dict[str, list[str]] = {}
        for table, column, kind, _ in columns:
            tables.setdefault(table, []).append(f"{identifier(column)} {kind}")
        lines += [
            f"CREATE TABLE {identifier(system)}.{identifier(table)} ({', '.join(parts)});"
            for table, parts in tables.items()
        ]
    for name, values in rows.items():
        system, _, table = name.partition(".")
        for row in values:
            named = ", ".join(map(identifier, row))
            given = ", ".join("NULL" if value is None else literal(str(value)) for value in row.values())
            lines.append(f"INSERT INTO {identifier(system)}.{identifier(table)} ({named}) VALUES ({given});")
    return "\n".join(lines)


def sql_of(made: Catalog, target: str) -> str:
    """The script for an engine with the view of the field under test."""
    plans = [one for one in planned(made) if one[0].id == FIELD]
    return script(plans, target, Naming(), TODAY)


_QUERY = "SELECT customer_id, value, source, reason FROM golden.customer_x"


def in_duckdb(prepared: str, view: str) -> Answer:
    """What DuckDB answers."""
    with duckdb.connect() as connection:
        connection.execute(prepared)
        connection.execute(view)
        return _answer(connection.execute(_QUERY).fetchall())


def in_postgres(database: Database, prepared: str, view: str) -> Answer:
    """What PostgreSQL answers."""
    database.run("DROP SCHEMA IF EXISTS golden, shop, crm, desk CASCADE;")
    database.run(prepared)
    database.run(view)
    # Not prepared: the views of two cases have values of different types.
    return _answer(database.connection.execute(_QUERY, prepare=False).fetchall())


def _answer(rows: Sequence[Any]) -> Answer:
    found: Answer = {}
    for customer, value, source, reason in rows:
        assert customer not in found, "one row for each customer"
        found[customer] = (tuple(value) if isinstance(value, list) else value, source, reason)
    return found
