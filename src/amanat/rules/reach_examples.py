"""The examples of the rules about reaching a person's fields (see `reach`)."""

from __future__ import annotations

from amanat.lint.rule import Example

_HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"

_MAIL = """\
systems:
  mail:
    label: Mail-out
    kind: marketing
    owner: sales
    country: DE
    engine: mysql
    customer_id: {none: Contacts are matched by e-mail address}
    users: 2
    users_max: 5
    security: [encryption_at_rest, mfa]
    erase: {method: delete, backups: P30D}
"""
_CLICK = """\
fields:
  customer.mail_clicks:
    label: Clicks
    definition: How often the customer has opened a link of a message
    category: behaviour.click
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    mask: redact
    sources:
      mail.contacts.clicks:
"""
_FILES = {
    "observed/mail.columns.csv": _HEADER
    + "contacts,clicks,integer,,,,no,0,,,\n"
    + "contacts,email,varchar,191,,,yes,,,,\n"
    + "contacts,id,integer,,,,no,,,PK,\n"
}
_LINK = "    links: [{from: mail.contacts.email, to: shop.customers.email}]\n"
_IGNORED = "    ignore: [{columns: [contacts.id, contacts.email], reason: Only a key}]\n"

OUT_OF_REACH = Example(
    bad=_MAIL + _IGNORED + _CLICK, good=_MAIL + _IGNORED + _LINK + _CLICK, at=(8, 5), files=_FILES
)

_BOTH = """\
    links:
      - {from: mail.contacts.email, to: shop.customers.email}
      - {from: mail.contacts.id, to: shop.customers.mail_no}
"""
SECOND_WAY = Example(
    bad=_MAIL + _IGNORED + _BOTH + _CLICK, good=_MAIL + _IGNORED + _LINK + _CLICK, at=(16, 9), files=_FILES
)

_TILL = """\
systems:
  till:
    label: Till
    kind: commerce
    owner: sales
    country: DE
    engine: mysql
    customer_id: {id}
    users: 2
    users_max: 5
    security: [encryption_at_rest, mfa]
    erase: {{method: delete, backups: P30D}}
subjects:
  guest: {{label: Guest, definition: Person who buys without an account, global_id: guest.number}}
fields:
  guest.number:
    label: Number of a guest
    definition: Key that the till gives to somebody who buys without an account
    category: id.internal
    owner: sales
    subject: guest
    retention: account
    purposes: [orders]
    mask: hash
    sources:
      till.guests.number:
"""
DENIED = Example(
    bad=_TILL.format(id="{none: Receipts name nobody}"), good=_TILL.format(id="till.guests.number"), at=(8, 5)
)

_GUEST = """\
subjects:
  guest:
    label: Guest
    definition: Person who buys without an account
{id}fields:
  guest.note:
    label: Note of a guest
    definition: What a guest asked the shop to do
    category: message.content
    owner: sales
    subject: guest
    retention: account
    purposes: [orders]
    mask: redact
    sources:
      shop.customers.guest_note:
"""
_DECIDED = "    global_id: {none: Guests are found by the number of their order}\n"
NO_GLOBAL_ID = Example(bad=_GUEST.format(id=""), good=_GUEST.format(id=_DECIDED), at=(2, 3))

_DESK = """\
systems:
  desk:
    label: Help desk
    kind: support
    owner: sales
    country: DE
    engine: postgresql
    customer_id: desk.people.customer_no
    users: 2
    users_max: 5
    security: [encryption_at_rest, mfa]
    erase: {method: delete, backups: P30D}
    ignore: [{columns: [people.id, people.last_ticket, tickets.id, tickets.person], reason: Only keys}]
"""
_REST = """\
fields:
  customer.desk_number:
    label: Number at the help desk
    definition: Key by which the help desk knows the customer
    category: id.internal
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    mask: hash
    derived_from: [customer.id]
    logic: Given to the customer number when it is first seen
    sources:
      desk.people.customer_no:
  customer.question:
    label: Question
    definition: What the customer asked the help desk
    category: message.content
    owner: sales
    subject: customer
    retention: account
    purposes: [orders]
    mask: redact
    sources:
      desk.tickets.question:
"""
_ROUND = {
    "observed/desk.columns.csv": _HEADER
    + "people,customer_no,integer,,,,no,,,UQ,\n"
    + "people,id,integer,,,,no,,,PK,\n"
    + "people,last_ticket,integer,,,,yes,,,FK:tickets.id,\n"
    + "tickets,id,integer,,,,no,,,PK,\n"
    + "tickets,person,integer,,,,no,,,FK:people.id,\n"
    + "tickets,question,text,,,,yes,,,,\n"
}
_OTHER = (
    "    links: [{from: desk.people.last_ticket, to: desk.tickets.id, names: other, reason: Of an agent}]\n"
)
CIRCLE = Example(bad=_DESK + _REST, good=_DESK + _OTHER + _REST, at=(2, 3), files=_ROUND)

_TWICE = """\
    links:
      - {from: desk.tickets.person, to: desk.people.id}
      - {from: desk.tickets.person, to: desk.people.id, names: other}
"""
_ONCE = "    links: [{from: desk.tickets.person, to: desk.people.id}]\n"
_STRAIGHT = {
    "observed/desk.columns.csv": _ROUND["observed/desk.columns.csv"]
    .replace("FK:tickets.id", "")
    .replace("FK:people.id", "")
}
CONTRADICTION = Example(bad=_DESK + _TWICE + _REST, good=_DESK + _ONCE + _REST, at=(15, 9), files=_STRAIGHT)
