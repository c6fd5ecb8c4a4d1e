"""A small world with a known answer to every question of a breach."""

from __future__ import annotations

from amanat.breach.facts import Known
from amanat.load import Loaded
from amanat.policy.readings import access_of
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
  care: {label: Care, contact: care@shop.example, lead: Head of care, deputy: Care lead}
  lab: {label: Lab, contact: lab@shop.example, lead: Head of lab, deputy: Lab lead}
subjects:
  customer: {label: {en: Customer, fa: مشتری}, definition: Who buys, minors: false}
  pupil: {label: Pupil, definition: Who learns, minors: true}
classifications:
  public: {label: Public}
  internal: {label: Internal, requires: [encryption_in_transit]}
  secret: {label: {en: Secret, fa: سرّی}, definition: Could harm somebody, requires: [encryption_at_rest, mfa], mask: redact}
systems:
  shop: {label: Shop, kind: commerce, owner: crm, country: DE, engine: postgresql, admin: ops@shop.example,
    recipient: host, customer_id: shop.users.id, users: 12, users_max: 10, security: [encryption_in_transit, mfa],
    erase: {method: delete, backups: P1D}}
  desk: {label: Desk, kind: contact_centre, owner: care, country: DE, engine: mysql,
    customer_id: {none: Old}, security: [encryption_in_transit, encryption_at_rest, mfa], erase: {method: delete, backups: P1D}}
  lake: {label: Lake, kind: warehouse, owner: lab, country: DE, customer_id: {none: Old}, erase: {method: delete, backups: P1D}}
  empty: {label: Empty, kind: survey, owner: lab, country: DE, customer_id: {none: Old}, erase: {method: delete, backups: P1D}}
recipients:
  host: {label: Host, role: processor, contract: C-1, contact: soc@host.example, country: DE}
  mailer: {label: Mailer, role: processor, contract: C-2, contact: soc@mailer.example, country: US}
  shop: {label: The shop of the group, role: controller, contract: C-3, contact: soc@group.example, country: FR}
  idle: {label: Idle, role: processor, contract: C-4, contact: soc@idle.example, country: FR}
transfers:
  mail: {label: Mail, recipient: mailer, country: US, mechanism: scc, evidence: E-1, purposes: [orders.mail]}
roles:
  agent: {label: Agent, clearance: internal, people: 7}
  nurse: {label: Nurse, clearance: secret}
purposes:
  orders: {label: Orders, reason: To deliver, basis: contract, benefit: It arrives, roles: {agent: [read], nurse: [read]}}
  orders.mail: {label: Mail, reason: To write, basis: contract, benefit: One knows, recipients: [mailer], roles: {agent: [read]}}
  health: {label: Health, reason: To advise, basis: consent, condition: explicit_consent, benefit: Advice,
    consent: {mode: opt_in, recorded_in: shop.users.ok, granted: true}, roles: {nurse: [read]}}
retention:
  account: {label: Account, keep: P3Y, from: account_closed, proved_by: shop.users.closed_at, then: delete, basis: {kind: business, why: Returns}}
defaults: {retention: account, origin: given}
fields:
  customer.email: {label: {en: E-mail, fa: ایمیل}, definition: Where to write, category: contact.email, purposes: [orders],
    master: shop.users.email, sources: {shop.users.email: , desk.people.mail: }}
  customer.name: {label: Name, definition: What to call, category: name, purposes: [orders], master: desk.people.name,
    sources: {shop.users.name: , desk.people.name: }}
  customer.phone: {label: Phone, definition: Where to ring, category: contact.phone, purposes: [orders.mail], owner: care,
    survivorship: {strategy: most_frequent}, sources: {shop.users.phone: , desk.people.phone: }}
  pupil.allergy: {label: Allergy, definition: What harms, category: special.health, subject: pupil, classification: secret,
    purposes: [health], sources: {shop.health.allergy: }}
  customer.segment: {label: Segment, definition: Which group, category: inference, purposes: [orders], origin: inferred,
    derived_from: [customer.email], logic: By domain, sources: {lake.facts.segment: }}
  customer.score: {label: Score, definition: How good, category: inference, purposes: [orders], origin: inferred,
    derived_from: [customer.segment], logic: By group, sources: {lake.facts.score: }}
  customer.old: {label: Old, definition: What was, category: name, status: retired, purposes: [orders], sources: {shop.users.old: }}
"""


def world(root: str = ROOT, rest: str = REST, **more: str) -> Loaded:
    """The catalog; `more` are measures by system."""
    measures = {f"observed/{system}.measures.csv": text for system, text in more.items()}
    return catalog_of({"amanat.yaml": root, "rest.yaml": rest, **measures})


def known(loaded: Loaded) -> Known:
    """What impacts are made from."""
    return Known.of(loaded.catalog, access_of(loaded.catalog, None).readings)
