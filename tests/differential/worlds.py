"""Worlds to prove policies in: small shops with everything that bears on a decision drawn anew, and rows.

The tables are always the same, so whose consent a row needs can be worked out here from the rows alone. The
types are those of the engine under test. The catalog is written as people would write it, and loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from hypothesis import strategies as st

from amanat.model.catalog import Catalog
from amanat.model.values import SystemId
from tests.support import catalog_of

AS_OF = date(2026, 6, 30)
KEY = bytes(range(32))
SHOP = SystemId("shop")


class Native(NamedTuple):
    """The types of an engine, by what masks call them: as a snapshot spells them, with a length if any."""

    engine: str
    types: Mapping[str, str]


class Col(NamedTuple):
    """A column of the shop: what its values are, and its keys."""

    kind: str
    keys: str = ""


LAYOUT: Mapping[str, Mapping[str, Col]] = {
    "customers": {
        "id": Col("integer", "PK"),
        "number": Col("short", "UQ"),
        "email": Col("text"),
        "phone": Col("text"),
        "name": Col("text"),
        "born": Col("date"),
        "joined": Col("timestamp"),
        "points": Col("integer"),
        "balance": Col("decimal"),
        "score": Col("float"),
        "news": Col("boolean"),
        "objected": Col("date"),
    },
    "orders": {
        "id": Col("integer", "PK"),
        "customer_id": Col("integer", "FK:customers.id"),
        "street": Col("text"),
        "total": Col("decimal"),
    },
    "notes": {
        "id": Col("integer", "PK"),
        "order_id": Col("integer", "FK:orders.id"),
        "words": Col("text"),
    },
    "consents": {
        "id": Col("integer", "PK"),
        "customer_id": Col("integer", "UQ FK:customers.id"),
        "sms": Col("short"),
    },
}

TEXTS = (
    "anna.schmidt@shop.example",
    "",
    "أحمد@کتاب.ایران",
    "O'Brien; DROP TABLE x; --",
    'a "quoted" \\ back',
    "🙂🙃 emoji",
    "e\u0301a\u0301 marks",
    "نشانی\u200cها ۱۲۳",
    "line\nbreak",
    "+98 912 345 6789",
    "Anna@Shop.Example ",
    "a@b@c.example",
    "abc",
    "سلام",
    None,
)
VALUES: Mapping[str, Sequence[object]] = {
    "text": TEXTS,
    "short": ("yes", "no", "YES", "yes ", "K-1", "y", None),
    "integer": (0, 17, -17, 2147483647, -2147483648, None),
    "decimal": ("0.00", "19.99", "-0.01", "123456789012.50", None),
    "float": (0.0, 19.75, -0.5, 1e300, 9.999999999999998, None),
    "date": ("1985-03-21", "2000-02-29", "1753-01-01", "9999-12-31", None),
    "timestamp": ("1985-03-21 23:30:00", "2024-12-31 23:59:59", "2026-06-30 00:00:00", None),
    "boolean": (True, False, None),
}
FITTING: Mapping[str, Sequence[object]] = {
    "text": ("redact", "hash", "email_domain", {"partial": 2}, {"partial": 4}, {"prefix": 3}, "null"),
    "short": ("redact", "hash", {"partial": 1}, {"prefix": 2}, "null"),
    "integer": ("redact", "hash", {"bucket": 10}, "null"),
    "decimal": ("redact", {"bucket": 5}, {"bucket": 100}, "null"),
    "float": ("redact", {"bucket": 5}, "null"),
    "date": ("redact", "year", "month", "null"),
    "timestamp": ("redact", "year", "month", "null"),
    "boolean": ("redact", "null"),
}
ALL_MASKS = (*FITTING["text"], "year", {"bucket": 10})
CLASSES = ("public", "internal", "confidential", "restricted")
ACTIONS = ("read", "create", "update", "delete", "export")
RECORDS: Sequence[Mapping[str, object]] = (
    {"mode": "opt_in", "recorded_in": "shop.customers.news", "granted": True},
    {"mode": "opt_in", "recorded_in": "shop.consents.sms", "granted": "yes"},
    {"mode": "opt_out", "recorded_in": "shop.customers.objected", "granted": None},
    {"mode": "opt_in", "recorded_in": "till.customers.news", "granted": True},
    {"mode": "opt_in", "recorded_in": "shop.customers.news"},
)

_pick = st.sampled_from
_RECORD = st.permutations(RECORDS).map(lambda records: records[0])  # all alike often
Rows = Mapping[str, Sequence[Mapping[str, object]]]


@dataclass(frozen=True)
class World:
    """A catalog in YAML, a native set of types, and the rows of every table."""

    native: Native
    declared: Mapping[str, Any]
    rows: Rows

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog, loaded."""
        # JSON is YAML, and quotes every text.
        text = json.dumps(self.declared, indent=1)
        files = {"amanat.yaml": _ROOT, "shop.yaml": text, "observed/shop.columns.csv": self._snapshot()}
        loaded = catalog_of(files)
        assert all(finding.code[:2] not in ("LD", "SC", "ID") for finding in loaded.findings), loaded.findings
        return loaded.catalog

    def _snapshot(self) -> str:
        lines = ["table,column,type,length,precision,scale,nullable,default,values,key,comment"]
        for table, columns in sorted(LAYOUT.items()):
            for name, column in sorted(columns.items()):
                kind = self.native.types[column.kind]
                lines.append(f'{table},{name},"{kind}",,,,,,,{column.keys},')
        return "\n".join(lines) + "\n"

    @cached_property
    def consented(self) -> dict[str, dict[str, str]]:
        """Purpose → table → SQL condition for the rows of people who consented, from the rows alone."""
        found: dict[str, dict[str, str]] = {}
        for purpose in self.catalog.purposes:
            record = self._record(purpose)
            ids = self._ids(record) if record else {}
            found[purpose] = {table: _among(of_table) for table, of_table in ids.items()}
        return found

    def _record(self, purpose: str) -> Mapping[str, Any] | None:
        """The consent record of a purpose, or of the nearest one above that has one."""
        purposes: Mapping[str, Any] = self.declared["purposes"]
        while purpose not in purposes or "consent" not in purposes[purpose]:
            purpose = purpose.rpartition(".")[0]
            if not purpose:
                return None
        record: Mapping[str, Any] = purposes[purpose]["consent"]
        return record

    def _ids(self, record: Mapping[str, Any]) -> dict[str, set[object]]:
        customers, consents = self.rows["customers"], self.rows["consents"]
        if "granted" not in record or not record["recorded_in"].startswith("shop."):
            return {}
        if record["recorded_in"] == "shop.consents.sms":
            people = {row["customer_id"] for row in consents if row["sms"] == record["granted"]}
            people &= {row["id"] for row in customers}
            own = {row["id"] for row in consents if row["sms"] == record["granted"]}
        else:
            column = record["recorded_in"].rpartition(".")[2]
            granted = record["granted"]
            people = {
                row["id"]
                for row in customers
                if row[column] is granted or (granted and row[column] == granted)
            }
            own = {row["id"] for row in consents if row["customer_id"] in people}
        orders = {row["id"] for row in self.rows["orders"] if row["customer_id"] in people}
        notes = {row["id"] for row in self.rows["notes"] if row["order_id"] in orders}
        return {"customers": people, "orders": orders, "notes": notes, "consents": own}


