"""How the customer ids of systems connect to the global one, and which of them cannot match."""

from __future__ import annotations

import pytest

from amanat.identity import GlobalId, Link, Match, identity_graph
from tests.support import catalog_of
from tests.unit.identity.test_graph import HEADER

ENTRY = "label: X, kind: commerce, owner: crm, country: DE"


def linked(columns: dict[str, str], facets: dict[str, str] | None = None, field: str = "") -> GlobalId:
    """Systems whose `people.id` are the sources of the global id: name to engine and type of the column."""
    facets = facets or {}
    systems = ", ".join(
        f"{name}: {{{ENTRY}, engine: {kind.split(' ')[0]}, customer_id: {name}.people.id}}"
        for name, kind in columns.items()
    )
    sources = ", ".join(f"{name}.people.id: {{{facets.get(name, '')}}}" for name in columns)
    files: dict[str, str | bytes] = {
        "a.yaml": "subjects: {customer: {label: C, definition: D, global_id: customer.id}}\n"
        f"systems: {{{systems}}}\n"
        f"fields: {{customer.id: {{label: I, subject: customer, sources: {{{sources}}}{field}}}}}"
    }
    for name, kind in columns.items():
        _, written, length, keys = (*kind.split(" "), "", "", "")[:4]
        if written:
            row = f"people,id,{written},{length},,,no,,,{keys},\n"
            files[f"observed/{name}.columns.csv"] = HEADER + row
    (subject,) = identity_graph(catalog_of(files).catalog).subjects
    return subject


PG = "postgresql"


@pytest.mark.parametrize(
    ("one", "other", "facets", "expected"),
    [
        (f"{PG} uuid", f"{PG} bigint", {}, [("scheme", Match.NEVER)]),
        (f"{PG} uuid", "mysql varchar 36", {"b": "format: uuid"}, [("type", Match.CONVERTED)]),
        (
            f"{PG} uuid",
            "mysql char 32",
            {"b": "format: uuid"},
            [("type", Match.CONVERTED), ("dashes", Match.CONVERTED)],
        ),
        (f"{PG} integer", f"{PG} text", {}, [("type", Match.CONVERTED)]),
        (
            f"{PG} text",
            f"{PG} text",
            {"a": "normal: lower", "b": "normal: upper"},
            [("case", Match.CONVERTED)],
        ),
        (f"{PG} text", f"{PG} text", {"a": "normal: lower"}, []),
        (f"{PG} varchar 250", "mysql varchar 191", {}, [("length", Match.CUT)]),
        (
            f"{PG} text",
            f"{PG} text",
            {"a": "grain: customer", "b": "grain: household"},
            [("grain", Match.SHARED)],
        ),
        (f"{PG} text", f"{PG} text", {"a": "unique: false"}, [("unique", Match.SHARED)]),
        (f"{PG} uuid", f"{PG} uuid", {}, []),
        (f"{PG} integer", "mysql bigint", {}, []),
        (f"{PG} bigint", "sqlite", {}, []),
        (f"{PG} citext", f"{PG} geography", {}, []),
    ],
)
def test_ids_that_do_not_match(
    one: str, other: str, facets: dict[str, str], expected: list[tuple[str, Match]]
) -> None:
    found = linked({"a": one, "b": other}, facets)
    assert [(mismatch.what, mismatch.match) for mismatch in found.mismatches] == expected
    assert all(mismatch.mend for mismatch in found.mismatches)


def test_the_length_that_the_field_declares_is_the_one_needed() -> None:
    assert (
        linked({"a": f"{PG} varchar 250", "b": "mysql varchar 191"}, field=", length: 100").mismatches == ()
    )


def test_every_system_says_how_it_connects() -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": f"""\
subjects:
  customer: {{label: C, definition: D, global_id: customer.id}}
  guest: {{label: G, definition: D}}
  lead: {{label: L, definition: D, global_id: lead.nowhere}}
systems:
  a: {{{ENTRY}, customer_id: a.people.id}}
  b: {{{ENTRY}, customer_id: b.people.id}}
  c: {{{ENTRY}, customer_id: c.people.id}}
  d: {{{ENTRY}, customer_id: {{none: No accounts}}}}
  e: {{{ENTRY}}}
  f: {{{ENTRY}}}
fields:
  customer.id: {{label: I, subject: customer, sources: {{a.people.id: {{}}, e.people.ref: {{}}}}}}
  customer.old: {{label: O, subject: customer, derived_from: [customer.id], sources: {{b.people.id: {{}}}}}}
  customer.name: {{label: N, subject: customer, sources: {{c.people.name: {{}}, d.people.name: {{}}}}}}
"""
    }
    customer, guest, lead = identity_graph(catalog_of(files).catalog).subjects
    assert [(c.system, c.link, c.field) for c in customer.connections] == [
        ("a", Link.SOURCE, "customer.id"),
        ("b", Link.DERIVED, "customer.old"),
        ("c", Link.OTHER, None),
        ("d", Link.NONE, None),
        ("e", Link.UNDECLARED, None),
    ]
    assert customer.connections[2].mend.startswith("add it to the sources of `customer.id`")
    assert "`e.people.ref` is said to hold the global id" in customer.connections[4].mend
    assert guest.field is None and "nobody said" in guest.reason
    assert lead.field is None and lead.mend == "name a field in `global_id` of `lead`"


def test_an_id_that_is_given_to_another_customer_later_is_told() -> None:
    found = linked({"a": f"{PG} text", "b": f"{PG} text"}, {"a": "recycled: P90D", "b": "recycled: false"})
    assert [(one.what, one.match, dict(one.values)) for one in found.mismatches] == [
        ("recycled", Match.SHARED, {"a.people.id": "given out again after P90D"})
    ]
    shown = [connection.column.shown()["recycled"] for connection in found.connections if connection.column]
    assert shown == ["P90D", False]


def test_nobody_says_that_an_id_is_given_again() -> None:
    found = linked({"a": f"{PG} text", "b": f"{PG} text"})
    assert [c.column.shown()["recycled"] for c in found.connections if c.column] == [None, None]
