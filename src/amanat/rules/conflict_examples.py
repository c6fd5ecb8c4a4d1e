"""The executed examples of the conflict rules: one field, two sources, one difference, and its mending."""

from __future__ import annotations

from textwrap import indent

from amanat.lint.rule import Example

_HEAD = """\
defaults: {owner: sales, subject: customer, retention: account, purposes: [orders]}
fields:
"""


def _field(name: str, about: str, body: str) -> str:
    return f"{_HEAD}  {name}:\n{indent(f'{about}{body}', '    ')}"


def _sources(column: str, shop: str, crm: str, extra: str = "") -> str:
    return (
        f"{extra}master: shop.customers.{column}\n"
        "sources:\n"
        f"  shop.customers.{column}: {shop}\n"
        f"  crm.contacts.{column}: {crm}\n"
    )


def _differs(
    name: str, about: str, shop: str, crm: str, good: str, extra: str = "", other: str = ""
) -> Example:
    """`crm` in the bad example, `good` in the good one; `other` mends the field itself where given."""
    column = name.rpartition(".")[2]
    return Example(
        bad=_field(name, about, _sources(column, shop, crm, extra)),
        good=_field(name, about, _sources(column, shop, good, other or extra)),
        at=(3, 3),
    )


_EMAIL = """\
label: E-mail address
definition: Address at which the customer wants to be written to.
category: contact.email
"""
_BIRTH = """\
label: Date of birth
definition: Day on which the customer was born.
category: demographic.birth_date
"""
_LANGUAGE = """\
label: Language
definition: Language in which the customer wants to be addressed.
category: demographic.language
"""
_BALANCE = """\
label: Balance
definition: Money that the customer has paid in advance.
category: payment.transaction
"""
_KEY = """\
label: Reference
definition: Key of the customer's record in a system.
category: id.internal
"""
_PASSPORT = """\
label: Passport
definition: Number of the passport that the customer showed.
category: id.passport
classification: restricted
mask: redact
"""
_OPT_OUT = """\
label: Objection to e-mail
definition: Wish of the customer to get no advertising by e-mail.
category: consent
"""
_NAME = """\
label: Name
definition: Name by which the customer is called.
category: name
"""
_SEEN = """\
label: Last seen
definition: Moment at which the customer last signed in.
category: behaviour.usage
"""
_TITLE = """\
label: Form of address
definition: Word of courtesy before the customer's name.
category: name
"""

_LEDGER = """\
discrepancies:
  email_length:
    field: customer.email
    facet: length
    values: {shop.customers.email: 254, crm.contacts.email: 191}
    decision: accepted
"""
_ACCEPTED = """\
    reason: No address of a customer is longer than 100 characters.
    approved_by: privacy_office
    approved_on: 2026-01-15
    expires: 2026-12-31
"""


def _accepted(email: str, entry: str, crm: str = "{length: 191}") -> str:
    return _field("customer.email", _EMAIL, _sources("email", "{length: 254}", crm)) + entry + email


_QUIET = {
    "amanat.yaml": """\
catalog:
  name: Example
  languages: [en]
  controller: {name: Example Shop GmbH, contact: privacy@shop.example, country: DE}
  dpo: {name: Data protection office, contact: dpo@shop.example}
  jurisdictions: [EU]
  defaults: {origin: given}
rules:
  profiles: [core, gdpr, ir, ccpa, pci, style]
  severity: {length-differs: "off"}
"""
}
"""The ledger's examples leave out the conflict itself, which is shown as accepted or open beside them."""


def _ledger_example(bad: str, good: str, at: tuple[int, int]) -> Example:
    return Example(bad=bad, good=good, at=at, files=_QUIET, as_of="2026-06-30")


_POLICIES = """\
retention:
  campaign:
    label: Campaigns
    keep: {keep}
    from: account_closed
    proved_by: shop.customers.closed_at
    then: delete
    basis: {{kind: business, why: {why}}}
"""


def _retention(bad: str, good: str) -> Example:
    follows = _field("customer.email", _EMAIL, _sources("email", "", "{retention: campaign}"))
    why = "Campaigns are planned by the year"
    return Example(
        bad=follows + _POLICIES.format(keep=bad, why=why),
        good=follows + _POLICIES.format(keep=good, why=why),
        at=(3, 3),
    )


def _delivery(crm: str) -> str:
    extra = "purposes: [orders.delivery]\n"
    return _field("customer.email", _EMAIL, _sources("email", "{}", crm, extra)) + (
        "purposes:\n  orders.delivery: {label: Delivery}\n"
    )


def _ranked(order: str) -> str:
    how = f"survivorship: {{strategy: source_priority, priority: [{order}]}}\n"
    sources = "sources: {shop.customers.email: {}, crm.contacts.email: {origin: inferred}}\n"
    return _field("customer.email", _EMAIL, how + sources)


_NO_MASTER = "sources: {shop.customers.name: , crm.contacts.name: }\n"
_TWO_FIELDS = """\
  customer.nickname:
    label: Nickname
    definition: Name that the customer chose for the forum.
    category: name
    sources: {{shop.customers.{column}: }}
"""

