"""The examples of the rules about identity (see `identity`)."""

from __future__ import annotations

from amanat.lint.rule import Example
from amanat.rules.wording import without

_SYSTEM = """\
systems:
  desk:
    label: Help desk
    kind: support
    owner: sales
    country: DE
    engine: postgresql
    customer_id: desk.people.customer_no
    security: [encryption_at_rest, mfa]
    erase: {method: delete, backups: P30D}
    users: 5
"""

_FIELD = """\
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

_NUMBER = """\
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
"""

_HEADER = "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
_PEOPLE = "people,customer_no,integer,,,,no,,,PK,\n"


_TICKETS = (
    f"{_SYSTEM}    ignore: [{{columns: [tickets.person_no], reason: Only a key}}]\nfields:\n{_FIELD}{_NUMBER}"
)
_KEYED = "tickets,person_no,integer,,,,yes,,,{key},\n"
_WITH_KEY = {
    "observed/desk.columns.csv": _HEADER
    + _PEOPLE
    + "tickets,question,text,,,,yes,,,,\n"
    + _KEYED.format(key="FK:people.customer_no")
}
_WITHOUT_KEY = {
    "observed/desk.columns.csv": _WITH_KEY["observed/desk.columns.csv"].replace("FK:people.customer_no", "")
}

UNREACHABLE = Example(bad=_TICKETS, good=_TICKETS, at=(8, 18), files=_WITH_KEY, bad_files=_WITHOUT_KEY)

_SHOP = {
    "observed/shop.columns.csv": _HEADER
    + "customers,id,integer,,,,no,,,PK,\n"
    + "customers,closed_at,timestamptz,,,,yes,,,,\n"
}
_LINKED = f"{_SYSTEM}fields:\n{_NUMBER}"
UNMATCHABLE = Example(
    bad=without(_LINKED, "logic"),
    good=_LINKED,
    at=(7, 93),
    file="base.yaml",
    files={"observed/desk.columns.csv": _HEADER + "people,customer_no,uuid,,,,no,,,PK,\n", **_SHOP},
)
UNLINKED = Example(
    bad=_LINKED.replace(
        "    derived_from: [customer.id]\n    logic: Given to the customer number when it is first seen\n", ""
    ),
    good=_LINKED,
    at=(8, 18),
)
RECYCLED = Example(
    bad=_LINKED.replace("customer_no:\n", "customer_no: {recycled: P90D}\n"), good=_LINKED, at=(25, 43)
)
