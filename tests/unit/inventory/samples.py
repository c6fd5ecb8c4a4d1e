"""A small catalog with one of each: what is known, what nobody said, what does not apply, what is odd."""

from __future__ import annotations

from amanat.conflicts import Report, compare
from amanat.load import Loaded
from tests.support import catalog_of

ROOT = """\
catalog:
  name: {en: Test, fa: آزمون}
  languages: [en, fa]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  jurisdictions: [EU, IR]
  defaults: {owner: crm, subject: customer}
"""

PEOPLE = """\
teams:
  crm: {label: {en: Customer care, fa: مشتری‌داری}, contact: crm@shop.example}
  privacy: {label: Privacy, contact: privacy@shop.example}
subjects:
  customer: {label: Customer, definition: Who buys.}
recipients:
  host: {label: Host, role: processor, contract: contracts/host, country: DE}
systems:
  shop:
    label: {en: Shop, fa: فروشگاه}
    kind: commerce
    country: DE
    engine: postgresql
    recipient: host
    erase: {method: anonymise, backups: P35D}
    ignore:
      - {columns: ["*.created_at"], reason: When a row was written}
  mail:
    label: Mail
    kind: marketing
    country: IR
purposes:
  orders: {label: Orders, reason: Send what was bought, basis: {EU: contract, IR: consent}}
  orders.delivery: {label: Delivery}
retention:
  life:
    keep: P3Y
    from: last_contact
    then: delete
    basis: {kind: legal_minimum, law: HGB 257}
    where: {IR: {keep: P5Y}}
holds:
  dispute: {reason: Lawsuit, fields: [customer.*], by: privacy, from: 2026-01-01, review: 2026-12-31}
"""

FIELDS = """\
fields:
  customer.email:
    label: {en: E-mail, fa: نشانی ايميل}
    definition: {en: Address for letters, fa: نشانی برای نامه‌ها}
    category: contact.email
    retention: life
    purposes: [orders]
    type: text
    length: 254
    master: shop.users.email
    x_ticket: =HYPERLINK("http://bad.example")
    sources:
      shop.users.email: {length: 254, x_seen_by: "@crm"}
      mail.leads.email: {length: 191, empty: ['', unknown], default: ''}
  customer.visits:
    label: unknown
    definition: "- how often | they \\\\ come"
    category: behaviour.usage
    type: integer
    sources:
      shop.users.visits:
  customer.wish:
    label: Wish
    definition: What they would like
    category: preference
    status: planned
discrepancies:
  email_length:
    field: customer.email
    facet: length
    values: {field: 254, shop.users.email: 254, mail.leads.email: 191}
    decision: accepted
    reason: Nobody has one that long
    handling: Refuse longer ones
    approved_by: privacy
    approved_on: 2026-01-15
    expires: 2027-01-15
"""

SNAPSHOT = """\
table,column,type,length,precision,scale,nullable,default,values,key,comment
users,created_at,timestamptz,,,,no,,,,
users,email,varchar,254,,,no,,,UQ,
users,phone,varchar,32,,,yes,,,,
"""


def sample(**files: str) -> tuple[Loaded, Report]:
    """The sample catalog, with some of its files replaced (`fields`, `people`), and its conflicts."""
    loaded = catalog_of(
        {
            "amanat.yaml": ROOT,
            "people.yaml": files.get("people", PEOPLE),
            "fields.yaml": files.get("fields", FIELDS),
            "observed/shop.columns.csv": SNAPSHOT,
        }
    )
    return loaded, compare(loaded.catalog, None)