EXAMPLES: dict[str, Example] = {
    "CF101": _differs("customer.birth_date", _BIRTH, "{type: date}", "{type: text}", "{type: date}"),
    "CF102": _differs(
        "customer.reference", _KEY, "{format: uuid}", "{format: integer_key}", "{format: uuid}"
    ),
    "CF103": _differs("customer.email", _EMAIL, "{length: 254}", "{length: 191}", "{length: 254}"),
    "CF104": _differs(
        "customer.balance",
        _BALANCE,
        "{type: decimal, precision: 20, unit: euro}",
        "{type: decimal, precision: 12, unit: euro}",
        "{type: decimal, precision: 20, unit: euro}",
    ),
    "CF105": _differs(
        "customer.balance",
        _BALANCE,
        "{type: decimal, scale: 2, unit: euro}",
        "{type: decimal, scale: 6, unit: euro}",
        "{type: decimal, scale: 2, unit: euro}",
    ),
    "CF106": _differs("customer.email", _EMAIL, "{nullable: true}", "{nullable: false}", "{nullable: true}"),
    "CF107": _differs(
        "customer.email", _EMAIL, "{empty: [null]}", "{empty: ['', unknown]}", "{empty: [null]}"
    ),
    "CF108": _differs("customer.language", _LANGUAGE, "{default: en}", "{default: null}", "{default: en}"),
    "CF109": _differs("customer.email", _EMAIL, "{unique: true}", "{unique: false}", "{unique: true}"),
    "CF110": _differs(
        "customer.email", _EMAIL, "{grain: customer}", "{grain: customer_site}", "{grain: customer}"
    ),
    "CF111": _differs(
        "customer.passport", _PASSPORT, "{format: icao_9303}", "{format: free_text}", "{format: icao_9303}"
    ),
    "CF112": _differs(
        "customer.email", _EMAIL, "{structure: single}", "{structure: list}", "{structure: single}"
    ),
    "CF113": _differs(
        "customer.opt_out", _OPT_OUT, "{polarity: positive}", "{polarity: negative}", "{polarity: positive}"
    ),
    "CF114": _differs("customer.email", _EMAIL, "{normal: lower}", "{normal: upper}", "{normal: lower}"),
    "CF115": _differs(
        "customer.title",
        _TITLE,
        "{codes: {mr: mr, ms: ms}}",
        "{codes: {'1': male, '2': female}}",
        "{codes: {'1': mr, '2': ms}}",
    ),
    "CF116": _differs("customer.balance", _BALANCE, "{unit: euro}", "{unit: cent}", "{unit: euro}"),
    "CF117": _differs("customer.balance", _BALANCE, "{currency: EUR}", "{currency: USD}", "{currency: EUR}"),
    "CF118": _differs("customer.last_seen", _SEEN, "{zone: UTC}", "{zone: local}", "{zone: UTC}"),
    "CF119": _differs(
        "customer.birth_date", _BIRTH, "{calendar: gregorian}", "{calendar: jalali}", "{calendar: gregorian}"
    ),
    "CF120": _differs(
        "customer.title",
        _TITLE,
        "{codes: {Mr: mr, Ms: ms}}",
        "{codes: {'1': mr, '2': madam}}",
        "{codes: {'1': mr, '2': ms}}",
        "codes: {mr: Mr, ms: Ms}\n",
    ),
    "CF121": _differs(
        "customer.email",
        _EMAIL,
        "{}",
        "{definition: Address from which somebody last wrote to us.}",
        "{definition: Address at which the customer wants to be written to}",
    ),
    "CF122": _differs("customer.email", _EMAIL, "{}", "{owner: privacy_office}", "{owner: sales}"),
    "CF123": _differs(
        "customer.email", _EMAIL, "{}", "{classification: public}", "{classification: confidential}"
    ),
    "CF125": _retention("P1Y", "P36M"),
    "CF130": _ledger_example(
        _accepted("", _LEDGER) + _ACCEPTED.replace("privacy_office", "sales"),
        _accepted(_ACCEPTED, _LEDGER),
        (18, 18),
    ),
    "CF131": _ledger_example(
        _accepted(_ACCEPTED, _LEDGER, "{length: 128}"), _accepted(_ACCEPTED, _LEDGER), (15, 5)
    ),
    "CF132": _ledger_example(
        _accepted(_ACCEPTED, _LEDGER, "{length: 254}"), _accepted(_ACCEPTED, _LEDGER), (12, 3)
    ),
    "CF140": Example(
        bad=_field("customer.name", _NAME, "sources: {shop.customers.name: }\n")
        + _TWO_FIELDS.format(column="name"),
        good=_field("customer.name", _NAME, "sources: {shop.customers.name: }\n")
        + _TWO_FIELDS.format(column="nickname"),
        at=(12, 15),
    ),
    "SR102": Example(
        bad=_field("customer.name", _NAME, _NO_MASTER),
        good=_field("customer.name", _NAME, "master: shop.customers.name\n" + _NO_MASTER),
        at=(3, 3),
    ),
    "SR103": Example(
        bad=_field("customer.name", _NAME, "master: crm.contacts.full_name\n" + _NO_MASTER),
        good=_field("customer.name", _NAME, "master: crm.contacts.name\n" + _NO_MASTER),
        at=(3, 3),
    ),
    "SR117": Example(
        bad=_ranked("crm.contacts.email, shop.customers.email"),
        good=_ranked("shop.customers.email, crm.contacts.email"),
        at=(3, 3),
    ),
    "PU108": Example(
        bad=_delivery("{purposes: [orders]}"), good=_delivery("{purposes: [orders.delivery]}"), at=(3, 3)
    ),
    "RT106": _retention("P6Y", "P3Y"),
}