def _among(ids: set[object]) -> str:
    return f"t.id IN ({', '.join(map(str, sorted(ids, key=str)))})" if ids else "1 = 0"


def worlds(native: Native) -> st.SearchStrategy[World]:
    """Worlds for an engine."""
    return st.builds(World, st.just(native), _catalogs(native.engine), _rows())


@st.composite
def _catalogs(draw: Any, engine: str) -> dict[str, Any]:
    masks = [draw(_pick([*ALL_MASKS, None])) for _ in CLASSES]
    return {
        "teams": {"crm": {"label": "Customer relations", "contact": "crm@shop.example"}},
        "subjects": {"customer": {"label": "Customer", "definition": "A person who has ordered."}},
        "retention": {
            "account": {
                "label": "Account",
                "keep": "P3Y",
                "from": "account_closed",
                "then": "delete",
                "basis": {"kind": "business", "why": "Orders"},
            }
        },
        "systems": {
            "shop": _system("Shop", engine, customer_id="shop.customers.number"),
            "till": _system("Till", "mysql" if engine != "mysql" else "postgresql"),
        },
        "classifications": {
            name: {"label": name, **({"mask": mask} if mask else {})}
            for name, mask in zip(CLASSES, masks, strict=True)
        },
        "roles": {
            name: {"label": name, "clearance": draw(_pick(CLASSES))}
            for name in ("agent", "marketer", "clerk")
        },
        "purposes": {
            "service": draw(_purpose(basis=_pick(["contract", "contract", "consent"]))),
            "news": draw(_purpose(basis=_pick(["consent", "consent", "contract"]))),
            "news.sms": draw(_child()),
            "research": draw(_purpose(basis=st.just("contract"))),
        },
        "fields": draw(_fields()),
        "denials": {name: draw(_denials()) for name in draw(_pick([("no_one",), ("no_one", "no_two"), ()]))},
        "holds": {"court": draw(_holds())} if draw(_pick([True, True, False])) else {},
    }


def _system(label: str, engine: str, **more: object) -> dict[str, object]:
    return {"label": label, "kind": "commerce", "owner": "crm", "country": "DE", "engine": engine, **more}


_LIVE = _pick([None] * 7 + ["planned"])


@st.composite
def _purpose(draw: Any, basis: st.SearchStrategy[str]) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "label": "A purpose",
        "reason": "To see",
        "basis": draw(basis),
        "roles": draw(_grants()),
    }
    if drawn["basis"] == "consent":
        drawn["consent"] = dict(draw(_RECORD))
    if draw(st.booleans()):
        drawn["condition"] = "explicit_consent"
    until = draw(_pick([None, None, None, "2026-06-30", "2026-06-29"]))
    status = draw(_LIVE)
    return drawn | ({"until": until} if until else {}) | ({"status": status} if status else {})


