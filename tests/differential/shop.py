"""The catalog of tests/cases/policy/postgres, in a database with rows in it."""

from __future__ import annotations

from datetime import date
from functools import cache

from amanat.load import load_catalog
from amanat.model.catalog import Catalog
from amanat.model.values import SystemId
from amanat.policy.build import build_policy
from amanat.policy.loss import Loss
from tests.differential.postgres import Database, create_tables, fill
from tests.unit.policy.support import CASES

AS_OF = date(2026, 6, 30)
KEY = bytes(range(32))
SHOP = SystemId("shop")
SQL, UNDO = "policy/postgres/shop.sql", "policy/postgres/shop.undo.sql"
CUSTOMERS = (1, 2, 3, 4, 5, 6)

ROWS = {
    "customers.id": CUSTOMERS,
    "customers.number": tuple(f"K-{number}" for number in CUSTOMERS),
    "customers.news": (True, False, None, True, False, True),
    "customers.objected_on": (None, "2026-01-01", None, "2026-01-02", None, "2026-01-03"),
    "customers.secret": tuple(f"secret {number}" for number in CUSTOMERS),
    "orders.id": (11, 12, 13, 14, 15, 16),
    "orders.customer_id": (1, 1, 2, 3, 4, 99),
    "order_lines.id": (21, 22, 23, 24, 25, 26),
    "order_lines.order_id": (11, 12, 13, 14, 15, 16),
    "order_lines.gift_note": ("first", "second", "third", "fourth", "fifth", "lost"),
    "consents.id": (31, 32, 33, 34, 35, 36),
    "consents.customer_id": (1, 2, 3, 4, 5, 98),
    "consents.sms": ("yes", "no", "yes ", "YES", None, "yes"),
    "consent_log.id": (41, 42, 43, 44, 45, 46),
    "consent_log.customer_id": (1, 1, 2, 2, 3, 4),
    "consent_log.push": (True, False, True, True, None, True),
    "log.id": (51, 52, 53, 54, 55, 56),
    "log.customer_id": (1, 2, 3, 4, 5, 6),
    "log.writer_id": (2, 3, 4, 5, 6, 1),
}

_NEWS = "SELECT c.id FROM customers AS c WHERE c.news"
_QUIET = "SELECT c.id FROM customers AS c WHERE c.objected_on IS NULL"
_SMS = (
    "SELECT s.customer_id FROM consents AS s JOIN customers AS c ON c.id = s.customer_id WHERE s.sms = 'yes'"
)


def _by_customer(customers: str) -> dict[str, str]:
    return {
        "customers": f"t.id IN ({customers})",
        "orders": f"t.customer_id IN ({customers})",
        "order_lines": f"t.order_id IN (SELECT o.id FROM orders AS o WHERE o.customer_id IN ({customers}))",
        "consents": f"t.customer_id IN ({customers})",
        "consent_log": f"t.customer_id IN ({customers})",
    }


CONSENTED = {
    "news": _by_customer(_NEWS),
    "news.quiet": _by_customer(_QUIET),
    # in the table of the record itself the row's own word counts
    "news.sms": {**_by_customer(_SMS), "consents": "t.sms = 'yes'"},
    "news.push": {"consent_log": "t.push"},
}


@cache
def catalog() -> Catalog:
    """The catalog."""
    return load_catalog(CASES / "postgres").catalog


@cache
def files() -> dict[str, str]:
    """Its policy files."""
    return build_policy(catalog(), AS_OF, ["postgres"]).files


@cache
def losses() -> tuple[Loss, ...]:
    """Its losses."""
    (made,) = build_policy(catalog(), AS_OF, ["postgres"]).by_target.values()
    return made.losses[0].cells


def prepare(database: Database) -> Database:
    """Create the tables and put the rows in."""
    create_tables(database, catalog().snapshots[SHOP])
    fill(database, catalog().snapshots[SHOP], len(CUSTOMERS), ROWS)
    return database
