"""A small world with a known answer: a shop that knows the global id, a mail-out reached by a link, a lake that
nothing reaches."""

from __future__ import annotations

from amanat.load import Loaded
from tests.support import catalog_of

ROOT = """\
catalog:
  name: {en: Shop, fa: فروشگاه}
  languages: [en, fa]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  dpo: {name: Data protection office, contact: dpo@shop.example}
  jurisdictions: [EU, IR]
  defaults: {owner: crm, subject: customer, classification: internal}
"""
REST = """\
teams:
  crm: {label: CRM, contact: crm@shop.example, lead: Head of CRM, deputy: CRM lead}
subjects:
  customer: {label: {en: Customer, fa: مشتری}, definition: Who buys, global_id: customer.id}
  guest: {label: Guest, definition: Who buys once, global_id: {none: Found by order}}
  walker: {label: Walker, definition: Who walks by}
classifications:
  internal: {label: Internal}
systems:
  shop: {label: Shop, kind: commerce, owner: crm, country: DE, engine: postgresql, recipient: host,
    customer_id: shop.users.ref, erase: {method: delete, backups: P30D}}
  mail: {label: Mail, kind: marketing, owner: crm, country: DE, engine: mysql, customer_id: {none: By address},
    erase: {method: anonymise, backups: P10D},
    links: [{from: mail.contacts.email, to: shop.users.email},
      {from: mail.log.thing_id, to: mail.contacts.id, where: {thing: Contacts}}]}
  lake: {label: Lake, kind: warehouse, owner: crm, country: DE, engine: duckdb, customer_id: {none: Old},
    erase: {method: delete, backups: P1D}}
recipients:
  host: {label: Host, role: processor, contract: C-1, contact: soc@host.example, country: US}
transfers:
  host_us: {label: Host, recipient: host, country: US, mechanism: scc, evidence: E-1}
roles:
  agent: {label: Agent, clearance: internal, people: 7}
purposes:
  orders: {label: Orders, reason: To deliver, basis: contract, benefit: It arrives, roles: {agent: [read]}}
  news: {label: News, reason: To tell, basis: consent, benefit: Knows, recipients: [host],
    consent: {mode: opt_in, recorded_in: shop.users.ok, granted: true}, roles: {agent: [read]}}
  watch: {label: Watch, reason: To watch, basis: {EU: legitimate_interest, IR: contract}, benefit: Safe, assessment: A-1,
    roles: {agent: [read]}}
  tax: {label: Tax, reason: To show, basis: legal_obligation, benefit: Order, roles: {agent: [read]}}
retention:
  account: {label: Account, keep: P3Y, from: account_closed, proved_by: shop.users.closed_at, then: delete,
    basis: {kind: business, why: Returns}}
  books: {label: Books, keep: P8Y, from: fiscal_year_end, proved_by: shop.invoices.day, then: delete,
    basis: {kind: legal_minimum, law: HGB 257}, where: {IR: {keep: P10Y, basis: {kind: legal_minimum, law: Code 13}}}}
holds:
  dispute: {reason: Court, fields: [order.note], systems: [shop], by: crm, from: 2026-01-01, review: 2027-01-01}
defaults: {retention: account, origin: given}
fields:
  customer.id: {label: Id, definition: Who it is, category: id.internal, purposes: [orders, news, tax], origin: observed,
    sources: {shop.users.ref: }}
  customer.email: {label: {en: E-mail, fa: ایمیل}, definition: Where to write, category: contact.email, purposes: [orders, news],
    master: shop.users.email, sources: {shop.users.email: , mail.contacts.email: }}
  customer.password: {label: Password, definition: What opens it, category: account.password, purposes: [orders],
    origin: observed, sources: {shop.users.password: }}
  customer.score: {label: Score, definition: How good, category: inference, purposes: [news], origin: inferred,
    derived_from: [customer.email], logic: By domain, sources: {lake.facts.score: }}
  customer.event: {label: Event, definition: What was done, category: behaviour.click, purposes: [watch], origin: observed,
    sources: {mail.log.event: }}
  order.note: {label: Note, definition: What was said, category: message.content, purposes: [orders],
    sources: {shop.orders.note: }}
  order.gift: {label: Gift, definition: Who gets it, category: name, subject: guest, purposes: [orders],
    sources: {shop.orders.gift_name: }}
  invoice.total: {label: Total, definition: What it cost, category: purchase, purposes: [tax], retention: books,
    currency: EUR, sources: {shop.invoices.total: }}
  walker.step: {label: Step, definition: How far, category: location.coarse, subject: walker, purposes: [orders],
    sources: {lake.steps.count: }}
"""
HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
SHOP = (
    HEADER
    + "invoices,day,date,,,,no,,,,\n"
    + "invoices,id,integer,,,,no,,,PK,\n"
    + "invoices,order_id,integer,,,,no,,,FK:orders.id,\n"
    + "invoices,total,integer,,,,no,,,,\n"
    + "orders,gift_name,text,,,,yes,,,,\n"
    + "orders,id,integer,,,,no,,,PK,\n"
    + "orders,note,text,,,,yes,,,,\n"
    + "orders,payer_id,integer,,,,yes,,,FK:users.id,\n"
    + "orders,user_id,integer,,,,yes,,,FK:users.id,\n"
    + "users,closed_at,date,,,,yes,,,,\n"
    + "users,email,text,,,,no,,,UQ,\n"
    + "users,id,integer,,,,no,,,PK,\n"
    + "users,ok,boolean,,,,yes,,,,\n"
    + "users,password,text,,,,no,,,,\n"
    + "users,ref,text,,,,yes,,,UQ,\n"
)
MAIL = (
    HEADER
    + "contacts,email,varchar,191,,,yes,,,,\n"
    + "contacts,id,integer,,,,no,,,PK,\n"
    + "log,event,varchar,50,,,yes,,,,\n"
    + "log,id,integer,,,,no,,,PK,\n"
    + "log,thing,varchar,50,,,yes,,,,\n"
    + "log,thing_id,integer,,,,yes,,,,\n"
)
LAKE = HEADER + "facts,score,integer,,,,yes,,,,\n" + "steps,count,integer,,,,yes,,,,\n"


def world(root: str = ROOT, rest: str = REST, **snapshots: str) -> Loaded:
    """The catalog; snapshots by system, those of the world where none are given."""
    files = {"shop": SHOP, "mail": MAIL, "lake": LAKE, **snapshots}
    observed = {f"observed/{name}.columns.csv": text for name, text in files.items() if text}
    return catalog_of({"amanat.yaml": root, "rest.yaml": rest, **observed})