@st.composite
def _child(draw: Any) -> dict[str, Any]:
    drawn: dict[str, Any] = {"label": "A child", "reason": "To see by message"}
    if draw(st.booleans()):
        drawn["roles"] = draw(_grants())
    if draw(st.booleans()):
        drawn["consent"] = dict(draw(_RECORD))
    return drawn


def _grants() -> st.SearchStrategy[dict[str, list[str]]]:
    actions = st.one_of(
        st.lists(_pick(ACTIONS), unique=True, min_size=1), st.just(["read"]), st.just(list(ACTIONS))
    )
    return st.dictionaries(_pick(["agent", "marketer", "clerk"]), actions, min_size=1)


_ALWAYS = ("email", "street")  # a hold may name them


@st.composite
def _fields(draw: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for table, columns in LAYOUT.items():
        # Some tables are wholly like one field, so that plain grants and deleting rows occur too.
        alike = draw(_field("text")) if draw(_pick([True, False, False])) else None
        for name, column in columns.items():
            if name in _ALWAYS or draw(_pick([True] * 9 + [False])):
                field = dict(alike or draw(_field(column.kind)))
                fields[f"{table}.{name}"] = {**field, "sources": {f"shop.{table}.{name}": None}}
    for second in ("customers.name", "orders.street"):
        if draw(_pick([True, True, False])):
            fields[f"second.{second}"] = {**draw(_field("text")), "sources": {f"shop.{second}": None}}
    return fields


@st.composite
def _field(draw: Any, kind: str) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "label": "A field",
        "definition": "What is drawn",
        "category": draw(_pick(["contact.email"] * 7 + ["special.health"])),
        "classification": draw(_pick(CLASSES)),
        "purposes": draw(
            st.lists(_pick(["service", "news", "news.sms", "research"]), unique=True, min_size=1, max_size=4)
        ),
    }
    mask = draw(_pick([None, None, *FITTING[kind], draw(_pick(ALL_MASKS))]))
    always = draw(st.dictionaries(_pick(["news", "research"]), _pick(FITTING[kind]), max_size=2))
    status = draw(_LIVE)
    return (
        drawn
        | ({"mask": mask} if mask else {})
        | ({"mask_for": always} if always else {})
        | ({"status": status} if status else {})
    )


def _denials() -> st.SearchStrategy[dict[str, str]]:
    selectors = {
        "role": _pick(["agent", "clerk"]),
        "purpose": _pick(["news", "research", "news.sms"]),
        "field": _pick(["customers.email", "customers.*", "orders.*"]),
        "category": _pick(["special.*", "contact"]),
        "classification": _pick(["confidential", "restricted"]),
    }
    chosen = st.fixed_dictionaries({}, optional=selectors).filter(bool)
    return chosen.map(lambda selected: {"reason": "It is not wanted", **selected})


@st.composite
def _holds(draw: Any) -> dict[str, Any]:
    held = draw(_pick([["customers.*"], ["customers.email"], ["orders.*"]]))
    start = draw(_pick(["2026-06-01", "2026-06-30", "2026-12-01"]))
    return {"reason": "A claim", "fields": held, "by": "crm", "from": start, "review": "2027-01-01"}


@st.composite
def _rows(draw: Any) -> dict[str, list[dict[str, object]]]:
    """Rows with adversarial values. Ids run from 1; references may lead nowhere; one consent a customer."""
    made: dict[str, list[dict[str, object]]] = {}
    people = draw(st.integers(2, 5))
    sizes = {"customers": people, "orders": draw(st.integers(1, 5)), "notes": draw(st.integers(1, 5))}
    numbers = draw(st.permutations(range(1, people + 2)))
    sizes["consents"] = draw(st.integers(1, people))
    for table, columns in LAYOUT.items():
        made[table] = []
        for at in range(sizes[table]):
            row: dict[str, object] = {}
            for name, column in columns.items():
                row[name] = draw(_pick(VALUES[column.kind]))
            row["id"] = at + 1
            if table == "customers":
                row["number"] = f"K-{at + 1}"
            if table == "consents":
                row["customer_id"] = numbers[at]
            if table == "orders":
                row["customer_id"] = draw(st.integers(1, people + 1))
            if table == "notes":
                row["order_id"] = draw(st.integers(1, sizes["orders"] + 1))
            made[table].append(row)
    return made


def inserted(world: World) -> Iterator[tuple[str, list[str], list[tuple[object, ...]]]]:
    """Table, columns and rows, for an engine to put in."""
    for table, columns in LAYOUT.items():
        names = list(columns)
        yield table, names, [tuple(row[name] for name in names) for row in world.rows[table]]


_ROOT = """\
catalog:
  name: A drawn world
  languages: [en]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  jurisdictions: [EU]
  defaults: {owner: crm, subject: customer, retention: account}
"""
