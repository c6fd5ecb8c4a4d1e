"""One bad file is one finding: what may stand in it is not reported as missing."""

from __future__ import annotations

from dataclasses import replace

from amanat.diagnostic import Diagnostic
from amanat.lint.engine import lint
from amanat.rules import RULES
from amanat.rules.base import base_files
from tests.support import catalog_of

SNAPSHOT = (
    "table,column,type,length,precision,scale,nullable,default,values,key,comment\n"
    "customers,id,uuid,,,,no,,,PK,\n"
    "customers,closed_at,text,,,,yes,,,,\n"
    "customers,hobby,text,,,,yes,,,,\n"
)
LEFT = """\
recipients:
  mailer: {label: Mailer, role: processor, contract: contracts/mailer.pdf, country: US}
systems:
  till:
    label: Till
    kind: payment
    owner: sales
    country: DE
    customer_id: {none: Guests pay in cash}
    security: [encryption_at_rest]
    users: 5
    erase: {method: delete, backups: P30D}
purposes:
  lost: {label: Lost, reason: To find what was lost, basis: contract, benefit: It is found}
  gone.child: {label: Child of a purpose in the lost file, roles: {agent: [read]}}
fields:
  customer.hobby:
    label: Hobby
    definition: What the customer likes to do
    category: hobby.sports
    subject: customer
    classification: internal
    sources: {crm.contacts.hobby: }
"""


def found(unreadable: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """Findings of the catalog above, some of whose files could not be read."""
    loaded = catalog_of({**base_files(), "example.yaml": LEFT, "observed/shop.columns.csv": SNAPSHOT})
    return lint(replace(loaded, catalog=replace(loaded.catalog, unreadable=unreadable)), RULES, None)


def test_what_is_missing_is_reported_where_every_file_was_read() -> None:
    assert sorted({d.code for d in found(())}) == [
        *("ER103", "ID101", "OW101", "PU101", "PU102", "PU103", "PU107", "PU112", "RT101", "SR104", "SR107")
    ]


def test_what_may_stand_in_an_unreadable_file_is_not_missing() -> None:
    assert {d.code for d in found(("fields/lost.yaml",))} == {"ID101"}
