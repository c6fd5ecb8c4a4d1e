"""A small shop on ClickHouse: masks, consent, an odd name, a database of its own."""

from __future__ import annotations

from datetime import date
from functools import cache

from amanat.model.catalog import Catalog
from amanat.policy.build import build_policy
from amanat.policy.loss import Loss
from tests.support import catalog_of

AS_OF = date(2026, 6, 30)
KEY = bytes(range(32)).hex()
SQL, UNDO = "policy/clickhouse/shop.sql", "policy/clickhouse/shop.undo.sql"

ROOT = """\
catalog:
  name: A shop
  languages: [en]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  jurisdictions: [EU]
  defaults: {owner: crm, subject: customer, retention: account}
"""
SHOP = """\
teams: {crm: {label: Customer relations, contact: crm@shop.example}}
subjects: {customer: {label: Customer, definition: A person who has ordered.}}
retention:
  account: {label: Account, keep: P3Y, from: account_closed, then: delete, basis: {kind: business, why: Orders}}
systems:
  shop: {label: Shop, kind: commerce, owner: crm, country: DE, engine: clickhouse, customer_id: shop.customers.number}
classifications:
  internal: {label: internal}
  restricted: {label: restricted, mask: redact}
roles:
  agent: {label: Agent, clearance: internal}
  clerk: {label: Clerk, clearance: restricted}
purposes:
  service: {label: Service, reason: To help, basis: contract,
            roles: {agent: [read, create, update, delete], clerk: [read, create, update, delete]}}
  news: {label: News, reason: To tell, basis: consent, roles: {agent: [read]},
         consent: {mode: opt_in, recorded_in: shop.customers.news, granted: true}}
fields:
  id: {label: Id, definition: A number, category: vehicle, classification: internal, purposes: [service, news],
       sources: {shop.customers.id: , shop.crm.visits.customer_id: }}
  number: {label: Number, definition: A number, category: vehicle, classification: internal,
           purposes: [service, news], sources: {shop.customers.number: }}
  email: {label: E-mail, definition: An address, category: contact.email, classification: internal,
          purposes: [service, news], mask_for: {news: hash}, sources: {shop.customers.email: }}
  phone: {label: Telephone, definition: A number, category: contact.phone, classification: restricted,
          purposes: [service], sources: {shop.customers.phone: }}
  news: {label: News, definition: Whether wanted, category: vehicle, classification: internal, purposes: [news],
         sources: {shop.customers.news: }}
  page: {label: Page, definition: What was seen, category: vehicle, classification: internal,
         purposes: [service], sources: {"shop.crm.visits.page": }}
  odd: {label: Odd, definition: With an odd name, category: vehicle, classification: internal,
        purposes: [service], sources: {"shop.customers.we`ird\\\\ '; --": }}
"""
COLUMNS = """\
table,column,type,length,precision,scale,nullable,default,values,key,comment
customers,id,Int64,,,,,,,PK,
customers,number,String,,,,,,,UQ,
customers,email,Nullable(String),,,,,,,,
customers,phone,Nullable(String),,,,,,,,
customers,news,Bool,,,,,,,,
customers,"we`ird\\ '; --",String,,,,,,,,
customers,secret,String,,,,,,,,
crm.visits,customer_id,Int64,,,,,,,,
crm.visits,page,String,,,,,,,,
"""


@cache
def catalog() -> Catalog:
    """The catalog."""
    loaded = catalog_of({"amanat.yaml": ROOT, "shop.yaml": SHOP, "observed/shop.columns.csv": COLUMNS})
    assert not [finding for finding in loaded.findings if finding.code[:2] in ("LD", "SC", "ID")]
    return loaded.catalog


@cache
def files() -> dict[str, str]:
    """Its policy files."""
    return build_policy(catalog(), AS_OF, ["clickhouse"]).files


@cache
def losses() -> tuple[Loss, ...]:
    """Its losses."""
    (loss,) = build_policy(catalog(), AS_OF, ["clickhouse"]).by_target["clickhouse"].losses
    return loss.cells
